import type { RunControl } from '../../control.ts';
import { HostAdam } from '../../nn/hostAdam.ts';
import { parameterGradient } from '../../nn/parameterGradient.ts';
import { initialValues } from '../../nn/parameters.ts';
import type { OnDevice, PrivateModel } from '../../nn/privateTrainer.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { plus, scope, valuesOf, vectorFrom, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { Critic } from './critic.ts';
import { criticOnRows, generatorToLogits, makeRows } from './duel.ts';
import type { Generator } from './generator.ts';
import { batchNoise, CellDraws, type BatchNoise } from './noise.ts';
import { PairAnchor } from './pairAnchor.ts';
import type { PairTargets } from './pairs.ts';
import { anchorWeight, criticSteps, madeRows, madeSteepness } from './privateSettings.ts';

export interface DuelOptions {
  readonly rng: Rng;
  readonly control: RunControl;
  /** Rows made for each step. */
  readonly rows?: number;
}

/**
 * The two networks in private training. The critic's sum over real rows comes clipped and noised; everything here uses
 * that sum, made rows and noisy shares alone, and so is post-processing.
 */
export class PrivateDuel implements PrivateModel {
  readonly #generator: Generator;
  readonly #critic: Critic;
  readonly #targets: PairTargets;
  readonly #cells: CellDraws;
  readonly #rng: Rng;
  readonly #control: RunControl;
  readonly #rows: number;
  readonly #criticAdam: HostAdam;
  readonly #generatorAdam: HostAdam;
  #steps = 0;

  constructor(
    generator: Generator,
    critic: Critic,
    shares: readonly Float64Array[],
    targets: PairTargets,
    { rng, control, rows = madeRows }: DuelOptions,
  ) {
    this.#generator = generator;
    this.#critic = critic;
    this.#targets = targets;
    this.#cells = new CellDraws(shares);
    this.#rng = rng;
    this.#control = control;
    this.#rows = rows;
    this.#criticAdam = new HostAdam(initialValues(critic.initial(rng.fork('critic weights'))));
    this.#generatorAdam = new HostAdam(initialValues(generator.initial(shares, rng.fork('weights'))));
  }

  /** The critic's parameters. */
  get values(): Float32Array {
    return this.#criticAdam.values;
  }

  /** The generator's averaged parameters. */
  get made(): Float32Array {
    return this.#generatorAdam.average;
  }

  async step(sum: Float32Array, divisor: number, learningRate: number, onDevice: OnDevice): Promise<void> {
    const rng = this.#rng.fork(`made ${this.#steps}`);
    const onMade = await onDevice(() => this.#criticGradient(rng.fork('critic')));
    for (let i = 0; i < onMade.length; i++) onMade[i] += sum[i] / divisor;
    this.#criticAdam.step(onMade, 1, learningRate);
    if (++this.#steps % criticSteps !== 0) return;
    await this.#control.checkpoint();
    const gradient = await onDevice(() => this.#generatorGradient(rng.fork('generator')));
    this.#generatorAdam.step(gradient, 1, learningRate);
  }

  /** Of the critic's mean loss at made rows. */
  #criticGradient(rng: Rng): Promise<Float32Array> {
    return this.#gradient(rng, (noise, own, rival, blocks) => {
      const { rows } = makeRows(this.#generator, this.#generator.layout.layers(own), blocks, noise);
      const { pass } = criticOnRows(
        this.#critic,
        this.#critic.layout.layers(rival),
        rows,
        'made',
        madeSteepness,
      );
      return parameterGradient([pass]);
    });
  }

  /** Of what the critic says of made rows, and of their distance from the noisy shares of pairs. */
  #generatorGradient(rng: Rng): Promise<Float32Array> {
    return this.#gradient(rng, (noise, own, rival, blocks) => {
      const layers = this.#generator.layout.layers(own);
      const made = makeRows(this.#generator, layers, blocks, noise);
      const rivals = this.#critic.layout.layers(rival);
      const deceiving = generatorToLogits(this.#critic, rivals, blocks, made);
      const toLogits = plus(deceiving, new PairAnchor(this.#targets).toLogits(made, blocks, anchorWeight));
      return parameterGradient([this.#generator.backward(layers, made.trace, toLogits)]);
    });
  }

  /** Host to device, one gradient, and back. Keeps nothing on the device, so that it can be done again on another. */
  async #gradient(
    rng: Rng,
    compute: (noise: BatchNoise, own: Vector, rival: Vector, blocks: SoftmaxBlocks) => Vector,
  ): Promise<Float32Array> {
    const cells = this.#cells.draw(this.#rows, rng);
    const gradient = scope(() =>
      compute(
        batchNoise(this.#generator, cells, rng),
        vectorFrom(this.#generatorAdam.values),
        vectorFrom(this.#criticAdam.values),
        new SoftmaxBlocks(this.#generator.sizes.widths),
      ),
    );
    try {
      return await valuesOf(gradient);
    } finally {
      gradient.dispose();
    }
  }
}
