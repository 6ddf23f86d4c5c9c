/** The command line of `npm run synth`. */
import { parseArgs } from 'node:util';
import { readBalance, readCondition } from './conditionOptions.mjs';
import { number, oneOf, UsageError } from './optionValues.mjs';
import { readPrivacy } from './privacyOptions.mjs';
import { readSweep } from './synthSweep.mjs';

export const usage = `npm run synth -- INPUT.csv --out OUT.csv [options]
npm run synth -- --from-model FILE.homespun --rows N --out OUT.csv [options]
npm run synth -- --from-model FILE.homespun --impute GAPS.csv --out FILLED.csv [options]

  --method auto|independent|copula|mst|aim|autoregressive|vae|gan
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
  --condition COLUMN=VALUE          rows with this value only; repeatable. 'a|b' several categories, '10..20' an
                                    interval of numbers or dates (2024-01-31), nothing after '=' missing cells; an
                                    empty choice beside others allows missing cells. A backslash makes the
                                    character after it plain text
  --balance COLUMN                  every category equally often, or in shares: COLUMN=VALUE:SHARE,VALUE:SHARE
  --temperature NUMBER              0.2 to 2 (1): rows more typical, or more varied, than those learned from; for
                                    --method autoregressive
  --target COLUMN                   column that models will later predict
  --holdout SHARE                   rows kept from the generator for honest scores, 0 to 0.5 (0.2)
  --schema FILE.json                take the columns from a schema saved earlier
  --write-schema FILE.json          save the schema that was used: with a guarantee the bounds and categories that
                                    were released, without one those of the real rows
  --protect FILE.json               make coarser, remove, distort, k-anonymise; in itself no differential privacy
  --rules FILE.json                 rules between columns that rows keep: sums, orders, one-hot groups, combinations;
                                    with a guarantee they are taken as public
  --model FILE.homespun             save the model, to make rows again later without the table; one with a guarantee
                                    may be shared, one without must not
  --from-model FILE.homespun        make rows from a model saved earlier, without the table; takes --rows, --condition,
                                    --balance, --temperature, --seed, --statement, --backend and --quiet
  --impute GAPS.csv                 fill the gaps of a file with the same columns from a model of the method
                                    autoregressive; its other cells stay as they are, so the result is not synthetic
                                    and no guarantee covers it; takes --temperature, --seed, --backend and --quiet
  --seed N                          whole number (1); without differential privacy equal seeds give equal tables
  --epochs N                        training epochs (chosen from the number of rows)
  --scorecard FILE.json             save the scorecard; with a guarantee, the one that may be passed on
  --exact-scorecard FILE.json       save the scorecard computed from real rows: outside any guarantee
  --formula TEXT                    a figure of your own in the exact scorecard, such as
                                    'share(readmitted = yes where age >= 65)'; repeatable
  --sweep E,E,...                   then try these values of epsilon in turn, and say how useful rows are at each: scores in
                                    the JSON line and a table on stderr
  --sweep-rows made|file|FILE.csv   learn from the rows made (made: free, they have a guarantee), from the real rows (each
                                    value is charged to the ledger), or from a table that you declare to be public (free)
  --report FILE.html                save a report that opens anywhere; with a guarantee, the one that may be passed on
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
 * @property {import('./conditionOptions.mjs').ConditionText[]} conditions
 * @property {import('./conditionOptions.mjs').BalanceText | null} balance
 * @property {string | null} target
 * @property {number} holdout
 * @property {string | null} schema
 * @property {string | null} writeSchema
 * @property {string | null} protect
 * @property {string | null} rules
 * @property {string | null} model where the model is saved
 * @property {string | null} fromModel a model to make rows from, in place of an input
 * @property {string | null} impute a file whose gaps are filled from the model
 * @property {number | null} temperature
 * @property {number} seed
 * @property {number | null} epochs
 * @property {string | null} scorecard
 * @property {string | null} exactScorecard
 * @property {string[]} formulas figures of the person's own
 * @property {import('./synthSweep.mjs').SweepOptions | null} sweep values of epsilon to try after the run
 * @property {string | null} report
 * @property {BackendChoice} backend
 * @property {boolean} quiet
 * @property {boolean} help
 */
/** @typedef {RunOptions & import('./privacyOptions.mjs').PrivacyOptions} SynthOptions */

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
  condition: /** @type {const} */ ({ type: 'string', multiple: true }),
  balance: strings,
  target: strings,
  holdout: strings,
  schema: strings,
  'write-schema': strings,
  protect: strings,
  rules: strings,
  seed: strings,
  epochs: strings,
  scorecard: strings,
  'exact-scorecard': strings,
  formula: /** @type {const} */ ({ type: 'string', multiple: true }),
  sweep: strings,
  'sweep-rows': strings,
  report: strings,
  model: strings,
  'from-model': strings,
  impute: strings,
  temperature: strings,
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
  if (values.target !== undefined && values.target === values.person) {
    throw new UsageError('--person and --target cannot name the same column.');
  }
  if (values.formula !== undefined && values['exact-scorecard'] === undefined) {
    throw new UsageError(
      '--formula is computed from real rows: say where its result goes by --exact-scorecard.',
    );
  }
}

/** What has a meaning where rows are made from a model. */
const ofModels = [
  ...['from-model', 'out', 'rows', 'condition', 'balance', 'temperature', 'seed', 'statement', 'backend'],
  ...['quiet', 'help', 'impute'],
];
/** Of these, what has none where gaps are filled. */
const ofRows = ['rows', 'condition', 'balance', 'statement'];

/** @param {ReturnType<typeof parse>} command */
function checkInputs({ values, positionals }) {
  const [input = '', ...others] = positionals;
  if (values['from-model'] === undefined) {
    if (values.impute !== undefined) throw new UsageError('--impute needs --from-model FILE.homespun.');
    if (values.temperature !== undefined && values.method !== 'autoregressive') {
      throw new UsageError('--temperature needs --method autoregressive.');
    }
    if (input === '' || others.length > 0) throw new UsageError('Name exactly one input file.');
    return;
  }
  const idle = Object.keys(values).find((name) => !ofModels.includes(name));
  if (idle !== undefined) throw new UsageError(`--${idle} has no meaning with --from-model.`);
  if (positionals.length > 0) throw new UsageError('--from-model takes the place of an input file.');
  if (values.impute !== undefined) {
    const other = Object.keys(values).find((name) => ofRows.includes(name));
    if (other !== undefined) throw new UsageError(`--${other} has no meaning with --impute.`);
    return;
  }
  if (values.rows === undefined) throw new UsageError('--from-model needs --rows N.');
}

/**
 * Options from the command line; throws a UsageError that says what to change.
 * @param {string[]} parameters
 * @returns {SynthOptions}
 */
export function readOptions(parameters) {
  const command = parse(parameters);
  const { values, positionals } = command;
  const help = values.help ?? false;
  refuseWhatCannotBe(values);
  if (!help) checkInputs(command);
  if (!help && values.out === undefined) throw new UsageError('Say where to write with --out FILE.csv.');
  const fromModel = values['from-model'] ?? null;
  const { out = '', epsilon, delta, person, ledger, statement, method = 'auto' } = values;
  const [input = ''] = positionals;
  const count = { low: 1, high: 50_000_000, whole: true };
  return {
    input,
    out,
    method: oneOf('method', values.method, [
      'auto',
      'independent',
      'copula',
      'mst',
      'aim',
      'autoregressive',
      'vae',
      'gan',
    ]),
    ...(fromModel === null
      ? readPrivacy(
          { epsilon, delta, person, 'rows-per-person': values['rows-per-person'], ledger, statement },
          out,
        )
      : { privacy: /** @type {const} */ ('none'), ledger: null, statement: statement ?? null }),
    rows: number('rows', values.rows, count),
    conditions: (values.condition ?? []).map(readCondition),
    balance: values.balance === undefined ? null : readBalance(values.balance),
    target: values.target ?? null,
    holdout: number('holdout', values.holdout, { low: 0, high: 0.5, whole: false }) ?? 0.2,
    schema: values.schema ?? null,
    writeSchema: values['write-schema'] ?? null,
    protect: values.protect ?? null,
    rules: values.rules ?? null,
    model: values.model ?? null,
    fromModel,
    impute: values.impute ?? null,
    temperature: number('temperature', values.temperature, { low: 0.2, high: 2, whole: false }),
    seed: number('seed', values.seed, { low: 0, high: 2 ** 32 - 1, whole: true }) ?? 1,
    epochs: number('epochs', values.epochs, { low: 1, high: 100_000, whole: true }),
    scorecard: values.scorecard ?? null,
    exactScorecard: values['exact-scorecard'] ?? null,
    formulas: values.formula ?? [],
    sweep: readSweep(values, { input, method, guaranteed: epsilon !== 'none' }),
    report: values.report ?? null,
    backend: oneOf('backend', values.backend, ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']),
    quiet: values.quiet ?? false,
    help,
  };
}
