import type { Rng } from '../../random/rng.ts';
import { jointCounts, takeCodes, type Coded } from '../coded.ts';
import { meanOf, type Marks } from '../panel.ts';
import { countIds, rowIds } from '../rowIds.ts';
import { drawnRows } from '../statistics/resample.ts';
import { totalVariation } from '../tvDistance.ts';

/** A table in codes: its classes and its other columns. */
export interface ClassTable {
  readonly classes: Coded;
  readonly columns: readonly Coded[];
}
export type ClassMarks = Marks<ClassTable>;

/** A class with fewer rows than this in either table is left out. */
export const leastClassRows = 30;

export const classCounts = ({ classes }: ClassTable): Float64Array => {
  const counts = new Float64Array(classes.size);
  for (const code of classes.codes) counts[code]++;
  return counts;
};

/** Mean total variation distance over columns between the rows of each class; NaN for a class left out. */
export function withinClassDistances(real: ClassTable, other: ClassTable): number[] {
  const [realRows, otherRows] = [classCounts(real), classCounts(other)];
  const distances = Array.from({ length: real.classes.size }, (): number[] => []);
  real.columns.forEach((column, c) => {
    const truth = jointCounts(real.classes, column);
    const made = jointCounts(other.classes, other.columns[c]);
    distances.forEach((list, k) => {
      if (Math.min(realRows[k], otherRows[k]) < leastClassRows) return;
      const [from, to] = [k * column.size, (k + 1) * column.size];
      list.push(totalVariation(truth.subarray(from, to), made.subarray(from, to)));
    });
  });
  return distances.map(meanOf);
}

/** Rows drawn anew, the same of all columns. */
export function redrawnTable({ classes, columns }: ClassTable, rng: Rng): ClassTable {
  const index = drawnRows(classes.codes.length, rng);
  const redraw = ({ codes, size }: Coded): Coded => ({
    codes: takeCodes(codes, index),
    size,
  });
  return { classes: redraw(classes), columns: columns.map(redraw) };
}

/** Different rows in codes; rows that only their last digits tell apart are one. */
const distinctRows = ({ columns }: ClassTable, rows: Int32Array): number => {
  const { ids, count } = rowIds([columns.map(({ codes }) => takeCodes(codes, rows))]);
  return countIds(ids[0], count).length;
};

const mostDrawn = 500;

const rowsOfClass = ({ classes }: ClassTable, code: number): Int32Array =>
  Int32Array.from(classes.codes.keys()).filter((row) => classes.codes[row] === code);

/** `count` of the rows at random. */
const drawn = (rows: Int32Array, count: number, rng: Rng): Int32Array => {
  const order = rows.slice();
  for (let i = 0; i < count; i++) {
    const other = i + rng.int(order.length - i);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order.subarray(0, count);
};

/**
 * Different rows among as many rows of a class in both tables, made to real, `draws` times: below 1 where a class was
 * filled up with repeats. Half of the smaller class is drawn, 500 rows at most. Empty for a class left out.
 */
export function diversityRatios(
  real: ClassTable,
  other: ClassTable,
  code: number,
  draws: number,
  rng: Rng,
): number[] {
  const [realRows, otherRows] = [rowsOfClass(real, code), rowsOfClass(other, code)];
  const least = Math.min(realRows.length, otherRows.length);
  if (least < leastClassRows) return [];
  const count = Math.min(mostDrawn, Math.floor(least / 2));
  return Array.from(
    { length: draws },
    () => distinctRows(other, drawn(otherRows, count, rng)) / distinctRows(real, drawn(realRows, count, rng)),
  );
}
