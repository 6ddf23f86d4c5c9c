import { activeBackend, replaceBackend } from './chooseBackend.ts';
import { clippedSum, type RowGradients } from './clippedSum.ts';
import { deviceLossNotice, DeviceWatch } from './deviceLoss.ts';
import { sensitivityMargin } from './rowClipping.ts';
import { vectorFrom, type Vector } from './tensors.ts';

/** Most rows of a micro-batch: bounds memory and rounding errors. Batches of 500 expected rows fit in one. */
const mostAtOnce = 576;
/** Micro-batches have multiples of this, so that a graphics processor sees few shapes and compiles few programs. */
const placeStep = 8;

export interface StepSum {
  readonly sum: Float32Array;
  /** Share of clipNorm by which rounding may add to what one unit changes. */
  readonly margin: number;
}

/** Sums of clipped gradients of whole steps, micro-batch by micro-batch, on whichever device there is. */
export class StepSums {
  readonly #network: RowGradients;
  readonly #clipNorm: number;
  readonly #onNotice: (message: string) => void;
  #watch: DeviceWatch;
  #parameters: Vector | undefined;

  constructor(network: RowGradients, clipNorm: number, onNotice: (message: string) => void) {
    this.#network = network;
    this.#clipNorm = clipNorm;
    this.#onNotice = onNotice;
    this.#watch = new DeviceWatch();
    network.load();
  }

  /** `rows` has one place a sampled unit, -1 where it has no row. No row is left out, however many there are. */
  async of(values: Float32Array, rows: Int32Array, step: number): Promise<StepSum> {
    const { layout, widest } = this.#network;
    const parts = Math.ceil(rows.length / mostAtOnce);
    const size = Math.ceil(rows.length / Math.max(1, parts) / placeStep) * placeStep;
    const sums: Float32Array[] = [];
    for (let part = 0; part < parts; part++) {
      const places = new Int32Array(size).fill(-1);
      places.set(rows.subarray(part * size, (part + 1) * size));
      const sum = await this.#part(values, places, step, part);
      if (sum) sums.push(sum);
    }
    this.#drop();
    return { sum: added(sums, layout.length), margin: sensitivityMargin(rows.length, size, widest) };
  }

  /** Other work on the device, such as a preview: given up when the device goes, and the next one set up. */
  async aside(work: () => Promise<void>, step: number): Promise<void> {
    if ((await this.#watch.guard(work)) === 'lost') await this.#recover(step);
  }

  /** Other work on the device whose result is needed: done again on the next one when the device goes. */
  async again<T>(work: () => Promise<T>, step: number): Promise<T> {
    for (;;) {
      const outcome = await this.#watch.guard(work);
      if (outcome !== 'lost') return outcome.value;
      await this.#recover(step);
    }
  }

  close(): void {
    this.#drop();
    this.#network.unload();
  }

  /** Undefined where no row adds anything. */
  async #part(
    values: Float32Array,
    rows: Int32Array,
    step: number,
    part: number,
  ): Promise<Float32Array | undefined> {
    return this.again(() => {
      const parameters = (this.#parameters ??= vectorFrom(values));
      return clippedSum(this.#network, parameters, { step, part, rows }, this.#clipNorm);
    }, step);
  }

  async #recover(step: number): Promise<void> {
    const lost = activeBackend();
    this.close();
    const next = lost ? await replaceBackend(lost) : undefined;
    this.#onNotice(deviceLossNotice(step, next?.id));
    this.#watch = new DeviceWatch();
    this.#network.load();
  }

  #drop(): void {
    this.#parameters?.dispose();
    this.#parameters = undefined;
  }
}

/** Sum of vectors, in doubles where there are several. */
function added(sums: readonly Float32Array[], length: number): Float32Array {
  if (sums.length === 1) return sums[0];
  const total = new Float64Array(length);
  for (const sum of sums) {
    for (let i = 0; i < length; i++) total[i] += sum[i];
  }
  return new Float32Array(total);
}
