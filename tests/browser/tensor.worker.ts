/**
 * A module worker like the engine's, for tests: runs named checks, one at a time, and answers with plain data. `stop`
 * may come while a check is running.
 */
import { backend } from '@tensorflow/tfjs-core';
import { RunControl } from '../../workers/control.ts';
import { HomespunError } from '../../workers/errors.ts';
import type { AdamState } from '../../workers/nn/adam.ts';
import { chooseBackend } from '../../workers/nn/backends.ts';
import { shuffledBatches } from '../../workers/nn/batches.ts';
import { activeBackend } from '../../workers/nn/chooseBackend.ts';
import { testNet, trainTestNet } from '../../workers/nn/selfTest.ts';
import { tensorCount } from '../../workers/nn/tensors.ts';
import { train } from '../../workers/nn/trainer.ts';
import type { BackendId } from '../../workers/protocol.ts';
import { profileTable } from '../../workers/profile/profileTable.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { vae } from '../../workers/synthesizers/vae/vae.ts';
import type { Table } from '../../workers/table/types.ts';
import { Classifier, labelledRows } from '../unit/nn/classifier.ts';
import { codesOf, related, valuesOf } from '../unit/synthesizers/related.ts';
import { clippedSums, privateDeviceLoss } from './clippedRows.ts';
import { fitThroughLoss, isLossyFit, type LossyFit } from './lossyFits.ts';
import { longRuns } from './longRuns.ts';
import { layerErrors, operationErrors } from './operations.ts';

export type Check =
  | 'losses'
  | 'operations'
  | 'layers'
  | 'clipped'
  | 'leaks'
  | 'long-plain'
  | 'long-private'
  | LossyFit
  | 'cancel'
  | 'device-loss'
  | 'private-device-loss'
  | 'auto'
  | 'vae';
export type Ask = { check: Check; backend: BackendId } | { stop: true };
/** What a check found: numbers and words that the test knows. */
export type Answer =
  | { kind: 'progress' }
  | { kind: 'done'; found: Record<string, unknown> }
  | { kind: 'failed'; code: string; message: string };

let control = new RunControl();
const say = (answer: Answer): void => postMessage(answer);

/** A network of about the size that training uses, so that a step takes as long as a real one. */
const wideNet = (): Classifier => {
  const rows = 4000;
  const { features, labels } = labelledRows(rows, 192, 96, seededRng('wide'));
  return new Classifier(features, labels, [192, 256, 256, 96], seededRng('wide weights'));
};

const smallNet = (): Classifier => {
  const { features, labels } = labelledRows(400, 16, 4, seededRng('small'));
  return new Classifier(features, labels, [16, 64, 4], seededRng('small weights'));
};

const quiet = { now: () => performance.now(), onNotice: () => undefined, onProgress: () => undefined };

async function leaks(): Promise<Record<string, unknown>> {
  const before = tensorCount();
  const counts = new Set<number>();
  const model = smallNet();
  const plan = { batches: shuffledBatches(400, 100, seededRng(1)), epochs: 5, learningRate: () => 0.01 };
  await train(model, plan, { ...quiet, control, onProgress: () => counts.add(tensorCount()) });
  model.unload();
  return { counts: counts.size, left: tensorCount() - before };
}

async function untilCancelled(): Promise<Record<string, unknown>> {
  const before = tensorCount();
  const plan = {
    batches: shuffledBatches(4000, 500, seededRng(1)),
    epochs: 10_000,
    learningRate: () => 0.001,
  };
  try {
    await train(wideNet(), plan, { ...quiet, control, onProgress: () => say({ kind: 'progress' }) });
  } catch (cause) {
    const code = cause instanceof HomespunError ? cause.code : String(cause);
    return { code, left: tensorCount() - before };
  }
  return { code: 'not cancelled', left: 0 };
}

const destroyDevice = (): void => {
  const active = backend();
  if (!('device' in active) || !(active.device instanceof GPUDevice)) throw new Error('No GPU device.');
  active.device.destroy();
};

const loseContext = (): void => {
  const active = backend();
  if (!('gpgpu' in active) || typeof active.gpgpu !== 'object' || !active.gpgpu) throw new Error('No WebGL.');
  if (!('gl' in active.gpgpu) || !(active.gpgpu.gl instanceof WebGL2RenderingContext))
    throw new Error('No WebGL.');
  active.gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext();
};

/** Of a state without an average: they come before two moments. */
const parametersOf = ({ values }: AdamState): Float32Array => values.subarray(0, values.length / 3);

/** Trains with the device taken away on the way, and once more in peace elsewhere: both must end alike. */
async function throughDeviceLoss(from: BackendId): Promise<Record<string, unknown>> {
  const epochs = 12;
  const plan = { batches: shuffledBatches(400, 100, seededRng(1)), epochs, learningRate: () => 0.01 };
  const notices: string[] = [];
  let taken = false;
  const model = smallNet();
  const hit = await train(model, plan, {
    ...quiet,
    control,
    onNotice: (notice) => notices.push(notice),
    onProgress: ({ epoch }) => {
      if (taken || epoch < 5) return;
      taken = true;
      if (from === 'webgpu') destroyDevice();
      else loseContext();
    },
  });
  const endedOn = activeBackend();
  const parameters = parametersOf(await model.save());
  model.unload();
  const calm = smallNet();
  await train(calm, plan, { ...quiet, control });
  const expected = parametersOf(await calm.save());
  calm.unload();
  const worst = parameters.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  return { endedOn, notices: notices.length, epochs: hit.epochs, losses: hit.loss.length, worst };
}

/** A VAE on a table with known relations, trained twice from one seed: what it learned and whether both agree. */
async function trainVae(): Promise<Record<string, unknown>> {
  const before = tensorCount();
  const { table, schema } = related(600);
  const input = { table, profile: profileTable(table, schema) };
  const run = async (): Promise<Table> => {
    const { model } = await vae.fit(input, { epochs: 100 }, { ...quiet, rng: seededRng('fit'), control });
    const made = await model.sample(1500, { rng: seededRng('sample'), control });
    model.dispose();
    return made;
  };
  const made = await run();
  const colours = codesOf(made.columns[0]);
  const prices = valuesOf(made.columns[3]);
  const ofRed = (values: Float64Array): number =>
    values.filter((v, row) => Number.isNaN(v) && colours[row] === 0).length;
  return {
    redAmongMissing: ofRed(prices) / prices.filter(Number.isNaN).length,
    repeats: JSON.stringify(await run()) === JSON.stringify(made),
    left: tensorCount() - before,
  };
}

async function perform(check: Check, id: BackendId): Promise<Record<string, unknown>> {
  if (check === 'auto') return { ...(await chooseBackend('auto')), active: activeBackend() };
  if (activeBackend() !== id) await chooseBackend(id);
  if (isLossyFit(check)) return fitThroughLoss(check, id === 'webgpu' ? destroyDevice : loseContext);
  switch (check) {
    case 'losses':
      return { losses: await trainTestNet(testNet, 20) };
    case 'operations':
      return { errors: await operationErrors() };
    case 'layers':
      return { errors: await layerErrors() };
    case 'clipped':
      return clippedSums();
    case 'leaks':
      return leaks();
    case 'long-plain':
      return { ...(await longRuns('plain', HOMESPUN_LONG_RUN)) };
    case 'long-private':
      return { ...(await longRuns('private', HOMESPUN_LONG_RUN)) };
    case 'cancel':
      return untilCancelled();
    case 'device-loss':
      return throughDeviceLoss(id);
    case 'private-device-loss':
      return privateDeviceLoss(id === 'webgpu' ? destroyDevice : loseContext);
    case 'vae':
      return trainVae();
  }
}

addEventListener('message', ({ data }: MessageEvent<Ask>) => {
  if ('stop' in data) {
    control.stop('discard');
    return;
  }
  control.close();
  control = new RunControl();
  perform(data.check, data.backend).then(
    (found) => say({ kind: 'done', found }),
    (cause: unknown) => {
      const { code, message } =
        cause instanceof HomespunError ? cause : { code: 'failed', message: String(cause) };
      say({ kind: 'failed', code, message });
    },
  );
});
