import { drawCodes } from '../../encode/tableCodec.ts';
import { activeBackend, replaceBackend } from '../../nn/chooseBackend.ts';
import { DeviceWatch } from '../../nn/deviceLoss.ts';
import { normals } from '../../nn/initialise.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom, plus, scope, valuesOf, vectorFrom, type Matrix, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';
import { oneHot } from '../neural/tokens.ts';

/** Rows made at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
export const rowsAtOnce = 1000;

/** A trained network on the host: plain numbers that any backend can take. */
export interface TrainedVae {
  readonly network: VaeNetwork;
  readonly parameters: Float32Array;
}

/**
 * Added to the logits so that columns come out with the profile's shares: one for the first decoding of a row and one
 * for each time it is encoded and decoded again. Length of each: the network's width.
 */
export type Shifts = readonly Float32Array[];

interface OnDevice {
  readonly parameters: Vector;
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
  readonly #survives: boolean;
  #device: OnDevice | undefined;

  /** `survives`: change the backend when the device is lost, instead of failing; for use outside training only. */
  constructor(vae: TrainedVae, survives: boolean) {
    this.#vae = vae;
    this.#survives = survives;
  }

  /** One token array a column for `count` new rows, decoded once with each shift in turn. */
  async rows(count: number, shifts: Shifts, rng: Rng): Promise<Int32Array[]> {
    let points = this.firstPoints(count, rng);
    for (const shift of shifts.slice(0, -1)) points = await this.refined(points, shift, rng);
    return this.#tokens(points, shifts[shifts.length - 1], rng);
  }

  /** Latent points from the standard normal, row-major, count x latent. */
  firstPoints(count: number, rng: Rng): Float32Array {
    return normals(count * this.#vae.network.sizes.latent, 1, rng);
  }

  /** Latent points of the rows that `points` decode to. */
  async refined(points: Float32Array, shift: Float32Array, rng: Rng): Promise<Float32Array> {
    const tokens = await this.#tokens(points, shift, rng);
    const noise = normals(points.length, 1, rng);
    return this.#run((device) => this.#encode(device, tokens, noise));
  }

  /** Logits that `points` decode to, row-major, rows x width. */
  logits(points: Float32Array): Promise<Float32Array> {
    return this.#run((device) => this.#decode(device, points));
  }

  dispose(): void {
    this.#device?.parameters.dispose();
    this.#device?.blocks.dispose();
    this.#device = undefined;
  }

  async #tokens(points: Float32Array, shift: Float32Array, rng: Rng): Promise<Int32Array[]> {
    const probabilities = await this.#run((device) =>
      device.blocks.probabilities(shiftedBy(this.#decode(device, points), shift)),
    );
    const { width, sizes } = this.#vae.network;
    let offset = 0;
    return sizes.widths.map((each) => {
      const tokens = drawCodes(probabilities, width, { offset, width: each }, rng);
      offset += each;
      return tokens;
    });
  }

  /** Runs a computation on the device; again on the next backend when the device is lost and we may change it. */
  async #run(compute: (device: OnDevice) => Matrix): Promise<Float32Array> {
    for (;;) {
      const device = this.#onDevice();
      const work = (): Promise<Float32Array> => readOut(() => compute(device));
      if (!this.#survives) return work();
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
      blocks: new SoftmaxBlocks(this.#vae.network.sizes.widths),
      watch: new DeviceWatch(),
    };
    return this.#device;
  }

  #decode({ parameters }: OnDevice, points: Float32Array): Matrix {
    const { network } = this.#vae;
    const { latent } = network.sizes;
    const inputs = matrixFrom(points, points.length / latent, latent);
    return network.decode(network.layout.layers(parameters), inputs);
  }

  #encode({ parameters }: OnDevice, tokens: readonly Int32Array[], noise: Float32Array): Matrix {
    const { network } = this.#vae;
    const { latent, widths } = network.sizes;
    const count = noise.length / latent;
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const inputs = matrixFrom(oneHot(tokens, widths, rows), count, network.width);
    return network.encode(network.layout.layers(parameters), inputs, matrixFrom(noise, count, latent));
  }
}

/** Adds a vector to each row. */
const shiftedBy = (matrix: Matrix, shift: Float32Array): Matrix =>
  plus(matrix, matrixFrom(shift, 1, shift.length));

async function readOut(compute: () => Matrix): Promise<Float32Array> {
  const result = scope(compute);
  try {
    return await valuesOf(result);
  } finally {
    result.dispose();
  }
}
