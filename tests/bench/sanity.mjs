/**
 * The scorecard on tables whose goodness is known, beside a judge that shares no code with this project.
 *
 *     npm run bench -- sanity --data adult.csv --judge judge.py [--python PATH] [--target income] [--method mst]
 *         [--cases real,shuffled,copies,flipped,private] [--judge-options=--fast] [--seed 1] [--times]
 *
 * The file is cut in three: 40 % train, 20 % holdout and 40 % other rows that nothing learned from. From these come
 * - `real`: the other rows, posing as synthetic;
 * - `shuffled`: train rows with every column in an order of its own;
 * - `copies`: 40 % train rows as they are, the rest other rows;
 * - `flipped`: train rows, each cell with a chance of 10 % that of another row;
 * - `private`: a table made of train under epsilon 0.1.
 * Ends with 1 where a card of ours has the wrong verdict. `--times` measures the seconds of all cards on the whole file
 * instead: in the built app, and of the processor by assessment. The last line on stdout is one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundled } from '../../scripts/bundled.mjs';
import { tableText } from '../../scripts/printTable.mjs';
import { contradict, groups, lossOf, marks, readMarks, verdictsOf } from './sanity/judged.mjs';
import {
  cellsFlipped,
  columnsShuffled,
  partsOf,
  readCells,
  withCopies,
  writeCells,
} from './sanity/tables.mjs';

const synth = fileURLToPath(new URL('../../scripts/synth.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    judge: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    target: { type: 'string', default: 'income' },
    method: { type: 'string', default: 'mst' },
    cases: { type: 'string', default: 'real,shuffled,copies,flipped,private' },
    'judge-options': { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    times: { type: 'boolean', default: false },
  },
});
const { judge, times } = values;
if (!values.data || (!judge && !times)) {
  console.error('Give --data adult.csv, and --judge judge.py or --times.');
  process.exit(2);
}
const data = resolve(values.data);
const seed = Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), 'homespun-sanity-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @type {typeof import('./sanity/run.ts')} */
const { readReal, scoreFile } = await bundled('tests/bench/sanity/run.ts');
const { header, rows } = readCells(data);

/** @param {string} command @param {string[]} parameters */
function run(command, parameters) {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')}\n${stderr}`);
  return stdout;
}

/** A table made in the built app. @param {string} input @param {string} epsilon @param {string[]} more */
function made(input, epsilon, more) {
  const out = join(folder, `made ${epsilon}.csv`);
  run(process.execPath, [
    ...[synth, input, '--out', out, '--method', values.method, '--epsilon', epsilon],
    ...['--target', values.target, '--ledger', join(folder, 'ledger'), '--quiet', ...more],
  ]);
  return out;
}

/** Seconds of all cards, on the whole file and as many made rows. */
async function measureTimes() {
  const exact = join(folder, 'exact.json');
  const path = made(data, '1', ['--exact-scorecard', exact]);
  /** @type {{ seconds: number, assessed: import('../../workers/evaluate/assessedTypes.ts').Assessed }} */
  const { seconds: first, assessed } = JSON.parse(readFileSync(exact, 'utf8'));
  const [train, holdout] = partsOf(rows, [0.8, 0.2], seed);
  const real = await readReal(
    {
      data,
      train: writeCells(folder, 'train', header, train),
      holdout: writeCells(folder, 'holdout', header, holdout),
    },
    values.target,
  );
  const { seconds: cpu } = await scoreFile(real, path, seed);
  const sum = Object.values(cpu).reduce((all, each) => all + each, 0);
  const inApp = assessed.assessments.map(({ id, label, seconds }) => ({ id, label, seconds }));
  console.log(
    tableText([
      ['assessment', 'seconds in the app', 'of the processor, in Node'],
      ['First cards', first.toFixed(2), cpu.first.toFixed(2)],
      ...inApp.map(({ id, label, seconds }) => [label, seconds.toFixed(2), cpu[id].toFixed(2)]),
      ['All', (first + assessed.seconds).toFixed(2), sum.toFixed(2)],
    ]),
  );
  return { bench: 'sanity', data, times: { first, all: first + assessed.seconds, inApp, cpu } };
}

const [trainRows, holdoutRows, others] = partsOf(rows, [0.4, 0.2, 0.4], seed);

/**
 * How each table is made, and the verdicts that its cards must have. What is not named is shown only.
 * @type {Record<string, { make: () => string, expected: Partial<Record<import('../../workers/evaluate/figureTypes.ts').CardId, 'pass' | 'fail'>> }>}
 */
const cases = {
  real: {
    make: () => writeCells(folder, 'real', header, others),
    expected: {
      similarity: 'pass',
      correlation: 'pass',
      utility: 'pass',
      balance: 'pass',
      quality: 'pass',
      privacy: 'pass',
    },
  },
  shuffled: {
    make: () => writeCells(folder, 'shuffled', header, columnsShuffled(trainRows, seed)),
    // Numbers that stand once among the train rows stand in it as they are.
    expected: { correlation: 'fail', utility: 'fail', privacy: 'fail' },
  },
  copies: {
    make: () => writeCells(folder, 'copies', header, withCopies(trainRows, others, 0.4, seed)),
    expected: { privacy: 'fail' },
  },
  flipped: {
    make: () => writeCells(folder, 'flipped', header, cellsFlipped(trainRows, 0.1, seed)),
    expected: { privacy: 'fail' },
  },
  private: {
    make: () => made(join(folder, 'train.csv'), '0.1', ['--holdout', '0', '--seed', String(seed)]),
    expected: { utility: 'fail', privacy: 'pass' },
  },
};

/** @param {string} train @param {string} holdout @param {string} synthetic */
function judged(train, holdout, synthetic) {
  const json = join(folder, 'judge.json');
  const more = values['judge-options'].split(' ').filter((word) => word !== '');
  run(values.python, [
    ...[judge ?? '', '--train', train, '--holdout', holdout, '--synthetic', synthetic, '--json', json],
    ...['--target', values.target, '--groups', groups, ...more],
  ]);
  return readMarks(readFileSync(json, 'utf8'));
}

/** @param {number} value @param {readonly [number, number] | null} [interval] @param {number} [digits] */
const shown = (value, interval = null, digits = 3) =>
  `${value.toFixed(digits)}${interval ? ` [${interval.map((end) => end.toFixed(digits)).join(', ')}]` : ''}`;

/** Ours beside the judge's. */
const rulings = [['table', 'card', 'ours', 'status', 'must', 'judge', 'verdict', 'both']];

/** @param {string} name @param {readonly import('../../workers/evaluate/cardTypes.ts').Card[]} cards @param {ReturnType<typeof readMarks>} theirs */
function rule(name, cards, theirs) {
  const verdicts = verdictsOf(theirs);
  const loss = lossOf(theirs.auc);
  const { pairs, membership, dcr, c2st, single, joint } = theirs;
  /** @type {Record<string, string>} */
  const figures = {
    similarity: `C2ST ${shown(c2st.synthetic)}, real ${shown(c2st.ceiling)}`,
    correlation: `TVD of pairs ${shown(pairs.synthetic)}, real ${shown(pairs.ceiling)}`,
    utility: `loss of AUC ${shown(loss.value, loss.interval)}`,
    privacy: `membership ${shown(membership.synthetic, membership.ci)}, singled out ${shown(single.synthetic)} and ${shown(joint.synthetic)}, DCR share ${shown(dcr.synthetic)}`,
  };
  const { expected } = cases[name];
  return cards.map(({ id, form, value, interval, status }) => {
    const theirVerdict = Object.entries(verdicts).find(([card]) => card === id)?.[1];
    const both = theirVerdict ? (contradict(status, theirVerdict) ? 'CONTRADICT' : 'agree') : '';
    const right = expected[id] === undefined || expected[id] === status;
    const digits = form === 'loss' ? 3 : 1;
    const ours = shown(value, interval, digits);
    const must = expected[id] ?? '';
    rulings.push([name, id, ours, status, right ? must : `${must} (WRONG)`]);
    rulings[rulings.length - 1].push(figures[id] ?? '', theirVerdict ?? '', both);
    return {
      card: id,
      value,
      interval,
      status,
      must: expected[id] ?? null,
      judge: theirVerdict ?? null,
      right,
    };
  });
}

async function measureCases() {
  const train = writeCells(folder, 'train', header, trainRows);
  const holdout = writeCells(folder, 'holdout', header, holdoutRows);
  const real = await readReal({ data, train, holdout }, values.target);
  const results = [];
  for (const name of values.cases.split(',')) {
    const path = cases[name].make();
    const { assessed } = await scoreFile(real, path, seed);
    const theirs = judged(train, holdout, path);
    const cards = rule(name, assessed.headline.cards, theirs);
    const attacks = assessed.figures.filter(({ card }) => card === 'privacy');
    const figures = attacks.map(({ id, value, interval, status }) => ({ id, value, interval, status }));
    results.push({ table: name, cards, figures, judge: theirs });
    console.error(`${name}: ${cards.every(({ right }) => right) ? 'as it must be' : 'WRONG'}`);
  }
  console.log(tableText(rulings));
  console.log(`\nThe judge’s marks: ${Object.values(marks).join('; ')}.`);
  if (results.some(({ cards }) => cards.some(({ right }) => !right))) process.exitCode = 1;
  return { bench: 'sanity', data, seed, results };
}

console.log(`\n${JSON.stringify(await (times ? measureTimes() : measureCases()))}`);
