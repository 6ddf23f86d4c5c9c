import type { RunControl } from '../../control.ts';
import { categoryCodec, categoryCodes } from '../../encode/category.ts';
import type { Profile } from '../../profile/types.ts';
import { takeRows } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import { LatentTable } from './latent.ts';

/** Rows that the orders rest on: spread evenly over the table. */
const mostRows = 20_000;
/** Passes: the first rests on arbitrary orders of the other columns. */
const passes = 3;
const powerSteps = 30;
/** Rows that speak for a category's mean being zero: a rare one is not placed by chance. */
const priorRows = 10;

/** The order of each category column's codes; undefined where it is the profile's. */
export type Orders = (Int32Array | undefined)[];

/**
 * Orders of the codes of category columns such that neighbours go with similar values elsewhere: each column's codes by
 * their place on the direction in which the mean scores of all other columns differ most between codes (the first axis
 * of reciprocal averaging: Hill 1973, J. Ecology 61). Columns with fewer than three codes keep theirs. Reads rows
 * exactly: for use without differential privacy.
 */
export async function associatedOrders(table: Table, profile: Profile, control: RunControl): Promise<Orders> {
  const orders: Orders = profile.columns.map(() => undefined);
  const sample = everyNth(table, Math.max(1, Math.ceil(table.rows / mostRows)));
  for (let pass = 0; pass < passes; pass++) {
    const latent = new LatentTable(profile, orders);
    const scores = latent.room(sample.rows);
    latent.score(sample, 0, sample.rows, scores);
    for (const [c, column] of profile.columns.entries()) {
      if (column.type !== 'category') continue;
      const { size, missing } = categoryCodec(column);
      if (size < 3) continue;
      await control.checkpoint();
      const codes = categoryCodes(sample.columns[c]).map((code) => (code < 0 ? missing : code));
      const others = scores.filter((_, margin) => margin !== latent.first[c]);
      orders[c] = orderBy(mainDirection(codeMeans(codes, size, others)));
    }
  }
  return orders;
}

/** What the other columns say of each code. */
interface CodeMeans {
  readonly counts: Float64Array;
  readonly means: readonly Float64Array[];
}

/** Mean scores of the rows of each code, drawn towards zero where those are few: one array a code, one entry another column. */
function codeMeans(codes: Int32Array, size: number, others: readonly Float64Array[]): CodeMeans {
  const counts = new Float64Array(size);
  for (const code of codes) if (code >= 0) counts[code]++;
  const means = Array.from({ length: size }, () => new Float64Array(others.length));
  others.forEach((scores, o) => {
    for (let row = 0; row < codes.length; row++) if (codes[row] >= 0) means[codes[row]][o] += scores[row];
  });
  means.forEach((mean, code) => mean.forEach((sum, o) => (mean[o] = sum / (counts[code] + priorRows))));
  return { counts, means };
}

/** Place of each code on the direction in which the means vary most, by power iteration. */
function mainDirection({ counts, means }: CodeMeans): Float64Array {
  const width = means[0].length;
  const direction = new Float64Array(width).map((_, o) => 1 + o / width);
  const place = (mean: Float64Array): number => mean.reduce((sum, value, o) => sum + value * direction[o], 0);
  for (let step = 0; step < powerSteps; step++) {
    const next = new Float64Array(width);
    means.forEach((mean, code) => {
      const weight = counts[code] * place(mean);
      mean.forEach((value, o) => (next[o] += weight * value));
    });
    const length = Math.hypot(...next);
    if (!(length > 0)) break;
    next.forEach((value, o) => (direction[o] = value / length));
  }
  return Float64Array.from(means, place);
}

const orderBy = (places: Float64Array): Int32Array =>
  Int32Array.from(places.keys()).sort((a, b) => places[a] - places[b] || a - b);

function everyNth(table: Table, nth: number): Table {
  if (nth === 1) return table;
  const index = new Int32Array(Math.floor(table.rows / nth));
  for (let i = 0; i < index.length; i++) index[i] = i * nth;
  return takeRows(table, index);
}
