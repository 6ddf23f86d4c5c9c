import type { TableSchema } from '../../schema/types.ts';
import { binningOf, codedCategories } from '../binning.ts';
import { mapMarks, type Panel } from '../panel.ts';
import type { Sample } from '../samples.ts';
import { likelyTargets } from '../utility/target.ts';
import type { ClassShares } from './classShares.ts';
import { classCounts, type ClassMarks, type ClassTable } from './withinClass.ts';

/** The tables by class. */
export interface Classed {
  readonly column: string;
  readonly labels: readonly string[];
  readonly real: ClassTable;
  /** The floor has every column shuffled on its own. */
  readonly marks: ClassMarks;
  /** Rows or shares of each class as they should be. */
  readonly requested: Float64Array;
  /** A mix was asked for; else the real one is meant. */
  readonly asked: boolean;
}

/** The same column as models are to predict where nothing was asked for. */
const classColumn = (schema: TableSchema, requested: ClassShares | null): string | null =>
  requested?.column ?? likelyTargets(schema).at(0) ?? null;

/** Labels in the order of the codes that `binningOf` gives: most common first, then others, then missing. */
const labelsOf = (real: Sample, at: number): string[] => {
  const column = real.columns[at];
  if (column.type !== 'category') return [];
  const counts = new Float64Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  const labels = order.slice(0, codedCategories).map((code) => column.categories[code]);
  return [...labels, 'other', 'missing'];
};

const requestedOf = (
  labels: readonly string[],
  requested: ClassShares | null,
  real: Float64Array,
): Float64Array => {
  if (requested === null) return real;
  const shares = new Float64Array(labels.length);
  const [other, missing] = [labels.length - 2, labels.length - 1];
  for (const { label, share } of requested.classes) {
    const at = label === null ? missing : labels.slice(0, other).indexOf(label);
    shares[at < 0 ? other : at] += share;
  }
  return shares;
};

/** The tables by the classes of the column asked for, or of the one models are to predict; null where there is none. */
export const classed = (panel: Panel, schema: TableSchema, requested: ClassShares | null): Classed | null => {
  const name = classColumn(schema, requested);
  const at = panel.real.columns.findIndex((column) => column.name === name);
  if (name === null || at < 0 || panel.real.columns[at].type !== 'category') return null;
  const binnings = panel.real.columns.map(binningOf);
  const table = ({ columns }: Sample): ClassTable => ({
    classes: binnings[at](columns[at]),
    columns: columns.flatMap((column, c) => (c === at ? [] : [binnings[c](column)])),
  });
  const real = table(panel.real);
  const labels = labelsOf(panel.real, at);
  return {
    column: name,
    labels,
    real,
    marks: mapMarks({ value: panel.synthetic, ceiling: panel.holdout, floor: [panel.shuffled] }, table),
    requested: requestedOf(labels, requested, classCounts(real)),
    asked: requested !== null,
  };
};
