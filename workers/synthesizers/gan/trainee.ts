import { oneHot } from '../../encode/oneHot.ts';
import { Adam, type AdamState } from '../../nn/adam.ts';
import { slowestDecay } from '../../nn/average.ts';
import { parameterGradient } from '../../nn/parameterGradient.ts';
import { initialValues } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import {
  hold,
  matrixFrom,
  plus,
  scope,
  weightedSum,
  type DeviceScalar,
  type Matrix,
} from '../../nn/tensors.ts';
import type { Trainee } from '../../nn/trainer.ts';
import type { Rng } from '../../random/rng.ts';
import type { Tokens } from '../neural/tokens.ts';
import type { Critic } from './critic.ts';
import { RowWeights, tokenEmphasis } from './emphasis.ts';
import { criticOnRows, generatorToLogits, makeRows } from './duel.ts';
import type { Generator } from './generator.ts';
import { batchNoise, CellDraws } from './noise.ts';
import { PairAnchor } from './pairAnchor.ts';
import type { PairTargets } from './pairs.ts';
import { rivalAdam } from './rivalAdam.ts';

/** Weight of the penalty on the critic's steepness at real rows. */
const steepness = 0.1;
/** Weight of the shares of pairs beside the critic in what the generator learns. */
const anchorWeight = 100;

export interface GanCheckpoint {
  readonly generator: AdamState;
  readonly critic: AdamState;
}

/** What there is to learn from: rows, and the shares of their tokens and, where there is room, of pairs of them. */
export interface GanLesson {
  readonly tokens: Tokens;
  readonly shares: readonly Float64Array[];
  readonly targets?: PairTargets;
}

interface OnDevice {
  /** With an average: smoother than its last step, which follows the critic to and fro. */
  readonly generator: Adam;
  readonly critic: Adam;
  readonly blocks: SoftmaxBlocks;
  readonly anchor: PairAnchor | undefined;
  readonly weights: RowWeights;
}

/** Both networks as the trainer sees them: a step is one of the critic, then one of the generator. */
export class GanTrainee implements Trainee<GanCheckpoint> {
  readonly #generator: Generator;
  readonly #critic: Critic;
  readonly #tokens: Tokens;
  readonly #cells: CellDraws;
  readonly #shares: readonly Float64Array[];
  readonly #targets: PairTargets | undefined;
  readonly #rng: Rng;
  readonly #initial: { readonly generator: Float32Array; readonly critic: Float32Array };
  #device: OnDevice | undefined;

  constructor(generator: Generator, critic: Critic, { tokens, shares, targets }: GanLesson, rng: Rng) {
    this.#generator = generator;
    this.#critic = critic;
    this.#tokens = tokens;
    this.#cells = new CellDraws(shares);
    this.#shares = shares;
    this.#targets = targets;
    this.#rng = rng;
    this.#initial = {
      generator: initialValues(generator.initial(shares, rng.fork('weights'))),
      critic: initialValues(critic.initial(rng.fork('critic weights'))),
    };
  }

  load(checkpoint: GanCheckpoint | undefined): void {
    const { generator, critic } = this.#initial;
    this.#device = {
      generator: new Adam(generator, { ...rivalAdam, slowestAverage: slowestDecay }, checkpoint?.generator),
      critic: new Adam(critic, rivalAdam, checkpoint?.critic),
      blocks: new SoftmaxBlocks(this.#generator.sizes.widths),
      anchor: this.#targets && new PairAnchor(this.#targets, tokenEmphasis(this.#shares)),
      weights: new RowWeights(this.#shares),
    };
  }

  /** Noise depends on the seed and the step alone, so that going on from a checkpoint repeats what was lost. */
  step(rows: Int32Array, step: number, learningRate: number): DeviceScalar {
    const device = this.#loaded();
    const { widths } = this.#generator.sizes;
    const rng = this.#rng.fork(`noise ${step}`);
    const cells = this.#cells.draw(rows.length, rng);
    return scope(() => {
      const real = matrixFrom(oneHot(this.#tokens, widths, rows), rows.length, this.#critic.width);
      const layers = this.#generator.layout.layers(device.generator.parameters);
      const made = makeRows(this.#generator, layers, device.blocks, batchNoise(this.#generator, cells, rng));
      const value = this.#criticStep(device, real, made.rows, learningRate);
      const rivals = this.#critic.layout.layers(device.critic.parameters);
      const weights = device.weights.of(made.rows);
      const deceiving = generatorToLogits(this.#critic, rivals, device.blocks, made, weights);
      const anchored = device.anchor?.toLogits(made, device.blocks, anchorWeight);
      const toLogits = anchored ? plus(deceiving, anchored) : deceiving;
      const uses = this.#generator.backward(layers, made.trace, toLogits);
      device.generator.step(parameterGradient([uses]), learningRate);
      return hold(value);
    });
  }

  #criticStep({ critic, weights }: OnDevice, real: Matrix, made: Matrix, learningRate: number): DeviceScalar {
    const layers = this.#critic.layout.layers(critic.parameters);
    const onReal = criticOnRows(this.#critic, layers, real, 'real', steepness, weights.of(real));
    const onMade = criticOnRows(this.#critic, layers, made, 'made', 0, weights.of(made));
    critic.step(parameterGradient([onReal.pass, onMade.pass]), learningRate);
    return weightedSum([...onReal.losses, ...onMade.losses]);
  }

  async save(): Promise<GanCheckpoint> {
    const { generator, critic } = this.#loaded();
    const [own, rival] = await Promise.all([generator.save(), critic.save()]);
    return { generator: own, critic: rival };
  }

  /** The generator's averaged parameters, on the host. */
  averaged(): Promise<Float32Array> {
    return this.#loaded().generator.averaged();
  }

  unload(): void {
    const device = this.#device;
    this.#device = undefined;
    device?.generator.dispose();
    device?.critic.dispose();
    device?.blocks.dispose();
    device?.anchor?.dispose();
    device?.weights.dispose();
  }

  #loaded(): OnDevice {
    if (!this.#device) throw new Error('The networks are not on the device.');
    return this.#device;
  }
}
