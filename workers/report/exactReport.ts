/** The owner's report: cards, every figure, each column, links, settings. Computed from real rows, and marked so. */
import type { Card } from '../evaluate/cardTypes.ts';
import type { Figure } from '../evaluate/figureTypes.ts';
import type { ColumnScore, Scorecard } from '../evaluate/types.ts';
import { cardBar, differenceOf, heatDrawing, overlayDrawing } from './charts.ts';
import { detailSections } from './details.ts';
import { html, table, type Cell, type Markup } from './html.ts';
import { page, runSections, type Section } from './parts.ts';
import * as texts from './texts.ts';
import type { ExactReport } from './types.ts';

/** Columns that are drawn; all are in the table. */
const mostDrawn = 60;

const cardMarkup = (card: Card): Markup => {
  const { label, value, form, interval, status, target, how, reference, note } = card;
  const ends =
    interval && `95%: ${texts.cardValue(interval[0], form)} to ${texts.cardValue(interval[1], form)}. `;
  const bound = `Target ${target.better === 'lower' ? 'at most ' : ''}${texts.cardValue(target.bound, form)}`;
  return html`<article class="card">
    <h3>${label}</h3>
    <p>
      <span class="value">${texts.cardValue(value, form)}</span>
      <span class="soft">${form === 'points' ? 'of 100' : 'lost'}</span>
      <span class="status ${status}">${texts.statusWords[status]}</span>
    </p>
    ${cardBar(card)}
    <p class="small">${ends ?? ''}${bound}</p>
    <p class="small soft">${note || `${how} ${reference}`}</p>
  </article> `;
};

function cardsSection({ assessed }: ExactReport): Section[] {
  if (!assessed) return [];
  const { cards, summary, next } = assessed.headline;
  const [main, apart] = [
    cards.filter(({ id }) => id !== 'privacy'),
    cards.filter(({ id }) => id === 'privacy'),
  ];
  const body = html`<p>${summary}</p>
    <div class="cards">${main.map(cardMarkup)}</div>
    <div class="apart">
      <p class="small soft">Apart from the others, and never in a mean with them:</p>
      <div class="cards">${apart.map(cardMarkup)}</div>
    </div>
    ${
      next.length > 0
        ? html`<h3>What could be done next</h3>
            <ul>
              ${next.map((line) => html`<li>${line}</li>`)}
            </ul>`
        : null
    }`;
  return [{ id: 'cards', title: 'In short', body }];
}

const figureCells = (figure: Figure): Cell[] => {
  const { label, meaning, note, unit, status } = figure;
  const name = html`${label}<br /><span class="small soft">${meaning}${note ? ` ${note}` : ''}</span>`;
  return [
    { text: name },
    { text: texts.figure(figure.value, unit), number: true },
    { text: texts.interval(figure.interval, unit), number: true },
    { text: texts.target(figure.target, unit), number: true },
    { text: texts.figure(figure.ceiling, unit), number: true },
    { text: texts.figure(figure.floor, unit), number: true },
    { text: html`<span class="status ${status}">${texts.statusWords[status]}</span>` },
  ];
};

const figureHead: readonly Cell[] = [
  { text: 'Figure' },
  { text: 'Value', number: true },
  { text: '95% interval', number: true },
  { text: 'Target', number: true },
  { text: 'Real rows', number: true },
  { text: 'Floor', number: true },
  { text: 'Status' },
];

function figureSections({ assessed }: ExactReport): Section[] {
  if (!assessed) return [];
  return assessed.headline.cards.flatMap(({ id, label, how }) => {
    const figures = assessed.figures.filter(({ card }) => card === id);
    if (figures.length === 0) return [];
    const body = html`<p class="soft">${how}</p>
      ${table(`Figures of ${label}`, figureHead, figures.map(figureCells))}`;
    return [{ id: `figures-${id}`, title: label, body }];
  });
}

const columnCells = ({ column, metric, distance }: ColumnScore): Cell[] => [
  { text: column },
  { text: metric },
  ...[distance.value, distance.ceiling, distance.floor].map((value) => ({
    text: texts.score(value),
    number: true,
  })),
];

function columnsSection({ columns }: Scorecard): Section {
  const drawn = columns.slice(0, mostDrawn).map(
    ({ column, metric, distance, overlay }, i) =>
      html`<figure>
        ${overlayDrawing(overlay, `hatch-${String(i)}`)}
        <figcaption>${column}: ${metric} ${texts.score(distance.value)}</figcaption>
      </figure> `,
  );
  const head = ['Column', 'Distance', 'Value', 'Real rows', 'Random values'].map((text, i) => ({
    text,
    number: i > 1,
  }));
  const body = html`<p class="soft">
      Worst first. Real rows solid blue, synthetic rows dashed or hatched vermillion. KS: largest gap of the
      running totals; TV: share of rows that would have to change.
    </p>
    <div class="grid">${drawn}</div>
    ${table('Distance of each column', head, columns.map(columnCells))}`;
  return { id: 'columns', title: 'Each column', body };
}

function linksSection({ associations }: Scorecard): Section {
  const { columns, real, synthetic } = associations;
  const maps: readonly (readonly [string, readonly number[]])[] = [
    ['Real rows', real],
    ['Synthetic rows', synthetic],
    ['Synthetic minus real', differenceOf(associations)],
  ];
  const body = html`<p class="soft">
      Strength of the link of each pair: green for positive, purple for negative, from nothing to 1.
    </p>
    <div class="grid">
      ${maps.map(
        ([name, values]) =>
          html`<figure>
            ${heatDrawing(columns, values, `Links: ${name}`)}
            <figcaption>${name}</figcaption>
          </figure>`,
      )}
    </div>`;
  return { id: 'links', title: 'Links between columns', body };
}

const warning = ({ run }: ExactReport): Markup =>
  html`<p class="mark">
      <strong>For the owner's eyes.</strong> Computed from real rows, without
      noise${run.guarantee === null ? '' : ': the guarantee of the table does not cover this report'}. Do not
      pass it on with the synthetic table.
    </p>
    <p>${run.guarantee ?? 'The table was made without differential privacy.'}</p>`;

export function exactHtml(report: ExactReport): string {
  const { scorecard, assessed, run } = report;
  const notes = html`<ul>
    ${scorecard.notes.map((note) => html`<li>${note}</li>`)}
  </ul>`;
  return page('Scorecard with exact figures', run, warning(report), [
    ...cardsSection(report),
    ...figureSections(report),
    ...(assessed ? detailSections(assessed.details) : []),
    columnsSection(scorecard),
    linksSection(scorecard),
    ...runSections(run),
    ...(scorecard.notes.length > 0 ? [{ id: 'notes', title: 'Notes', body: notes }] : []),
  ]);
}
