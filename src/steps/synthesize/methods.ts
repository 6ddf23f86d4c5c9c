import type { BackendChoice, BackendId, MethodChoice, MethodId } from '../../../workers/protocol.ts';

export interface MethodCard {
  readonly id: MethodChoice;
  readonly label: string;
  /** What it is, in one sentence. */
  readonly what: string;
  /** When to use it. */
  readonly when: string;
}

export const methods: readonly MethodCard[] = [
  {
    id: 'auto',
    label: 'Automatic',
    what: 'Looks at your table and your budget and picks the method that suits them.',
    when: 'A good first choice. It says what it picked, and why.',
  },
  {
    id: 'aim',
    label: 'Adaptive combinations',
    what: 'Counts, with noise, the combinations of columns it gets most wrong, and fits a model to all counts.',
    when: 'The best choice under a privacy budget. Needs one.',
  },
  {
    id: 'mst',
    label: 'Spanning tree of pairs',
    what: 'Counts, with noise, the strongest pairs of columns and draws rows from a tree of them.',
    when: 'Under a privacy budget, when it has to be quick. Needs one.',
  },
  {
    id: 'copula',
    label: 'Gaussian copula',
    what: 'Keeps the shape of every column, and one correlation for each pair of columns.',
    when: 'In seconds, for tables of mostly numbers that rise and fall together.',
  },
  {
    id: 'autoregressive',
    label: 'Column by column',
    what: 'A neural network that learns each column given any of the others, and makes rows one column after another.',
    when: 'Without a privacy budget, for almost every table from a few hundred rows upwards. With one, close to adaptive combinations.',
  },
  {
    id: 'vae',
    label: 'Variational autoencoder',
    what: 'A small neural network that learns how all columns go together, then makes new rows.',
    when: 'To compare with the one before, which is usually closer.',
  },
  {
    id: 'gan',
    label: 'Adversarial network',
    what: 'Two neural networks: one invents rows, the other tries to tell them from real ones, and both learn.',
    when: 'To compare with the other two networks, which are quicker and usually closer.',
  },
  {
    id: 'independent',
    label: 'Independent columns',
    what: 'Draws every column by itself. Each keeps its shape; what links them is lost.',
    when: 'As a quick floor to compare with, or when links must not survive.',
  },
];

export const methodName = (id: MethodId): string => methods.find((method) => method.id === id)?.label ?? id;

const backendNames: Readonly<Record<BackendChoice, string>> = {
  auto: 'Fastest that passes its self-test',
  webgpu: 'Graphics card (WebGPU)',
  webgl: 'Graphics card (WebGL)',
  wasm: 'Processor (WebAssembly)',
  cpu: 'Processor (plain, slow)',
};

export const backendName = (id: BackendChoice): string => backendNames[id];

/** The part of the machine that computes, in short; null for methods that need no backend. */
export const machinePart = (id: BackendId | null): string =>
  id === 'webgpu' || id === 'webgl' ? 'Graphics card' : 'Processor';

export const backends: readonly BackendChoice[] = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'];
