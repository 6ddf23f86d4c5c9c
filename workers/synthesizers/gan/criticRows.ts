import { oneHot } from '../../encode/oneHot.ts';
import type { Filled, RowGradients } from '../../nn/clippedSum.ts';
import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
import type { ParameterLayout } from '../../nn/parameters.ts';
import { logisticError, matrixFrom } from '../../nn/tensors.ts';
import type { Tokens } from '../neural/tokens.ts';
import type { Critic } from './critic.ts';
import { weightedUses } from './duel.ts';

/** The critic's loss at real rows as private training sees it: the only place where a private GAN meets them. */
export class CriticRows implements RowGradients {
  readonly #critic: Critic;
  readonly #tokens: Tokens;
  readonly #widths: readonly number[];

  constructor(critic: Critic, tokens: Tokens, widths: readonly number[]) {
    this.#critic = critic;
    this.#tokens = tokens;
    this.#widths = widths;
  }

  get layout(): ParameterLayout {
    return this.#critic.layout;
  }

  get widest(): number {
    return Math.max(this.#critic.width, this.#critic.hidden);
  }

  load(): void {
    // It keeps nothing on the device.
  }

  unload(): void {
    // Nor is there anything to free.
  }

  backward(layers: readonly DenseParameters[], { rows }: Filled): LayerUse[] {
    const inputs = matrixFrom(oneHot(this.#tokens, this.#widths, rows), rows.length, this.#critic.width);
    const trace = this.#critic.forward(layers, inputs);
    const back = this.#critic.backward(layers, trace);
    return weightedUses(back, logisticError(trace[trace.length - 1], 1, 1));
  }
}
