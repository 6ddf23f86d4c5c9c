import type { TableSchema } from '../../schema/types.ts';
import type { Interval } from '../assessment.ts';
import { cellsOf, type ScoredColumn } from '../binning.ts';
import { countIds, rowIds } from '../rowIds.ts';
import type { Sample } from '../samples.ts';
import { wilsonRate } from '../statistics/proportions.ts';
import { placeOf } from '../statistics/sorted.ts';
import { residualRisk } from './risk.ts';

/** Values of a column that an attacker is taken to know exactly; of more, only which of twenty parts they lie in. */
const exactValues = 120;
const parts = 20;
const mostChosen = 4;

/** The columns by which someone could know a person, and whether the schema names them. */
export interface QuasiIdentifiers {
  readonly columns: readonly number[];
  readonly named: boolean;
}

/** Columns of role quasi-identifier; without any, the ones of few values whose values are spread most. */
export function quasiIdentifiers(real: Sample, schema: TableSchema): QuasiIdentifiers {
  const roles = new Map(schema.columns.map(({ name, role }) => [name, role]));
  const all = real.columns.map((_, c) => c);
  const named = all.filter((c) => roles.get(real.columns[c].name) === 'quasi-identifier');
  if (named.length > 0) return { columns: named, named: true };
  const spread = all
    .map((column) => ({ column, ...diversity(cellsOf(real.columns[column])) }))
    .filter(({ distinct }) => distinct >= 2 && distinct <= exactValues)
    .sort((a, b) => b.entropy - a.entropy);
  return {
    columns: spread.slice(0, mostChosen).map(({ column }) => column),
    named: false,
  };
}

const diversity = (cells: Float64Array | Int32Array): { distinct: number; entropy: number } => {
  const { ids, count } = rowIds([[cells]]);
  let entropy = 0;
  for (const rows of countIds(ids[0], count))
    entropy -= (rows / cells.length) * Math.log(rows / cells.length);
  return { distinct: count, entropy };
};

/** What an attacker knows of a column: its value, or the part of the train rows' values it lies in. */
const knownOf = (train: ScoredColumn): ((column: ScoredColumn) => ArrayLike<number>) => {
  if (train.type === 'category') return cellsOf;
  const sorted = train.values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.filter((value, i) => value !== sorted[i - 1]).length <= exactValues) return cellsOf;
  const cuts = Float64Array.from(
    { length: parts - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / parts)],
  );
  return (column) =>
    Float64Array.from(cellsOf(column), (value) => (Number.isNaN(value) ? NaN : placeOf(cuts, value, true)));
};

export interface Reidentification {
  readonly columns: readonly string[];
  /** The schema names the columns; else they were chosen. */
  readonly named: boolean;
  /** Rows of the smallest combination among the train rows. */
  readonly k: number;
  readonly combinations: number;
  /** Train rows alone in their combination. */
  readonly unique: number;
  /** Share of those whose combination a synthetic row has, and the same for held-out rows unique in a like table. */
  readonly reproduced: number;
  readonly control: number;
  readonly risk: number;
  readonly interval: Interval;
  /** Share of synthetic rows whose combination 1 to 4 train rows have. */
  readonly smallClasses: number;
  /** The same with the held-out rows in place of the synthetic ones. NaN without. */
  readonly smallClassesHeldOut: number;
}

const smallClass = 5;

const shareInSmall = (ids: Int32Array, train: Int32Array): number => {
  let rows = 0;
  for (const id of ids) if (train[id] > 0 && train[id] < smallClass) rows++;
  return ids.length === 0 ? NaN : rows / ids.length;
};

/** Rows of each combination in the three tables. */
interface Counts {
  readonly train: Int32Array;
  readonly holdout: Int32Array;
  readonly synthetic: Int32Array;
}

/** Combinations that stand once among the train rows, and those of them that a synthetic row has. */
const uniqueInTrain = ({ train, synthetic }: Counts): { unique: number; reproduced: number } => {
  let [unique, reproduced] = [0, 0];
  train.forEach((rows, id) => {
    if (rows !== 1) return;
    unique++;
    if (synthetic[id] > 0) reproduced++;
  });
  return { unique, reproduced };
};

/**
 * Share of held-out rows that a synthetic row reproduces, of those that would stand once in the train rows' place
 * (weighed as in `singlingOut`), and as how many rows it counts (Kish 1965).
 */
const uniqueInLikeTable = (
  { train, holdout, synthetic }: Counts,
  ratio: number,
): { share: number; effective: number } => {
  let [weight, squares, reproduced] = [0, 0, 0];
  holdout.forEach((rows, id) => {
    if (rows !== 1) return;
    const chance = ratio ** train[id];
    weight += chance;
    squares += chance * chance;
    if (synthetic[id] > 0) reproduced += chance;
  });
  return weight > 0
    ? { share: reproduced / weight, effective: (weight * weight) / squares }
    : { share: NaN, effective: 0 };
};

/**
 * Combinations of quasi-identifiers that stand once among the train rows and again in the synthetic ones, against
 * held-out rows that would be as unique in their place.
 */
export function reidentification(
  { columns, named }: QuasiIdentifiers,
  train: Sample,
  holdout: Sample,
  synthetic: Sample,
): Reidentification {
  const known = columns.map((c) => knownOf(train.columns[c]));
  const tables = [train, holdout, synthetic].map((sample) =>
    columns.map((c, k) => known[k](sample.columns[c])),
  );
  const { ids, count } = rowIds(tables);
  const [inTrain, inHoldout, inSynthetic] = ids.map((own) => countIds(own, count));
  const counts: Counts = {
    train: inTrain,
    holdout: inHoldout,
    synthetic: inSynthetic,
  };
  const { unique, reproduced } = uniqueInTrain(counts);
  const { share, effective } = uniqueInLikeTable(counts, holdout.rows / train.rows);
  const present = inTrain.filter((rows) => rows > 0);
  return {
    columns: columns.map((c) => train.columns[c].name),
    named,
    k: present.reduce((least, rows) => Math.min(least, rows), Infinity),
    combinations: present.length,
    unique,
    reproduced: reproduced / unique,
    control: share,
    ...residualRisk(wilsonRate(reproduced, unique), wilsonRate(share * effective, effective)),
    smallClasses: shareInSmall(ids[2], inTrain),
    smallClassesHeldOut: shareInSmall(ids[1], inTrain),
  };
}
