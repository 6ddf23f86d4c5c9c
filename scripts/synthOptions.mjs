/** The command line of `npm run synth`. */
import { parseArgs } from 'node:util';

export const usage = `npm run synth -- INPUT.csv --out OUT.csv [options]

  --method auto|independent|vae     how to make rows (auto)
  --epsilon none                    privacy budget; only 'none' for now
  --rows N                          rows to make (as many as the input has)
  --target COLUMN                   column that models will later predict
  --holdout SHARE                   rows kept from the generator for honest scores, 0 to 0.5 (0.2)
  --schema FILE.json                take the columns from a schema saved earlier
  --write-schema FILE.json          save the schema that was used
  --protect FILE.json               make coarser, remove, distort, k-anonymise; no differential-privacy guarantee
  --seed N                          whole number; equal seeds give equal tables (1)
  --epochs N                        training epochs (chosen from the number of rows)
  --scorecard FILE.json             save the scorecard; it is computed from real rows
  --backend auto|webgpu|webgl|wasm|cpu
  --quiet                           no progress on stderr

Exit code: 0 done, 2 wrong usage, 3 bad input, 4 failed.`;

/** @typedef {import('../workers/protocol.ts').MethodChoice} MethodChoice */
/** @typedef {import('../workers/protocol.ts').BackendChoice} BackendChoice */
/**
 * @typedef {object} SynthOptions
 * @property {string} input
 * @property {string} out
 * @property {MethodChoice} method
 * @property {number | null} rows
 * @property {string | null} target
 * @property {number} holdout
 * @property {string | null} schema
 * @property {string | null} writeSchema
 * @property {string | null} protect
 * @property {number} seed
 * @property {number | null} epochs
 * @property {string | null} scorecard
 * @property {BackendChoice} backend
 * @property {boolean} quiet
 * @property {boolean} help
 */

/** Wrong usage: the message says what to change. */
export class UsageError extends Error {}

/** Options of the command whose feature is not built: refused, so that nobody believes they had an effect. */
const notThereYet = {
  delta: 'there is no differential privacy yet, so no delta',
  person: 'protecting a person with several rows is not built yet',
  report: 'the HTML report is not built yet; --scorecard saves the figures as JSON',
  model: 'saving a model is not built yet',
};

const strings = /** @type {const} */ ({ type: 'string' });
const config = {
  out: strings,
  method: strings,
  epsilon: strings,
  delta: strings,
  rows: strings,
  target: strings,
  person: strings,
  holdout: strings,
  schema: strings,
  'write-schema': strings,
  protect: strings,
  seed: strings,
  epochs: strings,
  scorecard: strings,
  report: strings,
  model: strings,
  backend: strings,
  quiet: /** @type {const} */ ({ type: 'boolean' }),
  help: /** @type {const} */ ({ type: 'boolean', short: 'h' }),
};

/**
 * @template {string} T @param {string} name @param {string | undefined} text @param {readonly T[]} allowed
 * @returns {T} the first allowed one when nothing is said
 */
function oneOf(name, text, allowed) {
  if (text === undefined) return allowed[0];
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(`--${name} takes one of: ${allowed.join(', ')}.`);
  return found;
}

/** @param {string} name @param {string | undefined} text @param {{ low: number, high: number, whole: boolean }} range */
function number(name, text, { low, high, whole }) {
  if (text === undefined) return null;
  const value = Number(text);
  const fits =
    text.trim() !== '' &&
    value >= low &&
    value <= high &&
    (Number.isInteger(value) || (!whole && !isNaN(value)));
  if (!fits) throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${low} to ${high}.`);
  return value;
}

/** @param {string[]} parameters */
function parse(parameters) {
  try {
    return parseArgs({ args: parameters, options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {ReturnType<typeof parse>['values']} values */
function refuseWhatIsNotThere(values) {
  for (const [name, reason] of Object.entries(notThereYet)) {
    if (name in values) throw new UsageError(`--${name}: ${reason}.`);
  }
  if (values.epsilon !== undefined && values.epsilon !== 'none') {
    throw new UsageError("--epsilon: there is no differential privacy yet; only 'none' is taken.");
  }
}

/**
 * Options from the command line; throws a UsageError that says what to change.
 * @param {string[]} parameters
 * @returns {SynthOptions}
 */
export function readOptions(parameters) {
  const { values, positionals } = parse(parameters);
  const help = values.help ?? false;
  refuseWhatIsNotThere(values);
  const [input = '', ...others] = positionals;
  if (!help && (input === '' || others.length > 0)) throw new UsageError('Name exactly one input file.');
  if (!help && values.out === undefined) throw new UsageError('Say where to write with --out FILE.csv.');
  const count = { low: 1, high: 50_000_000, whole: true };
  return {
    input,
    out: values.out ?? '',
    method: oneOf('method', values.method, ['auto', 'independent', 'vae']),
    rows: number('rows', values.rows, count),
    target: values.target ?? null,
    holdout: number('holdout', values.holdout, { low: 0, high: 0.5, whole: false }) ?? 0.2,
    schema: values.schema ?? null,
    writeSchema: values['write-schema'] ?? null,
    protect: values.protect ?? null,
    seed: number('seed', values.seed, { low: 0, high: 2 ** 32 - 1, whole: true }) ?? 1,
    epochs: number('epochs', values.epochs, { low: 1, high: 100_000, whole: true }),
    scorecard: values.scorecard ?? null,
    backend: oneOf('backend', values.backend, ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']),
    quiet: values.quiet ?? false,
    help,
  };
}
