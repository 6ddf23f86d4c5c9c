/**
 * False alarms of the scorecard: Adult's own rows pose as synthetic ones, so no card should miss its target. Small tables
 * should be undecided instead.
 *
 *     npm run bench -- cards --data adult.csv [--tables 200] [--rows 300]
 *
 * The last line on stdout is one JSON object.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { tableText } from '../../scripts/printTable.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
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

/** Node 20 runs no TypeScript, so it is bundled first. @returns {Promise<typeof import('./cards/run.ts')>} */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'homespun-bench-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'tests/bench/cards/run.ts', outDir: folder, emptyOutDir: true, minify: false },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const file = readdirSync(folder).find((name) => name.startsWith('run'));
  const loaded = await import(pathToFileURL(join(folder, file ?? '')).href);
  rmSync(folder, { recursive: true });
  return loaded;
}

const { sameSource } = await load();
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
