import { RunControl } from '../../../workers/control.ts';
import type { ScoredColumn } from '../../../workers/evaluate/binning.ts';
import { Pace } from '../../../workers/evaluate/pace.ts';
import type { Sample } from '../../../workers/evaluate/samples.ts';

export type Cell = string | number | boolean | null;
export type Lists = Readonly<Record<string, readonly Cell[]>>;

const day = /^\d{4}-\d\d-\d\d$/;

const columnOf = (name: string, cells: readonly Cell[], among: readonly Cell[]): ScoredColumn => {
  const known = among.filter((cell) => cell !== null);
  if (known.every((cell) => typeof cell === 'number')) {
    const values = Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell)));
    return { type: 'number', name, values };
  }
  if (known.every((cell) => typeof cell === 'string' && day.test(cell))) {
    const values = Float64Array.from(cells, (cell) => (cell === null ? NaN : Date.parse(String(cell))));
    return { type: 'datetime', name, values };
  }
  const categories = [...new Set(known.map(String))];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(String(cell))));
  return { type: 'category', name, codes, categories };
};

/** Tables of the same columns, with one dictionary of categories each. */
export function samplesOf(...tables: readonly Lists[]): Sample[] {
  return tables.map((table) => ({
    rows: Object.values(table)[0].length,
    columns: Object.entries(table).map(([name, cells]) =>
      columnOf(
        name,
        cells,
        tables.flatMap((other) => other[name]),
      ),
    ),
  }));
}

/** Never waits: what is done with it takes no time. */
export const restless = (): Pace => {
  const control = new RunControl();
  control.close();
  return new Pace(control, () => 0);
};
