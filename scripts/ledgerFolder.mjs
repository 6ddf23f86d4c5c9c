/**
 * Privacy ledgers on disk, one file a data set, named by its SHA-256: runs of the command on the same bytes add up,
 * whatever the file is called. One run at a time holds a ledger. What holds it is left behind when a run is killed before
 * it could write, so that the next one does not take a budget for unspent that was spent.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The ledger cannot be had: the message says why and what to do. */
export class LedgerError extends Error {}

/**
 * @typedef {object} HeldLedger
 * @property {string} path
 * @property {string | null} text what was kept so far; null before the first run
 * @property {(text: string) => void} keep writes the ledger, whole or not at all
 * @property {() => void} release lets the next run have it
 */

/** @param {string} path @param {string} text */
function writeWhole(path, text) {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

/** @param {unknown} pid */
function isRunning(pid) {
  if (typeof pid !== 'number') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** @param {string} lock */
function heldBy(lock) {
  try {
    const { pid, intent } = JSON.parse(readFileSync(lock, 'utf8'));
    return { running: isRunning(pid), intent: typeof intent === 'string' ? intent : 'unknown' };
  } catch {
    return { running: false, intent: 'unknown' };
  }
}

/** @param {string} lock */
function refusal(lock) {
  const { running, intent } = heldBy(lock);
  if (running) return new LedgerError('Another run on the same file is going on: wait for it to end.');
  return new LedgerError(
    `An earlier run on this file was cut off before its ledger was written. It may have released up to: ${intent}. ` +
      `Count that as spent; then delete ${lock} to go on.`,
  );
}

/**
 * The ledger of a data set, held by this run until it is released.
 * @param {string} folder made where it is missing
 * @param {string} sha256
 * @param {string} intent what the run may release at most, in words, for whoever finds it cut off
 * @returns {HeldLedger}
 */
export function holdLedger(folder, sha256, intent) {
  const path = join(folder, `${sha256}.ledger`);
  const lock = `${path}.lock`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(lock, JSON.stringify({ pid: process.pid, intent }), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (existsSync(lock)) throw refusal(lock);
    const reason = error instanceof Error ? error.message : String(error);
    throw new LedgerError(`The ledger folder --ledger ${folder} cannot be written: ${reason}`);
  }
  let held = true;
  return {
    path,
    text: existsSync(path) ? readFileSync(path, 'utf8') : null,
    keep: (text) => writeWhole(path, text),
    release: () => {
      if (held) rmSync(lock, { force: true });
      held = false;
    },
  };
}
