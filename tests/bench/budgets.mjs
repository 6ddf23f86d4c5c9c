/**
 * Methods, and peers of them, at several privacy budgets on one table, marked by a judge that shares no code with this
 * project.
 *
 *     npm run bench -- budgets --data FILE.csv --judge judge.py [--python PATH] [--target COLUMN]
 *         [--methods aim,mst,independent,sdv:ctgan,smartnoise:dpctgan] [--epsilons none,0.3,1,3,10] [--seeds 1]
 *         [--first-seed 0] [--delta D] [--schema FILE.json] [--log FILE.jsonl] [--sdv-python PATH]
 *         [--smartnoise-python PATH] [--judge-options "--missing N"] [--groups marginals,detection,utility]
 *
 * 80 % of the rows train (another split each seed); the judge holds the others. Means over seeds; `--log` keeps each run
 * as a line of its own. Seconds are those of the whole run from file to file, of a peer those of its fit and sampling on
 * one thread; `cpu` are processor seconds of all processes of the run, which other work does not lengthen. The last line
 * on stdout is one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tableText } from '../../scripts/printTable.mjs';
import { runMeasured } from './treeCpu.mjs';

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
    'first-seed': { type: 'string', default: '0' },
    log: { type: 'string', default: '' },
    'sdv-python': { type: 'string', default: '' },
    'smartnoise-python': { type: 'string', default: '' },
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
  'DCR share, scaled to all of train': 'DCR share',
  'roc_auc, boosted trees': 'ROC-AUC',
  'r2, boosted trees': 'R2',
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

/** @param {string} folder @param {string} peer @param {string} epsilon @param {number} seed */
function makeByPeer(folder, peer, epsilon, seed) {
  const [family, method] = peer.split(':');
  const python = family === 'sdv' ? values['sdv-python'] : values['smartnoise-python'];
  const budget = epsilon === 'none' ? [] : ['--epsilon', epsilon, '--delta', values.delta || '1e-6'];
  const line = run(python || values.python, [
    fileURLToPath(new URL(`peers/fit_${family}.py`, import.meta.url)),
    ...[join(folder, 'train.csv'), join(folder, 'made.csv')],
    ...['--method', method, '--seed', String(seed), '--threads', '1', ...budget],
  ]);
  const { fitSeconds, sampleSeconds, fitCpuSeconds } = JSON.parse(line.trim().split('\n').pop() ?? '{}');
  // Its own figure: of the training alone, without imports.
  return { seconds: { total: fitSeconds + sampleSeconds, cpu: fitCpuSeconds } };
}

/** @param {string} folder @param {string} method @param {string} epsilon @param {number} seed */
async function make(folder, method, epsilon, seed) {
  const option = (/** @type {string} */ name, /** @type {string} */ value) =>
    value ? [`--${name}`, value] : [];
  if (method.includes(':')) return makeByPeer(folder, method, epsilon, seed);
  const { stdout, cpuSeconds } = await runMeasured(process.execPath, [
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
  const { seconds } = JSON.parse(stdout.trim().split('\n').pop() ?? '{}');
  return { seconds: { ...seconds, cpu: cpuSeconds ?? NaN } };
}

/** @param {Record<string, unknown>} about @param {Map<string, { synthetic: number, ceiling: number }>} metrics */
function note(about, metrics) {
  if (!values.log) return;
  const marked = Object.entries(marks).map(([metric, name]) => [name, metrics.get(metric)]);
  appendFileSync(values.log, `${JSON.stringify({ ...about, marks: Object.fromEntries(marked) })}\n`);
}

const mean = (/** @type {number[]} */ list) => list.reduce((sum, each) => sum + each, 0) / list.length;
const shown = (/** @type {number} */ value) =>
  Number.isFinite(value) ? value.toFixed(value > 10 ? 0 : 4) : '-';

const results = [];
const table = [['method', 'epsilon', 'seconds', 'cpu', ...names]];
/** @type {Map<string, number[]>} */
const ceilings = new Map();
for (const epsilon of values.epsilons.split(',')) {
  for (const method of values.methods.split(',')) {
    /** @type {Map<string, number[]>} */
    const found = new Map();
    const seconds = [];
    const cpu = [];
    const first = Number(values['first-seed']);
    for (let seed = first; seed < first + Number(values.seeds); seed++) {
      const folder = mkdtempSync(join(tmpdir(), 'homespun-budgets-'));
      try {
        split(folder, seed);
        const report = await make(folder, method, epsilon, seed);
        seconds.push(report.seconds.total);
        cpu.push(report.seconds.cpu);
        const metrics = judged(folder);
        note({ data, method, epsilon, seed, seconds: report.seconds }, metrics);
        for (const [metric, { synthetic, ceiling }] of metrics) {
          found.set(metric, [...(found.get(metric) ?? []), synthetic]);
          ceilings.set(metric, [...(ceilings.get(metric) ?? []), ceiling]);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const figures = Object.keys(marks).map((metric) => mean(found.get(metric) ?? [NaN]));
    const times = [mean(seconds), mean(cpu)].map((each) => each.toFixed(1));
    table.push([method, epsilon, ...times, ...figures.map(shown)]);
    console.error(table[table.length - 1].join('  '));
    results.push({
      method,
      epsilon,
      seconds: mean(seconds),
      cpu: mean(cpu),
      ...Object.fromEntries(names.map((name, i) => [name, figures[i]])),
    });
  }
}
table.push([
  'real rows',
  '',
  '',
  '',
  ...Object.keys(marks).map((metric) => shown(mean(ceilings.get(metric) ?? [NaN]))),
]);
console.log(`${tableText(table)}\n`);
console.log(JSON.stringify({ bench: 'budgets', data, seeds: Number(values.seeds), results }));
