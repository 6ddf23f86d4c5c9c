import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumericDistribution, cdf, inverseCdf } from '../../../workers/profile/distribution.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { NumericProfile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { categories, instants, numbers, tableOf, type Described } from './tables.ts';
import type { DatetimeColumn, NumberColumn } from '../../../workers/table/types.ts';

const numericOf = (described: Described<NumberColumn | DatetimeColumn>): NumericProfile => {
  const { table, schema } = tableOf(described);
  const [column] = profileTable(table, schema).columns;
  if (column.type !== 'numeric') throw new Error('a numeric column was expected');
  return column;
};

const day = 86_400_000;
const decimalsAndCents = fc.integer({ min: 0, max: 3 }).chain((decimals) =>
  fc.record({
    decimals: fc.constant(decimals),
    cents: fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 400 }),
  }),
);

describe('profile of a numeric column', () => {
  it('has ascending disjoint pieces whose masses sum to one', () => {
    fc.assert(
      fc.property(decimalsAndCents, ({ decimals, cents }) => {
        const values = cents.map((cent) => cent / 10 ** decimals);
        const { low, high, mass } = numericOf(numbers('x', values, decimals));
        expect(mass.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        for (let p = 0; p < low.length; p++) {
          expect(high[p]).toBeGreaterThanOrEqual(low[p]);
          if (p > 0) expect(low[p]).toBeGreaterThanOrEqual(high[p - 1]);
          if (p > 0) expect(low[p]).toBeGreaterThan(low[p - 1]);
        }
      }),
    );
  });

  it('has the distribution function of the data up to the share of one piece', () => {
    const rng = seededRng('log-normal');
    const values = Array.from({ length: 20_000 }, () => Math.round(Math.exp(rng.normal() * 2) * 100) / 100);
    const distribution = new NumericDistribution(numericOf(numbers('x', values, 2)));
    const sorted = Float64Array.from(values).sort();
    let worst = 0;
    sorted.forEach((value, i) => {
      if (value !== sorted[i + 1])
        worst = Math.max(worst, Math.abs(distribution.cdf(value) - (i + 1) / 20_000));
    });
    expect(worst).toBeLessThan(1 / 200);
    expect(distribution.pieces).toBeLessThan(700);
  });

  it('keeps the mean of a heavy tail', () => {
    const rng = seededRng('tail');
    const values = Array.from(
      { length: 20_000 },
      () => Math.round(Math.exp(rng.normal() * 1.5) * 1000) / 1000,
    );
    const { low, high, mass, step } = numericOf(numbers('x', values, 3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const modelled = mass.reduce((sum, share, p) => {
      const last = low[p] === high[p] ? high[p] : high[p] - step;
      return sum + (share * (low[p] + last)) / 2;
    }, 0);
    expect(Math.abs(modelled / mean - 1)).toBeLessThan(0.03);
  });

  it('keeps a value that alone holds notable mass as an atom', () => {
    const rng = seededRng('gains');
    const values = Array.from({ length: 5000 }, (_, i) => (i % 10 === 0 ? 1000 + rng.int(50_000) : 0));
    const { low, high, mass } = numericOf(numbers('gain', values));
    expect([low[0], high[0]]).toEqual([0, 0]);
    expect(mass[0]).toBeCloseTo(0.9, 12);
    expect(low[1]).toBeGreaterThanOrEqual(1000);
  });

  it('keeps each of few values as an atom with its exact share', () => {
    const { low, high, mass } = numericOf(numbers('x', [1, 1, 1, 2, 2, 7, 7, 7, 7, 7]));
    expect([...low]).toEqual([1, 2, 7]);
    expect([...high]).toEqual([1, 2, 7]);
    expect([...mass]).toEqual([0.3, 0.2, 0.5]);
  });

  it('describes no single row of a column of unique values', () => {
    const rng = seededRng('unique');
    const values = Array.from({ length: 1000 }, () => rng.int(1e9));
    const { mass } = numericOf(numbers('x', values));
    expect(Math.min(...mass) * 1000).toBeGreaterThanOrEqual(5);
  });

  it('clamps values to the declared bounds', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i);
    const described = numbers('x', values, 0, { min: 100.5, max: 200 });
    expect(new NumericDistribution(numericOf(described)).range).toEqual([101, 200]);
  });

  it('finds a coarser step that all values share', () => {
    const rng = seededRng('prices');
    const cents = Array.from({ length: 1000 }, () => rng.int(4000) * 0.05);
    expect(numericOf(numbers('price', cents, 2)).step).toBe(0.05);
    expect(
      numericOf(
        numbers(
          'salary',
          cents.map((cent) => Math.round(cent * 20) * 1000),
        ),
      ).step,
    ).toBe(1000);
  });

  it('falls back to a finer time step when instants lie off the declared one', () => {
    const noon = Array.from({ length: 50 }, (_, i) => i * day + day / 2);
    const profile = numericOf(instants('seen', noon));
    expect(profile.step).toBe(day / 2);
    expect(profile.holds).toBe('datetime');
  });

  it('has no piece when all rows are missing, and one atom when constant or of one row', () => {
    const missing = numericOf(numbers('x', [NaN, NaN]));
    expect([missing.low.length, missing.missing]).toEqual([0, 1]);
    expect(inverseCdf(missing, 0.5)).toBeNaN();
    for (const values of [[5, 5, 5, NaN], [5]]) {
      const constant = numericOf(numbers('x', values));
      expect([...constant.low, ...constant.high, ...constant.mass]).toEqual([5, 5, 1]);
    }
  });

  it('keeps numbers too large for their decimals', () => {
    const { low, step } = numericOf(numbers('x', [123456789012345, 123456789012345], 6));
    expect(Math.abs(low[0] - 123456789012345)).toBeLessThanOrEqual(step);
  });

  it('is an empty profile for a table without rows', () => {
    const { table, schema } = tableOf(numbers('x', []), categories('c', [], ['a']));
    const [x, c] = profileTable(table, schema).columns;
    expect([x.missing, c.missing]).toEqual([1, 1]);
  });
});

describe('distribution', () => {
  it('has an inverse that is the smallest value reaching a rank', () => {
    fc.assert(
      fc.property(
        decimalsAndCents,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        ({ decimals, cents }, u) => {
          const profile = numericOf(
            numbers(
              'x',
              cents.map((cent) => cent / 10 ** decimals),
              decimals,
            ),
          );
          const value = inverseCdf(profile, u);
          expect(cdf(profile, value)).toBeGreaterThan(u - 1e-9);
          expect(new NumericDistribution(profile).cdfBelow(value)).toBeLessThanOrEqual(u + 1e-9);
        },
      ),
    );
  });

  it('is 0 before its range and 1 from its end on', () => {
    const profile = numericOf(numbers('x', [1, 2, 3]));
    expect([cdf(profile, 0), cdf(profile, 3), cdf(profile, 99)]).toEqual([0, 1, 1]);
    expect([inverseCdf(profile, 0), inverseCdf(profile, 1)]).toEqual([1, 3]);
  });

  it('gives no mass to a piece of mass zero', () => {
    const profile: NumericProfile = {
      type: 'numeric',
      holds: 'number',
      name: 'x',
      low: Float64Array.of(0, 1, 5, 9),
      high: Float64Array.of(0, 1, 5, 9),
      mass: Float64Array.of(0, 0.5, 0, 0.5),
      missing: 0,
      step: 1,
    };
    const distribution = new NumericDistribution(profile);
    expect([0, 0.49, 0.5, 1].map((u) => distribution.inverseCdf(u))).toEqual([1, 1, 9, 9]);
  });
});

describe('profile of a category column', () => {
  it('holds the shares of categories and of missing rows', () => {
    const { table, schema } = tableOf(categories('c', [0, 1, 1, -1], ['a', 'b', 'never']));
    const [column] = profileTable(table, schema).columns;
    if (column.type !== 'category') throw new Error('a category column was expected');
    expect([...column.mass, column.missing]).toEqual([0.25, 0.5, 0, 0.25]);
  });
});

describe('profileTable', () => {
  it('refuses a column the schema does not describe, naming it', () => {
    const { table } = tableOf(numbers('age', [1]));
    const { schema } = tableOf(numbers('height', [1]));
    expect(() => profileTable(table, schema)).toThrow(/“age” is not in the schema/);
    expect(() => profileTable(table, tableOf(categories('age', [0], ['a'])).schema)).toThrow(/no bounds/);
  });
});
