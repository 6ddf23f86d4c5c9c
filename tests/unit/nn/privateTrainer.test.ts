import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { Adam } from '../../../workers/nn/adam.ts';
import { slowestDecay } from '../../../workers/nn/average.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { clippedSum } from '../../../workers/nn/clippedSum.ts';
import { HostAdam } from '../../../workers/nn/hostAdam.ts';
import { trainPrivately, type PrivatePlan } from '../../../workers/nn/privateTrainer.ts';
import { StepSums } from '../../../workers/nn/stepSums.ts';
import { tensorCount, vectorFrom } from '../../../workers/nn/tensors.ts';
import type { TrainingContext } from '../../../workers/nn/trainer.ts';
import { rowOfEachUnit, rowsAsUnits } from '../../../workers/nn/unitRows.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { testRandom, TWO_SIDED } from '../privacy/statistics.ts';
import { labelledRows } from './classifier.ts';
import { distance, normOf, RowClassifier } from './rowClassifier.ts';
import { ScriptedSteps } from './scriptedSteps.ts';

const widths = [5, 9, 3];
const rows = 400;
const { features, labels } = labelledRows(rows, 5, 3, seededRng('rows'));
const network = (): RowClassifier => new RowClassifier(features, labels, widths);
const clipNorm = 0.7;

/** Keeps what each step of the optimiser is given. */
class Recorder extends HostAdam {
  readonly sums: Float32Array[] = [];
  readonly divisors: number[] = [];

  override step(sum: Float32Array, divisor: number, learningRate: number): void {
    this.sums.push(sum.slice());
    this.divisors.push(divisor);
    super.step(sum, divisor, learningRate);
  }
}

const plan = (steps: number, more: Partial<PrivatePlan> = {}): PrivatePlan => ({
  event: 0,
  steps,
  units: rows,
  rowsOf: rowsAsUnits,
  expectedBatch: 40,
  clipNorm,
  learningRate: () => 0.01,
  ...more,
});

/** A real run of one event, and what it charged. */
function realRun(steps: number, sigma = 1): { run: PrivateRun; charges: number[] } {
  const charges: number[] = [];
  const event = { kind: 'sampledGaussian', q: 2 ** -4, sigma, steps } as const;
  const run = new PrivateRun([{ purpose: 'training', event }], testRandom(5), (_, count) => {
    charges.push(count);
    return Promise.resolve();
  });
  return { run, charges };
}

async function train(
  mechanisms: Mechanisms,
  which: PrivatePlan,
  more: Partial<TrainingContext> = {},
  onStep: (done: number, control: RunControl) => void = () => undefined,
) {
  const control = new RunControl();
  const net = network();
  const model = new Recorder(net.initial);
  const losses: number[] = [];
  try {
    const outcome = await trainPrivately(net, model, which, mechanisms, {
      now: () => performance.now(),
      control,
      onNotice: () => undefined,
      onProgress: ({ done, loss }) => {
        losses.push(loss);
        onStep(done, control);
      },
      ...more,
    });
    return { ...outcome, model, losses };
  } finally {
    control.close();
  }
}

/** The sum that one step hands to the optimiser, without noise, and the sensitivity that it names. */
async function oneStep(net: RowClassifier, batch: readonly number[]) {
  const mechanisms = new ScriptedSteps([batch]);
  const model = new Recorder(net.initial);
  const control = new RunControl();
  await trainPrivately(net, model, plan(1), mechanisms, {
    now: () => 0,
    control,
    onNotice: () => undefined,
    onProgress: () => undefined,
  });
  control.close();
  return { sum: model.sums[0], sensitivity: mechanisms.sensitivities[0] };
}

describe('private training', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('changes the sum by no more than its sensitivity when any row is taken away', async () => {
    const wild = features.slice();
    [NaN, Infinity, 1e30, 1e15, 1e6, 0].forEach((value, row) => wild.fill(value, row * 5, row * 5 + 3));
    wild.copyWithin(5 * 10, 5 * 6, 5 * 10); // rows 10 .. 13 repeat rows 6 .. 9
    const net = new RowClassifier(wild, labels, widths);
    const batch = fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(batch, async (units) => {
        const whole = await oneStep(net, units);
        expect(whole.sensitivity).toBeGreaterThan(clipNorm);
        expect(whole.sensitivity).toBeLessThan(clipNorm * 1.01);
        for (const gone of units) {
          const without = await oneStep(
            net,
            units.filter((unit) => unit !== gone),
          );
          expect(distance(whole.sum, without.sum)).toBeLessThanOrEqual(whole.sensitivity);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('takes its step for an empty batch, along the noise alone', async () => {
    const { sum } = await oneStep(network(), []);
    expect(sum.every((value) => value === 0)).toBe(true);
    const { model } = await train(new ScriptedSteps([[], [1, 2], []]), plan(3));
    expect(model.sums).toHaveLength(3);
  });

  it('splits a large batch without losing or changing anything', async () => {
    const many = 1300;
    const wide = labelledRows(many, 5, 3, seededRng('many rows'));
    const net = new RowClassifier(wide.features, wide.labels, widths);
    const all = Int32Array.from({ length: many }, (_, i) => i);
    net.load();
    const parameters = vectorFrom(net.initial);
    const whole = await clippedSum(net, parameters, { step: 0, part: 0, rows: all }, clipNorm);
    parameters.dispose();
    net.unload();
    for (const count of [1300, 577, 576, 7]) {
      const sums = new StepSums(net, clipNorm, () => undefined);
      const [first, second] = [all.slice(0, count), all.slice(count)];
      const a = await sums.of(net.initial, first, 0);
      const b = await sums.of(net.initial, second, 0);
      sums.close();
      const together = a.sum.map((value, i) => value + b.sum[i]);
      expect(distance(together, whole ?? [])).toBeLessThan(1e-5 * normOf(whole ?? []));
      expect(a.margin).toBeLessThan(0.025);
    }
  });

  it('divides by the same number whatever batch is drawn', async () => {
    const few = Array.from({ length: 20 }, (_, i) => i);
    const twice = Array.from({ length: 40 }, (_, i) => i);
    const { model } = await train(new ScriptedSteps([few, twice, [], few]), plan(4));
    expect(model.divisors).toEqual([40, 40, 40, 40]);
  });

  it('gets noise with the standard deviation of the event x the sensitivity', async () => {
    // An empty batch is drawn with q at its least: what reaches the optimiser is noise alone.
    const sigma = 3;
    const event = { kind: 'sampledGaussian', q: 2 ** -32, sigma, steps: 100 } as const;
    const run = new PrivateRun([{ purpose: 'training', event }], testRandom(6), () => Promise.resolve());
    const { model } = await train(run, plan(100));
    const noise = model.sums.flatMap((sum) => [...sum]);
    const variance = noise.reduce((sum, x) => sum + x * x, 0) / noise.length;
    // The margin for rounding is far below what this test can tell.
    expect(Math.abs(variance / (sigma * clipNorm) ** 2 - 1)).toBeLessThan(
      TWO_SIDED * Math.sqrt(2 / noise.length),
    );
  });

  it.each([1, 19, 20, 21, 130])(
    'pays for %s steps in about twenty parts, each before it is used',
    async (steps) => {
      const { run, charges } = realRun(steps);
      const used: number[] = [];
      const { stopped, model } = await train(run, plan(steps), {}, () => {
        used.push(charges.reduce((a, b) => a + b, 0));
      });
      expect(stopped).toBe(false);
      expect(model.sums).toHaveLength(steps);
      expect(used.every((paid, i) => paid >= i + 1)).toBe(true);
      expect(charges.reduce((a, b) => a + b, 0)).toBe(steps);
      expect(charges.length).toBeLessThanOrEqual(20);
      expect(charges.length).toBeGreaterThanOrEqual(Math.min(steps, 10));
    },
  );

  it('charges all that was planned when it is stopped and the model kept', async () => {
    const { run, charges } = realRun(200);
    const { stopped, model, epochs } = await train(run, plan(200), {}, (done, control) => {
      if (done > 0.3) control.stop('keep');
    });
    expect(stopped).toBe(true);
    expect(epochs).toBeLessThan(20);
    expect(model.sums.length).toBeLessThan(200);
    expect(charges.reduce((a, b) => a + b, 0)).toBe(200);
  });

  it('charges only what was paid ahead when it is cancelled, and frees every tensor', async () => {
    const before = tensorCount();
    const { run, charges } = realRun(100_000);
    let taken = 0;
    const cancelled = train(run, plan(100_000), {}, (_, control) => {
      if (++taken === 30) control.stop('discard');
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'stopped' });
    expect(charges).toEqual([5000]);
    expect(tensorCount()).toBe(before);
  });

  it('keeps no tensor per step', async () => {
    const before = tensorCount();
    const counts = new Set<number>();
    await train(realRun(20).run, plan(20), {}, () => counts.add(tensorCount()));
    expect(counts.size).toBe(1);
    expect(tensorCount()).toBe(before);
  });

  it('reports no loss', async () => {
    const { losses } = await train(realRun(10).run, plan(10));
    expect(losses).toHaveLength(10);
    expect(losses.every(Number.isNaN)).toBe(true);
  });

  it('shows the half-trained model on the way', async () => {
    let previews = 0;
    await train(realRun(40).run, plan(40), { onPreview: async () => void previews++ });
    expect(previews).toBeGreaterThan(0);
  });
});

describe('the optimiser on the host', () => {
  it('steps as the one on the device does, and averages alike', async () => {
    await chooseBackend('cpu');
    const rng = seededRng('adam');
    const draw = (): Float32Array => Float32Array.from({ length: 50 }, () => rng.normal());
    const initial = draw();
    const host = new HostAdam(initial);
    const device = new Adam(initial, { slowestAverage: slowestDecay });
    for (let step = 0; step < 30; step++) {
      const gradient = draw();
      host.step(
        gradient.map((value) => value * 8),
        8,
        0.01,
      );
      const onDevice = vectorFrom(gradient);
      device.step(onDevice, 0.01);
      onDevice.dispose();
    }
    const { values } = await device.save();
    expect(distance(host.values, values.subarray(0, 50))).toBeLessThan(1e-5);
    expect(distance(host.average, await device.averaged())).toBeLessThan(1e-5);
    device.dispose();
  });
});

describe('rows of persons', () => {
  const unitOf = Int32Array.of(2, 0, 2, 1, 2, 0, 4);

  it('are one of each sampled unit, its own, and none where it has none', () => {
    const pick = rowOfEachUnit(unitOf, 5, seededRng(1));
    for (let step = 0; step < 50; step++) {
      const picked = pick(Uint32Array.of(0, 2, 3, 4), step);
      expect(picked).toHaveLength(4);
      expect([...picked].map((row) => (row < 0 ? 3 : unitOf[row]))).toEqual([0, 2, 3, 4]);
    }
  });

  it('come up alike: of three rows each about a third of the time', () => {
    const pick = rowOfEachUnit(unitOf, 5, seededRng(2));
    const seen = new Map<number, number>();
    const steps = 3000;
    for (let step = 0; step < steps; step++) {
      const [row] = pick(Uint32Array.of(2), step);
      seen.set(row, (seen.get(row) ?? 0) + 1);
    }
    const spread = Math.sqrt((steps * 2) / 9);
    expect([...seen.keys()].sort()).toEqual([0, 2, 4]);
    for (const count of seen.values()) expect(Math.abs(count - steps / 3)).toBeLessThan(TWO_SIDED * spread);
  });

  it('do not depend on the rows of others', () => {
    const without = unitOf.map((unit) => (unit === 0 ? 3 : unit));
    const [a, b] = [unitOf, without].map((of) => rowOfEachUnit(of, 5, seededRng(3)));
    for (let step = 0; step < 20; step++) {
      const units = Uint32Array.of(0, 1, 2, 4);
      expect([...a(units, step)].slice(1)).toEqual([...b(units, step)].slice(1));
    }
  });

  it('count once a step however many a person has', async () => {
    await chooseBackend('cpu');
    const owners = Int32Array.from({ length: rows }, (_, row) => (row < 300 ? 0 : row - 299));
    const sums: Float32Array[] = [];
    for (const batch of [[0], []]) {
      const mechanisms = new ScriptedSteps([batch]);
      const picks = plan(1, { units: 101, rowsOf: rowOfEachUnit(owners, 101, seededRng(4)) });
      sums.push((await train(mechanisms, picks)).model.sums[0]);
    }
    expect(distance(sums[0], sums[1])).toBeLessThanOrEqual(clipNorm * 1.01);
    expect(distance(sums[0], sums[1])).toBeGreaterThan(0);
  });
});
