/**
 * Under DP a network first learns rows of a graphical model of noisy counts, and then goes on by DP-SGD on the real ones.
 * Noise that is added to a gradient is spread over all weights, of which each row says little; a count says much of one
 * table. What the counts cannot hold is left to the gradients.
 */
import type { AdamTrainee } from '../nn/adamTrainee.ts';
import { shuffledBatches } from '../nn/batches.ts';
import { learningRateAt } from '../nn/learningRate.ts';
import { train } from '../nn/trainer.ts';
import type { Table } from '../table/types.ts';
import { aim } from './aim/aim.ts';
import { privacy as counts } from './aim/plan.ts';
import { plannedSteps, type PrivateTraining } from './privateTraining.ts';
import type { FitContext, FitInput, PrivateAccess, PrivateSynthesis } from './types.ts';

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
export async function rowsOfCounts(
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
export const stepsOf = ({ rows, epochs, batchSize }: FirstLesson): number =>
  epochs * Math.ceil(rows / batchSize);

/** The parameters that a network comes to on the rows its trainee holds. `onPreview` as in `TrainingContext`. */
export async function taught(
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

/** Shares of all time when counting and when learning are done, about. */
const [countingEnds, learningEnds] = [0.1, 0.5];

/** The context of each part: its progress is that of the whole, and no loss is shown. */
export function inThreeParts(context: FitContext): [FitContext, FitContext, FitContext] {
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
