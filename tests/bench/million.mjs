/**
 * A million rows of twenty columns through the built page: opened, profiled and fitted column by column, written back.
 * Reports seconds, memory of all browser processes and the longest task of the page's main thread (processor time).
 *
 *     npm run bench -- million [--rows 1000000] [--open-only]
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openApp } from '../../scripts/headless.mjs';
import { longestMainTask } from '../../scripts/mainThread.mjs';
import { watchMemory } from '../../scripts/memory.mjs';
import { tableText } from '../../scripts/printTable.mjs';
import { drawer, isoDay } from '../../scripts/samples/draw.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const linesAWrite = 5000;

const names = [
  ...['id', 'region', 'product', 'channel', 'status', 'segment', 'priority', 'flag', 'quantity', 'age'],
  ...['score', 'visits', 'price', 'discount', 'weight', 'ratio', 'balance', 'opened', 'changed', 'income'],
];

/** @param {import('../../scripts/samples/draw.mjs').Draw} draw @param {number} row */
function line(draw, row) {
  const quantity = 1 + Math.floor(draw.gamma2(6));
  const age = 18 + draw.integer(0, 70);
  const opened = draw.integer(5000, 8000);
  const cells = [
    1_000_000 + row,
    draw.pick(['north', 'south', 'east', 'west']),
    `P${draw.integer(100, 160)}`,
    draw.weighted({ shop: 5, online: 4, phone: 1 }),
    draw.weighted({ open: 3, closed: 6, returned: 1 }),
    draw.pick(['a', 'b', 'c', 'd', 'e']),
    draw.integer(1, 5),
    draw.chance(0.3) ? 'true' : 'false',
    quantity,
    age,
    draw.chance(0.05) ? '' : Math.round(50 + 15 * draw.normal()),
    draw.integer(0, 400),
    (quantity * Math.exp(2 + 0.6 * draw.normal())).toFixed(2),
    draw.chance(0.6) ? '0.00' : (draw.integer(1, 40) / 100).toFixed(2),
    (70 + 12 * draw.normal()).toFixed(1),
    draw.chance(0.1) ? '' : draw.normal().toFixed(4),
    (1200 * draw.normal()).toFixed(2),
    isoDay(opened),
    `${isoDay(opened + draw.integer(0, 300))} 12:00:00`,
    Math.round(20_000 + 400 * age + 9000 * draw.normal()),
  ];
  return cells.join(',');
}

/** @param {string} path @param {number} rows */
async function writeTable(path, rows) {
  const draw = drawer(20);
  const stream = createWriteStream(path);
  stream.write(`${names.join(',')}\n`);
  for (let row = 0; row < rows; row += linesAWrite) {
    const count = Math.min(linesAWrite, rows - row);
    const lines = Array.from({ length: count }, (_, i) => `${line(draw, row + i)}\n`);
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** @template T @param {() => Promise<T>} work */
async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** @template T @param {import('../../workers/errors.ts').Result<T>} result @returns {T} */
function take(result) {
  if (result.ok) return result.value;
  throw new Error([result.error.message, result.error.hint].filter(Boolean).join(' '));
}

/** Independent columns need no tensors: what is measured is the way of the data. */
const job = /** @type {const} */ ({ method: 'independent', privacy: 'none', holdout: 0.2, seed: 1 });

/** @param {import('../../scripts/headless.mjs').App} app @param {string} path @param {boolean} openOnly */
async function stages(app, path, openOnly) {
  const { page } = app;
  const megabytes = (/** @type {number | null} */ bytes) =>
    bytes === null ? '-' : (bytes / 2 ** 20).toFixed(0);
  const rows = [
    ['stage', 'seconds', 'peak MiB', 'longest main-thread task ms'],
    ['idle', '', megabytes(watchMemory().stop()), ''],
  ];
  /** @param {string} name @param {() => Promise<unknown>} work */
  const measure = async (name, work) => {
    const memory = watchMemory();
    let seconds = 0;
    const task = await longestMainTask(app.browser, async () => {
      ({ seconds } = await timed(() => Promise.race([work(), app.crashed])));
    });
    rows.push([name, seconds.toFixed(1), megabytes(memory.stop()), task.toFixed(0)]);
  };
  await measure('open', async () => {
    await page.setInputFiles('[data-testid="file-input"]', path);
    take(await page.evaluate(() => homespun.opened()));
  });
  if (openOnly) return rows;
  await measure('fit, sample, score', async () => take(await page.evaluate((j) => homespun.run(j), job)));
  await measure('write', async () => {
    const started = page.waitForEvent('download', { timeout: 0 });
    take(await page.evaluate(() => homespun.download(0)));
    await (await started).saveAs(`${path}.out.csv`);
  });
  return rows;
}

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, 'open-only': { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'homespun-million-'));
const path = join(folder, 'table.csv');
try {
  const { seconds } = await timed(() => writeTable(path, Number(values.rows)));
  const size = (statSync(path).size / 2 ** 20).toFixed(0);
  console.log(`${values.rows} x ${names.length} rows, ${size} MiB, written in ${seconds.toFixed(1)} s\n`);
  const app = await openApp(root);
  try {
    console.log(tableText(await stages(app, path, values['open-only'])));
  } finally {
    await app.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
