import type { DenseParameters, LayerUse } from './dense.ts';
import type { ParameterLayout } from './parameters.ts';
import { parameterGradient } from './parameterGradient.ts';
import { clipFactors } from './rowClipping.ts';
import { rowSquares } from './rowSquares.ts';
import { hold, matrixFrom, scope, valuesOf, type Matrix, type Vector } from './tensors.ts';

/** A micro-batch of one step, place by place. */
export interface Examples {
  readonly step: number;
  readonly part: number;
  /** Row of each place; -1 where there is none, which adds nothing. */
  readonly rows: Int32Array;
}

/** What a network is fed: no place is empty here. */
export interface Filled {
  readonly rows: Int32Array;
  /** Place whose random draws each place uses: its own, or that of the row it is a copy of. */
  readonly sources: Int32Array;
  /** Names the random draws of this micro-batch. */
  readonly purpose: string;
}

/** A network whose rows can be clipped one by one. Keeps no parameters, only constants, on the device. */
export interface RowGradients {
  readonly layout: ParameterLayout;
  /** Most inputs or outputs of a layer: for the bound of rounding errors. */
  readonly widest: number;
  load(): void;
  unload(): void;
  /**
   * What the gradient of each row's own loss is made of, in the order of the parameters. A row's gradient depends on
   * that row, its source and the parameters alone. Called within a scope; every tensor it gives was made in the call.
   */
  backward(layers: readonly DenseParameters[], filled: Filled): LayerUse[];
}

/**
 * Sum over rows of clipped gradients, sum of g min(1, clipNorm / |g|), where |g| is taken over all parameters together.
 * Ghost clipping with book-keeping (Bu et al. 2022, arXiv 2210.00038): one backward pass, no gradient of a single row
 * and none of the batch before clipping. A row with anything that is not finite, or far too large, adds exactly
 * nothing. Undefined where no row adds anything.
 */
export async function clippedSum(
  network: RowGradients,
  parameters: Vector,
  { step, part, rows }: Examples,
  clipNorm: number,
): Promise<Float32Array | undefined> {
  let live = Int32Array.from(rows.keys()).filter((place) => rows[place] >= 0);
  while (live.length > 0) {
    // Empty places hold a copy of a row that counts, so that nothing they compute can spoil a sum by 0 x infinity.
    const sources = new Int32Array(rows.length).fill(live[0]);
    for (const place of live) sources[place] = place;
    const filled = { rows: sources.map((source) => rows[source]), sources, purpose: `${step} ${part}` };
    const pass = await BackwardPass.of(network, parameters, filled);
    try {
      const factors = clipFactors(pass.squares, rows.length, clipNorm);
      const usable = live.filter((place) => !Number.isNaN(factors[place]));
      if (usable.length === live.length) return await pass.sum(onlyAt(live, factors));
      live = usable;
    } finally {
      pass.dispose();
    }
  }
  return undefined;
}

/** Factors of the live places, 0 elsewhere. */
function onlyAt(live: Int32Array, factors: Float64Array): Float32Array {
  const only = new Float32Array(factors.length);
  for (const place of live) only[place] = factors[place];
  return only;
}

/** A backward pass kept on the device until its rows have been weighted. */
class BackwardPass {
  /** |delta|² of each layer, then |input|² of each layer. */
  readonly squares: Float32Array;
  readonly #uses: readonly LayerUse[];

  private constructor(squares: Float32Array, uses: readonly LayerUse[]) {
    this.squares = squares;
    this.#uses = uses;
  }

  static async of(network: RowGradients, parameters: Vector, filled: Filled): Promise<BackwardPass> {
    const uses: LayerUse[] = [];
    const squares = scope(() => {
      uses.push(...network.backward(network.layout.layers(parameters), filled));
      for (const tensor of tensorsOf(uses)) hold(tensor);
      return hold(rowSquares([...uses.map(({ delta }) => delta), ...uses.map(({ input }) => input)]));
    });
    try {
      return new BackwardPass(await valuesOf(squares), uses);
    } catch (cause) {
      for (const tensor of tensorsOf(uses)) tensor.dispose();
      throw cause;
    } finally {
      squares.dispose();
    }
  }

  /** Sum of the rows' gradients, each times its factor. */
  async sum(factors: Float32Array): Promise<Float32Array> {
    const sum = scope(() => {
      const column = matrixFrom(factors, factors.length, 1);
      return parameterGradient([this.#uses.map((use) => ({ ...use, factors: column }))]);
    });
    try {
      return await valuesOf(sum);
    } finally {
      sum.dispose();
    }
  }

  dispose(): void {
    for (const tensor of tensorsOf(this.#uses)) tensor.dispose();
  }
}

/** Layers share tensors: two heads have one input. */
const tensorsOf = (uses: readonly LayerUse[]): Set<Matrix> =>
  new Set(uses.flatMap(({ input, delta }) => [input, delta]));
