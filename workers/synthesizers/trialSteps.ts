import { shuffledBatches } from '../nn/batches.ts';
import type { Trainee } from '../nn/trainer.ts';
import { seededRng, type Rng } from '../random/rng.ts';

const trialRows = 2000;
const trialSteps = 3;

/** What a trial trains on: codes at random, one array a column, and uniform shares. */
export interface TrialData {
  readonly codes: readonly Uint16Array[];
  readonly shares: readonly Float64Array[];
  readonly rng: Rng;
}

/** What a trial times: `averaged` reads parameters back, and so waits for the device. */
interface Timed extends Pick<Trainee<never>, 'step' | 'unload'> {
  load(checkpoint: undefined): void;
  averaged(): Promise<Float32Array>;
}

/** Seconds of a training step on the active backend, from a few steps on made-up rows of these widths. */
export async function secondsPerStep(
  widths: readonly number[],
  batchSize: number,
  make: (data: TrialData) => Timed | Promise<Timed>,
): Promise<number> {
  const rng = seededRng('estimate');
  const codes = widths.map((width) => Uint16Array.from({ length: trialRows }, () => rng.int(width)));
  const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
  const trainee = await make({ codes, shares, rng });
  const batches = shuffledBatches(trialRows, Math.min(batchSize, trialRows), rng);
  trainee.load(undefined);
  try {
    let start = 0;
    for (let step = 0; step <= trialSteps; step++) {
      trainee.step(batches.rowsOf(step), step, 1e-3).dispose();
      if (step > 0 && step < trialSteps) continue;
      await trainee.averaged();
      if (step === 0) start = performance.now();
    }
    return (performance.now() - start) / 1000 / trialSteps;
  } finally {
    trainee.unload();
  }
}
