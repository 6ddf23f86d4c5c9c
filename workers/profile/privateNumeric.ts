import type { Mechanisms } from '../privacy/mechanismTypes.ts';
import { type Cells, cellCount, cellsBetween, cellWidth, countCells, refined, singleCells } from './cells.ts';
import { type Grid, representableGrid } from './grid.ts';
import type { NumericBounds } from './numericProfile.ts';
import { occupied, type Evidence } from './occupied.ts';
import { projected } from './simplex.ts';
import type { NumericProfile } from './types.ts';

/** A numeric column to be measured, and the public facts about it. */
export interface NumericTask {
  readonly name: string;
  readonly holds: 'number' | 'datetime';
  /** One entry a row, NaN where missing. */
  readonly values: Float64Array;
  readonly step: number;
  /** Declared bounds, where there are any. */
  readonly bounds?: Omit<NumericBounds, 'step'>;
  /** Rows of the table: public, or already noised. */
  readonly rows: number;
}

/** A measured column with the bounds that its values now have. */
export interface MeasuredNumbers {
  readonly profile: NumericProfile;
  readonly bounds: NumericBounds;
}

/** Cells of a staged measurement in its second and third round at most. */
const mostCells = [64, 128] as const;
/** A cell should hold about so many standard deviations of noise. */
const deviationsPerCell = 4;
/** A piece of a distribution stands out of the noise by so many standard deviations, or is merged with the next. */
const tellsShape = 2.5;
/** A missing count is told when it stands out of the noise by so many standard deviations. */
const standsOut = 4;
/** What marks the range among a hundred and more cells that reach to the end of numbers: a false one in a million. */
const farAway: Evidence = { alone: 5.5, next: 4, together: 4 };
/** What marks it among cells of a range that is known: too wide a range costs little there. */
const nearBy: Evidence = { alone: 4, next: 2.5, together: 3 };
/** Magnitudes covered, in doublings of the step: beyond 10^21 steps. */
const doublings = 70;
const year = 365.2425 * 86_400_000;
/** Dates are looked for in these years; others count with the first or last. */
const years = { first: 1900, last: 2100 };

/**
 * Public cells that cover every number: zero, and doublings of the step on both sides; for dates, years. As values
 * (not grid indices) at which each cell starts, ascending; the first is -Infinity.
 */
function universe({ holds, step, bounds }: NumericTask): Float64Array {
  const starts: number[] = [-Infinity];
  if (holds === 'datetime') {
    for (let y = years.first; y <= years.last; y++) starts.push(Date.UTC(y, 0, 1));
  } else {
    for (let k = doublings; k >= 1; k--) starts.push(-(2 ** k - 0.5) * step);
    for (let k = 0; k <= doublings; k++) starts.push((2 ** k - 0.5) * step);
    starts.push(-0.5 * step);
  }
  const within = bounds
    ? starts.filter((start) => start > bounds.min && start <= bounds.max)
    : starts.slice(1);
  return Float64Array.from([-Infinity, ...within]).sort();
}

const lastAtMost = (starts: Float64Array, value: number): number => {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
};

function countUniverse(starts: Float64Array, values: Float64Array): Float64Array {
  const counts = new Float64Array(starts.length + 1);
  for (const value of values) counts[Number.isNaN(value) ? starts.length : lastAtMost(starts, value)]++;
  return counts;
}

interface Ranged {
  readonly grid: Grid;
  readonly cells: Cells;
  readonly mass: Float64Array;
}

/** Where a found column's values lie: from the start of its first occupied cell to before the end of its last. */
function foundSpan(
  starts: Float64Array,
  [first, last]: readonly [number, number],
  dates: boolean,
): [number, number] {
  const reach = (start: number): number => (dates ? year : Math.abs(start));
  const low = first > 0 ? starts[first] : starts[1] - reach(starts[1]);
  const high = last + 1 < starts.length ? starts[last + 1] : starts[last] + reach(starts[last]);
  return [low, high];
}

/**
 * A cell more on either side: the few values there count with their own cell in the next round, not with the end of the
 * range.
 */
const withNeighbours = (
  [first, last]: readonly [number, number],
  [least, most]: readonly [number, number],
): [number, number] => [Math.max(least, first - 1), Math.min(most, last + 1)];

/** The first round: where the values lie, and the grid on which the later rounds work. */
function findRange(task: NumericTask, noisy: Float64Array, starts: Float64Array, sigma: number): Ranged {
  const { step, bounds, holds, rows } = task;
  const counts = noisy.subarray(0, starts.length);
  const all = [0, starts.length - 1] as const;
  const span = bounds
    ? all
    : withNeighbours(occupied(counts, sigma, farAway, presentIn(noisy, rows, sigma)), all);
  const [low, high] = bounds ? [bounds.min, bounds.max] : foundSpan(starts, span, holds === 'datetime');
  const grid = representableGrid(step, Math.max(Math.abs(low), Math.abs(high)));
  const [from, top] = grid.indicesWithin(low, high);
  // The end of a cell belongs to the next one; a declared bound is included.
  const to = bounds ? top : Math.max(from, Math.ceil(high / grid.step) - 1);
  const cellStarts = [from];
  const mass = [0];
  for (let cell = span[0]; cell <= span[1]; cell++) {
    const start = cell === span[0] ? from : Math.min(to, Math.ceil(starts[cell] / grid.step));
    if (start > cellStarts[cellStarts.length - 1]) {
      cellStarts.push(start);
      mass.push(0);
    }
    mass[mass.length - 1] += counts[cell];
  }
  return { grid, cells: { starts: Float64Array.from(cellStarts), end: to }, mass: Float64Array.from(mass) };
}

/** Cells that the rows can fill against noise of `sigma`. */
const affordable = (rows: number, sigma: number, most: number): number =>
  Math.max(2, Math.min(most, Math.round(rows / (deviationsPerCell * sigma))));

/** Present and missing rows from noisy counts, whose last entry is missing; both sum to `rows`. */
function settle(noisy: Float64Array, rows: number, sigma: number): { counts: Float64Array; missing: number } {
  const present = presentIn(noisy, rows, sigma);
  return { counts: projected(noisy.subarray(0, -1), present), missing: rows - present };
}

/** Rows with a value. A missing count within the noise is taken as none: else some complete columns would get blanks. */
function presentIn(noisy: Float64Array, rows: number, sigma: number): number {
  const missing = noisy[noisy.length - 1];
  return missing < standsOut * sigma ? rows : rows - Math.min(rows, missing);
}

/**
 * Pieces from cells: a cell that stands out of the noise stays; others are merged with their neighbours until together
 * they do, so that noise is not told as shape.
 */
function merged(
  cells: Cells,
  counts: Float64Array,
  sigma: number,
): { first: number; last: number; count: number }[] {
  const pieces: { first: number; last: number; count: number }[] = [];
  let open: { first: number; count: number; cells: number } | null = null;
  const lastOf = (i: number): number => cells.starts[i] + cellWidth(cells, i) - 1;
  const close = (before: number): void => {
    if (open) pieces.push({ first: open.first, last: lastOf(before), count: open.count });
    open = null;
  };
  for (let i = 0; i < counts.length; i++) {
    const alone = counts[i] >= tellsShape * sigma;
    if (alone && open) close(i - 1);
    const current: { first: number; count: number; cells: number } = open ?? {
      first: cells.starts[i],
      count: 0,
      cells: 0,
    };
    current.count += counts[i];
    current.cells++;
    open = current;
    if (alone || current.count >= tellsShape * sigma * Math.sqrt(current.cells)) close(i);
  }
  if (open) close(counts.length - 1);
  return pieces;
}

function profileOf(
  task: NumericTask,
  grid: Grid,
  cells: Cells,
  noisy: Float64Array,
  sigma: number,
): MeasuredNumbers {
  const { name, holds, rows } = task;
  const { counts, missing } = settle(noisy, rows, sigma);
  const pieces = merged(cells, counts, sigma).filter(({ count }) => count > 0);
  const present = pieces.reduce((sum, { count }) => sum + count, 0);
  const { step } = grid;
  return {
    profile: {
      type: 'numeric',
      holds,
      name,
      low: Float64Array.from(pieces, ({ first }) => grid.value(first)),
      high: Float64Array.from(pieces, ({ first, last }) => grid.value(first === last ? last : last + 1)),
      mass: Float64Array.from(pieces, ({ count }) => count / present),
      missing: rows > 0 ? missing / rows : 0,
      step,
      noise: sigma,
    },
    bounds: { min: grid.value(cells.starts[0]), max: grid.value(cells.end), step },
  };
}

const gridIndices = (grid: Grid, values: Float64Array): Float64Array =>
  values.map((value) => (Number.isNaN(value) ? NaN : grid.index(value)));

/** One histogram over every possible value of a column with declared bounds. */
export function measureListed(
  task: NumericTask,
  event: number,
  sigma: number,
  mechanisms: Mechanisms,
): MeasuredNumbers {
  const { step, values, bounds } = task;
  if (!bounds) throw new RangeError('Only declared bounds can be listed.');
  const grid = representableGrid(step, Math.max(Math.abs(bounds.min), Math.abs(bounds.max)));
  const [from, to] = grid.indicesWithin(bounds.min, bounds.max);
  const cells = singleCells(from, to);
  const noisy = mechanisms.noisyCounts(event, countCells(cells, gridIndices(grid, values)));
  return profileOf(task, grid, cells, noisy, sigma);
}

/** Three histograms, each over cells that the one before it shows to be worth their noise. */
export function measureStaged(
  task: NumericTask,
  events: readonly [number, number, number],
  sigmas: readonly [number, number, number],
  mechanisms: Mechanisms,
): MeasuredNumbers {
  const { rows, bounds } = task;
  const starts = universe(task);
  const wide = mechanisms.noisyCounts(events[0], countUniverse(starts, task.values));
  const { grid, cells, mass } = findRange(task, wide, starts, sigmas[0]);
  const indices = gridIndices(grid, task.values);
  const rough = refined(cells, projected(mass, rows), affordable(rows, sigmas[1], mostCells[0]));
  const roughly = mechanisms.noisyCounts(events[1], countCells(rough, indices));
  const all = [0, cellCount(rough) - 1] as const;
  const near = (counts: Float64Array, sigma: number): [number, number] =>
    occupied(counts.subarray(0, -1), sigma, nearBy, presentIn(counts, rows, sigma));
  const [from, to] = bounds ? all : withNeighbours(near(roughly, sigmas[1]), all);
  const inner = cellsBetween(rough, from, to);
  const within = roughly.subarray(from, to + 1);
  const fine = refined(inner, projected(within, rows), affordable(rows, sigmas[2], mostCells[1]));
  const noisy = mechanisms.noisyCounts(events[2], countCells(fine, indices));
  if (bounds) return profileOf(task, grid, fine, noisy, sigmas[2]);
  const [first, last] = near(noisy, sigmas[2]);
  const kept = Float64Array.of(...noisy.subarray(first, last + 1), noisy[noisy.length - 1]);
  return profileOf(task, grid, cellsBetween(fine, first, last), kept, sigmas[2]);
}
