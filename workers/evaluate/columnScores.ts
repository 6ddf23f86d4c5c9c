import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import type { ScoredColumn } from './binning.ts';
import { ascendingWithMissing, ksDistance } from './ksDistance.ts';
import { overlayOf } from './overlay.ts';
import type { Pace } from './pace.ts';
import { mapMarks, referenced, type Marks, type Panel } from './panel.ts';
import { tvDistance } from './tvDistance.ts';
import type { ColumnScore, Referenced } from './types.ts';

/** Distance of each candidate's column from the real one. */
const distances = (real: ScoredColumn, candidates: Marks<ScoredColumn>): Referenced => {
  if (real.type === 'category') {
    return referenced(candidates, (column) =>
      column.type === 'category' ? tvDistance.compute(real.codes, column.codes) : NaN,
    );
  }
  const ascending = ascendingWithMissing(real.values);
  return referenced(candidates, (column) =>
    column.type === 'category' ? NaN : ksDistance.compute(ascending, ascendingWithMissing(column.values)),
  );
};

const distanceAt = (panel: Panel, at: number): Referenced => {
  const candidates = { value: panel.synthetic, ceiling: panel.holdout, floor: [panel.uniform] };
  return distances(
    panel.real.columns[at],
    mapMarks(candidates, (sample) => sample.columns[at]),
  );
};

/** The distance of each column, in the order of the real table. */
export async function columnDistances(panel: Panel, pace: Pace): Promise<Referenced[]> {
  const found: Referenced[] = [];
  for (const at of panel.real.columns.keys()) {
    found.push(distanceAt(panel, at));
    await pace.breathe();
  }
  return found;
}

const scoreColumn = (panel: Panel, at: number, schema: ColumnSchema): ColumnScore => {
  const real = panel.real.columns[at];
  return {
    column: real.name,
    metric: real.type === 'category' ? 'TV' : 'KS',
    distance: distanceAt(panel, at),
    overlay: overlayOf(real, panel.pictured.columns[at], schema),
  };
};

/** How much farther from the real column than fresh real rows are. */
const excess = ({ distance: { value, ceiling } }: ColumnScore): number =>
  Number.isNaN(ceiling) ? value : value - ceiling;

/** A score a column, worst first. */
export async function scoreColumns(
  panel: Panel,
  schema: TableSchema,
  pace: Pace,
  onProgress: (done: number) => void,
): Promise<ColumnScore[]> {
  const scores: ColumnScore[] = [];
  const schemas = new Map(schema.columns.map((column) => [column.name, column]));
  for (const [at, { name }] of panel.real.columns.entries()) {
    const its = schemas.get(name);
    if (its) scores.push(scoreColumn(panel, at, its));
    onProgress((at + 1) / panel.real.columns.length);
    await pace.breathe();
  }
  return scores.sort((a, b) => excess(b) - excess(a));
}
