import { cellsOf } from './cliques.ts';
import type { LeastSquares } from './leastSquares.ts';
import type { Propagation } from './propagation.ts';
import type { Clique } from './types.ts';

/** One table a clique, end to end in one array, so that vectors over all of them are plain loops. */
export interface Tables {
  readonly flat: Float64Array;
  readonly tables: readonly Float64Array[];
}

export function emptyTables(sizes: readonly number[], cliques: readonly Clique[]): Tables {
  const lengths = cliques.map((clique) => cellsOf(sizes, clique));
  const flat = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  const tables = lengths.map((length) => flat.subarray(start, (start += length)));
  return { flat, tables };
}

/** A model under way: potentials, the counts they give, and how far those are from the measurements. */
export interface FitPoint {
  readonly potentials: Tables;
  readonly counts: Tables;
  /** Of the objective, by count. */
  readonly gradient: Tables;
  objective: number;
}

/** The objective as a function of potentials. One evaluation is one pass of belief propagation. */
export class FitProblem {
  readonly sizes: readonly number[];
  readonly cliques: readonly Clique[];
  readonly total: number;
  readonly #propagation: Propagation;
  readonly #leastSquares: LeastSquares;
  passes = 0;

  constructor(propagation: Propagation, leastSquares: LeastSquares, total: number) {
    this.sizes = propagation.tree.sizes;
    this.cliques = propagation.cliques;
    this.total = total;
    this.#propagation = propagation;
    this.#leastSquares = leastSquares;
  }

  /** Cells visited by a pass, in about equal units of time. */
  get passCells(): number {
    return this.#propagation.tree.cells;
  }

  newPoint(): FitPoint {
    const tables = () => emptyTables(this.sizes, this.cliques);
    return { potentials: tables(), counts: tables(), gradient: tables(), objective: Infinity };
  }

  /** Fills counts, gradient and objective from the potentials. Returns false where no combination is possible. */
  evaluate(point: FitPoint): boolean {
    this.passes++;
    const logSum = this.#propagation.run(point.potentials.tables);
    point.counts.tables.forEach((counts, i) => {
      const probabilities = this.#propagation.marginal(i);
      for (let cell = 0; cell < counts.length; cell++) counts[cell] = this.total * probabilities[cell];
    });
    point.objective = this.#leastSquares.evaluate(point.counts.tables, point.gradient.tables);
    return logSum > -Infinity;
  }
}
