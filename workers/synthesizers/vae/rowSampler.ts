import { drawCodes } from '../../encode/tableCodec.ts';
import { activeBackend, replaceBackend } from '../../nn/chooseBackend.ts';
import { DeviceWatch } from '../../nn/deviceLoss.ts';
import { normals } from '../../nn/initialise.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom, scope, valuesOf, vectorFrom, type Matrix, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';
import { oneHot } from './tokens.ts';

/** Rows made at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
export const rowsAtOnce = 1000;

/** A trained network on the host: plain numbers that any backend can take. */
export interface TrainedVae {
  readonly network: VaeNetwork;
  readonly parameters: Float32Array;
  /** Added to the last logits, so that columns come out with the profile's shares. Length: the network's width. */
  readonly shift: Float32Array;
}

export interface SamplerOptions {
  /** Times a made row is encoded and decoded again before it is given out. */
  readonly refinements: number;
  /** Change the backend when the device is lost, instead of failing. For use outside training only. */
  readonly survives: boolean;
}

interface OnDevice {
  readonly parameters: Vector;
  readonly shift: Vector;
  readonly blocks: SoftmaxBlocks;
  readonly watch: DeviceWatch;
}

/**
 * Makes rows of tokens. A point drawn from the standard normal may lie where no real row does; what is decoded there
 * goes together badly. Encoding and decoding it again (pseudo-Gibbs sampling, Rezende et al. 2014, arXiv 1401.4082)
 * pulls it to where the network has learned rows to be.
 */
export class RowSampler {
  readonly #vae: TrainedVae;
  readonly #options: SamplerOptions;
  #device: OnDevice | undefined;

  constructor(vae: TrainedVae, options: SamplerOptions) {
    this.#vae = vae;
    this.#options = options;
  }

  /** One token array a column for `count` new rows. */
  async tokens(count: number, rng: Rng): Promise<Int32Array[]> {
    const points = await this.#points(count, rng);
    return this.#draw(await this.#run(() => this.#decode(points, count, true, true)), rng);
  }

  /** Logits before the shift for `count` new rows, row-major, count x width: what calibration works on. */
  async logits(count: number, rng: Rng): Promise<Float32Array> {
    const points = await this.#points(count, rng);
    return this.#run(() => this.#decode(points, count, false, false));
  }

  dispose(): void {
    const device = this.#device;
    this.#device = undefined;
    device?.parameters.dispose();
    device?.shift.dispose();
    device?.blocks.dispose();
  }

  async #points(count: number, rng: Rng): Promise<Float32Array> {
    const { latent } = this.#vae.network.sizes;
    let points = normals(count * latent, 1, rng);
    for (let i = 0; i < this.#options.refinements; i++) {
      const from = points;
      const tokens = this.#draw(await this.#run(() => this.#decode(from, count, true, false)), rng);
      const noise = normals(count * latent, 1, rng);
      points = await this.#run(() => this.#encode(tokens, noise, count));
    }
    return points;
  }

  #draw(probabilities: Float32Array, rng: Rng): Int32Array[] {
    let offset = 0;
    return this.#vae.network.sizes.widths.map((width) => {
      const tokens = drawCodes(probabilities, this.#vae.network.width, { offset, width }, rng);
      offset += width;
      return tokens;
    });
  }

  /** Runs a computation on the device; again on the next backend when the device is lost and we may change it. */
  async #run(compute: (device: OnDevice) => Matrix): Promise<Float32Array> {
    for (;;) {
      const device = this.#onDevice();
      const work = (): Promise<Float32Array> => readOut(() => compute(device));
      if (!this.#options.survives) return work();
      const outcome = await device.watch.guard(work);
      if (outcome !== 'lost') return outcome.value;
      const lost = activeBackend();
      this.dispose();
      if (lost) await replaceBackend(lost);
    }
  }

  #onDevice(): OnDevice {
    this.#device ??= {
      parameters: vectorFrom(this.#vae.parameters),
      shift: vectorFrom(this.#vae.shift),
      blocks: new SoftmaxBlocks(this.#vae.network.sizes.widths),
      watch: new DeviceWatch(),
    };
    return this.#device;
  }

  #decode(points: Float32Array, count: number, probabilities: boolean, shifted: boolean): Matrix {
    const { parameters, shift, blocks } = this.#onDevice();
    const { network } = this.#vae;
    const layers = network.layout.layers(parameters);
    const inputs = matrixFrom(points, count, network.sizes.latent);
    const logits = network.decode(layers, inputs, shifted ? shift : undefined);
    return probabilities ? blocks.probabilities(logits) : logits;
  }

  #encode(tokens: readonly Int32Array[], noise: Float32Array, count: number): Matrix {
    const { network } = this.#vae;
    const layers = network.layout.layers(this.#onDevice().parameters);
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const inputs = matrixFrom(oneHot(tokens, network.sizes.widths, rows), count, network.width);
    return network.encode(layers, inputs, matrixFrom(noise, count, network.sizes.latent));
  }
}

async function readOut(compute: () => Matrix): Promise<Float32Array> {
  const result = scope(compute);
  try {
    return await valuesOf(result);
  } finally {
    result.dispose();
  }
}
