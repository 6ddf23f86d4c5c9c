/**
 * `npm run synth -- INPUT.csv --out OUT.csv [options]`: the built app, driven in a headless Chromium.
 * Progress goes to stderr; stdout gets one JSON line.
 */
import { statSync, writeFileSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rowsWanted } from './conditionOptions.mjs';
import { openApp } from './headless.mjs';
import { LedgerError } from './ledgerFolder.mjs';
import { watchMemory } from './memory.mjs';
import { progressPrinter } from './progress.mjs';
import { InputError, take } from './synthErrors.mjs';
import { keepLedger, loadLedger } from './synthLedger.mjs';
import { fillFromModel, sampleModel, saveModel, saveTable } from './synthModel.mjs';
import { readOptions, usage, UsageError } from './synthOptions.mjs';
import { runSweep, sweepIn, sweepTable } from './synthSweep.mjs';
import {
  conditionsIn,
  conditionWarning,
  guaranteeOf,
  notesOn,
  promise,
  protectionOf,
  rulesIn,
  temperatureIn,
  unitWarning,
} from './synthWords.mjs';

/** @typedef {import('./synthOptions.mjs').SynthOptions} SynthOptions */
/** @typedef {import('./headless.mjs').App} App */
/** @typedef {import('../workers/protocol.ts').PrivacySettings} PrivacySettings */
/** @typedef {import('../src/app/automation.ts').OpenTable} OpenTable */
/** @typedef {import('./synthLedger.mjs').Held} Held */

const exitCodes = { done: 0, usage: 2, badInput: 3, failed: 4, interrupted: 130 };
const root = fileURLToPath(new URL('..', import.meta.url));

/** Refuses before the browser starts what cannot end well. @param {SynthOptions} options */
function checkFiles(options) {
  const { input, schema, protect, rules, sweep, fromModel, impute } = options;
  for (const path of [fromModel ?? input, schema, protect, rules, sweep?.file ?? null, impute]) {
    if (path === null) continue;
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) throw new InputError(`There is no file ${path}.`);
  }
  const { out, writeSchema, scorecard, exactScorecard, report, statement, model } = options;
  for (const path of [out, writeSchema, scorecard, exactScorecard, report, statement, model]) {
    if (path === null) continue;
    const folder = dirname(resolve(path));
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`There is no folder ${folder} to write in.`);
    }
  }
}

/** Opens the input and makes its schema what was asked for. @param {App} app @param {SynthOptions} options */
async function openInput({ page }, { input, schema, target, privacy, protect, rules, formulas }) {
  await page.setInputFiles('[data-testid="file-input"]', input);
  const table = take(await page.evaluate(() => homespun.opened()));
  if (schema !== null) {
    const json = readFileSync(schema, 'utf8');
    take(await page.evaluate((text) => homespun.setSchema(text), json));
  }
  if (target !== null) {
    take(await page.evaluate((name) => homespun.setRole(name, 'target'), target));
  }
  if (privacy !== 'none') checkPrivacy(privacy, table);
  if (privacy !== 'none' && privacy.person) {
    take(await page.evaluate((name) => homespun.setRole(name, 'person'), privacy.person.column));
  }
  if (protect !== null) {
    const json = readFileSync(protect, 'utf8');
    take(await page.evaluate((text) => homespun.protect(text), json));
  }
  if (rules !== null) {
    const json = readFileSync(rules, 'utf8');
    take(await page.evaluate((text) => homespun.rules(text), json));
  }
  if (formulas.length > 0) {
    const list = formulas.map((text) => ({ text, tolerance: 0.05 }));
    take(await page.evaluate((wanted) => homespun.formulas(wanted), list));
  }
  return table;
}

/** What of a guarantee can be wrong only for this table. @param {PrivacySettings} privacy @param {OpenTable} table */
function checkPrivacy({ delta, person }, { rows, columns }) {
  if (person && !columns.includes(person.column)) {
    throw new InputError(`--person: the table has no column named "${person.column}".`);
  }
  if (delta !== null && delta >= 1 / rows) {
    throw new UsageError('--delta must be below 1 divided by the number of rows; left out, it is chosen so.');
  }
}

/**
 * @param {App} app @param {SynthOptions} options
 * @param {import('../workers/protocol.ts').RowsWanted | undefined} conditions
 */
async function runJob({ page }, options, conditions) {
  const {
    method,
    rows,
    temperature,
    holdout,
    seed,
    epochs,
    backend,
    privacy,
    scorecard,
    exactScorecard,
    report,
  } = options;
  // With a guarantee only the exact scorecard holds figures of real rows: others need not wait for them.
  const wanted = privacy === 'none' ? (scorecard ?? exactScorecard ?? report) : exactScorecard;
  const job = {
    assess: wanted !== null,
    method,
    privacy,
    holdout,
    seed,
    epochs,
    backend,
    watch: null,
    ...(rows !== null && { rows }),
    ...(conditions && { conditions }),
    ...(temperature !== null && { temperature }),
  };
  return take(await page.evaluate((request) => homespun.run(request), job));
}

/** @param {App} app @param {SynthOptions} options */
async function save({ page }, options) {
  const written = await saveTable(page, options.out);
  await saveBeside(page, options);
  return written;
}

/** @param {App['page']} page @param {SynthOptions} options */
async function saveBeside(page, { privacy, writeSchema, scorecard, exactScorecard, report, statement }) {
  const scores = async (/** @type {'releasable' | 'exact'} */ which) =>
    take(await page.evaluate((wanted) => homespun.scorecard(wanted), which));
  if (statement !== null) writeFileSync(statement, take(await page.evaluate(() => homespun.statement())));
  if (writeSchema !== null)
    writeFileSync(writeSchema, (await page.evaluate(() => homespun.runSchema())) ?? '');
  if (scorecard !== null) {
    writeFileSync(scorecard, await scores(privacy === 'none' ? 'exact' : 'releasable'));
  }
  if (report !== null) {
    /** @type {'exact' | 'releasable'} */
    const scope = privacy === 'none' ? 'exact' : 'releasable';
    writeFileSync(report, take(await page.evaluate((which) => homespun.report(which), scope)).html);
  }
  if (exactScorecard !== null) writeFileSync(exactScorecard, await scores('exact'));
}

/**
 * @typedef {object} Surroundings
 * @property {Held} held
 * @property {AbortSignal} interrupted
 * @property {(text: string) => void} say
 * @property {(text: string) => void} show
 */

/**
 * The curve that was asked for; an error is kept until what was made is saved. On the file's rows its ledger is held again.
 * @param {App} app @param {SynthOptions} options @param {OpenTable} table
 * @param {import('../workers/protocol.ts').MethodId} method @param {Held} held
 */
async function sweepAfter(app, options, table, method, held) {
  const { sweep, input } = options;
  if (sweep === null) return null;
  try {
    if (sweep.rows === 'file') await loadLedger(app, options, table, held);
    return await runSweep(app, sweep, method);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await keepLedger(app, input, held);
  }
}

/** @param {App} app @param {SynthOptions} options @param {Surroundings} surroundings */
async function synthesize(app, options, { held, interrupted, say, show }) {
  const table = await openInput(app, options);
  const schema = JSON.parse((await app.page.evaluate(() => homespun.schema())) ?? '{"columns":[]}');
  [unitWarning(options, schema), conditionWarning(options)].forEach((warning) => warning && say(warning));
  const conditions = rowsWanted(options, schema, options.privacy === 'none');
  interrupted.throwIfAborted();
  await loadLedger(app, options, table, held);
  interrupted.throwIfAborted();
  const run = await runJob(app, options, conditions).finally(async () => {
    // Rows may be refused where they are too rare; what was learned is paid for, and is kept.
    if (options.model !== null && (await hasModel(app))) await saveModel(app.page, options.model);
  });
  await keepLedger(app, options.input, held);
  const { fit, sampled, scorecard, backend } = run;
  const swept = await sweepAfter(app, options, table, fit.method, held);
  const written = await save(app, options);
  if (swept instanceof Error) throw swept;
  if (swept) show(sweepTable(swept.sweep));
  return {
    rows: sampled.rows,
    columns: sampled.columns.length,
    method: fit.method,
    backend,
    ...guaranteeOf(fit),
    ...(swept && swept.sweep.rows === 'file' && { epsilonTotal: swept.epsilonTotal }),
    epochs: fit.epochs,
    ...temperatureIn(sampled),
    ...conditionsIn(sampled),
    ...rulesIn(sampled),
    protected: options.protect === null ? null : protectionOf(run),
    ...(swept && { sweep: sweepIn(swept) }),
    seconds: {
      open: table.seconds,
      profile: fit.seconds.profile,
      train: fit.seconds.train,
      sample: sampled.seconds,
      score: scorecard?.seconds ?? null,
      write: written.seconds,
    },
    notices: notesOn(options, table, run),
  };
}

/** @param {App} app */
const hasModel = ({ page }) => page.evaluate(() => homespun.runSchema() !== null);

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
  const show = (/** @type {string} */ text) => printer?.line(text);
  const say = (/** @type {string} */ text) => show(`Note: ${text}`);
  /** @type {Held} */
  const held = { ledger: null };
  try {
    if (printer) await app.page.exposeFunction('homespunPrint', printer.print);
    if (printer) await app.page.evaluate(subscribe);
    const { fromModel, rows, impute } = options;
    const work = () => {
      if (fromModel !== null && impute !== null) return fillFromModel(app, { ...options, fromModel, impute });
      if (fromModel !== null && rows !== null) return sampleModel(app, { ...options, fromModel, rows });
      return synthesize(app, options, { held, interrupted, say, show });
    };
    const result = await Promise.race([work(), app.crashed, ended]);
    const seconds = { ...result.seconds, total: (performance.now() - start) / 1000 };
    const { notices, ...rest } = result;
    notices.forEach(say);
    return {
      ...rest,
      seconds: rounded(seconds),
      peakMemoryBytes: memory.stop(),
      ...(options.model !== null && { model: resolve(options.model) }),
      output: resolve(options.out),
    };
  } finally {
    printer?.end();
    await (options.fromModel === null ? keepLedger(app, options.input, held) : Promise.resolve()).finally(
      app.close,
    );
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
  if (!options.quiet && options.fromModel === null) console.error(promise(options));
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
  else if (error instanceof InputError || error instanceof LedgerError) process.exitCode = exitCodes.badInput;
  else process.exitCode ??= exitCodes.failed;
});
