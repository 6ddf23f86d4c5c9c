/**
 * False alarms of the scorecard: Adult's own rows pose as synthetic ones, so no card should miss its target. Small tables
 * should be undecided instead.
 *
 *     npm run bench -- cards --data adult.csv [--tables 200] [--rows 300]
 *
 * The last line on stdout is one JSON object.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { tableText } from '../../scripts/printTable.mjs';
import { bundled } from '../../scripts/bundled.mjs';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    tables: { type: 'string', default: '200' },
    rows: { type: 'string', default: '300' },
  },
});
if (!values.data) {
  console.error('Give --data adult.csv.');
  process.exit(2);
}

/** @type {typeof import('./cards/run.ts')} */
const { sameSource } = await bundled('tests/bench/cards/run.ts');
const started = performance.now();
const { cards, failedFigures } = await sameSource(
  resolve(values.data),
  Number(values.tables),
  Number(values.rows),
);
const seconds = (performance.now() - started) / 1000;
const statuses = [...new Set(Object.values(cards).flatMap((tally) => Object.keys(tally)))];
console.log(
  tableText([
    ['card', ...statuses],
    ...Object.entries(cards).map(([card, tally]) => [card, ...statuses.map((s) => String(tally[s] ?? 0))]),
  ]),
);
console.log(`\n${JSON.stringify({ bench: 'cards', ...values, seconds, cards, failedFigures })}`);
