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
import { vaeTrainee } from '../../../workers/synthesizers/vae/trainee.ts';

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
/** Plain and private steps take turns, this many each, so that both meet the same load of the machine. */
const blockSteps = 10;

type Block = (block: number) => Promise<number[]>;

const tokensFor = (widths: readonly number[]): Uint16Array[] => {
  const rng = seededRng('tokens');
  return widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
};
const sharesFor = (widths: readonly number[]): Float64Array[] =>
  widths.map((width) => new Float64Array(width).fill(1 / width));

function plainBlocks({ widths, hidden, latent, batch }: StepAsk): Block {
  const rng = seededRng('bench');
  const network = new VaeNetwork({ widths, hidden, latent });
  const trainee = vaeTrainee(network, tokensFor(widths), sharesFor(widths), rng);
  const batches = shuffledBatches(rows, batch, rng);
  trainee.load(undefined);
  return async (block) => {
    const seconds: number[] = [];
    for (let step = block * blockSteps; step < (block + 1) * blockSteps; step++) {
      const start = performance.now();
      const loss = trainee.step(batches.rowsOf(step), step, 1e-3);
      await loss.data();
      seconds.push((performance.now() - start) / 1000);
      loss.dispose();
    }
    return seconds;
  };
}

/** Private training as a method would do it, with the system's randomness. */
function privateBlocks({ widths, hidden, latent, batch }: StepAsk): Block {
  const rng = seededRng('bench');
  const network = new VaeNetwork({ widths, hidden, latent });
  const gradients = new VaeRowGradients(network, tokensFor(widths), 0.5, rng);
  const model = new HostAdam(initialValues(network.initial(sharesFor(widths), rng)));
  const { q } = poissonRate(batch, rows);
  const event = { kind: 'sampledGaussian', q, sigma: 1, steps: blockSteps } as const;
  const plan = { event: 0, steps: blockSteps, units: rows, rowsOf: rowsAsUnits, expectedBatch: batch };
  return async () => {
    const control = new RunControl();
    const mechanisms = new PrivateRun([{ purpose: 'training', event }], SecureRandom.system(), () =>
      Promise.resolve(),
    );
    const ends = [performance.now()];
    await trainPrivately(gradients, model, { ...plan, clipNorm: 1, learningRate: () => 1e-3 }, mechanisms, {
      now: () => performance.now(),
      control,
      onProgress: () => ends.push(performance.now()),
      onNotice: () => undefined,
    });
    control.close();
    return ends.slice(1).map((end, i) => (end - ends[i]) / 1000);
  };
}

async function secondsOf(ask: StepAsk): Promise<StepSeconds> {
  await chooseBackend(ask.backend);
  const [plain, dp] = [plainBlocks(ask), privateBlocks(ask)];
  const seconds: { plain: number[]; dp: number[] } = { plain: [], dp: [] };
  for (let block = 0; block * blockSteps < ask.steps; block++) {
    seconds.plain.push(...(await plain(block)));
    seconds.dp.push(...(await dp(block)));
  }
  return seconds;
}

addEventListener('message', ({ data }: MessageEvent<StepAsk>) => {
  secondsOf(data).then(
    (seconds) => postMessage({ seconds }),
    (cause: unknown) => postMessage({ error: String(cause) }),
  );
});
