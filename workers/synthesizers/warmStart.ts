/**
 * Under DP a network first learns rows of a graphical model of noisy counts, and then goes on by DP-SGD on the real ones.
 * Noise that is added to a gradient is spread over all weights, of which each row says little; a count says much of one
 * table. What the counts cannot hold is left to the gradients.
 */
import type { AdamTrainee } from '../nn/adamTrainee.ts';
import { shuffledBatches } from '../nn/batches.ts';
import type { RowGradients } from '../nn/clippedSum.ts';
import { HostAdam } from '../nn/hostAdam.ts';
import { learningRateAt } from '../nn/learningRate.ts';
import { trainPrivately, type PrivateOutcome } from '../nn/privateTrainer.ts';
import { train } from '../nn/trainer.ts';
import type { Table } from '../table/types.ts';
import { aim } from './aim/aim.ts';
import { privacy as counts } from './aim/plan.ts';
import { lend } from './lend.ts';
import { plannedCourse, plannedSteps, type PrivateTraining } from './privateTraining.ts';
import type { FitContext, FitInput, FitOptions, Model, PrivateAccess, PrivateSynthesis } from './types.ts';

/** Share of the method's budget that goes into counts. From .3 to .7 it hardly matters. */
const countShare = 0.6;
/** Share of a run's budget that goes into the profile. */
const profileShare = 0.25;

/**
 * Counts as `aim` takes them, then all steps of DP-SGD. `trainingFor` gives these for
 * `units` and the epochs asked for, null for the method's own choice. A table of one column has nothing to count.
 */
export const countsThenTraining = (
  trainingFor: (units: number, epochs: number | null) => PrivateTraining,
): PrivateSynthesis => ({
  profileShare,
  events: (size, rho, { epochs }) => {
    const before = counts.events(size, rho * countShare, { epochs: null });
    const left = before.length > 0 ? rho * (1 - countShare) : rho;
    return [...before, plannedSteps('network', size.units, left, trainingFor(size.units, epochs))];
  },
});

/**
 * `rows` rows of a model of noisy counts.
 *
 * Guarantee: real rows are read by `aim` through all events of the access but the last; the rest is post-processing.
 */
async function rowsOfCounts(
  input: FitInput,
  access: PrivateAccess,
  rows: number,
  context: FitContext,
): Promise<Table> {
  const { control } = context;
  const rng = context.rng.fork('counts');
  const { model } = await aim.fit(
    { ...input, access: { ...access, events: access.events.slice(0, -1) } },
    { epochs: null },
    { ...context, rng },
  );
  try {
    return await model.sample(rows, { rng: rng.fork('rows'), control });
  } finally {
    model.dispose();
  }
}

/** Training on rows of noisy counts, of which there are as many as are wanted. */
export interface FirstLesson {
  readonly rows: number;
  readonly epochs: number;
  readonly batchSize: number;
}
const firstEpochs = 20;
const firstRate = 2e-3;

/** `epochs` as the person wants, null for the method's own choice. */
export function firstLessonFor(units: number, epochs: number | null): FirstLesson {
  const rows = Math.max(2000, Math.min(20_000, 4 * units));
  return {
    rows,
    epochs: Math.min(firstEpochs, epochs ?? firstEpochs),
    batchSize: rows >= 8000 ? 250 : 100,
  };
}

/** Optimiser steps of a first lesson. */
const stepsOf = ({ rows, epochs, batchSize }: FirstLesson): number => epochs * Math.ceil(rows / batchSize);

/** Shares of all time when counting and when learning are done, about. */
const [countingEnds, learningEnds] = [0.1, 0.5];

/** The context of each part: its progress is that of the whole, and no loss is shown. */
function inThreeParts(context: FitContext): [FitContext, FitContext, FitContext] {
  const start = context.now();
  const part = (from: number, to: number, message: string): FitContext => ({
    ...context,
    onProgress: (progress) => {
      const done = from + (to - from) * progress.done;
      const seconds = (context.now() - start) / 1000;
      const secondsLeft = done > 0.02 ? (seconds * (1 - done)) / done : NaN;
      context.onProgress({ ...progress, done, secondsLeft, loss: NaN, message });
    },
  });
  return [
    part(0, countingEnds, 'Counting combinations of columns'),
    part(countingEnds, learningEnds, 'Learning from noisy counts'),
    part(learningEnds, 1, 'Learning from the rows, with noise'),
  ];
}

/** The parameters that a network comes to on the rows its trainee holds. `onPreview` as in `TrainingContext`. */
async function taught(
  trainee: AdamTrainee,
  { rows, epochs, batchSize }: FirstLesson,
  context: FitContext,
  onPreview: (() => Promise<void>) | undefined,
): Promise<Float32Array> {
  const batches = shuffledBatches(rows, batchSize, context.rng.fork('first batches'));
  const learningRate = (done: number, step: number): number => learningRateAt(firstRate, done, step);
  await train(trainee, { batches, epochs, learningRate }, { ...context, onPreview });
  return trainee.averaged().finally(() => trainee.unload());
}

/** A network that learns from counts and then from rows. */
export interface TwiceTaught {
  /** The network and rows that are no secret, as plain training sees them, for about `steps` steps. */
  trainee(made: Table, steps: number): AdamTrainee;
  /** The network and the real rows, as private training sees them. */
  gradients(): RowGradients;
  /** The network with these parameters as a model that is quick to make. */
  shown(parameters: Float32Array): Model;
  readonly clipNorm: number;
  /** Highest learning rate of private training. */
  readonly highestRate: number;
}

/**
 * The averaged parameters of a network after both, and how training ended.
 *
 * Guarantee: real rows are read by `aim` through the first events of the access, and through clipped sums with the noise of
 * the last one.
 */
export async function taughtTwice(
  network: TwiceTaught,
  input: FitInput,
  access: PrivateAccess,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<{ parameters: Float32Array; outcome: PrivateOutcome }> {
  const { rng, onModel } = context;
  const { clipNorm, highestRate } = network;
  const previewOf = (parameters: () => Float32Array | Promise<Float32Array>) =>
    onModel && (async () => lend(network.shown(await parameters()), onModel));
  const [counting, learning, refining] = inThreeParts(context);
  const first = firstLessonFor(access.units, epochs);
  const made = await rowsOfCounts(input, access, first.rows, counting);
  const trainee = network.trainee(made, stepsOf(first));
  const adam = new HostAdam(
    await taught(
      trainee,
      first,
      learning,
      previewOf(() => trainee.averaged()),
    ),
  );
  const outcome = await trainPrivately(
    network.gradients(),
    adam,
    plannedCourse(access, { clipNorm, highestRate }, rng),
    access.mechanisms,
    { ...refining, onPreview: previewOf(() => adam.average) },
  );
  return { parameters: adam.average, outcome };
}
