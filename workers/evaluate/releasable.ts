import type { RunControl } from '../control.ts';
import type { Rng } from '../random/rng.ts';
import type { Table } from '../table/types.ts';
import { binningOf, codedCategories, type ScoredColumn } from './binning.ts';
import { clusterOrder } from './clusterOrder.ts';
import { Pace } from './pace.ts';
import { arranged, associationMatrix } from './pairScores.ts';
import { measureOf, mostPairedColumns, type PairColumn } from './pairs.ts';
import { meanOf, mostRows } from './panel.ts';
import { scored, subsample } from './samples.ts';
import { totalVariation } from './tvDistance.ts';
import type { OneWay, ReleasableColumn, ReleasableScorecard } from './types.ts';

/** Draws of noise behind the mark of a column: its mean is good to about two digits. */
const noiseDraws = 200;

export interface ReleasableContext {
  /** Draws no protection, only the mark of what noise does: seeded. */
  readonly rng: Rng;
  readonly control: RunControl;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
  /** Name of the target column, where there is one. */
  readonly target: string | null;
}

/**
 * Shares of a synthetic column in the cells that were released; the last but one is of values in none of them, the last
 * of missing ones.
 */
function syntheticShares(released: OneWay, column: ScoredColumn | undefined): Float64Array | null {
  const cells = released.shares.length;
  const counts = new Float64Array(cells + 2);
  if (released.type === 'category' && column?.type === 'category') {
    const cellOf = new Map(released.labels.map((label, cell) => [label, cell]));
    const cellsOf = Int32Array.from(column.categories, (label) => cellOf.get(label) ?? cells);
    for (const code of column.codes) counts[code < 0 ? cells + 1 : cellsOf[code]]++;
    return sharesOf(counts);
  }
  if (released.type === 'numeric' && column && column.type !== 'category') {
    for (const value of column.values) {
      counts[Number.isNaN(value) ? cells + 1 : cellOfNumber(value, released)]++;
    }
    return sharesOf(counts);
  }
  return null;
}

const sharesOf = (counts: Float64Array): Float64Array => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / rows);
};

/** The cell a number lies in, or the one after the last. Sums of steps may be off by their rounding. */
function cellOfNumber(value: number, { low, high }: Extract<OneWay, { type: 'numeric' }>): number {
  const slack = 1e-9 * Math.abs(value);
  let [first, end] = [0, low.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (low[middle] <= value + slack) first = middle + 1;
    else end = middle;
  }
  const cell = first - 1;
  if (cell < 0) return low.length;
  const inside = low[cell] === high[cell] ? value <= high[cell] + slack : value < high[cell];
  return inside ? cell : low.length;
}

/** Total variation between shares and themselves with noise, cut at 0 and made to sum to 1 as released ones are. */
function noiseAlone(shares: Float64Array, noise: number, rng: Rng): ReleasableColumn['noiseAlone'] {
  const distances = new Float64Array(noiseDraws);
  const noisy = new Float64Array(shares.length);
  for (let draw = 0; draw < noiseDraws; draw++) {
    for (let cell = 0; cell < shares.length; cell++) {
      noisy[cell] = Math.max(0, shares[cell] + noise * rng.normal());
    }
    distances[draw] = totalVariation(noisy, shares);
  }
  const known = distances.filter((distance) => !Number.isNaN(distance)).sort();
  const upper = known.length === 0 ? NaN : known[Math.ceil(0.95 * known.length) - 1];
  return { mean: meanOf(Array.from(known)), upper };
}

function scoreColumn(released: OneWay, column: ScoredColumn | undefined, rng: Rng): ReleasableColumn | null {
  const shares = syntheticShares(released, column);
  if (shares === null) return null;
  return {
    column: released.column,
    // Nothing was released of values outside the cells: their share is 0.
    distance: totalVariation([...released.shares, 0, released.missing], shares),
    // Noise is in every released cell and in the missing share, not in the one for values outside.
    noiseAlone: noiseAlone(
      shares.filter((_, cell) => cell !== released.shares.length),
      released.noise,
      rng.fork(`noise ${released.column}`),
    ),
  };
}

const missingShare = (column: ScoredColumn): number => {
  let missing = 0;
  if (column.type === 'category') for (const code of column.codes) missing += Number(code < 0);
  else for (const value of column.values) missing += Number(Number.isNaN(value));
  return missing / (column.type === 'category' ? column.codes : column.values).length;
};

type Synthetic = ReleasableScorecard['synthetic'];

function targetOf(columns: readonly ScoredColumn[], target: string | null): Synthetic['target'] {
  const column = columns.find(({ name }) => name === target);
  if (column?.type !== 'category') return null;
  const counts = new Float64Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  const classes = column.categories.map((label, code) => ({
    label,
    share: counts[code] / column.codes.length,
  }));
  return { column: column.name, classes };
}

/** How columns of the synthetic table go together: bins come from the table itself. */
async function associationsOf(
  columns: readonly ScoredColumn[],
  pace: Pace,
): Promise<Synthetic['associations']> {
  const paired: PairColumn[] = [];
  for (const column of columns.slice(0, mostPairedColumns)) {
    const values = column.type === 'category' ? null : column.values;
    paired.push({ ...binningOf(column)(column), name: column.name, values });
    await pace.breathe();
  }
  const d = paired.length;
  const matrix = await associationMatrix(paired, pace, () => undefined);
  const order = clusterOrder(d, (i, j) => 1 - Math.abs(matrix[i * d + j] || 0));
  return {
    columns: order.map((i) => paired[i].name),
    measures: order.flatMap((i) => order.map((j) => (i === j ? 'self' : measureOf(paired[i], paired[j])))),
    values: arranged(matrix, order),
  };
}

function notesOn(synthetic: Table, columns: readonly ScoredColumn[]): string[] {
  const notes: string[] = [];
  if (synthetic.rows > mostRows) {
    notes.push(`Figures are of ${mostRows.toLocaleString('en-US')} synthetic rows, drawn at random.`);
  }
  if (columns.length > mostPairedColumns) {
    notes.push(`Links are between the first ${mostPairedColumns} columns.`);
  }
  if (columns.some((column) => column.type === 'category' && column.categories.length > codedCategories)) {
    notes.push(`In links, categories beyond the ${codedCategories} most common of a column count as one.`);
  }
  return notes;
}

/**
 * A scorecard from `released`, the noisy one-way distributions of a private run, and the synthetic table alone: it is
 * post-processing, so it costs nothing and may be passed on. Columns without a released distribution, or of another type
 * in the synthetic table, have no score. Throws `stopped` when cancelled.
 */
export async function releasableScorecard(
  released: readonly OneWay[],
  synthetic: Table,
  { rng, control, now, target }: ReleasableContext,
): Promise<ReleasableScorecard> {
  const pace = new Pace(control, now);
  const { columns } = scored(subsample(synthetic, mostRows, rng.fork('rows')));
  const scores: ReleasableColumn[] = [];
  for (const its of released) {
    const score = scoreColumn(
      its,
      columns.find(({ name }) => name === its.column),
      rng,
    );
    if (score) scores.push(score);
    await pace.breathe();
  }
  const beyond = ({ distance, noiseAlone: alone }: ReleasableColumn): number => distance - alone.mean;
  return {
    columns: scores.sort((a, b) => beyond(b) - beyond(a)),
    meanDistance: meanOf(scores.map(({ distance }) => distance)),
    meanNoiseAlone: meanOf(scores.map(({ noiseAlone: alone }) => alone.mean)),
    synthetic: {
      rows: synthetic.rows,
      missing: columns.map((column) => ({ column: column.name, share: missingShare(column) })),
      target: targetOf(columns, target),
      associations: await associationsOf(columns, pace),
    },
    notes: notesOn(synthetic, columns),
  };
}
