import type { Filled, RowGradients } from '../../nn/clippedSum.ts';
import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
import type { ParameterLayout } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { Rng } from '../../random/rng.ts';
import { takeRows } from '../takeRows.ts';
import { drawMasks, maskedRows } from './masks.ts';
import type { AutoregressiveNetwork } from './network.ts';
import { orderedShare } from './settings.ts';
import type { Lesson } from './trainee.ts';

/** The network as private training sees it. */
export class MaskedRowGradients implements RowGradients {
  readonly #network: AutoregressiveNetwork;
  readonly #lesson: Pick<Lesson, 'codes' | 'order'>;
  readonly #rng: Rng;
  #blocks: SoftmaxBlocks | undefined;

  constructor(network: AutoregressiveNetwork, lesson: Pick<Lesson, 'codes' | 'order'>, rng: Rng) {
    this.#network = network;
    this.#lesson = lesson;
    this.#rng = rng;
  }

  get layout(): ParameterLayout {
    return this.#network.layout;
  }

  get widest(): number {
    return Math.max(this.#network.width, this.#network.sizes.hidden);
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks(this.#network.sizes.widths);
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#blocks = undefined;
  }

  /** Each place's mask depends on its number and the step alone: a copy has the mask of the row it is a copy of. */
  backward(layers: readonly DenseParameters[], { rows, sources, purpose }: Filled): LayerUse[] {
    if (!this.#blocks) throw new Error('The network is not on the device.');
    const { codes, order } = this.#lesson;
    const drawn = drawMasks(rows.length, order, orderedShare, this.#rng.fork(`masks ${purpose}`));
    const masks = {
      known: takeRows(drawn.known, order.length, sources),
      weights: takeRows(drawn.weights, order.length, sources),
    };
    return this.#network.rowGradients(layers, this.#blocks, maskedRows(this.#network, codes, rows, masks));
  }
}
