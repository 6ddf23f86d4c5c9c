import { plus, scope, valuesOf, type DeviceScalar } from './tensors.ts';

/**
 * Sums losses on the device, so that they are read back only now and then: each reading waits for everything the
 * device was asked to do.
 */
export class LossMeter {
  #sum: DeviceScalar | undefined;
  #steps = 0;

  get steps(): number {
    return this.#steps;
  }

  /** Takes over the tensor. */
  add(loss: DeviceScalar): void {
    const before = this.#sum;
    this.#sum = before ? scope(() => plus(before, loss)) : loss;
    if (before) {
      before.dispose();
      loss.dispose();
    }
    this.#steps++;
  }

  /** Mean loss since the last reading. Waits for the device. */
  async read(): Promise<number> {
    const sum = this.#sum ? (await valuesOf(this.#sum))[0] : NaN;
    const mean = sum / this.#steps;
    this.reset();
    return mean;
  }

  reset(): void {
    this.#sum?.dispose();
    this.#sum = undefined;
    this.#steps = 0;
  }
}
