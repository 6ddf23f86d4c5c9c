/** Times training steps of the VAE on the backend that is asked for. Asks and answers are plain data. */
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { shuffledBatches } from '../../../workers/nn/batches.ts';
import { HostAdam } from '../../../workers/nn/hostAdam.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { trainPrivately } from '../../../workers/nn/privateTrainer.ts';
import { rowsAsUnits } from '../../../workers/nn/unitRows.ts';
import { SecureRandom } from '../../../workers/privacy/csprng.ts';
import { poissonRate } from '../../../workers/privacy/poissonSampling.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import type { BackendId } from '../../../workers/protocol.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { VaeNetwork } from '../../../workers/synthesizers/vae/network.ts';
import { VaeRowGradients } from '../../../workers/synthesizers/vae/rowGradients.ts';
import { VaeTrainee } from '../../../workers/synthesizers/vae/trainee.ts';

export interface StepAsk {
  readonly backend: BackendId;
  readonly widths: readonly number[];
  readonly hidden: number;
  readonly latent: number;
  readonly batch: number;
  readonly steps: number;
}

/** Seconds of each step, of a plain run and of a private one: sampling, clipping, noise and all. */
export interface StepSeconds {
  readonly plain: readonly number[];
  readonly dp: readonly number[];
}

const rows = 10_000;

async function plainSeconds({ widths, hidden, latent, batch, steps }: StepAsk): Promise<number[]> {
  const rng = seededRng('bench');
  const tokens = tokensFor(widths);
  const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
  const trainee = new VaeTrainee(new VaeNetwork({ widths, hidden, latent }), tokens, shares, rng);
  const batches = shuffledBatches(rows, batch, rng);
  trainee.load(undefined);
  const seconds: number[] = [];
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    const loss = trainee.step(batches.rowsOf(step), step, 1e-3);
    await loss.data();
    seconds.push((performance.now() - start) / 1000);
    loss.dispose();
  }
  trainee.unload();
  return seconds;
}

/** The whole private run as a method would do it, with the system's randomness. */
async function privateSeconds({ widths, hidden, latent, batch, steps }: StepAsk): Promise<number[]> {
  const rng = seededRng('bench');
  const network = new VaeNetwork({ widths, hidden, latent });
  const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
  const { q } = poissonRate(batch, rows);
  const event = { kind: 'sampledGaussian', q, sigma: 1, steps } as const;
  const mechanisms = new PrivateRun([{ purpose: 'training', event }], SecureRandom.system(), () =>
    Promise.resolve(),
  );
  const control = new RunControl();
  const ends = [performance.now()];
  await trainPrivately(
    new VaeRowGradients(network, tokensFor(widths), 0.5, rng),
    new HostAdam(initialValues(network.initial(shares, rng))),
    {
      event: 0,
      steps,
      units: rows,
      rowsOf: rowsAsUnits,
      expectedBatch: batch,
      clipNorm: 1,
      learningRate: () => 1e-3,
    },
    mechanisms,
    {
      now: () => performance.now(),
      control,
      onProgress: () => ends.push(performance.now()),
      onNotice: () => undefined,
    },
  );
  control.close();
  return ends.slice(1).map((end, i) => (end - ends[i]) / 1000);
}

const tokensFor = (widths: readonly number[]): Uint16Array[] => {
  const rng = seededRng('tokens');
  return widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
};

async function secondsOf(ask: StepAsk): Promise<StepSeconds> {
  await chooseBackend(ask.backend);
  return { plain: await plainSeconds(ask), dp: await privateSeconds(ask) };
}

addEventListener('message', ({ data }: MessageEvent<StepAsk>) => {
  secondsOf(data).then(
    (seconds) => postMessage({ seconds }),
    (cause: unknown) => postMessage({ error: String(cause) }),
  );
});
