/** The command line of `npm run synth`. */
import { parseArgs } from 'node:util';
import { number, oneOf, UsageError } from './optionValues.mjs';
import { readPrivacy } from './privacyOptions.mjs';

export const usage = `npm run synth -- INPUT.csv --out OUT.csv [options]

  --method auto|independent|copula|mst|aim|vae|gan
                                    how to make rows (auto); mst and aim need a privacy budget

  --epsilon NUMBER|none             privacy budget (1); 'none' goes without differential privacy
  --delta NUMBER                    probability that the bound fails, below 1 / rows
                                    (the largest power of ten below 1 / rows)
  --person COLUMN                   protect persons, named by this column, rather than rows
  --rows-per-person N               rows a person keeps at most (5)
  --ledger FOLDER                   where the record of all runs on a file is kept, by its SHA-256
                                    ($XDG_DATA_HOME/homespun/ledgers or ~/.local/share/homespun/ledgers)
  --statement FILE.txt              the guarantee in words (OUT.csv.privacy.txt)

  --rows N                          rows to make (as many as the input has)
  --target COLUMN                   column that models will later predict
  --holdout SHARE                   rows kept from the generator for honest scores, 0 to 0.5 (0.2)
  --schema FILE.json                take the columns from a schema saved earlier
  --write-schema FILE.json          save the schema that was used: with a guarantee the bounds and categories that
                                    were released, without one those of the real rows
  --protect FILE.json               make coarser, remove, distort, k-anonymise; in itself no differential privacy
  --seed N                          whole number (1); without differential privacy equal seeds give equal tables
  --epochs N                        training epochs (chosen from the number of rows)
  --scorecard FILE.json             save the scorecard; with a guarantee, the one that may be passed on
  --exact-scorecard FILE.json       save the scorecard computed from real rows: outside any guarantee
  --backend auto|webgpu|webgl|wasm|cpu
  --quiet                           no progress on stderr

Exit code: 0 done, 2 wrong usage, 3 bad input, 4 failed.`;

export { UsageError };

/** @typedef {import('../workers/protocol.ts').MethodChoice} MethodChoice */
/** @typedef {import('../workers/protocol.ts').BackendChoice} BackendChoice */
/**
 * @typedef {object} RunOptions
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
 * @property {string | null} exactScorecard
 * @property {BackendChoice} backend
 * @property {boolean} quiet
 * @property {boolean} help
 */
/** @typedef {RunOptions & import('./privacyOptions.mjs').PrivacyOptions} SynthOptions */

/** Options of the command whose feature is not built: refused, so that nobody believes they had an effect. */
const notThereYet = {
  report: 'the HTML report is not built yet; --scorecard saves the figures as JSON',
  model: 'saving a model is not built yet',
};

const strings = /** @type {const} */ ({ type: 'string' });
const config = {
  out: strings,
  method: strings,
  epsilon: strings,
  delta: strings,
  person: strings,
  'rows-per-person': strings,
  ledger: strings,
  statement: strings,
  rows: strings,
  target: strings,
  holdout: strings,
  schema: strings,
  'write-schema': strings,
  protect: strings,
  seed: strings,
  epochs: strings,
  scorecard: strings,
  'exact-scorecard': strings,
  report: strings,
  model: strings,
  backend: strings,
  quiet: /** @type {const} */ ({ type: 'boolean' }),
  help: /** @type {const} */ ({ type: 'boolean', short: 'h' }),
};

/** @param {string[]} parameters */
function parse(parameters) {
  try {
    return parseArgs({ args: parameters, options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {ReturnType<typeof parse>['values']} values */
function refuseWhatCannotBe(values) {
  for (const [name, reason] of Object.entries(notThereYet)) {
    if (name in values) throw new UsageError(`--${name}: ${reason}.`);
  }
  if (values.target !== undefined && values.target === values.person) {
    throw new UsageError('--person and --target cannot name the same column.');
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
  refuseWhatCannotBe(values);
  const [input = '', ...others] = positionals;
  if (!help && (input === '' || others.length > 0)) throw new UsageError('Name exactly one input file.');
  if (!help && values.out === undefined) throw new UsageError('Say where to write with --out FILE.csv.');
  const { out = '', epsilon, delta, person, ledger, statement } = values;
  const count = { low: 1, high: 50_000_000, whole: true };
  return {
    input,
    out,
    method: oneOf('method', values.method, ['auto', 'independent', 'copula', 'mst', 'aim', 'vae', 'gan']),
    ...readPrivacy(
      { epsilon, delta, person, 'rows-per-person': values['rows-per-person'], ledger, statement },
      out,
    ),
    rows: number('rows', values.rows, count),
    target: values.target ?? null,
    holdout: number('holdout', values.holdout, { low: 0, high: 0.5, whole: false }) ?? 0.2,
    schema: values.schema ?? null,
    writeSchema: values['write-schema'] ?? null,
    protect: values.protect ?? null,
    seed: number('seed', values.seed, { low: 0, high: 2 ** 32 - 1, whole: true }) ?? 1,
    epochs: number('epochs', values.epochs, { low: 1, high: 100_000, whole: true }),
    scorecard: values.scorecard ?? null,
    exactScorecard: values['exact-scorecard'] ?? null,
    backend: oneOf('backend', values.backend, ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']),
    quiet: values.quiet ?? false,
    help,
  };
}
