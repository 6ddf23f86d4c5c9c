import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import { cellsOf, checkClique, cliqueKey, distinctCliques } from './cliques.ts';
import { Descent } from './descent.ts';
import { FitProblem, type FitPoint } from './fitPoint.ts';
import { junctionTree } from './junctionTree.ts';
import { estimateTotal, LeastSquares } from './leastSquares.ts';
import { Propagation } from './propagation.ts';
import { coldStart, fitAdded, warmStart } from './startPotentials.ts';
import type { Clique, Measurement, ModelState } from './types.ts';

/** Combinations of a clique's codes that cannot occur. */
export interface StructuralZeros {
  readonly clique: Clique;
  /** 1 where a cell cannot occur, row-major. */
  readonly impossible: Uint8Array;
}

export interface EstimateOptions {
  /** Rows; estimated from the measurements unless given. */
  readonly total?: number;
  /** An earlier model over the same columns: its potentials are where the fit starts. */
  readonly start?: ModelState;
  readonly zeros?: readonly StructuralZeros[];
  /** Most passes of belief propagation; a good fit from nothing takes 50 to 200, from a warm start 10 to 40. */
  readonly passes?: number;
  /** Stops when five iterations together lower the objective by less than this share of it. */
  readonly tolerance?: number;
  readonly control?: RunControl;
  /** Receives the share 0..1 of the passes. */
  readonly onProgress?: (done: number) => void;
}

export interface Estimate {
  readonly state: ModelState;
  /** sum of ||Q mu - y||^2 / (2 sigma^2). */
  readonly objective: number;
  readonly passes: number;
  /** True when the fit ended by its tolerance, not by passes or by the person. */
  readonly converged: boolean;
}

const defaultPasses = 500;
const defaultTolerance = 2e-3;
const window = 5;
/** Cell visits between two looks at the event loop: about ten milliseconds. */
const cellsAStretch = 6e5;

/**
 * Fits a log-linear model to noisy marginals: minimises sum ||Q mu - y||^2 / (2 sigma^2) over the distributions that
 * have one potential a measured clique (McKenna, Sheldon and Miklau 2019, arXiv 1901.09136). Touches no rows: under
 * differential privacy it is post-processing. Stopped with 'keep', it returns what it has.
 */
export async function estimate(
  sizes: readonly number[],
  measurements: readonly Measurement[],
  options: EstimateOptions = {},
): Promise<Estimate> {
  const problem = problemOf(sizes, measurements, options);
  const descent = new Descent(problem, startPoint(problem, measurements, options));
  const converged = await descend(problem, descent, options);
  const { potentials, objective } = descent.point;
  const state: ModelState = {
    sizes: [...sizes],
    total: problem.total,
    cliques: problem.cliques,
    potentials: potentials.tables.map((table) => table.slice()),
  };
  return { state, objective, passes: problem.passes, converged };
}

function problemOf(
  sizes: readonly number[],
  measurements: readonly Measurement[],
  { total, start, zeros = [] }: EstimateOptions,
): FitProblem {
  for (const { clique } of [...measurements, ...zeros]) checkClique(sizes, clique);
  if (start && start.sizes.join() !== sizes.join()) {
    throw new RangeError('The earlier model must have the same columns and sizes.');
  }
  const cliques = distinctCliques([
    ...(start?.cliques ?? []),
    ...measurements.map(({ clique }) => clique),
    ...zeros.map(({ clique }) => clique),
  ]);
  const propagation = new Propagation(junctionTree(sizes, cliques), cliques);
  const leastSquares = new LeastSquares(sizes, cliques, measurements);
  return new FitProblem(propagation, leastSquares, total ?? estimateTotal(measurements));
}

/** An evaluated point. */
function startPoint(
  problem: FitProblem,
  measurements: readonly Measurement[],
  { start, zeros = [] }: EstimateOptions,
): FitPoint {
  const point = problem.newPoint();
  const added = start ? warmStart(problem, point, start) : [];
  for (const zero of zeros) forbid(problem, point, zero);
  if (!start) coldStart(problem, point, measurements);
  if (!problem.evaluate(point)) {
    throw new HomespunError({
      code: 'bad-settings',
      message: 'The combinations ruled out leave no possible row.',
      hint: 'Remove some of the rules.',
    });
  }
  return added.length > 0 ? withAdded(problem, point, added, measurements) : point;
}

function withAdded(
  problem: FitProblem,
  point: FitPoint,
  added: readonly number[],
  measurements: readonly Measurement[],
): FitPoint {
  const fitted = problem.newPoint();
  fitted.potentials.flat.set(point.potentials.flat);
  fitted.counts.flat.set(point.counts.flat);
  fitAdded(fitted, problem.cliques, added, measurements);
  problem.evaluate(fitted);
  return fitted.objective < point.objective ? fitted : point;
}

function forbid(problem: FitProblem, point: FitPoint, { clique, impossible }: StructuralZeros): void {
  if (impossible.length !== cellsOf(problem.sizes, clique)) {
    throw new RangeError(`Structural zeros of [${cliqueKey(clique)}] must cover its cells.`);
  }
  const factor = problem.cliques.findIndex((other) => cliqueKey(other) === cliqueKey(clique));
  const table = point.potentials.tables[factor];
  impossible.forEach((zero, cell) => zero === 1 && (table[cell] = -Infinity));
}

async function descend(
  problem: FitProblem,
  descent: Descent,
  { passes = defaultPasses, tolerance = defaultTolerance, control, onProgress }: EstimateOptions,
): Promise<boolean> {
  const history = [descent.point.objective];
  let seen = 0;
  while (problem.passes + 2 <= passes) {
    const before = problem.passes;
    if (!descent.step()) return true;
    history.push(descent.point.objective);
    const earlier = history[history.length - 1 - window] ?? Infinity;
    if (earlier - descent.point.objective <= tolerance * descent.point.objective) return true;
    seen += (problem.passes - before) * problem.passCells;
    if (seen < cellsAStretch || !control) continue;
    seen = 0;
    onProgress?.(problem.passes / passes);
    await control.checkpoint();
    if (control.stopping) return false;
  }
  return false;
}
