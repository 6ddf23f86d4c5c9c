import type { Mechanisms } from '../privacy/mechanismTypes.ts';
import type { RowGradients } from './clippedSum.ts';
import { Pacer } from './pacer.ts';
import { StepSums } from './stepSums.ts';
import type { TrainingContext } from './trainer.ts';
import type { UnitRows } from './unitRows.ts';

/** All fixed before the start, from public facts alone. */
export interface PrivatePlan {
  /** Number of the `sampledGaussian` event, its steps, and the rows or persons it samples from. */
  readonly event: number;
  readonly steps: number;
  readonly units: number;
  readonly rowsOf: UnitRows;
  /** What sums are divided by, whatever batch is drawn. */
  readonly expectedBatch: number;
  readonly clipNorm: number;
  /** By the share of all steps done, 0..1, and the step. */
  readonly learningRate: (done: number, step: number) => number;
}

export interface PrivateOutcome {
  readonly stopped: boolean;
  /** Expected passes over the units. */
  readonly epochs: number;
}

/** Does work on the device, again on the next one when the device goes in between. The work must change nothing else. */
export type OnDevice = <T>(work: () => Promise<T>) => Promise<T>;

/** What private training optimises: parameters on the host. */
export interface PrivateModel {
  readonly values: Float32Array;
  /** One optimiser step along `sum` / `divisor`, which has its noise already. */
  step(sum: Float32Array, divisor: number, learningRate: number, onDevice: OnDevice): void | Promise<void>;
}

/** Steps are paid for this many times in a run, each time before they are taken. */
const payments = 20;

/**
 * DP-SGD (Abadi et al. 2016, arXiv 1607.00133): each step draws a Poisson batch, sums its clipped gradients, adds the
 * event's noise, and only then goes to the optimiser. Steps, noise and learning rates are fixed; nothing that is not
 * noised is read, reported or acted upon, so there is no loss here, and a batch may be empty. A device that is lost
 * costs no privacy: what it was computing is computed again elsewhere, and released once.
 *
 * A stop that keeps the model is charged for all planned steps, because whoever stops may have seen real rows beside
 * the preview. Throws `stopped` when cancelled; then only what was paid ahead is charged.
 */
export async function trainPrivately(
  network: RowGradients,
  model: PrivateModel,
  plan: PrivatePlan,
  mechanisms: Mechanisms,
  context: TrainingContext,
): Promise<PrivateOutcome> {
  const { control, onPreview } = context;
  const pacer = new Pacer(context);
  const sums = new StepSums(network, plan.clipNorm, context.onNotice);
  const block = Math.ceil(plan.steps / payments);
  pacer.start();
  try {
    let step = 0;
    for (; step < plan.steps && !control.stopping; step++) {
      if (step % block === 0) await mechanisms.prepay(plan.event, Math.min(block, plan.steps - step));
      await takeStep(step, sums, model, plan, mechanisms);
      report(step + 1, plan, pacer, context);
      if (onPreview) await pacer.previewWhenDue(() => sums.aside(onPreview, step + 1));
      await pacer.yieldWhenDue();
    }
    const stopped = step < plan.steps;
    if (stopped) await mechanisms.prepay(plan.event);
    return { stopped, epochs: Math.ceil(step / stepsPerEpoch(plan)) };
  } finally {
    sums.close();
  }
}

async function takeStep(
  step: number,
  sums: StepSums,
  model: PrivateModel,
  { event, steps, units, rowsOf, expectedBatch, clipNorm, learningRate }: PrivatePlan,
  mechanisms: Mechanisms,
): Promise<void> {
  const sampled = mechanisms.sampledStep(event, units);
  const { sum, margin } = await sums.of(model.values, rowsOf(sampled.units, step), step);
  sampled.addNoise(sum, clipNorm * (1 + margin));
  const onDevice: OnDevice = (work) => sums.again(work, step);
  await model.step(sum, expectedBatch, learningRate(step / steps, step), onDevice);
}

const stepsPerEpoch = ({ units, expectedBatch }: PrivatePlan): number =>
  Math.max(1, Math.round(units / expectedBatch));

function report(done: number, plan: PrivatePlan, pacer: Pacer, { onProgress }: TrainingContext): void {
  const { steps, expectedBatch } = plan;
  const seconds = Math.max(pacer.workedMs / 1000, 1e-3);
  const epochs = Math.ceil(steps / stepsPerEpoch(plan));
  onProgress({
    done: done / steps,
    epoch: Math.min(epochs, Math.floor(done / stepsPerEpoch(plan)) + 1),
    epochs,
    loss: NaN,
    rowsPerSecond: (done * expectedBatch) / seconds,
    secondsLeft: ((steps - done) * seconds) / done,
  });
}
