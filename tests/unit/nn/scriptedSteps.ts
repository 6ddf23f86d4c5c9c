import type { Mechanisms, SampledStep } from '../../../workers/privacy/mechanismTypes.ts';

const unused = (): never => {
  throw new Error('not part of this script');
};

/** Mechanisms without noise that draw the batches they are told: for what noise would hide. */
export class ScriptedSteps implements Mechanisms {
  readonly sensitivities: number[] = [];
  readonly #batches: readonly (readonly number[])[];
  #next = 0;

  constructor(batches: readonly (readonly number[])[]) {
    this.#batches = batches;
  }

  readonly charged: readonly number[] = [];
  prepay = (): Promise<void> => Promise.resolve();
  noisyCounts = unused;
  discover = unused;
  select = unused;

  sampledStep(): SampledStep {
    const batch = this.#batches[this.#next++];
    return {
      units: Uint32Array.from(batch).sort(),
      addNoise: (_, sensitivity) => this.sensitivities.push(sensitivity),
    };
  }
}
