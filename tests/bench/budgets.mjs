/**
 * Methods at several privacy budgets on one table, marked by a judge that shares no code with this project.
 *
 *     npm run bench -- budgets --data FILE.csv --judge judge.py [--python PATH] [--target COLUMN]
 *         [--methods aim,mst,independent] [--epsilons 0.3,1,3,10] [--seeds 1] [--delta D] [--schema FILE.json]
 *         [--judge-options "--missing N"] [--groups marginals,detection,utility]
 *
 * 80 % of the rows train (another split each seed); the judge holds the others. Means over seeds; the last line on
 * stdout is one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableText } from '../../scripts/printTable.mjs';

const synth = fileURLToPath(new URL('../../scripts/synth.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    judge: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    target: { type: 'string', default: '' },
    methods: { type: 'string', default: 'aim,mst,independent' },
    epsilons: { type: 'string', default: '0.3,1,3,10' },
    seeds: { type: 'string', default: '1' },
    delta: { type: 'string', default: '' },
    schema: { type: 'string', default: '' },
    groups: { type: 'string', default: 'marginals,detection,utility' },
    'judge-options': { type: 'string', default: '' },
  },
});

const { data, judge } = values;
if (!data || !judge) {
  console.error('Give --data FILE.csv and --judge judge.py.');
  process.exit(2);
}

/** Marks of the judge that are shown, by its own names. */
const marks = {
  'column distance (KS or TV), mean': 'columns',
  '2-way marginal TVD, mean': 'pairs',
  'k-marginal score (own bins)': 'k-marginal',
  'C2ST AUC': 'C2ST',
  'roc_auc, boosted trees': 'ROC-AUC',
  'f1_minority, boosted trees': 'F1',
  'recall_minority, boosted trees': 'recall',
  'precision_minority, boosted trees': 'precision',
};
const names = Object.values(marks);

/** @param {string} command @param {string[]} parameters */
function run(command, parameters) {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')}\n${stderr}`);
  return stdout;
}

/** @param {string} folder @param {number} seed */
function split(folder, seed) {
  run(values.python, [
    judge ?? '',
    'split',
    data ?? '',
    '--out',
    folder,
    '--fraction',
    '0.8',
    '--seed',
    String(seed),
  ]);
}

/** @param {string} folder @returns {Map<string, { synthetic: number, ceiling: number }>} */
function judged(folder) {
  const [train, holdout, made, json] = ['train.csv', 'holdout.csv', 'made.csv', 'judge.json'].map((name) =>
    join(folder, name),
  );
  const target = values.target ? ['--target', values.target] : [];
  const more = values['judge-options'].split(' ').filter((word) => word !== '');
  run(values.python, [
    judge ?? '',
    ...[
      '--train',
      train,
      '--holdout',
      holdout,
      '--synthetic',
      made,
      '--json',
      json,
      '--groups',
      values.groups,
    ],
    ...target,
    ...more,
  ]);
  /** @type {{ groups: Record<string, { rows?: { metric: string, synthetic: number, ceiling: number }[] }> }} */
  const { groups } = JSON.parse(readFileSync(json, 'utf8'));
  const rows = Object.values(groups).flatMap((group) => group.rows ?? []);
  return new Map(rows.map(({ metric, synthetic, ceiling }) => [metric, { synthetic, ceiling }]));
}

/** @param {string} folder @param {string} method @param {string} epsilon @param {number} seed */
function make(folder, method, epsilon, seed) {
  const option = (/** @type {string} */ name, /** @type {string} */ value) =>
    value ? [`--${name}`, value] : [];
  const line = run(process.execPath, [
    ...[synth, join(folder, 'train.csv'), '--out', join(folder, 'made.csv'), '--method', method],
    ...[
      '--epsilon',
      epsilon,
      '--holdout',
      '0',
      '--seed',
      String(seed),
      '--ledger',
      join(folder, `ledger ${method} ${epsilon}`),
      '--quiet',
    ],
    ...option('target', values.target),
    ...option('schema', values.schema),
    ...(epsilon === 'none' ? [] : option('delta', values.delta)),
  ]);
  return JSON.parse(line.trim().split('\n').pop() ?? '{}');
}

const mean = (/** @type {number[]} */ list) => list.reduce((sum, each) => sum + each, 0) / list.length;
const shown = (/** @type {number} */ value) =>
  Number.isFinite(value) ? value.toFixed(value > 10 ? 0 : 4) : '-';

const results = [];
const table = [['method', 'epsilon', 'seconds', ...names]];
/** @type {Map<string, number[]>} */
const ceilings = new Map();
for (const epsilon of values.epsilons.split(',')) {
  for (const method of values.methods.split(',')) {
    /** @type {Map<string, number[]>} */
    const found = new Map();
    const seconds = [];
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const folder = mkdtempSync(join(tmpdir(), 'homespun-budgets-'));
      try {
        split(folder, seed);
        const report = make(folder, method, epsilon, seed);
        seconds.push(report.seconds.total);
        for (const [metric, { synthetic, ceiling }] of judged(folder)) {
          found.set(metric, [...(found.get(metric) ?? []), synthetic]);
          ceilings.set(metric, [...(ceilings.get(metric) ?? []), ceiling]);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const figures = Object.keys(marks).map((metric) => mean(found.get(metric) ?? [NaN]));
    table.push([method, epsilon, mean(seconds).toFixed(1), ...figures.map(shown)]);
    console.error(table[table.length - 1].join('  '));
    results.push({
      method,
      epsilon,
      seconds: mean(seconds),
      ...Object.fromEntries(names.map((name, i) => [name, figures[i]])),
    });
  }
}
table.push([
  'real rows',
  '',
  '',
  ...Object.keys(marks).map((metric) => shown(mean(ceilings.get(metric) ?? [NaN]))),
]);
console.log(`${tableText(table)}\n`);
console.log(JSON.stringify({ bench: 'budgets', data, seeds: Number(values.seeds), results }));
