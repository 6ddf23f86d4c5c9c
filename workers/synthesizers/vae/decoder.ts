import { activeBackend, replaceBackend } from '../../nn/chooseBackend.ts';
import { DeviceWatch } from '../../nn/deviceLoss.ts';
import { normals } from '../../nn/initialise.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom, scope, valuesOf, vectorFrom, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';

/** Latent points decoded at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
export const pointsAtOnce = 1000;

/** What is made of a latent point: probabilities of tokens, or their logits. */
export type DecoderOutput = 'probabilities' | 'logits';

interface OnDevice {
  readonly parameters: Vector;
  readonly blocks: SoftmaxBlocks;
  readonly watch: DeviceWatch;
}

/** The decoder on the device, from host parameters; put back on the next backend when the device is lost. */
export class Decoder {
  readonly #network: VaeNetwork;
  readonly #parameters: Float32Array;
  readonly #survives: boolean;
  #device: OnDevice | undefined;

  /** `survives`: change the backend when the device is lost, instead of failing; for use outside training only. */
  constructor(network: VaeNetwork, parameters: Float32Array, survives: boolean) {
    this.#network = network;
    this.#parameters = parameters;
    this.#survives = survives;
  }

  /** Output for `count` points drawn from the latent prior, row-major, count x width. */
  async draw(count: number, output: DecoderOutput, rng: Rng): Promise<Float32Array> {
    const points = normals(count * this.#network.sizes.latent, 1, rng);
    for (;;) {
      const { watch } = this.#onDevice();
      const work = (): Promise<Float32Array> => this.#decode(points, count, output);
      if (!this.#survives) return work();
      const outcome = await watch.guard(work);
      if (outcome !== 'lost') return outcome.value;
      const lost = activeBackend();
      this.dispose();
      if (lost) await replaceBackend(lost);
    }
  }

  dispose(): void {
    this.#device?.parameters.dispose();
    this.#device?.blocks.dispose();
    this.#device = undefined;
  }

  #onDevice(): OnDevice {
    this.#device ??= {
      parameters: vectorFrom(this.#parameters),
      blocks: new SoftmaxBlocks(this.#network.sizes.widths),
      watch: new DeviceWatch(),
    };
    return this.#device;
  }

  async #decode(points: Float32Array, count: number, output: DecoderOutput): Promise<Float32Array> {
    const { parameters, blocks } = this.#onDevice();
    const result = scope(() => {
      const layers = this.#network.decoderLayout().layers(parameters);
      const logits = this.#network.decode(layers, matrixFrom(points, count, this.#network.sizes.latent));
      return output === 'logits' ? logits : blocks.probabilities(logits);
    });
    try {
      return await valuesOf(result);
    } finally {
      result.dispose();
    }
  }
}
