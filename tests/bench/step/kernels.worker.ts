/**
 * Times training steps of every neural method on one backend, with our kernels or with tfjs's operations alone, and
 * counts what a step asks of a graphics processor. Asks and answers are plain data.
 */
import { env, getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { HostAdam } from '../../../workers/nn/hostAdam.ts';
import { StepSums } from '../../../workers/nn/stepSums.ts';
import type { Trainee } from '../../../workers/nn/trainer.ts';
import type { BackendId } from '../../../workers/protocol.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { AutoregressiveNetwork } from '../../../workers/synthesizers/autoregressive/network.ts';
import { AutoregressiveTrainee } from '../../../workers/synthesizers/autoregressive/trainee.ts';
import { Critic } from '../../../workers/synthesizers/gan/critic.ts';
import { Generator } from '../../../workers/synthesizers/gan/generator.ts';
import { exactPairs } from '../../../workers/synthesizers/gan/pairs.ts';
import { GanTrainee } from '../../../workers/synthesizers/gan/trainee.ts';
import { VaeNetwork } from '../../../workers/synthesizers/vae/network.ts';
import { VaeRowGradients } from '../../../workers/synthesizers/vae/rowGradients.ts';
import { vaeTrainee } from '../../../workers/synthesizers/vae/trainee.ts';

export type Method = 'vae' | 'autoregressive' | 'gan' | 'private vae';

export interface KernelsAsk {
  readonly backend: BackendId;
  readonly kernels: 'ours' | 'tfjs';
  readonly methods: readonly Method[];
  readonly widths: readonly number[];
  /** Codes that come in an order, of each column. */
  readonly ordered: readonly number[];
  readonly hidden: number;
  readonly latent: number;
  readonly batch: number;
  readonly steps: number;
  readonly profile: boolean;
  /** Dispatches in one submission at most, where it is not to be as the kernels have it. */
  readonly together: number | null;
}

export interface Found {
  readonly seconds: readonly number[];
  /** Of the last step. */
  readonly dispatches: number;
  readonly submissions: number;
  /** Milliseconds a step in each kernel, where it was asked for and kernels work at once, as on WebAssembly. */
  readonly kernelMs: Readonly<Record<string, number>>;
}

const batchFlag = 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';

/** What the graphics processor was asked since the last look. */
class Counter {
  #dispatches = 0;
  #submissions = 0;

  constructor() {
    if (typeof GPUQueue === 'undefined') return;
    const count = (): void => void this.#dispatches++;
    const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
    GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...sizes) {
      count();
      return dispatchWorkgroups.apply(this, sizes);
    };
    const countSubmission = (): void => void this.#submissions++;
    const { submit } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (buffers) {
      countSubmission();
      return submit.call(this, buffers);
    };
  }

  take(): { dispatches: number; submissions: number } {
    const found = { dispatches: this.#dispatches, submissions: this.#submissions };
    this.#dispatches = this.#submissions = 0;
    return found;
  }
}

const rows = 5000;

/** Takes one step and waits for it. */
type Step = (step: number) => Promise<void>;

/** Waits for the device only to read the loss. */
const stepsOf = <C>(trainee: Trainee<C>, batch: number): Step => {
  trainee.load(undefined);
  return async (step) => {
    const at = (step * batch) % (rows - batch);
    const loss = trainee.step(
      Int32Array.from({ length: batch }, (_, i) => at + i),
      step,
      1e-3,
    );
    const [value] = await loss.data();
    loss.dispose();
    if (!Number.isFinite(value)) throw new Error('The loss is not finite.');
  };
};

async function stepFor(method: Method, ask: KernelsAsk): Promise<Step> {
  const { widths, ordered, hidden, latent, batch } = ask;
  const rng = seededRng('bench');
  const tokens = widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
  const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
  switch (method) {
    case 'vae':
      return stepsOf(vaeTrainee(new VaeNetwork({ widths, hidden, latent }), tokens, shares, rng), batch);
    case 'autoregressive': {
      const network = new AutoregressiveNetwork({ widths, hidden, depth: 2 });
      const lesson = { codes: tokens, order: [...widths.keys()], shares, ordered };
      return stepsOf(new AutoregressiveTrainee(network, lesson, 1000, rng), batch);
    }
    case 'gan': {
      const control = new RunControl();
      const targets = await exactPairs(tokens, widths, control);
      control.close();
      const generator = new Generator({ widths, hidden, latent });
      const critic = new Critic(generator.width, hidden);
      return stepsOf(new GanTrainee(generator, critic, { tokens, shares, targets }, rng), batch);
    }
    case 'private vae':
      return privateStep(ask, tokens, shares);
  }
}

/** Everything of a private step but the draw of rows and the noise. */
function privateStep(
  { widths, hidden, latent, batch }: KernelsAsk,
  tokens: Uint16Array[],
  shares: Float64Array[],
): Step {
  const rng = seededRng('bench');
  const network = new VaeNetwork({ widths, hidden, latent });
  const model = new HostAdam(initialValues(network.initial(shares, rng)));
  const sums = new StepSums(new VaeRowGradients(network, tokens, 0.5, rng), 1, () => undefined);
  return async (step) => {
    const drawn = Int32Array.from({ length: batch }, (_, i) => (step * batch + i) % rows);
    const { sum } = await sums.of(model.values, drawn, step);
    model.step(sum, batch, 1e-3);
  };
}

/** Leaves tfjs as it is: kernels that have no counterpart among its operations go, and submissions are its own. */
function withoutOurs(backend: BackendId): void {
  if (backend === 'webgpu') env().set(batchFlag, 15);
  for (const { kernelName } of getKernelsForBackend(backend)) {
    if (kernelName.startsWith('Homespun')) unregisterKernel(kernelName, backend);
  }
}

/** Adds up the time that each kernel of a backend takes. */
function timeKernels(backend: BackendId): Map<string, number> {
  const spent = new Map<string, number>();
  for (const kernel of getKernelsForBackend(backend)) {
    unregisterKernel(kernel.kernelName, backend);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const start = performance.now();
        const result = kernel.kernelFunc(call);
        spent.set(kernel.kernelName, (spent.get(kernel.kernelName) ?? 0) + performance.now() - start);
        return result;
      },
    });
  }
  return spent;
}

async function measure(ask: KernelsAsk): Promise<Record<string, Found>> {
  const counter = new Counter();
  await chooseBackend(ask.backend);
  if (ask.kernels === 'tfjs') withoutOurs(ask.backend);
  if (ask.together !== null) env().set(batchFlag, ask.together);
  const spent = ask.profile ? timeKernels(ask.backend) : new Map<string, number>();
  const found: Record<string, Found> = {};
  for (const method of ask.methods) {
    const step = await stepFor(method, ask);
    const seconds: number[] = [];
    let counts = counter.take();
    spent.clear();
    for (let i = 0; i < ask.steps; i++) {
      counter.take();
      const start = performance.now();
      await step(i);
      seconds.push((performance.now() - start) / 1000);
      counts = counter.take();
    }
    const kernelMs = Object.fromEntries(
      [...spent].sort((a, b) => b[1] - a[1]).map(([name, ms]) => [name, ms / ask.steps]),
    );
    found[method] = { seconds, ...counts, kernelMs };
  }
  return found;
}

addEventListener('message', ({ data }: MessageEvent<KernelsAsk>) => {
  measure(data).then(
    (found) => postMessage({ found }),
    (cause: unknown) => postMessage({ error: String(cause) }),
  );
});
