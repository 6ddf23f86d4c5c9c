/**
 * The distances of the scorecard as figures with intervals: the same metrics, over fewer rows, with an eighth of the
 * rows left out in turn.
 */
import type { TableSchema } from '../schema/types.ts';
import { takeFloat, takeRows } from '../table/takeRows.ts';
import type { Referenced, Scorecard } from './types.ts';
import { statusOf } from './assessment.ts';
import { takeCodes } from './coded.ts';
import { columnDistances } from './columnScores.ts';
import type { Figure, Interval, Target } from './figureTypes.ts';
import { jackknifeGroups, jackknifeInterval, rowsWithout } from './jackknife.ts';
import { Pace } from './pace.ts';
import { meanReferenced, panelOf, type Panel, type ScoredTables } from './panel.ts';
import { pairTables, type PairColumn, type PairTables } from './pairs.ts';
import { linkGap } from './pairScores.ts';
import type { Sample } from './samples.ts';
import type { ScoreContext } from './scorecard.ts';
import { scored, subsample } from './samples.ts';

/** Rows of each table at most: nine rounds over more would take minutes and move no figure's second digit. */
const mostRows = 15_000;
/** Columns in the figure of the worst. */
const worstColumns = 5;

/** What is measured, each between its marks. */
interface Distances {
  readonly columns: readonly Referenced[];
  readonly pairs: Referenced;
  readonly links: Referenced;
}

const without = (sample: Sample, group: number): Sample =>
  scored(takeRows(sample, rowsWithout(group, sample.rows)));

const panelWithout = (panel: Panel, group: number): Panel => {
  const all = (samples: readonly Sample[]): Sample[] => samples.map((sample) => without(sample, group));
  return {
    ...panel,
    real: without(panel.real, group),
    synthetic: all(panel.synthetic),
    holdout: all(panel.holdout),
    uniform: without(panel.uniform, group),
  };
};

const pairColumnsWithout = (columns: readonly PairColumn[], group: number): PairColumn[] => {
  const kept = rowsWithout(group, columns[0]?.codes.length ?? 0);
  return columns.map((column) => ({
    ...column,
    codes: takeCodes(column.codes, kept),
    values: column.values && takeFloat(column.values, kept),
  }));
};

/** Pair tables with an eighth of the rows of each left out. */
export const pairsWithout = ({ real, candidates }: PairTables, group: number): PairTables => {
  const table = (columns: readonly PairColumn[]): PairColumn[] => pairColumnsWithout(columns, group);
  return {
    real: table(real),
    candidates: {
      value: candidates.value.map(table),
      ceiling: candidates.ceiling.map(table),
      floor: candidates.floor.map(table),
    },
  };
};

const unknown: Referenced = { value: NaN, ceiling: NaN, floor: NaN };

async function measure(panel: Panel, pairs: PairTables, pace: Pace): Promise<Distances> {
  return { columns: await columnDistances(panel, pace), links: await linkGap(pairs, pace), pairs: unknown };
}

const excess = ({ value, ceiling }: Referenced): number => (Number.isNaN(ceiling) ? value : value - ceiling);

/** Places of the columns furthest off. */
const worstOf = (columns: readonly Referenced[]): number[] =>
  Array.from(columns.keys())
    .sort((a, b) => excess(columns[b]) - excess(columns[a]))
    .slice(0, worstColumns);

const distanceTarget = (ceiling: number, gap: number): Target => ({
  bound: Number.isFinite(ceiling) ? ceiling + gap : gap,
  better: 'lower',
});

interface Line extends Pick<Figure, 'id' | 'card' | 'label' | 'meaning'> {
  /** How far beyond real rows it may be. */
  readonly gap: number;
  readonly of: (distances: Distances, worst: readonly number[]) => Referenced;
}

const lines: readonly Line[] = [
  {
    id: 'similarity.columns',
    card: 'similarity',
    label: 'Single columns, on average',
    meaning:
      'Mean distance between each synthetic column and the real one (Kolmogorov–Smirnov for numbers and dates, total variation for categories); 0 is a perfect match.',
    gap: 0.05,
    of: ({ columns }) => meanReferenced(columns),
  },
  {
    id: 'similarity.worst',
    card: 'similarity',
    label: 'The five columns furthest off',
    meaning:
      'The same distance over the five columns that are furthest beyond real rows; a mean over all hides them.',
    gap: 0.15,
    of: ({ columns }, worst) => meanReferenced(worst.map((at) => columns[at])),
  },
  {
    id: 'correlation.links',
    card: 'correlation',
    label: 'All links, on average',
    meaning:
      'How far the strength of the link between two columns is off, on average over all pairs (Pearson, Cramér’s V, correlation ratio).',
    gap: 0.05,
    of: ({ links }) => links,
  },
];

/** Known from the first scorecard; the figure of the same id with an interval comes with the other correlations. */
const pairLine: Line = {
  id: 'correlation.pairs',
  card: 'correlation',
  label: 'Pairs of columns',
  meaning:
    'Mean total variation between the joint tables of two columns, over all pairs: do combinations occur as often?',
  gap: 0.05,
  of: ({ pairs }) => pairs,
};

interface Timed {
  readonly rows: number;
  readonly seconds: number;
}

function figureOf(
  line: Line,
  { value, ceiling, floor }: Referenced,
  interval: Interval | null,
  timed: Timed,
): Figure {
  const { id, card, label, meaning, gap } = line;
  const target = distanceTarget(ceiling, gap);
  const note = Number.isNaN(ceiling)
    ? { note: 'No rows were held out, so there is no mark of what real rows would reach.' }
    : {};
  const status = statusOf(value, interval, target);
  return {
    id,
    card,
    label,
    meaning,
    value,
    unit: 'score',
    interval,
    target,
    ceiling,
    floor,
    status,
    ...note,
    ...timed,
  };
}

/**
 * The interval of how far a distance is beyond its ceiling, laid around the distance: the ceiling has an error too, and
 * shares the one of the real rows. Distances are 0 at least.
 */
const around = (value: number, beyond: Interval | null): Interval | null => {
  if (beyond === null) return null;
  const half = (beyond[1] - beyond[0]) / 2;
  return [Math.max(0, value - half), value + half];
};

/**
 * Figures of single columns and of links with jackknife intervals over rows of all tables.
 * Throws `stopped` when cancelled.
 */
export async function assessDistances(
  tables: ScoredTables,
  schema: TableSchema,
  { rng, control, now, onProgress }: ScoreContext,
): Promise<{ readonly figures: readonly Figure[] }> {
  const start = now();
  const pace = new Pace(control, now);
  const fewer = {
    train: subsample(tables.train, mostRows, rng.fork('fewer train')),
    holdout: subsample(tables.holdout, mostRows, rng.fork('fewer holdout')),
    synthetic: subsample(tables.synthetic, mostRows, rng.fork('fewer synthetic')),
  };
  const panel = await panelOf(fewer, schema, rng, pace);
  const pairs = await pairTables(panel, pace);
  const whole = await measure(panel, pairs, pace);
  const replicates: Distances[] = [];
  for (let group = 0; group < jackknifeGroups; group++) {
    onProgress((group + 1) / (jackknifeGroups + 1), 'Intervals of distances');
    replicates.push(await measure(panelWithout(panel, group), pairsWithout(pairs, group), pace));
  }
  const worst = worstOf(whole.columns);
  const timed = { rows: panel.rows, seconds: (now() - start) / 1000 / lines.length };
  const figures = lines.map((line) => {
    const measured = line.of(whole, worst);
    const beyond = jackknifeInterval(
      excess(measured),
      replicates.map((replicate) => excess(line.of(replicate, worst))),
    );
    return figureOf(line, measured, around(measured.value, beyond), timed);
  });
  return { figures };
}

/** The figures that a scorecard holds already, without intervals: shown until those are there. */
export function scorecardFigures({
  columns,
  pairDistance,
  associations,
  rows,
  seconds,
}: Scorecard): Figure[] {
  const distances: Distances = {
    columns: columns.map(({ distance }) => distance),
    pairs: pairDistance,
    links: associations.meanDifference,
  };
  const timed = { rows: rows.used, seconds: seconds / lines.length };
  const worst = worstOf(distances.columns);
  return [...lines, pairLine].map((line) => figureOf(line, line.of(distances, worst), null, timed));
}
