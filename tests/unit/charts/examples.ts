/** Made-up results for chart tests: shaped like real ones, seeded, no file behind them. */
import { seededRng, type Rng } from '../../../workers/random/rng.ts';
import type { Associations, ColumnScore, Overlay, Referenced, Scorecard } from '../../../workers/protocol.ts';
import type { LossPoint } from '../../../src/charts/lossMarks.ts';

type Numeric = Extract<Overlay, { type: 'numeric' | 'datetime' }>;
type Categories = Extract<Overlay, { type: 'category' }>;

const normalised = (values: readonly number[], total: number): number[] => {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => (value / sum) * total);
};

const quantilesOf = (edges: readonly number[], shares: readonly number[]): number[] => {
  const total = shares.reduce((a, b) => a + b, 0);
  return Array.from({ length: 11 }, (_, i) => {
    let left = (i / 10) * total;
    for (let bin = 0; bin < shares.length; bin++) {
      if (left <= shares[bin] + 1e-12) {
        return edges[bin] + (shares[bin] > 0 ? left / shares[bin] : 0) * (edges[bin + 1] - edges[bin]);
      }
      left -= shares[bin];
    }
    return edges[edges.length - 1];
  });
};

/** A two-humped column; `error` moves the synthetic one. */
export function numericOverlay(
  column: string,
  {
    seed = 1,
    low = 17,
    high = 90,
    bins = 40,
    error = 0.1,
    missing = 0,
    type = 'numeric' as Numeric['type'],
  } = {},
): Numeric {
  const rng = seededRng(`${column}${String(seed)}`);
  const middle = 0.25 + rng.uniform() * 0.3;
  const hump = (t: number, at: number, wide: number): number => Math.exp(-(((t - at) / wide) ** 2));
  const shape = (t: number, shift: number): number =>
    hump(t, middle + shift, 0.16) + 0.5 * hump(t, 0.75 - shift, 0.1) + 0.03;
  const ats = Array.from({ length: bins }, (_, i) => (i + 0.5) / bins);
  const syntheticMissing = missing * (1 - error);
  const real = normalised(
    ats.map((t) => shape(t, 0) * (1 + 0.1 * rng.normal())),
    1 - missing,
  );
  const synthetic = normalised(
    ats.map((t) => shape(t, error * 0.6) * (1 + 0.08 * rng.normal())),
    1 - syntheticMissing,
  );
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  return {
    type,
    column,
    edges,
    real,
    synthetic,
    realMissing: missing,
    syntheticMissing,
    realQuantiles: quantilesOf(edges, real),
    syntheticQuantiles: quantilesOf(edges, synthetic),
  };
}

export function datetimeOverlay(column: string): Numeric {
  const year = 365 * 86_400_000;
  return numericOverlay(column, { type: 'datetime', low: 48 * year, high: 53 * year, bins: 30, error: 0.2 });
}

export function categoryOverlay(
  column: string,
  labels: readonly string[],
  { error = 0.2, missing = 0 } = {},
): Categories {
  const rng = seededRng(column);
  const weights = labels.map((_, i) => 1 / (i + 1) ** 1.1);
  const real = normalised(weights, 1 - missing);
  const synthetic = normalised(
    real.map((share) => share * Math.exp(error * rng.normal())),
    1 - missing * (1 - error),
  );
  return {
    type: 'category',
    column,
    labels,
    real,
    synthetic,
    realMissing: missing,
    syntheticMissing: missing * (1 - error),
  };
}

/** A falling, noisy loss with one wild epoch. */
export function losses(epochs: number, seed = 1): LossPoint[] {
  const rng = seededRng(seed);
  return Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    loss: 12 + 18 * Math.exp(-i / (epochs / 6)) + 0.6 * rng.normal() + (i === Math.floor(epochs / 2) ? 9 : 0),
  }));
}

const words = [
  'age',
  'income',
  'rent',
  'region',
  'visits',
  'tenure',
  'score',
  'segment',
  'balance',
  'channel',
];

const columnNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / words.length);
    return round === 0 ? words[i] : `${words[i % words.length]}_${String(round + 1)}`;
  });

/** Blocks of related columns; one column is constant where there are more than eight. */
export function associations(count: number, error = 0.08): Associations {
  const rng = seededRng(count);
  const columns = columnNames(count);
  const real = new Array<number>(count * count).fill(1);
  const synthetic = new Array<number>(count * count).fill(1);
  const measures = new Array<Associations['measures'][number]>(count * count).fill('self');
  let worst: readonly [string, string] | null = null;
  let most = 0;
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const near = Math.floor(a / 5) === Math.floor(b / 5) ? 0.65 : 0.08;
      const constant = count > 8 && b === count - 1;
      const value = Math.max(-1, Math.min(1, near * (a % 3 === 1 ? -1 : 1) + 0.12 * rng.normal()));
      const made = Math.max(-1, Math.min(1, value * 0.88 + error * rng.normal()));
      for (const cell of [a * count + b, b * count + a]) {
        real[cell] = constant ? NaN : value;
        synthetic[cell] = constant ? NaN : made;
        measures[cell] = a % 2 === 0 ? 'pearson' : 'correlation-ratio';
      }
      if (!constant && Math.abs(made - value) > most) {
        most = Math.abs(made - value);
        worst = [columns[a], columns[b]];
      }
    }
  }
  return {
    columns,
    measures,
    real,
    synthetic,
    meanDifference: { value: 0.071, ceiling: 0.012, floor: 0.214 },
    worstDifference: { value: most, ceiling: 0.06, floor: 0.83 },
    worstPair: worst,
  };
}

const kinds = [
  ['Private', 'Self-employed', 'Local government', 'State government', 'Federal government', 'Without pay'],
  ['no', 'yes'],
  ['north', 'east', 'south', 'west'],
  Array.from({ length: 24 }, (_, i) => `Occupation group ${String(i + 1)}`),
];

function distance(rng: Rng): Referenced {
  const ceiling = 0.006 + 0.008 * rng.uniform();
  return { value: ceiling + 0.12 * rng.uniform() ** 2, ceiling, floor: 0.25 + 0.3 * rng.uniform() };
}

function columnScore(name: string, i: number, rng: Rng): ColumnScore {
  if (i % 5 === 4)
    return { column: name, metric: 'KS', distance: distance(rng), overlay: datetimeOverlay(name) };
  if (i % 2 === 1) {
    const overlay = categoryOverlay(name, kinds[Math.floor(i / 2) % kinds.length], {
      missing: i % 3 === 0 ? 0.12 : 0,
    });
    return { column: name, metric: 'TV', distance: distance(rng), overlay };
  }
  const overlay = numericOverlay(name, {
    missing: i % 4 === 0 ? 0.08 : 0,
    error: 0.05 + 0.1 * rng.uniform(),
  });
  return { column: name, metric: 'KS', distance: distance(rng), overlay };
}

/** A whole scorecard of `count` columns, worst first. */
export function scorecard(count: number, { holdout = 7815 } = {}): Scorecard {
  const rng = seededRng(`scorecard ${String(count)}`);
  const columns = columnNames(count)
    .map((name, i) => columnScore(name, i, rng))
    .sort((a, b) => b.distance.value / b.distance.ceiling - a.distance.value / a.distance.ceiling)
    .map((score) => (holdout > 0 ? score : { ...score, distance: { ...score.distance, ceiling: NaN } }));
  const without = (score: Referenced): Referenced => (holdout > 0 ? score : { ...score, ceiling: NaN });
  const pairs = associations(count);
  return {
    columns,
    meanDistance: without({ value: 0.041, ceiling: 0.009, floor: 0.372 }),
    pairDistance: without({ value: 0.094, ceiling: 0.038, floor: 0.305 }),
    associations: {
      ...pairs,
      meanDifference: without(pairs.meanDifference),
      worstDifference: without(pairs.worstDifference),
    },
    rows: { train: 31_260, holdout, synthetic: 39_075, used: 20_000 },
    seconds: 4.2,
    notes: ['Distances use a random 20,000 rows of each table.'],
  };
}
