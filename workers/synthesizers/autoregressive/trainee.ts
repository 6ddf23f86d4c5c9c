import { AdamTrainee, type BatchGradient } from '../../nn/adamTrainee.ts';
import { initialValues } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { DeviceScalar, Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import { drawMasks, maskedRows } from './masks.ts';
import type { AutoregressiveNetwork } from './network.ts';
import { orderedShare, slowestAverage, weightDecay } from './settings.ts';

/** What is learned from: codes, one array a column, and the order in which most rows will be made. */
export interface Lesson {
  readonly codes: readonly ArrayLike<number>[];
  readonly order: readonly number[];
}

/** The network and its rows as plain training sees them. */
class MaskedBatches implements BatchGradient {
  readonly #network: AutoregressiveNetwork;
  readonly #lesson: Lesson;
  readonly #rng: Rng;
  #blocks: SoftmaxBlocks | undefined;

  constructor(network: AutoregressiveNetwork, lesson: Lesson, rng: Rng) {
    this.#network = network;
    this.#lesson = lesson;
    this.#rng = rng;
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks(this.#network.sizes.widths);
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#blocks = undefined;
  }

  gradient(parameters: Vector, rows: Int32Array, step: number): { loss: DeviceScalar; gradient: Vector } {
    if (!this.#blocks) throw new Error('The network is not on the device.');
    const { codes, order } = this.#lesson;
    const { layout } = this.#network;
    const masks = drawMasks(rows.length, order, orderedShare, this.#rng.fork(`masks ${step}`));
    const batch = maskedRows(this.#network, codes, rows, masks);
    const { loss, gradients } = this.#network.gradient(layout.layers(parameters), this.#blocks, batch);
    return { loss, gradient: layout.flatten(gradients) };
  }
}

/** The network as the trainer sees it, for about `steps` steps. It starts with each column at its shares. */
export const traineeOf = (
  network: AutoregressiveNetwork,
  lesson: Lesson,
  shares: readonly Float64Array[],
  steps: number,
  rng: Rng,
): AdamTrainee =>
  new AdamTrainee(
    new MaskedBatches(network, lesson, rng),
    initialValues(network.initial(shares, rng.fork('weights'))),
    { weightDecay, slowestAverage: slowestAverage(steps) },
  );
