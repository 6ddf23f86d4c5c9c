import type { FitPoint, FitProblem } from './fitPoint.ts';

/** Earlier steps that the next one may reuse; more gain little and cost vector work. */
const memory = 2;
/** Largest change of a potential by which derivatives are taken: errors of 1e-11 of the counts. */
const probe = 1e-5;
const shortenings = 12;
/** Added to the diagonal of the step's system, relative to it: steps may be nearly parallel. */
const ridge = 1e-9;

/** A direction of the potentials with what it changes, to first order. */
interface Direction {
  readonly potentials: Float64Array;
  readonly counts: Float64Array;
  readonly gradient: Float64Array;
}

const emptyDirection = (cells: number): Direction => ({
  potentials: new Float64Array(cells),
  counts: new Float64Array(cells),
  gradient: new Float64Array(cells),
});

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Minimises the objective over potentials, never letting it rise. In the geometry of the family's Fisher information the
 * steepest direction is minus the gradient by counts: that is mirror descent (McKenna et al. 2019, arXiv 1901.09136).
 * Each step minimises the objective exactly, were the counts linear in the potentials, over the plane of that direction
 * and the last two steps: conjugate gradients on the Gauss-Newton system. The direction's effect on the counts is
 * found by a second pass of propagation beside the point, so there is no step length to choose.
 */
export class Descent {
  readonly #problem: FitProblem;
  #point: FitPoint;
  #trial: FitPoint;
  #steps: Direction[] = [];
  /** Where the next step is written. */
  #spare: Direction;

  /** The point must have been evaluated. */
  constructor(problem: FitProblem, start: FitPoint) {
    this.#problem = problem;
    this.#point = start;
    this.#trial = problem.newPoint();
    this.#spare = emptyDirection(start.counts.flat.length);
  }

  get point(): FitPoint {
    return this.#point;
  }

  /** One iteration: two passes, or more where it has to shorten its step. Returns false when it finds no way down. */
  step(): boolean {
    const steepest = this.#steepest();
    if (steepest === null) return false;
    if (this.#search([...this.#steps, steepest])) return true;
    // Old steps mislead where the counts are far from linear: what is left is mirror descent with a line search.
    this.#steps = [];
    return this.#search([steepest]);
  }

  #steepest(): Direction | null {
    const { potentials, counts, gradient } = this.#point;
    let largest = 0;
    for (const slope of gradient.flat) largest = Math.max(largest, Math.abs(slope));
    if (largest === 0) return null;
    const scale = probe / largest;
    const beside = this.#trial.potentials.flat;
    for (let i = 0; i < beside.length; i++) beside[i] = potentials.flat[i] - scale * gradient.flat[i];
    this.#problem.evaluate(this.#trial);
    return {
      potentials: gradient.flat.map((slope) => -slope),
      counts: this.#trial.counts.flat.map((count, i) => (count - counts.flat[i]) / scale),
      gradient: this.#trial.gradient.flat.map((slope, i) => (slope - gradient.flat[i]) / scale),
    };
  }

  /** Goes to the best point of the span of the directions, or part of the way. */
  #search(directions: readonly Direction[]): boolean {
    const step = this.#spare;
    const weights = bestWeights(directions, this.#point.gradient.flat);
    step.potentials.fill(0);
    directions.forEach(({ potentials }, k) => {
      for (let i = 0; i < potentials.length; i++) step.potentials[i] += weights[k] * potentials[i];
    });
    for (let tries = 0, length = 1; tries < shortenings; tries++, length *= 0.4) {
      if (!this.#try(step.potentials, length)) continue;
      this.#accept(step, length);
      return true;
    }
    return false;
  }

  #try(way: Float64Array, length: number): boolean {
    const from = this.#point.potentials.flat;
    const to = this.#trial.potentials.flat;
    for (let i = 0; i < to.length; i++) to[i] = from[i] + length * way[i];
    return this.#problem.evaluate(this.#trial) && this.#trial.objective < this.#point.objective;
  }

  #accept(step: Direction, length: number): void {
    const [before, after] = [this.#point, this.#trial];
    for (let i = 0; i < step.counts.length; i++) {
      step.potentials[i] *= length;
      step.counts[i] = after.counts.flat[i] - before.counts.flat[i];
      step.gradient[i] = after.gradient.flat[i] - before.gradient.flat[i];
    }
    this.#steps.push(step);
    const oldest = this.#steps.length > memory ? this.#steps.shift() : undefined;
    this.#spare = oldest ?? emptyDirection(step.counts.length);
    [this.#point, this.#trial] = [after, before];
  }
}

/** Weights w that minimise the objective at counts + sum w_k directions_k; the objective is quadratic in counts. */
function bestWeights(directions: readonly Direction[], gradient: Float64Array): Float64Array {
  const matrix = directions.map((a, i) =>
    Float64Array.from(directions.slice(0, i + 1), (b) => dot(a.counts, b.gradient)),
  );
  const target = Float64Array.from(directions, ({ counts }) => -dot(counts, gradient));
  return solvePositive(matrix, target);
}

/** Solves a small positive semidefinite system, given by its lower triangle, by Cholesky's method. */
function solvePositive(matrix: readonly Float64Array[], target: Float64Array): Float64Array {
  const x = target.slice();
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let sum = row[j] * (i === j ? 1 + ridge : 1);
      for (let k = 0; k < j; k++) sum -= row[k] * matrix[j][k];
      // A direction within the span of the earlier ones gets no weight.
      row[j] = i === j ? (sum > 0 ? Math.sqrt(sum) : Infinity) : sum / matrix[j][j];
    }
    for (let k = 0; k < i; k++) x[i] -= row[k] * x[k];
    x[i] /= row[i];
  });
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i] -= matrix[k][i] * x[k];
    x[i] /= matrix[i][i];
  }
  return x;
}
