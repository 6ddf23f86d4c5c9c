import { allPairs, cellsOf } from '../../../workers/pgm/cliques.ts';
import { countCliques } from '../../../workers/pgm/counting.ts';
import { treeSizer } from '../../../workers/pgm/elimination.ts';
import { estimate } from '../../../workers/pgm/estimate.ts';
import { FitProblem } from '../../../workers/pgm/fitPoint.ts';
import { junctionTree } from '../../../workers/pgm/junctionTree.ts';
import { estimateTotal, LeastSquares } from '../../../workers/pgm/leastSquares.ts';
import { calibrate } from '../../../workers/pgm/model.ts';
import { Propagation } from '../../../workers/pgm/propagation.ts';
import { pairCounts } from '../../../workers/pgm/queries.ts';
import { RowSampler } from '../../../workers/pgm/rowSampler.ts';
import type { Clique, Codes, Measurement, ModelState } from '../../../workers/pgm/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';

const rows = 48_842;
const sizes = [75, 9, 100, 16, 7, 15, 6, 5, 2, 100, 88, 99, 42, 2];
const singles = sizes.map((_, column): Clique => [column]);
const pairs = allPairs(sizes.length);

/** A random model with a pair between each column and an earlier one, and as many pairs again. */
function planted(): ModelState {
  const rng = seededRng('planted');
  const cliques = [...singles];
  for (let b = 1; b < sizes.length; b++) cliques.push([rng.int(b), b]);
  const potentials = cliques.map((clique) =>
    new Float64Array(cellsOf(sizes, clique)).map(() => (clique.length === 1 ? 2 : 1) * rng.normal()),
  );
  return { sizes, total: rows, cliques, potentials };
}

/** Single columns, then the pairs of the planted model, then others while the junction tree stays small enough. */
function chosen(state: ModelState, extra: number, mostCells: number): Clique[] {
  const cliques = [...state.cliques];
  const rest = pairs.filter(([a, b]) => !state.cliques.some((clique) => clique[0] === a && clique[1] === b));
  for (const pair of rest) {
    if (cliques.length >= state.cliques.length + extra) break;
    if (treeSizer(sizes, cliques)(pair) <= mostCells) cliques.push(pair);
  }
  return cliques;
}

function measured(columns: readonly Codes[], cliques: readonly Clique[], sigma: number): Measurement[] {
  const rng = seededRng(`noise ${String(sigma)}`);
  return countCliques(columns, sizes, cliques).map((counts, i) => ({
    clique: cliques[i],
    values: counts.map((count) => Math.round(count + sigma * rng.normal())),
    sigma,
  }));
}

/** Least and median milliseconds of some calls: the machine may be shared. */
function timed(calls: number, work: () => unknown): { least: number; median: number } {
  const times = Array.from({ length: calls }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return { least: times[0], median: times[calls >> 1] };
}

const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

export async function speedFigures(): Promise<string[][]> {
  const lines = [['what', 'size', 'least', 'median', 'unit']];
  const add = (
    what: string,
    size: string,
    { least, median }: ReturnType<typeof timed>,
    unit: string,
    per = 1,
  ) => lines.push([what, size, number(least / per), number(median / per), unit]);
  const state = planted();
  const table = new RowSampler(calibrate(state), rows, seededRng('rows')).read(rows);
  add(
    'count pairs',
    '91 x 48,842',
    timed(15, () => countCliques(table, sizes, pairs)),
    'ns/row/clique',
    (91 * rows) / 1e6,
  );
  const triples = pairs.filter(([, b]) => b < 13).map(([a, b]): Clique => [a, b, 13]);
  const perTriple = (triples.length * rows) / 1e6;
  add(
    'count triples',
    `${String(triples.length)} x 48,842`,
    timed(15, () => countCliques(table, sizes, triples)),
    'ns/row/clique',
    perTriple,
  );
  for (const [extra, mostCells] of [
    [0, 1e6],
    [12, 131_072],
    [12, 1e6],
  ]) {
    const cliques = chosen(state, extra, mostCells);
    const tree = junctionTree(sizes, cliques);
    const propagation = new Propagation(tree, cliques);
    const rng = seededRng('potentials');
    const potentials = cliques.map((clique) =>
      new Float64Array(cellsOf(sizes, clique)).map(() => rng.normal()),
    );
    const size = `${String(cliques.length)} cliques, ${tree.cells.toLocaleString('en')} cells`;
    add(
      'one pass',
      size,
      timed(40, () => propagation.run(potentials)),
      'ms',
    );
    const sizer = treeSizer(sizes, cliques);
    add(
      'size of a tree',
      size,
      timed(20, () => pairs.map(sizer)),
      'us',
      pairs.length / 1e3,
    );
  }
  const model = calibrate((await estimate(sizes, measured(table, chosen(state, 12, 131_072), 20))).state);
  const start = performance.now();
  await pairCounts(model);
  const pairsMs = performance.now() - start;
  lines.push([
    'all pairs of a model',
    `${model.tree.cells.toLocaleString('en')} cells`,
    number(pairsMs),
    number(pairsMs),
    'ms',
  ]);
  const drawing = timed(3, () => {
    const sampler = new RowSampler(model, 1_000_000, seededRng(1));
    while (sampler.remaining > 0) sampler.read(10_000);
  });
  add('draw rows', '1,000,000 x 14', drawing, 'ms');
  return lines;
}

const marks = [10, 20, 40, 80, 160, 320];

/** Mirror descent with Armijo's rule from nothing, as in McKenna et al. 2019: least objective at each mark. */
function mirrorDescent(measurements: readonly Measurement[]): number[] {
  const cliques = measurements.map(({ clique }) => clique);
  const propagation = new Propagation(junctionTree(sizes, cliques), cliques);
  const total = estimateTotal(measurements);
  const problem = new FitProblem(propagation, new LeastSquares(sizes, cliques, measurements), total);
  let [point, trial] = [problem.newPoint(), problem.newPoint()];
  problem.evaluate(point);
  let step = 2 / total;
  const found: number[] = [];
  while (problem.passes < marks[marks.length - 1]) {
    const { potentials, gradient, counts } = point;
    trial.potentials.flat.forEach((_, i, to) => (to[i] = potentials.flat[i] - step * gradient.flat[i]));
    problem.evaluate(trial);
    const slope = gradient.flat.reduce((sum, g, i) => sum + g * (counts.flat[i] - trial.counts.flat[i]), 0);
    const enough = point.objective - trial.objective >= slope / 2;
    if (enough) [point, trial] = [trial, point];
    step *= enough ? 1.1 : 0.5;
    if (marks.includes(problem.passes)) found.push(point.objective);
  }
  return found;
}

export async function fitFigures(): Promise<string[][]> {
  const lines = [['method', ...marks.map(String)]];
  const state = planted();
  const table = new RowSampler(calibrate(state), rows, seededRng('rows')).read(rows);
  for (const extra of [0, 12]) {
    for (const sigma of [10, 100]) {
      const measurements = measured(table, chosen(state, extra, 131_072), sigma);
      const name = `${extra === 0 ? 'tree' : 'loops'}, sigma ${String(sigma)}`;
      const ours: string[] = [];
      for (const passes of marks) {
        ours.push(number((await estimate(sizes, measurements, { passes, tolerance: 0 })).objective));
      }
      lines.push([`${name}: estimate`, ...ours]);
      lines.push([`${name}: mirror descent`, ...mirrorDescent(measurements).map(number)]);
    }
  }
  return lines;
}
