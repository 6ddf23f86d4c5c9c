import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { HomespunError } from '../../../workers/errors.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { shuffledBatches } from '../../../workers/nn/batches.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { train, type TrainingContext, type TrainingPlan } from '../../../workers/nn/trainer.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TrainingProgress } from '../../../workers/synthesizers/types.ts';
import { Classifier, labelledRows } from './classifier.ts';

const rows = 300;
const data = labelledRows(rows, 8, 4, seededRng('rows'));
const classifier = (): Classifier =>
  new Classifier(data.features, data.labels, [8, 16, 4], seededRng('weights'));

const plan = (epochs: number): TrainingPlan => ({
  batches: shuffledBatches(rows, 50, seededRng('batches')),
  epochs,
  learningRate: () => 0.01,
});

const context = (
  control: RunControl,
  more: Partial<TrainingContext> = {},
): TrainingContext & { seen: TrainingProgress[] } => {
  const seen: TrainingProgress[] = [];
  return {
    now: () => performance.now(),
    control,
    onProgress: (progress) => seen.push(progress),
    onNotice: () => undefined,
    seen,
    ...more,
  };
};

const withControl = async <T>(work: (control: RunControl) => Promise<T>): Promise<T> => {
  const control = new RunControl();
  try {
    return await work(control);
  } finally {
    control.close();
  }
};

describe('the training loop', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('learns, reports rising progress and ends at 1', async () => {
    await withControl(async (control) => {
      const model = classifier();
      const where = context(control);
      const { loss, epochs, stopped } = await train(model, plan(20), where);
      model.unload();
      expect(epochs).toBe(20);
      expect(stopped).toBe(false);
      expect(loss).toHaveLength(20);
      expect(loss[19]).toBeLessThan(loss[0] * 0.6);
      const done = where.seen.map((progress) => progress.done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(done[done.length - 1]).toBe(1);
      expect(where.seen[0].rowsPerSecond).toBeGreaterThan(0);
      expect(where.seen[0].secondsLeft).toBeGreaterThan(0);
      expect(where.seen[where.seen.length - 1].secondsLeft).toBe(0);
    });
  });

  it('gives the same losses for the same seeds', async () => {
    const losses = await Promise.all(
      [0, 1].map(() =>
        withControl(async (control) => {
          const model = classifier();
          await train(model, plan(3), context(control));
          const { values } = await model.save();
          model.unload();
          return [...values];
        }),
      ),
    );
    expect(losses[0]).toEqual(losses[1]);
  });

  it('keeps no tensor per step and frees all when unloaded', async () => {
    await withControl(async (control) => {
      const counts: number[] = [];
      const before = tensorCount();
      const model = classifier();
      await train(
        model,
        plan(6),
        context(control, {
          onProgress: () => counts.push(tensorCount()),
        }),
      );
      expect(new Set(counts).size).toBe(1);
      model.unload();
      expect(tensorCount()).toBe(before);
    });
  });

  it('throws "stopped" when cancelled and frees every tensor', async () => {
    await withControl(async (control) => {
      const before = tensorCount();
      const cancelled = train(
        classifier(),
        plan(100_000),
        context(control, {
          onProgress: ({ epoch }) => {
            if (epoch > 2) control.stop('discard');
          },
        }),
      );
      await expect(cancelled).rejects.toMatchObject({ code: 'stopped' });
      expect(tensorCount()).toBe(before);
    });
  });

  it('keeps what it has when stopped with "keep"', async () => {
    await withControl(async (control) => {
      const model = classifier();
      const { stopped, epochs, loss } = await train(
        model,
        plan(100_000),
        context(control, {
          onProgress: ({ epoch }) => {
            if (epoch > 2) control.stop('keep');
          },
        }),
      );
      expect(stopped).toBe(true);
      expect(epochs).toBeLessThan(100_000);
      expect(loss).toHaveLength(epochs);
      expect((await model.save()).values.every(Number.isFinite)).toBe(true);
      model.unload();
    });
  });

  it('waits while paused and goes on after', async () => {
    await withControl(async (control) => {
      const model = classifier();
      const reportedAt: number[] = [];
      let pausedAt = NaN;
      let resumedAt = NaN;
      const { stopped } = await train(
        model,
        plan(60),
        context(control, {
          onProgress: ({ epoch }) => {
            reportedAt.push(performance.now());
            if (epoch < 3 || pausedAt > 0) return;
            pausedAt = performance.now();
            control.pause();
            setTimeout(() => {
              resumedAt = performance.now();
              control.resume();
            }, 300);
          },
        }),
      );
      // The loop lets messages in every 10 ms or so: 100 ms are ample for the pause to be seen.
      expect(reportedAt.filter((at) => at > pausedAt + 100 && at < resumedAt)).toEqual([]);
      expect(reportedAt[reportedAt.length - 1]).toBeGreaterThanOrEqual(resumedAt);
      expect(stopped).toBe(false);
      model.unload();
    });
  });

  it('continues from a checkpoint exactly as without a break', async () => {
    await withControl(async (control) => {
      const whole = classifier();
      const { batches, learningRate } = plan(1);
      whole.load(undefined);
      const half = classifier();
      half.load(undefined);
      for (let step = 0; step < 12; step++)
        whole.step(batches.rowsOf(step), step, learningRate(0, step)).dispose();
      for (let step = 0; step < 6; step++)
        half.step(batches.rowsOf(step), step, learningRate(0, step)).dispose();
      const state = await half.save();
      half.unload();
      half.load(state);
      for (let step = 6; step < 12; step++)
        half.step(batches.rowsOf(step), step, learningRate(0, step)).dispose();
      expect([...(await half.save()).values]).toEqual([...(await whole.save()).values]);
      whole.unload();
      half.unload();
      await control.checkpoint();
    });
  });

  it('says so when the loss is no longer a number', async () => {
    await withControl(async (control) => {
      const poisoned = new Float32Array(data.features);
      poisoned[0] = NaN;
      const model = new Classifier(poisoned, data.labels, [8, 16, 4], seededRng('weights'));
      const before = tensorCount();
      const failed = train(model, plan(5), context(control));
      await expect(failed).rejects.toBeInstanceOf(HomespunError);
      await expect(failed).rejects.toMatchObject({ code: 'failed' });
      expect(tensorCount()).toBe(before);
    });
  });
});

describe('shuffled batches', () => {
  it('show every row once an epoch when the size divides the rows, in another order each epoch', () => {
    const batches = shuffledBatches(120, 30, seededRng(1));
    expect(batches.stepsPerEpoch).toBe(4);
    const epoch = (e: number): number[] => [0, 1, 2, 3].flatMap((step) => [...batches.rowsOf(e * 4 + step)]);
    const all = Array.from({ length: 120 }, (_, i) => i);
    expect(epoch(0).sort((a, b) => a - b)).toEqual(all);
    expect(epoch(1).sort((a, b) => a - b)).toEqual(all);
    expect(epoch(0)).not.toEqual(epoch(1));
  });

  it('have one batch of all rows when there are fewer rows than wanted', () => {
    for (const rowCount of [1, 2, 49]) {
      const batches = shuffledBatches(rowCount, 500, seededRng(1));
      expect(batches.stepsPerEpoch).toBe(1);
      expect(batches.rowsOf(7)).toHaveLength(rowCount);
    }
  });

  it('give the same rows when a step is asked for again', () => {
    const batches = shuffledBatches(1000, 100, seededRng(1));
    const early = [...batches.rowsOf(3)];
    batches.rowsOf(25);
    expect([...batches.rowsOf(3)]).toEqual(early);
  });
});
