import type { Rule } from '../../rules/types.ts';
import type { ColumnSchema, TableSchema } from '../../schema/types.ts';
import type { Table } from '../../table/types.ts';
import type { Figure } from '../assessment.ts';
import { cellsOf, type ScoredColumn } from '../binning.ts';
import { takeCodes } from '../coded.ts';
import {
  measureAll,
  notAssessed,
  orNull,
  shared,
  type FigureRow,
  type FigureSpec,
  type Measured,
} from '../figures.ts';
import { Pace } from '../pace.ts';
import { meanOf, meanReferenced, mostRows, type ScoredTables } from '../panel.ts';
import { alignTo, scored, subsample, type Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { bootstrapSpreads, drawnRows, intervalOf } from '../statistics/resample.ts';
import type { Referenced } from '../types.ts';
import { duplicateShare, keyUniqueness } from './duplicates.ts';
import { keptRules } from './keptRules.ts';
import { missingOf, missingPatterns, patternDistance, shareOf, type MissingPatterns } from './missing.ts';
import { invalidCells } from './validity.ts';

const missingGap = 0.02;
const duplicateGap = 0.01;
const replicates = 20;

/** One column of the quality table; shares of cells. */
export interface ColumnQuality {
  readonly column: string;
  readonly invalid: number;
  readonly missing: Referenced & { readonly real: number };
}

export interface QualityDetails {
  readonly columns: readonly ColumnQuality[];
  /** Shares of rows that repeat another, among as many rows of each table. Null where it failed. */
  readonly duplicates: Repeated | null;
}

export interface QualityAssessment {
  readonly figures: readonly Figure[];
  readonly details: QualityDetails;
}

const spec = (id: string, label: string, meaning: string): FigureSpec => ({
  id: `quality.${id}`,
  card: 'quality',
  unit: 'share',
  label,
  meaning,
});

const specs = {
  validity: spec(
    'validity',
    'Valid cells',
    'Share of synthetic cells that fit their column: kind, decimals, range, known category, and no gap where the real table has none.',
  ),
  missing: spec(
    'missing',
    'Missing cells, gap',
    'How far the shares of missing cells are from the real ones, as the mean over columns.',
  ),
  missingPatterns: spec(
    'missingPatterns',
    'Missing together, gap',
    'Share of rows that would have to change for cells to be missing together as in the real rows.',
  ),
  duplicates: spec(
    'duplicates',
    'Repeated rows, beyond real',
    'Share of synthetic rows that repeat another one, less the same of as many real rows.',
  ),
  keys: spec(
    'keys',
    'Unique keys',
    'Share of keys in the synthetic table that are there and stand in one row only.',
  ),
  rules: spec(
    'rules',
    'Rows that keep the rules',
    'Share of synthetic rows that keep every rule between columns: sums, orders, groups and combinations.',
  ),
} as const;

/** The tables in the columns and codes of the train rows, as many rows of each as there are synthetic ones at most. */
interface Compared {
  readonly real: Sample;
  readonly synthetic: Sample;
  /** Null without held-out rows. */
  readonly holdout: Sample | null;
  readonly schemas: readonly (ColumnSchema | undefined)[];
}

const comparedOf = (
  { train, holdout, synthetic }: ScoredTables,
  schema: TableSchema,
  { rng }: ScoreContext,
): Compared => {
  const real = scored(subsample(train, mostRows, rng.fork('train')));
  const entries = new Map(schema.columns.map((column) => [column.name, column]));
  return {
    real,
    synthetic: alignTo(real, subsample(synthetic, mostRows, rng.fork('synthetic'))),
    holdout: holdout.rows > 0 ? alignTo(real, subsample(holdout, mostRows, rng.fork('holdout'))) : null,
    schemas: real.columns.map(({ name }) => entries.get(name)),
  };
};

/** Invalid cells of the columns of a table as it was made, before codes are aligned. */
const invalidShares = (table: Table, schema: TableSchema): Map<string, number> => {
  const entries = new Map(schema.columns.map((column) => [column.name, column]));
  const shares = new Map<string, number>();
  for (const column of table.columns) {
    const entry = entries.get(column.name);
    if (entry && isScored(column)) shares.set(column.name, invalidCells(entry, column) / table.rows);
  }
  return shares;
};

const isScored = (column: Table['columns'][number]): column is ScoredColumn => column.type !== 'text';

const validity = ({ synthetic, holdout }: ScoredTables, schema: TableSchema): Measured => {
  const valid = (table: Table): number =>
    table.rows === 0 ? NaN : 1 - meanOf([...invalidShares(table, schema).values()]);
  return {
    value: valid(synthetic),
    target: { bound: 1, better: 'higher' },
    ceiling: valid(holdout),
    rows: synthetic.rows,
  };
};

const missingColumns = ({ real, synthetic, holdout }: Compared): ColumnQuality['missing'][] =>
  real.columns.map((column, c) => {
    const share = shareOf(missingOf(column));
    const gap = (sample: Sample): number => Math.abs(shareOf(missingOf(sample.columns[c])) - share);
    return {
      real: share,
      value: gap(synthetic),
      ceiling: holdout ? gap(holdout) : NaN,
      floor: share,
    };
  });

/** A mean over columns or patterns, with rows of both tables drawn anew for its interval. */
const missing = async (compared: Compared, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const marks = meanReferenced(missingColumns(compared));
  const flags = ({ columns }: Sample): Uint8Array[] => columns.map(missingOf);
  const [real, made] = [flags(compared.real), flags(compared.synthetic)];
  const random = rng.fork('missing');
  const redrawn = (columns: readonly Uint8Array[]): number[] => {
    const index = drawnRows(columns[0].length, random);
    return columns.map((own) => shareOf(takeCodes(own, index)));
  };
  const [spread] = await bootstrapSpreads(replicates, pace, () => {
    const [truth, other] = [redrawn(real), redrawn(made)];
    return [meanOf(truth.map((share, c) => Math.abs(share - other[c])))];
  });
  return {
    ...marks,
    interval: intervalOf(marks.value, spread),
    target: { bound: missingGap, better: 'lower' },
    note: marks.floor === 0 ? 'The real table has no missing cells.' : 'The floor has none missing.',
    rows: compared.real.rows + compared.synthetic.rows,
  };
};

const redrawnPatterns = (
  { real, other, count }: MissingPatterns,
  random: ScoreContext['rng'],
): MissingPatterns => {
  const redraw = (ids: Int32Array): Int32Array => ids.map(() => ids[random.int(ids.length)]);
  return { real: redraw(real), other: redraw(other), count };
};

const patterns = async (
  { real, synthetic, holdout }: Compared,
  { rng }: ScoreContext,
  pace: Pace,
): Promise<Measured> => {
  const found = missingPatterns(real, synthetic);
  const value = patternDistance(found);
  const random = rng.fork('patterns');
  const [spread] = await bootstrapSpreads(replicates, pace, () => [
    patternDistance(redrawnPatterns(found, random)),
  ]);
  const ceiling = holdout ? patternDistance(missingPatterns(real, holdout)) : NaN;
  const someMissing = real.columns.map(missingOf);
  const anyMissing = Uint8Array.from(someMissing[0] ?? [], (_, row) =>
    someMissing.some((flags) => flags[row] === 1) ? 1 : 0,
  );
  return {
    value,
    interval: intervalOf(value, spread),
    target: {
      bound: missingGap + (Number.isNaN(ceiling) ? 0 : ceiling),
      better: 'lower',
    },
    ceiling,
    floor: shareOf(anyMissing),
    note: 'The floor has no cell missing.',
    rows: real.rows + synthetic.rows,
  };
};

export interface Repeated {
  readonly rows: number;
  readonly real: number;
  readonly synthetic: number;
  readonly holdout: number;
}

/** Repeats of as many rows of each table, since more rows repeat more often. */
const duplicatesOf = ({ real, synthetic, holdout }: Compared, { rng }: ScoreContext): Repeated => {
  const rows = Math.min(real.rows, synthetic.rows, holdout?.rows ?? Infinity);
  const share = (sample: Sample, purpose: string): number =>
    duplicateShare(scored(subsample(sample, rows, rng.fork(purpose))).columns.map(cellsOf));
  return {
    rows,
    real: share(real, 'repeated real'),
    synthetic: share(synthetic, 'repeated synthetic'),
    holdout: holdout ? share(holdout, 'repeated holdout') : NaN,
  };
};

const duplicates = ({ rows, real, synthetic, holdout }: Repeated): Measured => {
  const [low, high] = wilsonInterval(synthetic * rows, rows);
  return {
    value: synthetic - real,
    interval: [low - real, high - real],
    target: { bound: duplicateGap, better: 'lower' },
    ceiling: holdout - real,
    note: `${(100 * synthetic).toFixed(1)} % of synthetic and ${(100 * real).toFixed(1)} % of real rows repeat another.`,
    rows: 2 * rows,
  };
};

const keys = ({ synthetic }: ScoredTables, schema: TableSchema): Measured => {
  const unique = new Set(
    schema.columns.filter(({ identifier }) => identifier?.unique).map(({ name }) => name),
  );
  const shares = synthetic.columns.flatMap((column) =>
    column.type === 'text' && unique.has(column.name) ? [keyUniqueness(column.texts)] : [],
  );
  return shares.length === 0
    ? notAssessed('The synthetic table has no column of unique keys to check.', synthetic.rows)
    : {
        value: meanOf(shares),
        target: { bound: 1, better: 'higher' },
        rows: synthetic.rows,
      };
};

/**
 * Whether synthetic cells and rows are well formed. Every synthetic row is looked at, 50,000 at most where tables are
 * compared. Rules between columns are counted where there are any, with all combinations listed.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessQuality(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
  rules: readonly Rule[] = [],
): Promise<QualityAssessment> {
  const pace = new Pace(context.control, context.now);
  const compared = comparedOf(tables, schema, context);
  const repeated = shared(async () => duplicatesOf(compared, context));
  const wanted: FigureRow[] = [
    [specs.validity, () => validity(tables, schema)],
    [specs.missing, () => missing(compared, context, pace)],
    [specs.missingPatterns, () => patterns(compared, context, pace)],
    [specs.duplicates, async () => duplicates(await repeated())],
    [specs.keys, () => keys(tables, schema)],
    ...(rules.length > 0 ? [[specs.rules, () => keptRules(tables, schema, rules)] as const] : []),
  ];
  const figures = await measureAll(wanted, context);
  const invalid = invalidShares(tables.synthetic, schema);
  return {
    figures,
    details: {
      columns: missingColumns(compared).map((its, c) => ({
        column: compared.real.columns[c].name,
        invalid: invalid.get(compared.real.columns[c].name) ?? NaN,
        missing: its,
      })),
      duplicates: await orNull(repeated()),
    },
  };
}
