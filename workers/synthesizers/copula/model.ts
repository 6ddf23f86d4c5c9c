import type { Rng } from '../../random/rng.ts';
import { concatTables } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import { drawUnder } from '../rejection.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { Model, SampleContext } from '../types.ts';
import type { LatentTable } from './latent.ts';
import type { Matrix } from './matrix.ts';

/** Rows drawn at a time: multiply-adds for about ten milliseconds, and few enough for the processor's cache. */
const workAStretch = 5e6;
const mostRows = 4096;

/** Latent normals with a correlation matrix, seen through the profile. Holds both, and nothing else. */
export class CopulaModel implements Model {
  readonly method = 'copula';
  readonly #latent: LatentTable;
  /** Cholesky factor of the correlation matrix. */
  readonly #factor: Matrix;

  constructor(latent: LatentTable, factor: Matrix) {
    this.#latent = latent;
    this.#factor = factor;
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { rng, control, onProgress, conditions } = context;
    if (conditions) return drawUnder((count, each) => this.sample(count, each), conditions, rows, context);
    const normals = rng.fork('normals');
    const { size } = this.#factor;
    const stretch = Math.max(16, Math.min(mostRows, Math.floor(workAStretch / (size * size + 20 * size))));
    const parts: Table[] = [];
    for (let row = 0; row < rows || row === 0; row += stretch) {
      const draws = correlatedNormals(this.#factor, Math.min(stretch, rows - row), normals);
      parts.push(this.#latent.decode(draws));
      onProgress?.(Math.min(1, (row + stretch) / rows));
      await control.checkpoint();
    }
    return concatTables(parts);
  }

  save(): SavedModel {
    const orders = Object.entries(this.#latent.orders).flatMap(([column, order]) =>
      order ? [[`order ${column}`, order] as const] : [],
    );
    return {
      settings: { orders: orders.map(([name]) => name) },
      tensors: { factor: this.#factor.values, ...Object.fromEntries(orders) },
    };
  }

  dispose(): void {
    // Plain arrays: the garbage collector frees them.
  }
}

/** One array of draws a variable: L e with L the factor and e independent standard normals. */
export function correlatedNormals({ size, values }: Matrix, rows: number, rng: Rng): Float64Array[] {
  const draws = Array.from({ length: size }, () => new Float64Array(rows));
  const independent = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) independent[i] = rng.normal();
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0, at = i * size; j <= i; j++, at++) sum += values[at] * independent[j];
      draws[i][row] = sum;
    }
  }
  return draws;
}
