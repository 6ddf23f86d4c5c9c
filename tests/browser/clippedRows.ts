import { RunControl } from '../../workers/control.ts';
import { activeBackend } from '../../workers/nn/chooseBackend.ts';
import { HostAdam } from '../../workers/nn/hostAdam.ts';
import { trainPrivately } from '../../workers/nn/privateTrainer.ts';
import { StepSums } from '../../workers/nn/stepSums.ts';
import { tensorCount } from '../../workers/nn/tensors.ts';
import { rowsAsUnits } from '../../workers/nn/unitRows.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { labelledRows } from '../unit/nn/classifier.ts';
import { distance, normOf, referenceClippedSum, RowClassifier } from '../unit/nn/rowClassifier.ts';
import { ScriptedSteps } from '../unit/nn/scriptedSteps.ts';

/** Sizes above any threshold under which a backend computes on the processor. */
const widths = [24, 48, 32];
const rows = 700;
const clipNorm = 1;

const network = (spoil: (features: Float32Array) => void): RowClassifier => {
  const { features, labels } = labelledRows(rows, widths[0], widths[2], seededRng('clipped rows'));
  spoil(features);
  return new RowClassifier(features, labels, widths);
};

async function sumOf(net: RowClassifier, batch: Int32Array): Promise<Float32Array> {
  const sums = new StepSums(net, clipNorm, () => undefined);
  try {
    return (await sums.of(net.initial, batch, 0)).sum;
  } finally {
    sums.close();
  }
}

/**
 * Clipped sums over two micro-batches beside plain loops in double precision, and with rows that are not finite or far
 * too large beside the same rows left out.
 */
export async function clippedSums(): Promise<Record<string, unknown>> {
  const before = tensorCount();
  const batch = Int32Array.from({ length: rows }, (_, row) => row);
  const calm = network(() => undefined);
  const gradients = Array.from(batch, (row) => calm.gradientOf(calm.initial, row));
  const expected = referenceClippedSum(gradients, clipNorm);
  const wild = network((features) => {
    [NaN, Infinity, -Infinity, 1e30, 1e12].forEach(
      (value, i) => (features[(40 * i + 3) * widths[0] + i] = value),
    );
  });
  const left = batch.map((row) => (row < 200 && row % 40 === 3 ? -1 : row));
  return {
    error: distance(await sumOf(calm, batch), expected) / normOf(expected),
    wild: distance(await sumOf(wild, batch), await sumOf(calm, left)),
    left: tensorCount() - before,
  };
}

/** Trains privately on fixed batches without noise, with the device taken away on the way and once more in peace. */
export async function privateDeviceLoss(takeAway: () => void): Promise<Record<string, unknown>> {
  const steps = 6;
  const batches = Array.from({ length: steps }, (_, step) => [step, step + 50, step + 100, step + 250]);
  const notices: string[] = [];
  const control = new RunControl();
  const values: Float32Array[] = [];
  for (const hit of [true, false]) {
    const net = network(() => undefined);
    const model = new HostAdam(net.initial);
    const plan = { event: 0, steps, units: rows, rowsOf: rowsAsUnits, expectedBatch: 4, clipNorm };
    const mechanisms = new ScriptedSteps(batches);
    let taken = 0;
    await trainPrivately(net, model, { ...plan, learningRate: () => 0.01 }, mechanisms, {
      now: () => performance.now(),
      control,
      onNotice: (notice) => notices.push(notice),
      onProgress: () => {
        if (++taken === 3 && hit) takeAway();
      },
    });
    values.push(model.values);
  }
  control.close();
  return { endedOn: activeBackend(), notices: notices.length, worst: distance(values[0], values[1]) };
}
