/** Parts that both reports have. */
import { html, table, type Markup } from './html.ts';
import { style } from './style.ts';
import { count } from './texts.ts';
import type { ReportRun } from './types.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

const settingsTable = ({ settings, output, madeAt, version }: ReportRun): Markup =>
  table(
    'Settings, versions and the file it belongs to',
    [{ text: 'What' }, { text: 'Value' }],
    [
      ...settings.map(({ label, value }) => [{ text: label }, { text: value }]),
      [{ text: 'Synthetic file' }, { text: output.fileName }],
      [{ text: 'Rows and columns' }, { text: `${count(output.rows)} x ${count(output.columns)}` }],
      [{ text: 'SHA-256 of the file' }, { text: html`<code>${output.sha256}</code>` }],
      [{ text: 'Made' }, { text: madeAt }],
      [{ text: 'Homespun' }, { text: version }],
    ],
  );

/** How it was made, and the statement of what that guarantees. */
export const runSections = (run: ReportRun): Section[] => [
  { id: 'settings', title: 'How it was made', body: settingsTable(run) },
  ...(run.statement === null
    ? []
    : [{ id: 'statement', title: 'Privacy statement', body: html`<pre>${run.statement}</pre>` }]),
];

/** The whole page: one file, nothing loaded from anywhere, no script. */
export function page(
  title: string,
  { output }: ReportRun,
  head: Markup,
  sections: readonly Section[],
): string {
  const links = sections.map((section) => html`<a href="#${section.id}">${section.title}</a>`);
  const bodies = sections.map(
    ({ id, title: heading, body }) =>
      html`<section id="${id}">
        <h2>${heading}</h2>
        ${body}
      </section> `,
  );
  return `<!doctype html>
${
  html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${title}: ${output.fileName}</title>
      <style>
        ${{ markup: style }}
      </style>
    </head>
    <body>
      <header>
        <h1>${title}</h1>
        <p class="soft">${output.fileName}, ${count(output.rows)} rows</p>
      </header>
      ${head}
      <nav>${links}</nav>
      ${bodies}
    </body>
  </html> `.markup
}`;
}
