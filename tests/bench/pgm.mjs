/**
 * The graphical-model engine on a table the shape of Adult (48,842 x 14, up to 100 values a column): counting, a pass of
 * belief propagation, the fit by passes beside plain mirror descent, all pairs of a fitted model, a million rows drawn.
 *
 *     npm run bench -- pgm
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { tableText } from '../../scripts/printTable.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node 20 runs no TypeScript, so it is bundled first. @returns {Promise<typeof import('./pgm/figures.ts')>} */
async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'homespun-bench-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'tests/bench/pgm/figures.ts', outDir: folder, emptyOutDir: true, minify: false },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const file = readdirSync(folder).find((name) => name.startsWith('figures'));
  const figures = await import(pathToFileURL(join(folder, file ?? '')).href);
  rmSync(folder, { recursive: true });
  return figures;
}

const { fitFigures, speedFigures } = await load();
console.log(tableText(await speedFigures()));
console.log('\nObjective after a number of passes of belief propagation\n');
console.log(tableText(await fitFigures()));
