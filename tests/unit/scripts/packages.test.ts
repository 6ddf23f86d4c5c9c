import { expect, test } from 'vitest';
import { lockfilesAgree } from '../../../scripts/packages.mjs';

const wanted = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.2.3' },
    'node_modules/for-another-platform': { version: '2.0.0', optional: true },
  },
};

test('equal versions need no installation, even without optional packages of other platforms', () => {
  expect(lockfilesAgree(wanted, { packages: { 'node_modules/a': { version: '1.2.3' } } })).toBe(true);
});

test.each([
  ['a missing package', {}],
  ['another version', { 'node_modules/a': { version: '1.2.4' } }],
  [
    'another version of an optional package',
    { 'node_modules/a': { version: '1.2.3' }, 'node_modules/for-another-platform': { version: '1.0.0' } },
  ],
])('%s needs an installation', (_, packages) => {
  expect(lockfilesAgree(wanted, { packages })).toBe(false);
});
