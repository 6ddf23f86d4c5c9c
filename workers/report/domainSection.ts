/** Figures of the owner's own, as a section of the owner's report. */
import type { DomainLine, DomainResult, DomainValue } from '../evaluate/domain/formulaTypes.ts';
import { html, table, type Cell, type Markup } from './html.ts';
import type { Section } from './parts.ts';
import * as texts from './texts.ts';

const valueText = ({ value, interval }: DomainValue, unit: DomainResult['unit']): string =>
  interval === null
    ? texts.figure(value, unit)
    : `${texts.figure(value, unit)} (${texts.interval(interval, unit)})`;

const number = (text: string): Cell => ({ text, number: true });

const rowOf = (line: DomainLine, unit: DomainResult['unit']): Cell[] => {
  const { group, real, holdout, synthetic, difference, differenceInterval: ends, status } = line;
  const off = ends === null ? '' : ` (${texts.percent(ends[0])} to ${texts.percent(ends[1])})`;
  return [
    { text: group ?? 'all rows' },
    number(valueText(real, unit)),
    number(holdout ? valueText(holdout, unit) : '–'),
    number(valueText(synthetic, unit)),
    number(`${texts.percent(difference)}${off}`),
    { text: html`<span class="status ${status}">${texts.statusWords[status]}</span>` },
  ];
};

function resultOf({ formula, unit, by, lines, status, note, problem }: DomainResult): Markup {
  const title = html`<h3>
    <code>${formula.text}</code>
    <span class="status ${status}">${texts.statusWords[status]}</span>
  </h3>`;
  if (problem)
    return html`${title}
      <p>${problem.message} ${problem.hint}</p>`;
  const names = ['Real (95%)', 'Held out (95%)', 'Synthetic (95%)', 'Difference (95%)'];
  const head = [{ text: by ?? 'Rows' }, ...names.map(number), { text: 'Status' }];
  const notes = [...new Set([note, ...lines.map((line) => line.note)])].filter((text) => text !== '');
  return html`${title}${table(
    `A difference of ${texts.percent(formula.tolerance)} of the real value is allowed`,
    head,
    lines.map((line) => rowOf(line, unit)),
  )}${notes.map((text) => html`<p class="small soft">${text}</p>`)}`;
}

/** None without formulas. */
export const domainSections = (results: readonly DomainResult[] = []): Section[] =>
  results.length === 0
    ? []
    : [
        {
          id: 'own-figures',
          title: 'Figures of your own',
          body: html`<p class="soft">
              Differences are relative to the real value. Intervals by the delta method; held-out real rows
              show how far apart real rows are by chance.
            </p>
            ${results.map(resultOf)}`,
        },
      ];
