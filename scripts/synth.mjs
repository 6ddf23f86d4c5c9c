/**
 * `npm run synth -- INPUT.csv --out OUT.csv [options]`: the built app, driven in a headless Chromium.
 * Progress goes to stderr; stdout gets one JSON line.
 */
import { statSync, writeFileSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApp } from './headless.mjs';
import { watchMemory } from './memory.mjs';
import { progressPrinter } from './progress.mjs';
import { readOptions, usage, UsageError } from './synthOptions.mjs';

/** @typedef {import('./synthOptions.mjs').SynthOptions} SynthOptions */
/** @typedef {import('./headless.mjs').App} App */
/** @typedef {import('../workers/errors.ts').EngineError} EngineError */

const exitCodes = { done: 0, usage: 2, badInput: 3, failed: 4, interrupted: 130 };
const root = fileURLToPath(new URL('..', import.meta.url));

/** Input that cannot be used: the message says what and where. */
class InputError extends Error {}

/** @param {EngineError} error */
function inWords({ message, hint, line, column }) {
  const where = [line && `line ${line}`, column && `column "${column}"`].filter(Boolean).join(', ');
  return [where ? `${message} (${where})` : message, hint].filter(Boolean).join('\n');
}

/** @param {EngineError} error */
function asError(error) {
  const kinds = { 'bad-file': InputError, 'bad-schema': InputError, 'bad-settings': UsageError };
  const Kind = error.code in kinds ? kinds[/** @type {keyof typeof kinds} */ (error.code)] : Error;
  return new Kind(inWords(error));
}

/**
 * The value of a result, or its error thrown.
 * @template T @param {import('../workers/errors.ts').Result<T>} result @returns {T}
 */
function take(result) {
  if (result.ok) return result.value;
  throw asError(result.error);
}

/** Refuses before the browser starts what cannot end well. @param {SynthOptions} options */
function checkFiles({ input, schema, protect, out, writeSchema, scorecard }) {
  for (const path of [input, schema, protect]) {
    if (path === null) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) throw new InputError(`There is no file ${path}.`);
  }
  for (const path of [out, writeSchema, scorecard]) {
    if (path === null) continue;
    const folder = dirname(resolve(path));
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`There is no folder ${folder} to write in.`);
    }
  }
}

/** Opens the input and makes its schema what was asked for. @param {App} app @param {SynthOptions} options */
async function openInput({ page }, { input, schema, target, protect }) {
  await page.setInputFiles('[data-testid="file-input"]', input);
  const table = take(await page.evaluate(() => homespun.opened()));
  if (schema !== null) {
    const json = readFileSync(schema, 'utf8');
    take(await page.evaluate((text) => homespun.setSchema(text), json));
  }
  if (target !== null) {
    take(await page.evaluate((name) => homespun.setRole(name, 'target'), target));
  }
  if (protect !== null) {
    const json = readFileSync(protect, 'utf8');
    take(await page.evaluate((text) => homespun.protect(text), json));
  }
  return table;
}

/** @param {App} app @param {SynthOptions} options */
async function runJob({ page }, { method, rows, holdout, seed, epochs, backend }) {
  const job = { method, holdout, seed, epochs, backend, watch: null, ...(rows !== null && { rows }) };
  return take(await page.evaluate((request) => homespun.run({ ...request, epsilon: 'none' }), job));
}

/** @param {App} app @param {SynthOptions} options */
async function save({ page }, { out, writeSchema, scorecard }, /** @type {unknown} */ scores) {
  const starting = page.waitForEvent('download', { timeout: 0 });
  const [download, written] = await Promise.all([
    starting,
    page.evaluate(() => homespun.download(0)).then(take),
  ]);
  await download.saveAs(out);
  if (writeSchema !== null) writeFileSync(writeSchema, (await page.evaluate(() => homespun.schema())) ?? '');
  if (scorecard !== null) writeFileSync(scorecard, `${JSON.stringify(scores, null, 2)}\n`);
  return written;
}

/** @param {App} app @param {SynthOptions} options */
async function synthesize(app, options) {
  const table = await openInput(app, options);
  const { fit, sampled, scorecard, backend } = await runJob(app, options);
  const written = await save(app, options, scorecard);
  return {
    rows: sampled.rows,
    columns: sampled.columns.length,
    method: fit.method,
    backend,
    epsilon: 'none',
    delta: null,
    epochs: fit.epochs,
    protected: options.protect === null ? null : { before: fit.anonymised, after: sampled.anonymised },
    seconds: {
      open: table.seconds,
      profile: fit.seconds.profile,
      train: fit.seconds.train,
      sample: sampled.seconds,
      score: scorecard?.seconds ?? null,
      write: written.seconds,
    },
    notices: [...table.notices.map((notice) => notice.message), ...fit.notices],
  };
}

/** To milliseconds. @param {Record<string, number | null>} seconds */
const rounded = (seconds) =>
  Object.fromEntries(
    Object.entries(seconds).map(([stage, value]) => [
      stage,
      value === null ? null : Math.round(value * 1000) / 1000,
    ]),
  );

/** @param {SynthOptions} options @param {AbortSignal} interrupted */
async function run(options, interrupted) {
  checkFiles(options);
  const app = await openApp(root);
  const start = performance.now();
  const memory = watchMemory();
  const ended = new Promise((_, reject) => {
    interrupted.addEventListener('abort', () => reject(new Error('Interrupted.')));
    if (interrupted.aborted) reject(new Error('Interrupted.'));
  });
  const printer = options.quiet ? null : progressPrinter(process.stderr);
  try {
    if (printer) await app.page.exposeFunction('homespunPrint', printer.print);
    if (printer) await app.page.evaluate(subscribe);
    const result = await Promise.race([synthesize(app, options), app.crashed, ended]);
    const seconds = { ...result.seconds, total: (performance.now() - start) / 1000 };
    const { notices, ...rest } = result;
    for (const notice of notices) printer?.line(`Note: ${notice}`);
    return {
      ...rest,
      seconds: rounded(seconds),
      peakMemoryBytes: memory.stop(),
      output: resolve(options.out),
    };
  } finally {
    printer?.end();
    await app.close();
  }
}

/** Runs in the page. Overlays stay there: they are drawn from real rows. */
function subscribe() {
  homespun.onProgress(({ stage, done, message, secondsLeft, training }) => {
    globalThis.homespunPrint?.({ stage, done, message, secondsLeft, training });
  });
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.error(usage);
    return;
  }
  if (!options.quiet) console.error('Without differential privacy: the output may repeat what is rare.');
  const interrupt = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => interrupt.abort());
  }
  try {
    console.log(JSON.stringify(await run(options, interrupt.signal)));
  } catch (error) {
    if (interrupt.signal.aborted) process.exitCode = exitCodes.interrupted;
    throw error;
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error('\n`npm run synth -- --help` shows all options.');
  if (error instanceof UsageError) process.exitCode = exitCodes.usage;
  else if (error instanceof InputError) process.exitCode = exitCodes.badInput;
  else process.exitCode ??= exitCodes.failed;
});
