/** The privacy ledger of one run of `npm run synth`: into the page before it, back to disk after it. */
import { holdLedger, LedgerError } from './ledgerFolder.mjs';
import { InputError, take } from './synthErrors.mjs';
import { inWordsOf } from './synthWords.mjs';

/** @typedef {import('./headless.mjs').App} App */
/** @typedef {import('./synthOptions.mjs').SynthOptions} SynthOptions */
/** @typedef {import('../src/app/automation.ts').OpenTable} OpenTable */
/** @typedef {{ ledger: import('./ledgerFolder.mjs').HeldLedger | null }} Held what must be put in order when a run ends */

/** Long enough to read a large file again. */
const answerLimitMs = 120_000;

/**
 * Gives the page what earlier runs on the same bytes have released; from here on the ledger must be written back.
 * @param {App} app @param {SynthOptions} options @param {OpenTable} table @param {Held} held
 */
export async function loadLedger({ page }, { privacy, ledger: folder }, { sha256 }, held) {
  if (folder === null) return;
  const ledger = holdLedger(folder, sha256, inWordsOf(privacy));
  try {
    const { text } = ledger;
    if (text !== null) take(await page.evaluate((kept) => homespun.loadLedger(kept), text));
  } catch (error) {
    ledger.release();
    throw new InputError(`${ledger.path}: ${error instanceof Error ? error.message : error}`);
  }
  held.ledger = ledger;
}

/** The ledger as the engine has it; in a fresh page of the same browser where this one is gone. @param {App} app @param {string} input */
async function readLedger({ page }, input) {
  try {
    return await soon(async () => {
      await page.evaluate(() => homespun.cancel());
      return take(await page.evaluate(() => homespun.saveLedger()));
    });
  } catch {
    return soon(() => readAgain(page, input));
  }
}

/** @param {import('playwright').Page} page @param {string} input */
async function readAgain(page, input) {
  const fresh = await page.context().newPage();
  await fresh.goto(page.url());
  await fresh.waitForFunction(() => typeof globalThis.homespun === 'object');
  await fresh.setInputFiles('[data-testid="file-input"]', input);
  take(await fresh.evaluate(() => homespun.opened()));
  return take(await fresh.evaluate(() => homespun.saveLedger()));
}

/** The value of some work, or an error when it takes too long. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
function soon(work) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the page does not answer')), answerLimitMs);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Writes back what was released, before anything else is. @param {App} app @param {string} input @param {Held} held */
export async function keepLedger(app, input, held) {
  const { ledger } = held;
  if (ledger === null) return;
  try {
    ledger.keep(await readLedger(app, input));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LedgerError(`The privacy ledger ${ledger.path} could not be written: ${reason}`);
  }
  ledger.release();
  held.ledger = null;
}
