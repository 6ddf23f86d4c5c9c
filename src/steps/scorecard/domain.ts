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
  'Held out',
  'Synthetic',
  'Difference',
  '95% interval',
  'Held-out difference',
  'Status',
];

export const domainRows = ({ lines, unit }: DomainResult): string[][] =>
  lines.map(({ group, real, synthetic, holdout, difference, differenceInterval, ceiling, status }) => {
    return [
      group ?? 'all',
      writeDomain(real.value, unit),
      holdout ? writeDomain(holdout.value, unit) : '–',
      writeDomain(synthetic.value, unit),
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

const labelsOf = ({ category }: ColumnSchema): readonly string[] => category?.categories ?? [];

/** Two categories with a yes among them are told by it; else the last is taken. */
const affirmative = (column: ColumnSchema): string =>
  labelsOf(column).find((label) => /^(yes|true|y|1|ja|oui|s[ií]|died|dead)$/i.test(label)) ??
  labelsOf(column).at(-1) ??
  '';

/** A column whose share would be asked for: the one to predict, a yes or no, or one of few categories. */
function shareColumn(categories: readonly ColumnSchema[]): ColumnSchema | undefined {
  const target = categories.find(({ role }) => role === 'target');
  const few = categories.toSorted((a, b) => labelsOf(a).length - labelsOf(b).length);
  return target ?? categories.findLast(({ kind }) => kind === 'boolean') ?? few.at(0);
}

/** Formulas that fit the columns of a table, of each kind one where there are columns for it. */
export function examplesFor(columns: readonly ColumnSchema[]): string[] {
  const learned = columns.filter(({ treatment }) => treatment === 'learn');
  const categories = learned.filter(
    (column) => labelsOf(column).length >= 2 && labelsOf(column).length <= 30,
  );
  const numeric = learned.filter(({ kind }) => kind === 'integer' || kind === 'decimal');
  const [first, last] = [numeric.at(0), numeric.at(-1)];
  const asked = shareColumn(categories);
  const shares: string[] = [];
  if (asked) {
    const is = `${columnText(asked.name)} = ${valueText(affirmative(asked))}`;
    shares.push(`share(${is})`);
    if (first?.number) {
      const middle = Math.round((first.number.min + first.number.max) / 2);
      const of = columnText(first.name);
      shares.push(`share(${is} where ${of} >= ${middle}) / share(${is} where ${of} < ${middle})`);
    }
  }
  if (!last) return shares;
  const grouping = categories.find((column) => column !== asked && labelsOf(column).length > 2);
  const by = grouping ? ` by ${columnText(grouping.name)}` : '';
  return [...shares, `mean(${columnText(last.name)}${by})`];
}
