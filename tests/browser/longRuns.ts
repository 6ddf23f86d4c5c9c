/** Tiny networks of every method that is trained, and what many steps of them leave on the device. */
import { memory } from '@tensorflow/tfjs-core';
import { RunControl } from '../../workers/control.ts';
import type { RowGradients } from '../../workers/nn/clippedSum.ts';
import { HostAdam } from '../../workers/nn/hostAdam.ts';
import { initialValues } from '../../workers/nn/parameters.ts';
import type { PrivateModel } from '../../workers/nn/privateTrainer.ts';
import { StepSums } from '../../workers/nn/stepSums.ts';
import type { Trainee } from '../../workers/nn/trainer.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { AutoregressiveNetwork } from '../../workers/synthesizers/autoregressive/network.ts';
import { MaskedRowGradients } from '../../workers/synthesizers/autoregressive/rowGradients.ts';
import { AutoregressiveTrainee } from '../../workers/synthesizers/autoregressive/trainee.ts';
import { Critic } from '../../workers/synthesizers/gan/critic.ts';
import { CriticRows } from '../../workers/synthesizers/gan/criticRows.ts';
import { Generator } from '../../workers/synthesizers/gan/generator.ts';
import { exactPairs } from '../../workers/synthesizers/gan/pairs.ts';
import { PrivateDuel } from '../../workers/synthesizers/gan/privateDuel.ts';
import { GanTrainee } from '../../workers/synthesizers/gan/trainee.ts';
import { VaeNetwork } from '../../workers/synthesizers/vae/network.ts';
import { VaeRowGradients } from '../../workers/synthesizers/vae/rowGradients.ts';
import { vaeTrainee } from '../../workers/synthesizers/vae/trainee.ts';

/** Two columns, one of them in an order, and few rows: a step is then little but the making and freeing of tensors. */
const widths = [6, 2];
const rows = 4;
const tokens = [Uint16Array.of(0, 2, 4, 5), Uint16Array.of(0, 1, 0, 1)];
const settled = 10;
const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
const order = [0, 1];
const batch = Int32Array.of(0, 1, 2, 3);
const rng = seededRng('leaks');
const vae = new VaeNetwork({ widths, hidden: 2, latent: 1 });
const net = new AutoregressiveNetwork({ widths, hidden: 2, depth: 1 });
const lesson = { codes: tokens, order, shares, ordered: [6, 0] };
const generator = new Generator({ widths, hidden: 2, latent: 1 });
const critic = new Critic(generator.width, 2);

/** Something that takes steps, and frees what it holds. */
interface Stepper {
  step(step: number): Promise<void> | void;
  end(): void;
}

const plainly = <T>(trainee: Trainee<T>): Stepper => {
  trainee.load(undefined);
  return {
    step: (step) => trainee.step(batch, step, 1e-3).dispose(),
    end: () => trainee.unload(),
  };
};

const privately = (gradients: RowGradients, model: PrivateModel): Stepper => {
  const sums = new StepSums(gradients, 1, () => undefined);
  return {
    step: async (step) => {
      const { sum } = await sums.of(model.values, batch, step);
      await model.step(sum, rows, 1e-3, (work) => sums.again(work, step));
    },
    end: () => sums.close(),
  };
};

const control = new RunControl();
const pairs = () => exactPairs(tokens, widths, control);
const adam = (shapes: Parameters<typeof initialValues>[0]): HostAdam => new HostAdam(initialValues(shapes));

/** Every network there is, as plain and as private training takes its steps. */
const steppers: Readonly<Record<'plain' | 'private', Readonly<Record<string, () => Promise<Stepper>>>>> = {
  plain: {
    vae: async () => plainly(vaeTrainee(vae, tokens, shares, rng)),
    autoregressive: async () => plainly(new AutoregressiveTrainee(net, lesson, HOMESPUN_LONG_RUN, rng)),
    gan: async () =>
      plainly(new GanTrainee(generator, critic, { tokens, shares, targets: await pairs() }, rng)),
  },
  private: {
    vae: async () => privately(new VaeRowGradients(vae, tokens, 0.5, rng), adam(vae.initial(shares, rng))),
    autoregressive: async () =>
      privately(new MaskedRowGradients(net, lesson, rng), adam(net.initial(shares, rng))),
    gan: async () => {
      const targets = (await pairs()) ?? { widths, pairs: [], shares: [] };
      const duel = new PrivateDuel(generator, critic, shares, targets, { rng, control, rows: 4 });
      return privately(new CriticRows(critic, tokens, widths), duel);
    },
  },
};

/** Tensors, their bytes and their buffers. */
type Held = readonly [tensors: number, bytes: number, buffers: number];

const held = (): Held => {
  const { numTensors, numBytes, numDataBuffers } = memory();
  return [numTensors, numBytes, numDataBuffers];
};

export interface LongRun {
  readonly before: Held;
  /** After a few steps: what is made for good is there. */
  readonly early: Held;
  readonly late: Held;
  readonly after: Held;
}

/** What is on the device before, in and after `steps` steps of each network. */
export async function longRuns(
  training: 'plain' | 'private',
  steps: number,
): Promise<Record<string, LongRun>> {
  const runs: Record<string, LongRun> = {};
  for (const [name, start] of Object.entries(steppers[training])) {
    const before = held();
    const stepper = await start();
    let early = before;
    for (let step = 0; step < steps; step++) {
      await stepper.step(step);
      if (step === settled) early = held();
    }
    const late = held();
    stepper.end();
    runs[name] = { before, early, late, after: held() };
  }
  return runs;
}
