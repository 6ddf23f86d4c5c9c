/** The scorecard in sentences. */
import type { ColumnScore, Referenced, ReleasableScorecard, Scorecard } from '../../../workers/protocol.ts';
import { plural } from '../../app/words.ts';
import { formatScore } from '../../charts/format.ts';
import { noiseLevel } from '../../charts/noiseMarks.ts';
import { verdict, type Level } from '../../charts/scoreWords.ts';

const columnWords: Readonly<Record<Level, string>> = {
  'as-real': 'Each column looks as a fresh sample of real rows would',
  close: 'Columns are close to the real ones',
  partly: 'Columns keep part of their real shape',
  lost: 'Columns have mostly lost their real shape',
  unknown: '',
};

const linkWords: Readonly<Record<Level, string>> = {
  'as-real': 'the links between them are kept',
  close: 'the links between them are close to the real ones',
  partly: 'the links between them are partly kept',
  lost: 'the links between them are mostly lost',
  unknown: '',
};

const rank: Readonly<Record<Level, number>> = { 'as-real': 0, close: 1, partly: 2, lost: 3, unknown: 4 };

/** The whole scorecard in one sentence. Claims nothing where there is nothing to measure against. */
export function headline(scorecard: Scorecard): string {
  const columns = verdict(scorecard.meanDistance).level;
  const links = verdict(scorecard.associations.meanDifference).level;
  if (columns === 'unknown') {
    return Number.isFinite(scorecard.meanDistance.ceiling)
      ? 'Real and random rows score alike here, so these figures cannot tell good from bad.'
      : 'No real rows were held out, so these figures have nothing to be measured against.';
  }
  if (links === 'unknown') return `${columnWords[columns]}.`;
  const joiner = Math.abs(rank[columns] - rank[links]) >= 2 ? ', but ' : ', and ';
  return `${columnWords[columns]}${joiner}${linkWords[links]}.`;
}

/** Where the numbers behind the headline stand, in one sentence. */
export function headlineDetail({ rows, columns }: Scorecard): string {
  const holdout =
    rows.holdout > 0
      ? `; ${plural(rows.holdout, 'real row')} held out show the best that can be reached`
      : '';
  return `${plural(rows.synthetic, 'synthetic row')} against ${plural(rows.train, 'real row')} in ${plural(columns.length, 'column')}${holdout}.`;
}

/** What the metric of a column measures. */
export const metricSentence = (score: ColumnScore): string =>
  score.metric === 'KS'
    ? `Largest gap between the running totals of real and synthetic rows: ${formatScore(score.distance.value)}.`
    : `Share of synthetic rows that would have to change category: ${formatScore(score.distance.value)}.`;

export const metricName = (score: ColumnScore): string =>
  score.metric === 'KS' ? 'Kolmogorov–Smirnov distance' : 'Total variation distance';

export type Order = 'worst' | 'best' | 'name' | 'file';

/** How much worse than real rows a column is; falls back to the plain distance without a ceiling. */
const excess = ({ value, ceiling, floor }: Referenced): number => {
  const { position } = verdict({ value, ceiling, floor });
  return Number.isNaN(position) ? value : position;
};

/** Columns whose name holds `filter` (any case), in the wanted order; `file` is the order of `names`. */
export function arrange(
  columns: readonly ColumnScore[],
  filter: string,
  order: Order,
  names: readonly string[],
): ColumnScore[] {
  const wanted = filter.trim().toLowerCase();
  const found = columns.filter(({ column }) => column.toLowerCase().includes(wanted));
  switch (order) {
    case 'worst':
      return found;
    case 'best':
      return found.toSorted((a, b) => excess(a.distance) - excess(b.distance));
    case 'name':
      return found.toSorted((a, b) => a.column.localeCompare(b.column, 'en', { numeric: true }));
    case 'file':
      return found.toSorted((a, b) => names.indexOf(a.column) - names.indexOf(b.column));
  }
}

/** How many columns have each level, best first, none left out. */
export function tally(columns: readonly ColumnScore[]): { readonly level: Level; readonly count: number }[] {
  const levels: readonly Level[] = ['as-real', 'close', 'partly', 'lost', 'unknown'];
  return levels
    .map((level) => ({
      level,
      count: columns.filter(({ distance }) => verdict(distance).level === level).length,
    }))
    .filter(({ count }) => count > 0);
}

/** The scorecard that may be passed on, in one sentence. */
export function releasableHeadline({ columns }: ReleasableScorecard): string {
  const beyond = columns.filter((score) => noiseLevel(score) === 'beyond').length;
  if (columns.length === 0)
    return 'Nothing was released of single columns, so there is nothing to compare with.';
  if (beyond === 0) {
    return columns.length === 1
      ? 'The column is as close to what was released as noise allows.'
      : 'Every column is as close to what was released as noise allows.';
  }
  if (beyond === columns.length) return 'The columns are farther from what was released than noise explains.';
  return `${plural(columns.length - beyond, 'column')} of ${String(columns.length)} ${columns.length - beyond === 1 ? 'is' : 'are'} as close to what was released as noise allows.`;
}

/** Where the numbers behind it stand. */
export const releasableDetail = ({ meanDistance, meanNoiseAlone, synthetic }: ReleasableScorecard): string =>
  `Mean distance ${formatScore(meanDistance)}, where noise alone would give ${formatScore(meanNoiseAlone)}; computed from what was released and ${plural(synthetic.rows, 'synthetic row')}, not from real rows.`;
