import { sigmaOfRho } from '../../privacy/zcdp.ts';
import { noiseOf } from '../marginal/lesson.ts';
import type { PrivateAccess, PrivateSize, PrivateSynthesis } from '../types.ts';
import type { Table } from '../../table/types.ts';
import type { Moments } from './correlations.ts';
import type { LatentTable } from './latent.ts';
import type { Margin } from './margin.ts';
import { setPair, zeros } from './matrix.ts';
import { addProducts, readScores, type ReadContext } from './products.ts';

/** Euclidean length of a row of whole-number scores at most. */
export const mostLength = 1024;
/**
 * L2 sensitivity of the sums of products: the least whole number at or above mostLength^2 / sqrt(2).
 *
 * Proof. A row adds, for whole numbers y with sum y_i^2 <= Y^2, the products y_i y_j for j < i, and
 * floor(7 y_i^2 / 10) for each i. The square of the length of what it adds is at most
 *     sum_{j<i} y_i^2 y_j^2 + 0.49 sum_i y_i^4 <= sum_{j<i} y_i^2 y_j^2 + sum_i y_i^4 / 2 = (sum_i y_i^2)^2 / 2 <= Y^4 / 2.
 * All entries are whole numbers, and sums of them are exact below 2^53, which 8 billion rows do not reach. That y fits
 * is checked in whole numbers (`roundRows`), so nothing rests on floating-point scores. With rows removed or zeroed,
 * m rows of a person change the sums by at most m times as much.
 */
export const rowSensitivity = Math.ceil(mostLength ** 2 / Math.SQRT2);

/** One release: the sums of products of scores over all rows. Nothing for a single column. */
function events({ columns, rowsPerUnit }: PrivateSize, rho: number) {
  if (columns < 2) return [];
  const sensitivity = rowsPerUnit * rowSensitivity;
  return [
    {
      purpose: `correlations of ${columns} columns`,
      // Without a loss distribution of its own, the accountant takes the RDP curve of this event.
      event: {
        kind: 'discreteGaussian' as const,
        sigma: sensitivity * sigmaOfRho(rho),
        sensitivity,
        count: 1,
      },
    },
  ];
}

export const privacy: PrivateSynthesis = { profileShare: 0.85, events };

/**
 * Whole numbers in place of the scores of a block of rows: scaled by `scale`, rows shortened to `mostLength`. A score
 * that is not finite counts as 0, and a row that should still be too long as nothing.
 */
export function roundRows(scores: readonly Float64Array[], rows: number, scale: number): void {
  // Rounding lengthens a row by half a unit an entry at most.
  const most = mostLength - Math.sqrt(scores.length) / 2;
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (const column of scores) {
      if (!Number.isFinite(column[row])) column[row] = 0;
      square += (scale * column[row]) ** 2;
    }
    const factor = square > most * most ? most / Math.sqrt(square) : 1;
    let length = 0;
    for (const column of scores) {
      column[row] = Math.round(scale * factor * column[row]);
      length += column[row] ** 2;
    }
    if (!(length <= mostLength ** 2)) for (const column of scores) column[row] = 0;
  }
}

/** Adds floor(7 y^2 / 10) of each row to `sums`, one entry a margin. */
export function addSquares(scores: readonly Float64Array[], rows: number, sums: Float64Array): void {
  scores.forEach((column, i) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const tenths = 7 * column[row] ** 2;
      sum += (tenths - (tenths % 10)) / 10;
    }
    sums[i] += sum;
  });
}
const squareWeight = 0.7;

/** Margins that say something, and the scale of their whole-number scores. */
interface Scaling {
  readonly active: readonly number[];
  readonly scale: number;
}

/** Noise in a correlation for which rows may stay longer than the typical one, and so undistorted. */
const smallNoise = 0.01;
/** Square of the length that rows are shortened to, over that of a typical row: at least, and at most. */
const shortest = 1;
const longest = 9;

/** Rests on the profile and on public facts. `noise` is sigma / sensitivity of one row. */
function scalingOf(margins: readonly Margin[], rows: number, noise: number): Scaling {
  const active = [...margins.keys()].filter((i) => margins[i].variance > 0);
  const typical = active.reduce((sum, i) => sum + margins[i].variance * margins[i].present, 0);
  const noiseAtTypical = (active.length * noise) / (Math.SQRT2 * rows);
  const square = typical * Math.min(longest, Math.max(shortest, smallNoise / noiseAtTypical));
  return { active, scale: mostLength / Math.sqrt(square) };
}

/**
 * As `exactMoments`, measured by the one planned event. Guarantee: rows are read through that event alone; what is made
 * of its answer is post-processing.
 */
export async function privateMoments(
  table: Table,
  latent: LatentTable,
  rows: number,
  access: PrivateAccess,
  context: Omit<ReadContext, 'mayStop'>,
): Promise<Moments> {
  const { margins } = latent;
  if (access.events.length === 0) return { matrix: zeros(margins.length), rows };
  const sigma = noiseOf(access, 0);
  const { active, scale } = scalingOf(margins, Math.max(1, rows), sigma / rowSensitivity);
  const size = active.length;
  if (size < 2) return { matrix: zeros(margins.length), rows };
  const pairs = (size * (size - 1)) / 2;
  const exact = new Float64Array(pairs + size);
  const read = (all: readonly Float64Array[], count: number): void => {
    const scores = active.map((margin) => all[margin]);
    roundRows(scores, count, scale);
    addProducts(scores, count, exact.subarray(0, pairs));
    addSquares(scores, count, exact.subarray(pairs));
  };
  await readScores(table, latent, read, { ...context, mayStop: false });
  await access.mechanisms.prepay(access.firstEvent);
  const noisy = access.mechanisms.noisyCounts(access.firstEvent, exact);
  return settled(noisy, latent, { active, scale }, Math.max(1, rows), sigma);
}

/** How far the part of a square that is left by shortened rows strays from the common part, as a share of it. */
const usualStray = 0.25;

/**
 * Moments from noisy sums. Shortened rows make all sums too small, so that products are read beside the squares of the
 * same rows, as in a correlation; squares lost in noise are taken as those of the margin times what is left of all.
 */
function settled(
  noisy: Float64Array,
  { margins }: LatentTable,
  { active, scale }: Scaling,
  rows: number,
  sigma: number,
): Moments {
  const pairs = noisy.length - active.length;
  const whole = active.map((i) => margins[i].variance * margins[i].present * rows * scale ** 2);
  const squares = active.map((_, a) => noisy[pairs + a] / squareWeight);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const left = Math.min(1, Math.max(0.2, sum(squares) / sum(whole)));
  const roots = squares.map((square, a) => {
    const common = left * whole[a];
    const trust = 1 / (1 + (sigma / squareWeight / (usualStray * common)) ** 2);
    return Math.sqrt(Math.max(common / 4, common + trust * (square - common)));
  });
  // Moments per unit of product.
  const unit = active.map((i, a) => Math.sqrt(margins[i].variance * margins[i].present) / roots[a]);
  const matrix = zeros(margins.length);
  const units = new Float64Array(margins.length);
  active.forEach((i, a) => (units[i] = unit[a]));
  for (let a = 1, at = 0; a < active.length; a++) {
    for (let b = 0; b < a; b++, at++) setPair(matrix, active[a], active[b], noisy[at] * unit[a] * unit[b]);
  }
  return { matrix, rows, noise: (i, j) => (sigma * units[i] * units[j]) ** 2 };
}
