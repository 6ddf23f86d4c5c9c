import { binningOf, type Binning } from './binning.ts';
import type { Coded } from './coded.ts';
import { correlationRatio } from './correlationRatio.ts';
import { cramersV } from './cramersV.ts';
import type { Pace } from './pace.ts';
import type { Marks, Panel } from './panel.ts';
import { pearson } from './pearson.ts';
import type { Sample } from './samples.ts';
import type { Associations } from './types.ts';

/** Columns in pair scores at most: their number of pairs grows with the square. */
export const mostPairedColumns = 100;

/** A column ready for pair scores: numbers keep their values, and all have codes under the train rows' bins. */
export interface PairColumn extends Coded {
  readonly name: string;
  readonly values: Float64Array | null;
}

/** The real table and its candidates, column by column; the floor is the shuffled table. */
export interface PairTables {
  readonly real: readonly PairColumn[];
  readonly candidates: Marks<readonly PairColumn[]>;
}

const prepare = async (sample: Sample, binnings: readonly Binning[], pace: Pace): Promise<PairColumn[]> => {
  const prepared: PairColumn[] = [];
  for (const [at, binning] of binnings.entries()) {
    const column = sample.columns[at];
    const values = column.type === 'category' ? null : column.values;
    prepared.push({ ...binning(column), name: column.name, values });
    await pace.breathe();
  }
  return prepared;
};

export async function pairTables(
  { real, synthetic, holdout, shuffled }: Panel,
  pace: Pace,
): Promise<PairTables> {
  const binnings: Binning[] = [];
  for (const column of real.columns.slice(0, mostPairedColumns)) {
    binnings.push(binningOf(column));
    await pace.breathe();
  }
  const all = async (samples: readonly Sample[]): Promise<PairColumn[][]> => {
    const prepared: PairColumn[][] = [];
    for (const sample of samples) prepared.push(await prepare(sample, binnings, pace));
    return prepared;
  };
  return {
    real: await prepare(real, binnings, pace),
    candidates: {
      value: await all(synthetic),
      ceiling: await all(holdout),
      floor: await all([shuffled]),
    },
  };
}

export type Measure = Associations['measures'][number];

export const measureOf = (a: PairColumn, b: PairColumn): Measure =>
  a.values && b.values ? 'pearson' : a.values || b.values ? 'correlation-ratio' : 'cramers-v';

/** Association of two columns of one table, by the measure for their kinds. NaN where it is undefined. */
export function association(a: PairColumn, b: PairColumn): number {
  if (a.values && b.values) return pearson.compute(a.values, b.values);
  if (b.values) return correlationRatio.compute(a, b.values);
  if (a.values) return correlationRatio.compute(b, a.values);
  return cramersV.compute(a, b);
}
