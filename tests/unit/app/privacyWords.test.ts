import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deltaText,
  epsilonMarks,
  epsilonText,
  guaranteeText,
  markOf,
  oddsText,
  spentOn,
  spentText,
  sureText,
  unitText,
} from '../../../src/privacy/words.ts';
import { FakeLedger } from './fakePrivacy.ts';

const epsilons = fc.double({ min: 1e-3, max: 100, noNaN: true });
const read = (text: string): number => Number(text.replace(/[,%]/g, ''));

describe('an epsilon', () => {
  it('is never written below what was spent, and at most a hundredth above', () => {
    fc.assert(
      fc.property(epsilons, (epsilon) => {
        const written = read(epsilonText(epsilon));
        expect(written).toBeGreaterThanOrEqual(epsilon * (1 - 1e-9));
        expect(written).toBeLessThanOrEqual(epsilon * 1.011);
      }),
    );
  });
  it('is short, and says when there is no bound', () => {
    expect([0, 0.1, 1, 1.0499, 2.5, 12.345, 100].map(epsilonText)).toEqual([
      '0',
      '0.1',
      '1',
      '1.05',
      '2.5',
      '12.4',
      '100',
    ]);
    expect(epsilonText(Infinity)).toBe('unbounded');
  });
});

describe('how sure someone can become', () => {
  it('is e^epsilon / (1 + e^epsilon) from even odds, rounded up, and never certain', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 18, noNaN: true }), (epsilon) => {
        const exact = (100 * Math.exp(epsilon)) / (1 + Math.exp(epsilon));
        expect(read(sureText(epsilon))).toBeGreaterThanOrEqual(exact - 1e-9);
        expect(read(sureText(epsilon))).toBeLessThan(100);
        expect(100 - read(sureText(epsilon))).toBeGreaterThan((100 - exact) * 0.45 - 1e-9);
      }),
    );
  });
  it('has the figures of the help text', () => {
    expect([0.1, 1, 3, 10].map(sureText)).toEqual(['53%', '74%', '96%', '99.996%']);
    expect(sureText(50)).toBe('as good as 100%');
  });
  it('names the unit', () => {
    expect(oddsText(1, 'person')).toContain('a person is in your table');
    expect(oddsText(1, 'row')).toContain('a row is in your table');
  });
});

it('every budget has a mark, weaker ones further up', () => {
  fc.assert(
    fc.property(epsilons, epsilons, (a, b) => {
      const places = [Math.min(a, b), Math.max(a, b)].map((epsilon) => epsilonMarks.indexOf(markOf(epsilon)));
      expect(places[0]).toBeLessThanOrEqual(places[1]);
    }),
  );
  expect([0.1, 1, 4, 10].map((epsilon) => markOf(epsilon).label)).toEqual([
    'Strong',
    'Usual',
    'Weak',
    'Hardly any',
  ]);
});

it('a delta is written as a power of ten where it is one', () => {
  expect([1e-5, 1e-6, 1e-12, 10 ** -7].map(deltaText)).toEqual(['10⁻⁵', '10⁻⁶', '10⁻¹²', '10⁻⁷']);
  expect(deltaText(3.2e-7)).toBe('3.2e-7');
});

describe('a guarantee', () => {
  const report = { epsilon: 0.99321, delta: 1e-6 };
  it('names epsilon, delta and whom it is for', () => {
    const unit = { kind: 'person', column: 'account', rowsPerPerson: 5 } as const;
    expect(guaranteeText({ ...report, unit })).toBe(
      'Differential privacy: ε 0.994, δ 10⁻⁶, for each person of “account”, with up to 5 rows',
    );
    expect(guaranteeText({ ...report, unit: { kind: 'row' } })).toContain('for each row');
    expect(unitText({ ...unit, rowsPerPerson: 1 })).toContain('up to 1 row');
  });
});

describe('what a file has spent', () => {
  it('is nothing before the first run, and told for persons where it holds for them', () => {
    const ledger = new FakeLedger();
    expect(spentOn(null)).toBeNull();
    expect(spentOn(ledger.view())).toBeNull();
    const chosen = { method: 'vae', holdout: 0, seed: 1, backend: 'auto', epochs: null } as const;
    const job = { ...chosen, watch: null, anonymise: null, rules: [] };
    const person = { column: 'account', rowsPerPerson: 5 };
    ledger.open({ ...job, privacy: { epsilon: 1, delta: null, person, profileShare: null } });
    expect(spentOn(ledger.view())?.unit).toBe('person');
  });
  it('without a bound is said so', () => {
    const unbounded = { unit: 'row', epsilon: Infinity, accountant: 'rdp' } as const;
    expect(spentText(unbounded)).toBe('No bound for a row');
    expect(spentText({ ...unbounded, epsilon: 1, unit: 'person', column: 'id' })).toBe(
      'ε 1 for each person of “id”',
    );
  });
});
