import { oneHot } from '../../encode/oneHot.ts';
import type { Filled, RowGradients } from '../../nn/clippedSum.ts';
import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
import { normals } from '../../nn/initialise.ts';
import type { ParameterLayout } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import { takeRows } from '../takeRows.ts';
import type { VaeNetwork } from './network.ts';
import type { Tokens } from '../neural/tokens.ts';

/** The VAE as private training sees it. */
export class VaeRowGradients implements RowGradients {
  readonly #network: VaeNetwork;
  readonly #tokens: Tokens;
  readonly #klWeight: number;
  readonly #rng: Rng;
  #blocks: SoftmaxBlocks | undefined;

  constructor(network: VaeNetwork, tokens: Tokens, klWeight: number, rng: Rng) {
    this.#network = network;
    this.#tokens = tokens;
    this.#klWeight = klWeight;
    this.#rng = rng;
  }

  get layout(): ParameterLayout {
    return this.#network.layout;
  }

  get widest(): number {
    const { width, sizes } = this.#network;
    return Math.max(width, sizes.hidden, sizes.latent);
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks(this.#network.sizes.widths);
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#blocks = undefined;
  }

  backward(layers: readonly DenseParameters[], { rows, sources, purpose }: Filled): LayerUse[] {
    if (!this.#blocks) throw new Error('The network is not on the device.');
    const { latent, widths } = this.#network.sizes;
    const inputs = matrixFrom(oneHot(this.#tokens, widths, rows), rows.length, this.#network.width);
    const drawn = normals(rows.length * latent, 1, this.#rng.fork(`noise ${purpose}`));
    const noise = matrixFrom(takeRows(drawn, latent, sources), rows.length, latent);
    return this.#network.rowGradients(layers, this.#blocks, inputs, noise, this.#klWeight);
  }
}
