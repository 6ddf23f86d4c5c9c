/** Times training steps of the VAE on the backend that is asked for. Asks and answers are plain data. */
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { shuffledBatches } from '../../../workers/nn/batches.ts';
import type { BackendId } from '../../../workers/protocol.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { VaeNetwork } from '../../../workers/synthesizers/vae/network.ts';
import { VaeTrainee } from '../../../workers/synthesizers/vae/trainee.ts';

export interface StepAsk {
  readonly backend: BackendId;
  readonly widths: readonly number[];
  readonly hidden: number;
  readonly latent: number;
  readonly batch: number;
  readonly steps: number;
}

const rows = 10_000;

async function secondsOf({ backend, widths, hidden, latent, batch, steps }: StepAsk): Promise<number[]> {
  await chooseBackend(backend);
  const rng = seededRng('bench');
  const tokens = widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
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

addEventListener('message', ({ data }: MessageEvent<StepAsk>) => {
  secondsOf(data).then(
    (seconds) => postMessage({ seconds }),
    (cause: unknown) => postMessage({ error: String(cause) }),
  );
});
