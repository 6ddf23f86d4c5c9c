/** A report as HTML for people, JSON for programs and CSV for spreadsheets. */
import type { Figure } from '../evaluate/figureTypes.ts';
import { exactHtml } from './exactReport.ts';
import { releasableHtml } from './releasableReport.ts';
import type { ExactReport, ReleasableReport, Report, ReportFiles } from './types.ts';

const cell = (value: string | number): string => {
  const text = typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : value;
  // Like cells of a table: nothing that a spreadsheet would run.
  const guarded = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
};

const csv = (lines: readonly (readonly (string | number)[])[]): string =>
  lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');

const figureLine = (figure: Figure): (string | number)[] => [
  figure.id,
  figure.card,
  figure.label,
  figure.value,
  figure.interval?.[0] ?? NaN,
  figure.interval?.[1] ?? NaN,
  figure.target ? `${figure.target.better === 'higher' ? 'at least' : 'at most'}` : '',
  figure.target?.bound ?? NaN,
  figure.ceiling,
  figure.floor,
  figure.status,
  figure.unit,
  figure.rows,
  figure.note ?? '',
];

const figureHead = [
  ...[
    'id',
    'card',
    'figure',
    'value',
    'low95',
    'high95',
    'target',
    'bound',
    'ceiling',
    'floor',
    'status',
    'unit',
  ],
  ...['rows', 'note'],
];

function exactCsv({ assessed, scorecard }: ExactReport): string {
  const cards = (assessed?.headline.cards ?? []).map((card) => [
    ...[
      `card.${card.id}`,
      card.id,
      card.label,
      card.value,
      card.interval?.[0] ?? NaN,
      card.interval?.[1] ?? NaN,
    ],
    ...[card.target.better === 'higher' ? 'at least' : 'at most', card.target.bound, NaN, NaN, card.status],
    ...[card.form, NaN, card.note],
  ]);
  const columns = scorecard.columns.map(({ column, metric, distance }) => [
    ...[`column.${column}`, 'similarity', `${metric} of ${column}`, distance.value, NaN, NaN, '', NaN],
    ...[distance.ceiling, distance.floor, 'info', 'score', scorecard.rows.used, ''],
  ]);
  return csv([figureHead, ...cards, ...(assessed?.figures ?? []).map(figureLine), ...columns]);
}

const releasableCsv = ({ scorecard }: ReleasableReport): string =>
  csv([
    ['column', 'distance', 'noise_mean', 'noise_upper'],
    ...scorecard.columns.map(({ column, distance, noiseAlone }) => [
      column,
      distance,
      noiseAlone.mean,
      noiseAlone.upper,
    ]),
  ]);

const json = (report: Report): string => {
  const warning = report.scope === 'exact' ? { warning: 'Computed from real rows, without noise.' } : {};
  return `${JSON.stringify({ ...warning, ...report }, null, 2)}\n`;
};

export const reportFiles = (report: Report): ReportFiles =>
  report.scope === 'exact'
    ? { html: exactHtml(report), json: json(report), csv: exactCsv(report) }
    : { html: releasableHtml(report), json: json(report), csv: releasableCsv(report) };
