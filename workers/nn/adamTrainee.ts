import { Adam, type AdamState } from './adam.ts';
import { ParameterAverage, type AverageState } from './average.ts';
import type { Trainee } from './trainer.ts';
import { hold, scaled, scope, valuesOf, vectorFrom, type DeviceScalar, type Vector } from './tensors.ts';

export interface AdamCheckpoint {
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  readonly average: AverageState;
}

/** A network and the rows it learns from, as the optimiser sees them. Keeps constants on the device, no parameters. */
export interface BatchGradient {
  load(): void;
  unload(): void;
  /**
   * Mean loss of a batch and its gradient, as long as `parameters`. What is random in it follows from the seed and the
   * step alone, so that going on from a checkpoint repeats what was lost. Called within a scope.
   */
  gradient(parameters: Vector, rows: Int32Array, step: number): { loss: DeviceScalar; gradient: Vector };
}

export interface AdamTraineeOptions {
  /** Pulls parameters to 0 beside the gradient: AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101). */
  readonly weightDecay?: number;
  /** As in `ParameterAverage`. */
  readonly slowestAverage?: number;
}

/** What lives on the device while training. */
interface OnDevice {
  parameters: Vector;
  readonly adam: Adam;
  readonly average: ParameterAverage;
}

/** Trains by Adam and keeps a running average of the parameters. */
export class AdamTrainee implements Trainee<AdamCheckpoint> {
  readonly #network: BatchGradient;
  readonly #initial: Float32Array;
  readonly #options: AdamTraineeOptions;
  #device: OnDevice | undefined;

  constructor(network: BatchGradient, initial: Float32Array, options: AdamTraineeOptions = {}) {
    this.#network = network;
    this.#initial = initial;
    this.#options = options;
  }

  load(checkpoint: AdamCheckpoint | undefined): void {
    this.#device = {
      parameters: vectorFrom(checkpoint?.parameters ?? this.#initial),
      adam: new Adam(this.#initial.length, checkpoint?.adam),
      average: new ParameterAverage(this.#initial, checkpoint?.average, this.#options.slowestAverage),
    };
    this.#network.load();
  }

  step(rows: Int32Array, step: number, learningRate: number): DeviceScalar {
    const device = this.#loaded();
    const [loss, gradient] = scope(() => {
      const found = this.#network.gradient(device.parameters, rows, step);
      return [hold(found.loss), hold(found.gradient)] as const;
    });
    this.#move(device, gradient, learningRate);
    gradient.dispose();
    device.average.step(device.parameters);
    return loss;
  }

  async save(): Promise<AdamCheckpoint> {
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
    this.#network.unload();
  }

  #move(device: OnDevice, gradient: Vector, learningRate: number): void {
    const before = device.parameters;
    const { weightDecay = 0 } = this.#options;
    const shrunk =
      weightDecay > 0 ? scope(() => hold(scaled(before, 1 - learningRate * weightDecay))) : undefined;
    device.parameters = device.adam.step(shrunk ?? before, gradient, learningRate);
    shrunk?.dispose();
    before.dispose();
  }

  #loaded(): OnDevice {
    if (!this.#device) throw new Error('The network is not on the device.');
    return this.#device;
  }
}
