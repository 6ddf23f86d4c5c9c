import { Adam, type AdamState } from './adam.ts';
import { slowestDecay } from './average.ts';
import type { Trainee } from './trainer.ts';
import { hold, scope, type DeviceScalar, type Vector } from './tensors.ts';

/** A network and the rows it learns from, as the optimiser sees them. Keeps constants on the device, no parameters. */
export interface BatchGradient {
  load(): void;
  unload(): void;
  /**
   * Mean loss of a batch and its gradient by the parameters, with which `parameters` begins. What is random in it follows from the seed and the
   * step alone, so that going on from a checkpoint repeats what was lost. Called within a scope.
   */
  gradient(parameters: Vector, rows: Int32Array, step: number): { loss: DeviceScalar; gradient: Vector };
}

export interface AdamTraineeOptions {
  /** As in `AdamOptions`. */
  readonly weightDecay?: number;
  /** As in `averageDecay`. */
  readonly slowestAverage?: number;
}

/** Trains by Adam and keeps a running average of the parameters. */
export class AdamTrainee implements Trainee<AdamState> {
  readonly #network: BatchGradient;
  readonly #initial: Float32Array;
  readonly #options: AdamTraineeOptions;
  #onDevice: Adam | undefined;

  constructor(network: BatchGradient, initial: Float32Array, options: AdamTraineeOptions = {}) {
    this.#network = network;
    this.#initial = initial;
    this.#options = options;
  }

  load(checkpoint: AdamState | undefined): void {
    const { weightDecay = 0, slowestAverage = slowestDecay } = this.#options;
    this.#onDevice = new Adam(this.#initial, { weightDecay, slowestAverage }, checkpoint);
    this.#network.load();
  }

  step(rows: Int32Array, step: number, learningRate: number): DeviceScalar {
    const adam = this.#adam;
    return scope(() => {
      const { loss, gradient } = this.#network.gradient(adam.parameters, rows, step);
      adam.step(gradient, learningRate);
      return hold(loss);
    });
  }

  save(): Promise<AdamState> {
    return this.#adam.save();
  }

  /** The averaged parameters, on the host. */
  averaged(): Promise<Float32Array> {
    return this.#adam.averaged();
  }

  unload(): void {
    this.#onDevice?.dispose();
    this.#onDevice = undefined;
    this.#network.unload();
  }

  get #adam(): Adam {
    if (!this.#onDevice) throw new Error('The network is not on the device.');
    return this.#onDevice;
  }
}
