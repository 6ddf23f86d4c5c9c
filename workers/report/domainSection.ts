/** Figures of the owner's own, as a section of the owner's report. */
import type { DomainResult, DomainValue } from '../evaluate/domain/formulaTypes.ts';
import { html, table, type Cell } from './html.ts';
import type { Section } from './parts.ts';
import * as texts from './texts.ts';

const valueText = ({ value, interval }: DomainValue, unit: DomainResult['unit']): string =>
  interval === null
    ? texts.figure(value, unit)
    : `${texts.figure(value, unit)} (${texts.interval(interval, unit)})`;

const head: readonly Cell[] = [
  { text: 'Figure' },
  ...['Real (95%)', 'Held out (95%)', 'Synthetic (95%)', 'Difference (95%)', 'Allowed'].map((text) => ({
    text,
    number: true,
  })),
  { text: 'Status' },
];

const number = (text: string): Cell => ({ text, number: true });

function rowsOf({ formula, unit, lines, status, problem }: DomainResult): Cell[][] {
  if (problem) {
    const why = html`${formula.text}<br /><span class="small soft">${problem.message} ${problem.hint}</span>`;
    const empty = head.slice(1, -1).map(() => number('–'));
    return [[{ text: why }, ...empty, { text: texts.statusWords[status] }]];
  }
  return lines.map((line) => {
    const { group, real, holdout, synthetic, difference, differenceInterval: ends } = line;
    const off = ends === null ? '' : ` (${texts.percent(ends[0])} to ${texts.percent(ends[1])})`;
    return [
      { text: group === null ? formula.text : html`${formula.text}<br />${group}` },
      number(valueText(real, unit)),
      number(holdout ? valueText(holdout, unit) : '–'),
      number(valueText(synthetic, unit)),
      number(`${texts.percent(difference)}${off}`),
      number(`± ${texts.percent(formula.tolerance)}`),
      { text: html`<span class="status ${line.status}">${texts.statusWords[line.status]}</span>` },
    ];
  });
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
            ${table('Formulas on real, held-out and synthetic rows', head, results.flatMap(rowsOf))}`,
        },
      ];
