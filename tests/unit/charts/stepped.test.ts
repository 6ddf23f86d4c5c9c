import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepped } from '../../../src/charts/stepped.ts';

const keys = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'Home', 'End'];

test('keys step among the positions, from none to the first, and stay inside', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...keys),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: -1, max: 49 }),
      (key, count, at) => {
        const next = stepped(key, Math.min(at, count - 1), count);
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThan(count);
      },
    ),
  );
  expect(stepped('ArrowRight', -1, 3)).toBe(0);
  expect(stepped('ArrowUp', 2, 3)).toBe(1);
  expect(stepped('End', 0, 3)).toBe(2);
});

test('other keys, and no positions, lead nowhere', () => {
  expect(stepped('a', 0, 3)).toBeNull();
  expect(stepped('Home', -1, 0)).toBeNull();
});
