import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import type { TrainingProgress } from '../synthesizers/types.ts';
import { activeBackend, replaceBackend } from './chooseBackend.ts';
import type { Batches } from './batches.ts';
import { deviceLossNotice, DeviceWatch } from './deviceLoss.ts';
import { LossMeter } from './lossMeter.ts';
import { Pacer } from './pacer.ts';
import { submit } from './submit.ts';
import type { DeviceScalar } from './tensors.ts';

/** A model in training: its tensors are on the device, its checkpoints on the host. */
export interface Trainee<Checkpoint> {
  /** Puts the model on the active backend: as the checkpoint says, or in its first state. */
  load(checkpoint: Checkpoint | undefined): void;
  /** One optimiser step; the mean loss of its rows, which the caller frees. Must not wait for the device. */
  step(rows: Int32Array, step: number, learningRate: number): DeviceScalar;
  save(): Promise<Checkpoint>;
  /** Frees every tensor. */
  unload(): void;
}

export interface TrainingPlan {
  readonly batches: Batches;
  readonly epochs: number;
  /** By the share of all steps done, 0..1, and the step. */
  readonly learningRate: (done: number, step: number) => number;
}

export interface TrainingContext {
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
  readonly control: RunControl;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onNotice: (message: string) => void;
  /** Called every two seconds or so, at a moment when the model is at rest. */
  readonly onPreview?: () => Promise<void>;
}

export interface TrainingOutcome {
  readonly stopped: boolean;
  /** Epochs done. */
  readonly epochs: number;
  /** Mean loss of each epoch, to within the steps between two readings. */
  readonly loss: readonly number[];
}

/** How long the device may work ahead of the host: bounds the wait of a cancel. */
const aheadMs = 200;
const mostStepsAhead = 256;
const checkpointMs = 2000;

/**
 * Runs the training loop: mini-batches, progress, pause and stop through `control`, previews, checkpoints, and going
 * on from the last checkpoint on the next backend when the device is lost. Loads the trainee at the start and leaves
 * it loaded on success, so that its weights can be read; unloads it when it throws. Throws `stopped` when cancelled.
 */
export async function train<Checkpoint>(
  trainee: Trainee<Checkpoint>,
  plan: TrainingPlan,
  context: TrainingContext,
): Promise<TrainingOutcome> {
  const run = new TrainingRun(trainee, plan, context);
  try {
    return await run.toEnd();
  } catch (cause) {
    trainee.unload();
    throw cause;
  } finally {
    run.close();
  }
}

class TrainingRun<Checkpoint> {
  readonly #trainee: Trainee<Checkpoint>;
  readonly #plan: TrainingPlan;
  readonly #context: TrainingContext;
  readonly #totalSteps: number;
  #meter = new LossMeter();
  #watch = new DeviceWatch();
  #saved: { readonly step: number; readonly checkpoint: Checkpoint } | undefined;
  #step = 0;
  #loss: number[] = [];
  #latestLoss = NaN;
  #stepsAhead = 1;
  readonly #pacer: Pacer;
  /** Counts repeated steps too. */
  #workedRows = 0;
  /** Milliseconds of work. */
  #readAt = 0;
  #savedAt = 0;

  constructor(trainee: Trainee<Checkpoint>, plan: TrainingPlan, context: TrainingContext) {
    this.#trainee = trainee;
    this.#plan = plan;
    this.#context = context;
    this.#totalSteps = plan.epochs * plan.batches.stepsPerEpoch;
    this.#pacer = new Pacer(context);
  }

  async toEnd(): Promise<TrainingOutcome> {
    const { control } = this.#context;
    this.#pacer.start();
    this.#trainee.load(undefined);
    while (this.#step < this.#totalSteps && !control.stopping) {
      const outcome = await this.#watch.guard(() => this.#stretch(this.#watch, this.#meter));
      if (outcome === 'lost') await this.#recover();
    }
    const epochs = Math.ceil(this.#step / this.#plan.batches.stepsPerEpoch);
    if (this.#loss.length < epochs) this.#loss.push(this.#latestLoss);
    return { stopped: this.#step < this.#totalSteps, epochs, loss: this.#loss };
  }

  close(): void {
    this.#meter.reset();
  }

  /**
   * Steps until the loss is read back, then what is due at that moment. When the device is lost in between, the run
   * goes on without waiting for this call, so it must touch nothing after an `await` that finds the device gone.
   */
  async #stretch(watch: DeviceWatch, meter: LossMeter): Promise<void> {
    const { control } = this.#context;
    const first = this.#step;
    while (this.#step < this.#totalSteps && meter.steps < this.#stepsAhead && !control.stopping) {
      this.#takeStep(meter);
      await this.#pacer.yieldWhenDue();
      if (watch.isLost) return;
    }
    const loss = await meter.read();
    if (watch.isLost) return;
    if (!Number.isFinite(loss)) throw diverged(this.#step);
    this.#record(loss, first);
    this.#pace();
    this.#report();
    await this.#saveWhenDue(watch);
    const { onPreview } = this.#context;
    if (onPreview && !watch.isLost) await this.#pacer.previewWhenDue(onPreview);
  }

  #takeStep(meter: LossMeter): void {
    const { batches, learningRate } = this.#plan;
    const rows = batches.rowsOf(this.#step);
    const rate = learningRate(this.#step / this.#totalSteps, this.#step);
    meter.add(this.#trainee.step(rows, this.#step, rate));
    submit();
    this.#workedRows += rows.length;
    this.#step++;
  }

  /** The mean loss of the steps since the last reading stands for every epoch that ended among them. */
  #record(loss: number, first: number): void {
    const { stepsPerEpoch } = this.#plan.batches;
    this.#latestLoss = loss;
    const from = Math.floor(first / stepsPerEpoch);
    const to = Math.floor(this.#step / stepsPerEpoch);
    for (let epoch = from; epoch < to; epoch++) this.#loss[epoch] = loss;
  }

  /** Reads more rarely when the device is quick, more often when it is slow. */
  #pace(): void {
    const worked = this.#pacer.workedMs;
    const took = worked - this.#readAt;
    if (took < aheadMs / 2) this.#stepsAhead = Math.min(mostStepsAhead, this.#stepsAhead * 2);
    else if (took > aheadMs) this.#stepsAhead = Math.max(1, this.#stepsAhead >> 1);
    this.#readAt = worked;
  }

  #report(): void {
    const { onProgress } = this.#context;
    const { batches, epochs } = this.#plan;
    const seconds = this.#pacer.workedMs / 1000;
    const done = this.#step / this.#totalSteps;
    const rowsPerSecond = this.#workedRows / Math.max(seconds, 1e-3);
    const rowsPerStep = batches.rowsOf(Math.max(0, this.#step - 1)).length;
    onProgress({
      done,
      epoch: Math.min(epochs, Math.floor(this.#step / batches.stepsPerEpoch) + 1),
      epochs,
      loss: this.#latestLoss,
      rowsPerSecond,
      secondsLeft: ((this.#totalSteps - this.#step) * rowsPerStep) / rowsPerSecond,
    });
  }

  async #saveWhenDue(watch: DeviceWatch): Promise<void> {
    if (this.#pacer.workedMs - this.#savedAt < checkpointMs) return;
    const step = this.#step;
    const checkpoint = await this.#trainee.save();
    if (watch.isLost) return;
    this.#saved = { step, checkpoint };
    this.#savedAt = this.#pacer.workedMs;
  }

  /** Goes back to the last checkpoint, on another backend. */
  async #recover(): Promise<void> {
    const lost = activeBackend();
    this.#meter.reset();
    this.#meter = new LossMeter();
    this.#trainee.unload();
    const next = lost ? await replaceBackend(lost) : undefined;
    this.#step = this.#saved?.step ?? 0;
    this.#loss.length = Math.min(
      this.#loss.length,
      Math.floor(this.#step / this.#plan.batches.stepsPerEpoch),
    );
    this.#context.onNotice(deviceLossNotice(this.#step, next?.id));
    this.#watch = new DeviceWatch();
    this.#trainee.load(this.#saved?.checkpoint);
    this.#stepsAhead = 1;
  }
}

const diverged = (step: number): HomespunError =>
  new HomespunError({
    code: 'failed',
    message: `Training broke down: the loss was no longer a number by step ${step}.`,
    hint: 'Train again with another seed, or with fewer epochs.',
  });
