import { oneHot } from '../../encode/oneHot.ts';
import { drawCodes } from '../../encode/tableCodec.ts';
import { normals } from '../../nn/initialise.ts';
import { Resident } from '../../nn/resident.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom, plus, readOut, vectorFrom, type Matrix, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';

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
  dispose(): void;
}

function onDevice({ network, parameters }: TrainedVae): OnDevice {
  const held = vectorFrom(parameters);
  const blocks = new SoftmaxBlocks(network.sizes.widths);
  return {
    parameters: held,
    blocks,
    dispose: () => {
      held.dispose();
      blocks.dispose();
    },
  };
}

/**
 * Makes rows of tokens. A point drawn from the standard normal may lie where no real row does; what is decoded there
 * goes together badly. Encoding and decoding it again (pseudo-Gibbs sampling, Rezende et al. 2014, arXiv 1401.4082)
 * pulls it to where the network has learned rows to be.
 */
export class RowSampler {
  /** What makes the rows. */
  readonly trained: TrainedVae;
  readonly #resident: Resident<OnDevice>;

  /** `survives` as in `Resident`. */
  constructor(vae: TrainedVae, survives: boolean) {
    this.trained = vae;
    this.#resident = new Resident(() => onDevice(vae), survives);
  }

  /** One token array a column for `count` new rows, decoded once with each shift in turn. */
  async rows(count: number, shifts: Shifts, rng: Rng): Promise<Int32Array[]> {
    let points = this.firstPoints(count, rng);
    for (const shift of shifts.slice(0, -1)) points = await this.refined(points, shift, rng);
    return this.#tokens(points, shifts[shifts.length - 1], rng);
  }

  /** Latent points from the standard normal, row-major, count x latent. */
  firstPoints(count: number, rng: Rng): Float32Array {
    return normals(count * this.trained.network.sizes.latent, 1, rng);
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
    this.#resident.dispose();
  }

  async #tokens(points: Float32Array, shift: Float32Array, rng: Rng): Promise<Int32Array[]> {
    const probabilities = await this.#run((device) =>
      device.blocks.probabilities(shiftedBy(this.#decode(device, points), shift)),
    );
    const { width, sizes } = this.trained.network;
    let offset = 0;
    return sizes.widths.map((each) => {
      const tokens = drawCodes(probabilities, width, { offset, width: each }, rng);
      offset += each;
      return tokens;
    });
  }

  #run(compute: (device: OnDevice) => Matrix): Promise<Float32Array> {
    return this.#resident.use((device) => readOut(() => compute(device)));
  }

  #decode({ parameters }: OnDevice, points: Float32Array): Matrix {
    const { network } = this.trained;
    const { latent } = network.sizes;
    const inputs = matrixFrom(points, points.length / latent, latent);
    return network.decode(network.layout.layers(parameters), inputs);
  }

  #encode({ parameters }: OnDevice, tokens: readonly Int32Array[], noise: Float32Array): Matrix {
    const { network } = this.trained;
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
