/** The report that may be passed on: what was released, facts of the synthetic table, the guarantee. */
import type { ReleasableColumn } from '../evaluate/types.ts';
import { heatDrawing } from './charts.ts';
import { html, table, type Cell, type Markup } from './html.ts';
import { page, runSections, type Section } from './parts.ts';
import * as texts from './texts.ts';
import type { ReleasableReport } from './types.ts';

const columnCells = ({ column, distance, noiseAlone }: ReleasableColumn): Cell[] => [
  { text: column },
  ...[distance, noiseAlone.mean, noiseAlone.upper].map((value) => ({
    text: texts.score(value),
    number: true,
  })),
  { text: distance <= noiseAlone.upper ? '✓ within noise' : '✕ beyond noise' },
];

function columnsSection({ scorecard }: ReleasableReport): Section {
  const { columns, meanDistance, meanNoiseAlone } = scorecard;
  const within = columns.filter(({ distance, noiseAlone }) => distance <= noiseAlone.upper).length;
  const head = ['Column', 'Distance', 'Noise alone, mean', 'Noise alone, 19 of 20', ''].map((text, i) => ({
    text,
    number: i > 0 && i < 4,
  }));
  const body = html`<p>
      ${String(within)} of ${String(columns.length)} columns are as close to what was released as noise
      allows. Mean distance ${texts.score(meanDistance)}, where noise alone would give
      ${texts.score(meanNoiseAlone)}.
    </p>
    <p class="soft">
      The share of synthetic rows that would have to change for a column to have exactly the noisy shares that
      were released.
    </p>
    ${table('Each column against what was released', head, columns.map(columnCells))}`;
  return { id: 'columns', title: 'Each column against what was released', body };
}

function tableSection({ scorecard: { synthetic } }: ReleasableReport): Section {
  const { associations, missing, target } = synthetic;
  const share = ({ label, share: part }: { label: string; share: number }): Cell[] => [
    { text: label },
    { text: texts.percent(part), number: true },
  ];
  const head = (what: string): Cell[] => [{ text: what }, { text: 'Share of rows', number: true }];
  const gaps = missing.filter((column) => column.share > 0);
  const missingTable =
    gaps.length > 0
      ? table(
          'Missing cells of the synthetic table',
          head('Column'),
          gaps.map(({ column, share: part }) => share({ label: column, share: part })),
        )
      : html`<p>No cell is missing in the synthetic table.</p>`;
  const body = html`${target ? table(`Classes of ${target.column} in the synthetic table`, head('Class'), target.classes.map(share)) : null}
    ${missingTable}
    <figure>
      ${heatDrawing(associations.columns, associations.values, 'Links between the columns of the synthetic table')}
      <figcaption>
        Links between the columns of the synthetic table: green for positive, purple for negative.
      </figcaption>
    </figure>`;
  return { id: 'table', title: 'The synthetic table by itself', body };
}

const promise = ({ run }: ReleasableReport): Markup =>
  html`<p class="mark safe">
      <strong>May be passed on.</strong> Computed from what a run with differential privacy released and from
      synthetic rows; no figure was computed from real rows without noise.
    </p>
    <p>${run.guarantee ?? ''}</p>`;

export function releasableHtml(report: ReleasableReport): string {
  const { notes } = report.scorecard;
  const listed = html`<ul>
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`;
  return page('Scorecard to pass on', report.run, promise(report), [
    columnsSection(report),
    tableSection(report),
    ...runSections(report.run),
    ...(notes.length > 0 ? [{ id: 'notes', title: 'Notes', body: listed }] : []),
  ]);
}
