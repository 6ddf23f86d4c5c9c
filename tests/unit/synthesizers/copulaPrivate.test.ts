import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { cdpEpsilon } from '../../../workers/privacy/zcdp.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { copula } from '../../../workers/synthesizers/copula/copula.ts';
import { latentCorrelations } from '../../../workers/synthesizers/copula/correlations.ts';
import { LatentTable } from '../../../workers/synthesizers/copula/latent.ts';
import {
  addSquares,
  mostLength,
  privacy,
  privateMoments,
  roundRows,
  rowSensitivity,
} from '../../../workers/synthesizers/copula/privateMoments.ts';
import { addProducts, exactMoments } from '../../../workers/synthesizers/copula/products.ts';
import type { PrivateAccess } from '../../../workers/synthesizers/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import { numbers, tableOf } from '../profile/tables.ts';
import { correlation } from './copulaMeasures.ts';
import { related, valuesOf, type Real } from './related.ts';

const size = (columns: number, rowsPerUnit = 1) => ({
  units: 5000,
  rowsPerUnit,
  columns,
  epsilon: 1,
  delta: 1e-5,
});
const planFor = (columns: number, rho: number, rowsPerUnit = 1): readonly PlannedEvent[] =>
  privacy.events(size(columns, rowsPerUnit), rho, { epochs: null });

const before: PlannedEvent = {
  purpose: 'profile',
  event: { kind: 'discreteGaussian', sigma: 1, sensitivity: 1, count: 1 },
};

/** Mechanisms that keep what they are shown and answer as they are told. */
const answering = (answer: (counts: Float64Array) => Float64Array, seen: Float64Array[] = []): Mechanisms => {
  const refuse = (): never => {
    throw new Error('Only noisy counts were planned.');
  };
  return {
    charged: [],
    prepay: () => Promise.resolve(),
    noisyCounts: (_, counts) => {
      seen.push(counts.slice());
      return answer(counts);
    },
    discover: refuse,
    select: refuse,
    sampledStep: refuse,
  };
};

const accessOf = (mechanisms: Mechanisms, events: readonly PlannedEvent[], units: number): PrivateAccess => ({
  mechanisms,
  firstEvent: 1,
  events,
  rowsPerUnit: 1,
  units,
});

const withControl = async <T>(work: (control: RunControl) => Promise<T>): Promise<T> => {
  const control = new RunControl();
  try {
    return await work(control);
  } finally {
    control.close();
  }
};

const made = (table: Table, profile: Profile, access: PrivateAccess, rows: number): Promise<Table> =>
  withControl(async (control) => {
    const context = { now: () => 0, onProgress: () => undefined, onNotice: () => undefined, control };
    const input = { table, profile, access };
    const { model, loss } = await copula.fit(input, { epochs: null }, { ...context, rng: seededRng('fit') });
    expect(loss).toEqual([]);
    return model.sample(rows, { rng: seededRng('sample'), control });
  });

const pairs = (rows: number, r: number): Real => {
  const rng = seededRng('pairs');
  const base = Array.from({ length: rows }, () => rng.normal());
  const hundredths = (z: number): number => Math.round(100 * z);
  return tableOf(
    numbers('a', base.map(hundredths)),
    numbers(
      'b',
      base.map((z) => hundredths(r * z + Math.sqrt(1 - r * r) * rng.normal())),
    ),
    numbers(
      'c',
      base.map(() => hundredths(rng.normal())),
    ),
  );
};

describe('the plan of the private copula', () => {
  it('is one release that costs rho, whatever the number of columns and of rows a person', () => {
    for (const columns of [2, 10, 200]) {
      for (const rowsPerUnit of [1, 5]) {
        for (const rho of [1e-4, 0.01, 0.5]) {
          const [{ event }, ...others] = planFor(columns, rho, rowsPerUnit);
          expect(others).toEqual([]);
          if (event.kind !== 'discreteGaussian') throw new Error('not whole numbers');
          expect(event.sensitivity).toBe(rowsPerUnit * rowSensitivity);
          expect(event.sensitivity ** 2 / (2 * event.sigma ** 2)).toBeCloseTo(rho, 10);
        }
      }
    }
    expect(planFor(1, 0.1)).toEqual([]);
  });

  it('costs more for more rho, and no more than rho says', () => {
    const costs = [0.001, 0.01, 0.1, 1].map((rho) => {
      const { epsilon, accountant } = epsilonOf(
        planFor(8, rho).map(({ event }) => event),
        1e-5,
      );
      // The event has sensitivity beyond 1, for which there is no loss distribution.
      expect(accountant).toBe('rdp');
      expect(epsilon).toBeLessThanOrEqual(1.02 * cdpEpsilon(rho, 1e-5));
      return epsilon;
    });
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });
});

describe('what one row adds to the sums', () => {
  const score = fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: -6, max: 6, noNaN: true }) },
    fc.double(),
    fc.constantFrom(NaN, Infinity, -Infinity, 1e300, -1e300, 0, -0, 5e-324),
  );
  const scale = fc.oneof(
    fc.double({ min: 0.1, max: 1e4, noNaN: true }),
    fc.double({ min: 1, max: 1e12, noNaN: true }),
  );

  it('is whole, and no longer than the stated sensitivity, whatever the row', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), scale, (row, factor) => {
        const scores = row.map((each) => Float64Array.of(each));
        roundRows(scores, 1, factor);
        const products = new Float64Array((row.length * (row.length - 1)) / 2);
        const squares = new Float64Array(row.length);
        addProducts(scores, 1, products);
        addSquares(scores, 1, squares);
        const exact = (values: Float64Array): bigint =>
          values.reduce((sum, value) => sum + BigInt(value) ** 2n, 0n);
        expect(scores.reduce((sum, [value]) => sum + BigInt(value) ** 2n, 0n)).toBeLessThanOrEqual(
          BigInt(mostLength) ** 2n,
        );
        expect(exact(products) + exact(squares)).toBeLessThanOrEqual(BigInt(rowSensitivity) ** 2n);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes close to the sensitivity for some row, so that noise is not wasted', () => {
    const scores = Array.from({ length: 50 }, () => Float64Array.of(1));
    roundRows(scores, 1, 1e6);
    const sums = new Float64Array((50 * 49) / 2);
    addProducts(scores, 1, sums);
    expect(Math.hypot(...sums)).toBeGreaterThan(0.95 * rowSensitivity);
  });

  it('is all that leaving the row out changes, for each row of a table with missing and extreme cells', async () => {
    const real = related(40);
    const profile = profileTable(real.table, real.schema);
    const sizes = valuesOf(real.table.columns[2]);
    [sizes[0], sizes[1], sizes[2]] = [1e308, -Infinity, NaN];
    const sumsOf = (table: Table): Promise<Float64Array> =>
      withControl(async (control) => {
        const seen: Float64Array[] = [];
        const access = accessOf(
          answering((counts) => counts, seen),
          planFor(5, 0.1),
          40,
        );
        await privateMoments(table, new LatentTable(profile), 40, access, {
          control,
          onProgress: () => undefined,
        });
        return seen[0];
      });
    const whole = await sumsOf(real.table);
    for (let left = 0; left < 40; left++) {
      const others = Int32Array.from({ length: 39 }, (_, i) => (i < left ? i : i + 1));
      const without = await sumsOf(takeRows(real.table, others));
      expect(Math.hypot(...whole.map((sum, i) => sum - without[i]))).toBeLessThanOrEqual(rowSensitivity);
    }
  });
});

describe('the private copula', () => {
  it('gives equal tables for different rows when mechanisms are blind', async () => {
    const [one, other] = [related(500), related(400)];
    const profile = profileTable(one.table, one.schema);
    const random = seededRng('noise');
    const noise = Float64Array.from({ length: 100 }, () => Math.round(1e6 * random.normal()));
    const blind = answering((counts) => noise.slice(0, counts.length));
    const events = planFor(5, 0.1);
    const shuffled = takeRows(
      other.table,
      Int32Array.from({ length: 400 }, (_, i) => (i * 7) % 400),
    );
    const first = await made(one.table, profile, accessOf(blind, events, 500), 300);
    expect(await made(shuffled, profile, accessOf(blind, events, 500), 300)).toEqual(first);
  });

  it('without noise finds the correlations of the exact fit', async () => {
    const real = pairs(5000, 0.7);
    const latent = new LatentTable(profileTable(real.table, real.schema));
    const onProgress = (): void => undefined;
    await withControl(async (control) => {
      const access = accessOf(
        answering((counts) => counts),
        planFor(3, 1e4),
        5000,
      );
      const exact = await exactMoments(real.table, latent, { control, onProgress, mayStop: false });
      const noiseless = await privateMoments(real.table, latent, 5000, access, { control, onProgress });
      const [a, b] = [exact, noiseless].map((moments) => latentCorrelations(latent, moments).values);
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i])).toBeLessThan(0.02);
      });
      expect(b[1]).toBeGreaterThan(0.66);
    });
  });

  it('keeps a strong correlation under noise, pays for what it planned, and uses it once (false alarm below 1e-6)', async () => {
    const real = pairs(5000, 0.7);
    const profile = profileTable(real.table, real.schema);
    const events = planFor(3, 0.02);
    let paid = 0;
    const run = new PrivateRun([before, ...events], testRandom(21), (_, count) => {
      paid += count;
      return Promise.resolve();
    });
    const rows = 5000;
    const sample = await made(real.table, profile, accessOf(run, events, 5000), rows);
    expect(paid).toBe(1);
    const [a, b, c] = sample.columns.map(valuesOf);
    // Rows stay so long that a correlation gets noise of .01. Beside it chance in both samples, .01 at .7 and .02 at 0:
    // five and a half deviations of all, and .03 at .7 for shortened rows.
    expect(Math.abs(correlation(a, b) - 0.7)).toBeLessThan(0.11);
    expect(Math.abs(correlation(a, c))).toBeLessThan(0.13);
  });

  it('copes with noise that hides everything, and with a profile that knows of no missing cell', async () => {
    const real = related(300);
    const exact = profileTable(real.table, real.schema);
    const columns = exact.columns.map((column) => ({ ...column, missing: 0, noise: 40 }));
    const events = planFor(5, 1e-6);
    const run = new PrivateRun([before, ...events], testRandom(22), () => Promise.resolve());
    const sample = await made(real.table, { rows: 310, columns }, accessOf(run, events, 300), 400);
    expect(
      sample.columns.every((column) => column.type === 'category' || !valuesOf(column).some(Number.isNaN)),
    ).toBe(true);
  });

  it('asks nothing of a single column', async () => {
    const real = tableOf(numbers('x', [1, 2, 3, 4]));
    const access = accessOf(
      answering(() => {
        throw new Error('asked');
      }),
      [],
      4,
    );
    const sample = await made(real.table, profileTable(real.table, real.schema), access, 20);
    expect(valuesOf(sample.columns[0]).every((value) => value >= 1 && value <= 4)).toBe(true);
  });
});
