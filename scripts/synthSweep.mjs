/** Several values of epsilon tried in turn after a run of `npm run synth`: `--sweep` and `--sweep-rows`. */
import { basename, resolve } from 'node:path';
import { number, UsageError } from './optionValues.mjs';
import { tableText } from './printTable.mjs';
import { take } from './synthErrors.mjs';

/** @typedef {import('./headless.mjs').App} App */
/** @typedef {import('../workers/protocol.ts').Sweep} Sweep */
/** @typedef {import('../workers/protocol.ts').MethodId} MethodId */
/** @typedef {import('../src/app/automation.ts').SweepReport} SweepReport */
/**
 * @typedef {object} SweepOptions
 * @property {readonly number[]} epsilons ascending
 * @property {'made' | 'public' | 'file'} rows
 * @property {string | null} file of `public`
 */

const epsilonLimits = { low: 0.001, high: 100, whole: false };
const mostEpsilons = 12;
/** Methods that count, rather than train for long. */
const counting = /** @type {const} */ (['mst', 'aim', 'copula', 'independent']);

/** @param {string} text */
function readEpsilons(text) {
  const values = text.split(',').map((part) => number('sweep', part, epsilonLimits) ?? NaN);
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length > mostEpsilons) throw new UsageError(`--sweep takes ${mostEpsilons} values at most.`);
  return distinct;
}

/** @param {string} text @param {string} input @returns {Omit<SweepOptions, 'epsilons'>} */
function readRows(text, input) {
  if (text === 'made' || text === 'file') return { rows: text, file: null };
  if (text === '') throw new UsageError('--sweep-rows takes file, made, or the name of a public CSV file.');
  if (resolve(text) === resolve(input)) {
    throw new UsageError('--sweep-rows: the input is no public table; its own rows are --sweep-rows file.');
  }
  return { rows: 'public', file: text };
}

/**
 * @param {Partial<Record<'sweep' | 'sweep-rows', string>>} values
 * @param {{ input: string, method: string, guaranteed: boolean }} run
 * @returns {SweepOptions | null}
 */
export function readSweep({ sweep, 'sweep-rows': from }, { input, method, guaranteed }) {
  if (sweep === undefined) {
    if (from !== undefined) throw new UsageError('--sweep-rows needs --sweep E,E,...');
    return null;
  }
  const rows = readRows(from ?? 'made', input);
  if (rows.rows === 'made' && !guaranteed) {
    throw new UsageError(
      '--sweep learns from the rows made, for nothing, only where they have a guarantee. With --epsilon none name a public table: --sweep-rows FILE.csv.',
    );
  }
  if (rows.rows === 'file' && !guaranteed) {
    throw new UsageError('--sweep-rows file spends a budget, which --epsilon none rules out.');
  }
  if (method !== 'auto' && !counting.some((name) => name === method)) {
    throw new UsageError(`--sweep tries methods that count (${counting.join(', ')}), not ${method}.`);
  }
  return { epsilons: readEpsilons(sweep), ...rows };
}

/** The method of the run, or mst where that trains for long. @param {MethodId} method @returns {MethodId} */
const methodOf = (method) => (counting.some((name) => name === method) ? method : 'mst');

/** A file of this machine, for the page. @param {App['page']} page @param {string} path */
async function given(page, path) {
  const input = await page.evaluateHandle(() => {
    const field = document.createElement('input');
    field.type = 'file';
    return field;
  });
  await input.setInputFiles(path);
  return input;
}

/**
 * Tries the budgets. On the file's rows each is charged to its ledger.
 * @param {App} app @param {SweepOptions} options @param {MethodId} method of the run
 * @returns {Promise<SweepReport>}
 */
export async function runSweep({ page }, { epsilons, rows, file }, method) {
  const wish = { epsilons, rows, method: methodOf(method) };
  if (file === null) return take(await page.evaluate((request) => homespun.sweep(request), wish));
  const input = await given(page, file);
  const result = await page.evaluate(
    ({ field, request }) => homespun.sweep({ ...request, publicFile: field.files?.[0] ?? null }),
    { field: input, request: wish },
  );
  return take(result);
}

/** The curve in the line of JSON. @param {SweepReport} report */
export function sweepIn({ sweep, epsilonTotal }) {
  const { rows, publicName, method, marks, points, refused, trainRows, holdoutRows, seconds } = sweep;
  return {
    ...{ rows, ...(publicName !== null && { table: publicName }), method, marks },
    points: points.map(({ epsilon, utility, similarity }) => ({ epsilon, utility, similarity })),
    ...{ refused, trainRows, holdoutRows, seconds, ...(rows === 'file' && { epsilonTotal }) },
  };
}

/** @param {{ value: number, interval: readonly [number, number] | null } | null} score */
function shown(score) {
  if (score === null) return '-';
  const { value, interval } = score;
  const ends = interval ? ` [${interval.map((end) => end.toFixed(3)).join(', ')}]` : '';
  return `${value.toFixed(3)}${ends}`;
}

const sources = {
  made: 'the synthetic rows made, standing in: costs nothing',
  file: 'the real rows: entered in the ledger; outside the guarantee, do not pass on',
};

/** The curve as a small table. @param {Sweep} sweep */
export function sweepTable({ rows, publicName, method, marks, points }) {
  const source =
    rows === 'public' ? `${basename(publicName ?? '')}, a public table: exploration` : sources[rows];
  const { utility, similarity } = marks;
  const table = [
    ['epsilon', utility ? `${utility.measure} of ${utility.column}` : 'model', 'pairs alike'],
    ...points.map((point) => [String(point.epsilon), shown(point.utility), shown(point.similarity)]),
    ['rows themselves', shown(utility?.ceiling ?? null), similarity ? similarity.ceiling.toFixed(3) : '-'],
    ['floor', utility ? utility.floor.toFixed(3) : '-', similarity ? similarity.floor.toFixed(3) : '-'],
  ];
  return `Sweep of ${method} on ${source}\n${tableText(table)}`;
}
