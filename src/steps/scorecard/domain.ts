/** Figures of the person's own as sentences, and as lists for charts and tables. */
import type { ColumnSchema, DomainLine, DomainResult, Interval } from '../../../workers/protocol.ts';
import { formatFigure, statusWords } from '../../charts/figureText.ts';
import { formatShare, formatShareGap } from '../../charts/format.ts';
import type { IntervalGroup } from '../../charts/intervalMarks.ts';

type Unit = DomainResult['unit'];

export const writeDomain = (value: number, unit: Unit): string => formatFigure(value, unit);

const writeGapInterval = (interval: Interval | null): string =>
  interval === null ? '–' : `${formatShareGap(interval[0])} to ${formatShareGap(interval[1])}`;

const valuesOf = ({ real, synthetic, holdout }: DomainLine): DomainLine['real'][] => [
  real,
  synthetic,
  ...(holdout ? [holdout] : []),
];

/** Lines of a chart: real, held-out and synthetic rows of each group. */
export const domainGroups = ({ lines, unit }: DomainResult): IntervalGroup[] =>
  lines.map(({ group, real, synthetic, holdout }) => ({
    label: group ?? (unit === 'number' ? 'value' : unit),
    values: [
      { series: 'real', name: 'real rows', value: real.value, interval: real.interval },
      ...(holdout
        ? [
            {
              series: 'held-out' as const,
              name: 'held-out real rows',
              value: holdout.value,
              interval: holdout.interval,
            },
          ]
        : []),
      { series: 'synthetic', name: 'synthetic rows', value: synthetic.value, interval: synthetic.interval },
    ],
  }));

/** Room for every value and interval, with some to spare. */
export function domainRange({ lines }: DomainResult): [number, number] {
  const ends = lines
    .flatMap(valuesOf)
    .flatMap(({ value, interval }) => [value, ...(interval ?? [])])
    .filter(Number.isFinite);
  if (ends.length === 0) return [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const spare = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - spare, high + spare];
}

/** The line furthest off, where one can be told. */
const furthest = (lines: readonly DomainLine[]): DomainLine | null =>
  lines
    .filter(({ difference }) => Number.isFinite(difference))
    .reduce<DomainLine | null>(
      (worst, line) => (!worst || Math.abs(line.difference) > Math.abs(worst.difference) ? line : worst),
      null,
    );

export function domainFinding({ lines, unit, formula }: DomainResult): string {
  const line = furthest(lines);
  if (!line) return lines[0]?.note ?? 'Nothing was measured.';
  const { group, real, synthetic, difference, differenceInterval, ceiling } = line;
  const where = group === null ? '' : `Furthest off for “${group}”: `;
  const values = `${writeDomain(real.value, unit)} in real rows, ${writeDomain(synthetic.value, unit)} in synthetic ones`;
  const held = Number.isFinite(ceiling) ? `; held-out rows ${formatShareGap(ceiling)}` : '';
  return `${where}${values}: ${formatShareGap(difference)} of the real value (${writeGapInterval(differenceInterval)})${held}. ${formatShare(formula.tolerance)} either way is allowed.`;
}

export const domainHead = ({ by }: DomainResult): string[] => [
  by ?? 'Rows',
  'Real',
  '95% interval',
  'Synthetic',
  '95% interval',
  'Held out',
  'Difference',
  '95% interval',
  'Held-out difference',
  'Status',
];

export const domainRows = ({ lines, unit }: DomainResult): string[][] =>
  lines.map(({ group, real, synthetic, holdout, difference, differenceInterval, ceiling, status }) => {
    const ends = (interval: Interval | null): string =>
      interval === null ? '–' : `${writeDomain(interval[0], unit)} to ${writeDomain(interval[1], unit)}`;
    return [
      group ?? 'all',
      writeDomain(real.value, unit),
      ends(real.interval),
      writeDomain(synthetic.value, unit),
      ends(synthetic.interval),
      holdout ? writeDomain(holdout.value, unit) : '–',
      formatShareGap(difference),
      writeGapInterval(differenceInterval),
      formatShareGap(ceiling),
      statusWords[status],
    ];
  });

const bare = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const reserved = ['where', 'by', 'and', 'or', 'not', 'in', 'is', 'missing'];

const columnText = (name: string): string =>
  bare.test(name) && !reserved.includes(name.toLowerCase()) ? name : `\`${name.replaceAll('`', '``')}\``;
const valueText = (label: string): string =>
  bare.test(label) && !reserved.includes(label.toLowerCase()) ? label : `'${label.replaceAll("'", "''")}'`;

/** Formulas that fit the columns of a table, of each kind one where there are columns for it. */
export function examplesFor(columns: readonly ColumnSchema[]): string[] {
  const learned = columns.filter(({ treatment }) => treatment === 'learn');
  const categories = learned.filter(({ category }) => {
    const labels = category?.categories.length ?? 0;
    return labels >= 2 && labels <= 30;
  });
  const yes = categories.toSorted(
    (a, b) => (a.category?.categories.length ?? 0) - (b.category?.categories.length ?? 0),
  )[0];
  const grouping = categories.find(
    (column) => column !== yes && (column.category?.categories.length ?? 0) > 2,
  );
  const number = learned.find(({ kind }) => kind === 'integer' || kind === 'decimal');
  const numeric = learned.filter(({ kind }) => kind === 'integer' || kind === 'decimal').at(-1);
  const shown: string[] = [];
  if (yes?.category) {
    const is = `${columnText(yes.name)} = ${valueText(yes.category.categories[1])}`;
    shown.push(`share(${is})`);
    if (number?.number) {
      const middle = Math.round((number.number.min + number.number.max) / 2);
      const of = columnText(number.name);
      shown.push(`share(${is} where ${of} >= ${middle}) / share(${is} where ${of} < ${middle})`);
    }
  }
  if (numeric && grouping) shown.push(`mean(${columnText(numeric.name)} by ${columnText(grouping.name)})`);
  else if (numeric) shown.push(`mean(${columnText(numeric.name)})`);
  return shown;
}
