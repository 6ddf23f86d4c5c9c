/** The guarantee a run of `npm run synth` gives, from its command line. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { number, UsageError } from './optionValues.mjs';

/** @typedef {import('../workers/protocol.ts').PrivacySettings} PrivacySettings */
/**
 * @typedef {object} PrivacyOptions
 * @property {PrivacySettings | 'none'} privacy
 * @property {string | null} ledger folder of ledger files; null where a run without a guarantee is not to be entered
 * @property {string | null} statement file of the privacy statement; null without a guarantee
 */
/** @typedef {Record<'epsilon' | 'delta' | 'person' | 'rows-per-person' | 'ledger' | 'statement', string | undefined>} PrivacyTexts */

/** Beyond this a guarantee says nothing any more. */
const largestEpsilon = 100;
const defaultRowsPerPerson = 5;

/** @param {string | undefined} text */
function readEpsilon(text) {
  if (text === 'none') return 'none';
  const value = text === undefined ? 1 : Number(text);
  if (text?.trim() === '' || !(value > 0 && value <= largestEpsilon)) {
    throw new UsageError(
      `--epsilon takes a number above 0 and up to ${largestEpsilon}, usually 0.1 to 10, or 'none' to go without differential privacy.`,
    );
  }
  return value;
}

/** @param {string | undefined} text */
function readDelta(text) {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) {
    throw new UsageError('--delta takes a number between 0 and 1, below 1 / rows, such as 1e-6.');
  }
  return value;
}

/** @param {PrivacyTexts} texts @returns {PrivacySettings['person']} */
function readPerson({ person, 'rows-per-person': rowsPerPerson }) {
  const most = number('rows-per-person', rowsPerPerson, { low: 1, high: 1000, whole: true });
  if (person === undefined) {
    if (most !== null) throw new UsageError('--rows-per-person needs --person COLUMN.');
    return null;
  }
  if (person === '') throw new UsageError('--person takes the name of a column.');
  return { column: person, rowsPerPerson: most ?? defaultRowsPerPerson };
}

/** Where ledgers are kept when nothing is said: the folder for data of a user's programs. */
export function defaultLedgerFolder(env = process.env, platform = process.platform, home = homedir()) {
  const data =
    env.XDG_DATA_HOME || (platform === 'win32' && env.LOCALAPPDATA) || join(home, '.local', 'share');
  return join(data, 'homespun', 'ledgers');
}

/** @param {PrivacyTexts} texts @param {string} out @returns {PrivacyOptions} */
export function readPrivacy(texts, out) {
  const epsilon = readEpsilon(texts.epsilon);
  if (epsilon === 'none') {
    const idle = /** @type {const} */ (['delta', 'person', 'rows-per-person', 'statement']);
    const said = idle.find((name) => texts[name] !== undefined);
    if (said) throw new UsageError(`--${said} has no meaning with --epsilon none.`);
    return { privacy: 'none', ledger: texts.ledger ?? null, statement: null };
  }
  const person = readPerson(texts);
  return {
    privacy: { epsilon, delta: readDelta(texts.delta), person, profileShare: null },
    ledger: texts.ledger ?? defaultLedgerFolder(),
    statement: texts.statement ?? `${out}.privacy.txt`,
  };
}
