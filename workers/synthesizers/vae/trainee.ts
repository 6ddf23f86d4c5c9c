import { Adam, type AdamState } from '../../nn/adam.ts';
import { ParameterAverage, type AverageState } from '../../nn/average.ts';
import { normals } from '../../nn/initialise.ts';
import { initialValues } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import {
  hold,
  matrixFrom,
  scope,
  valuesOf,
  vectorFrom,
  type DeviceScalar,
  type Vector,
} from '../../nn/tensors.ts';
import type { Trainee } from '../../nn/trainer.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';
import { oneHot, type Tokens } from '../neural/tokens.ts';

/**
 * Weight of the KL divergence. Below 1 the latent space holds more of each row, so that columns go together better;
 * too low and rows drawn from the standard normal fall between what was learned. TVAE uses 1/2 too. With few rows a
 * weak link does not pay for its place at 1/2, and the network would learn every column on its own.
 */
const klWeightFor = (rows: number): number => (rows < 4000 ? 0.2 : 0.5);

export interface VaeCheckpoint {
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  readonly average: AverageState;
}

/** What lives on the device while training. */
interface OnDevice {
  parameters: Vector;
  readonly adam: Adam;
  readonly average: ParameterAverage;
  readonly blocks: SoftmaxBlocks;
}

/** The VAE as the trainer sees it. */
export class VaeTrainee implements Trainee<VaeCheckpoint> {
  readonly #network: VaeNetwork;
  readonly #tokens: Tokens;
  readonly #rng: Rng;
  readonly #initial: Float32Array;
  #device: OnDevice | undefined;

  constructor(network: VaeNetwork, tokens: Tokens, shares: readonly Float64Array[], rng: Rng) {
    this.#network = network;
    this.#tokens = tokens;
    this.#rng = rng;
    this.#initial = initialValues(network.initial(shares, rng.fork('weights')));
  }

  load(checkpoint: VaeCheckpoint | undefined): void {
    this.#device = {
      parameters: vectorFrom(checkpoint?.parameters ?? this.#initial),
      adam: new Adam(this.#network.layout.length, checkpoint?.adam),
      average: new ParameterAverage(this.#initial, checkpoint?.average),
      blocks: new SoftmaxBlocks(this.#network.sizes.widths),
    };
  }

  /** Noise depends on the seed and the step alone, so that going on from a checkpoint repeats what was lost. */
  step(rows: Int32Array, step: number, learningRate: number): DeviceScalar {
    const device = this.#loaded();
    const { latent, widths } = this.#network.sizes;
    const noise = normals(rows.length * latent, 1, this.#rng.fork(`noise ${step}`));
    const [loss, gradient] = scope(() => {
      const { loss: value, gradients } = this.#network.gradient(
        this.#network.layout.layers(device.parameters),
        device.blocks,
        matrixFrom(oneHot(this.#tokens, widths, rows), rows.length, this.#network.width),
        matrixFrom(noise, rows.length, latent),
        klWeightFor(this.#tokens[0].length),
      );
      return [hold(value), hold(this.#network.layout.flatten(gradients))] as const;
    });
    const updated = device.adam.step(device.parameters, gradient, learningRate);
    gradient.dispose();
    device.parameters.dispose();
    device.parameters = updated;
    device.average.step(updated);
    return loss;
  }

  async save(): Promise<VaeCheckpoint> {
    const { parameters, adam, average } = this.#loaded();
    const [values, adamState, averageState] = await Promise.all([
      valuesOf(parameters),
      adam.save(),
      average.save(),
    ]);
    return { parameters: values, adam: adamState, average: averageState };
  }

  /** The averaged parameters, on the host. */
  async averaged(): Promise<Float32Array> {
    return (await this.#loaded().average.save()).values;
  }

  unload(): void {
    const device = this.#device;
    this.#device = undefined;
    device?.parameters.dispose();
    device?.adam.dispose();
    device?.average.dispose();
    device?.blocks.dispose();
  }

  #loaded(): OnDevice {
    if (!this.#device) throw new Error('The network is not on the device.');
    return this.#device;
  }
}
