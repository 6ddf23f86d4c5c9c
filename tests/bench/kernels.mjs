/**
 * One training step of every neural method with our kernels beside the same step in tfjs's own operations, on one
 * backend of Chromium: milliseconds, their ratio, and on WebGPU dispatches and submissions. Both take turns, so that
 * they meet the same load of the machine; medians are compared. Where there is no graphics processor, WebGPU is drawn
 * by the processor (SwiftShader): counts are those of any adapter, times are not.
 *
 *     npm run bench -- kernels [--backend webgpu] [--steps 8] [--turns 3] [--batch 250] [--hidden 128]
 *                              [--methods vae,gan] [--profile] [--together 15]
 *
 * --profile prints milliseconds a step by kernel, where kernels work at once, as on WebAssembly.
 *
 * --together sets how many dispatches WebGPU takes in one submission.
 * The last line on stdout is one JSON object.
 */
import { parseArgs } from 'node:util';
import { inBrowser } from './step/inBrowser.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'webgpu' },
    steps: { type: 'string', default: '8' },
    turns: { type: 'string', default: '3' },
    batch: { type: 'string', default: '250' },
    hidden: { type: 'string', default: '128' },
    methods: { type: 'string', default: 'vae,autoregressive,gan,private vae' },
    kernels: { type: 'string', default: 'ours,tfjs' },
    profile: { type: 'boolean', default: false },
    together: { type: 'string' },
  },
});

/** The Adult table: 201 tokens over 15 columns. */
const job = {
  backend: values.backend,
  methods: values.methods.split(','),
  widths: [23, 9, 32, 16, 16, 7, 15, 6, 5, 2, 4, 3, 19, 42, 2],
  ordered: [22, 0, 31, 0, 15, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0],
  hidden: Number(values.hidden),
  latent: 32,
  batch: Number(values.batch),
  steps: Number(values.steps),
  profile: values.profile,
  together: values.together ? Number(values.together) : null,
};

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
/** First steps compile and warm up. */
const settled = (/** @type {number[]} */ seconds) => seconds.slice(Math.ceil(seconds.length / 4));

/** @typedef {{ seconds: number[], dispatches: number, submissions: number }} Found */
/** @type {Record<string, Record<string, Found>>} */
const all = {};

await inBrowser(async (page) => {
  for (let turn = 0; turn < Number(values.turns); turn++) {
    for (const kernels of values.kernels.split(',')) {
      const found = await page.evaluate((ask) => globalThis.timeKernels(ask), { ...job, kernels });
      for (const [method, { seconds, dispatches, submissions, kernelMs }] of Object.entries(found)) {
        if (job.profile) console.log(method, kernels, kernelMs);
        const before = all[method]?.[kernels]?.seconds ?? [];
        all[method] ??= {};
        all[method][kernels] = { seconds: [...before, ...settled(seconds)], dispatches, submissions };
      }
    }
  }
});

const rounded = (/** @type {number} */ value) => Number(value.toFixed(2));
const methods = Object.fromEntries(
  Object.entries(all).map(([method, byKernels]) => {
    const sides = Object.entries(byKernels).map(([kernels, { seconds, dispatches, submissions }]) => [
      kernels,
      { ms: rounded(median(seconds) * 1000), dispatches, submissions },
    ]);
    const { ours, tfjs } = byKernels;
    const ratio = ours && tfjs ? rounded(median(ours.seconds) / median(tfjs.seconds)) : null;
    return [method, { ...Object.fromEntries(sides), ratio }];
  }),
);
const { backend, batch, hidden, widths } = job;
const width = widths.reduce((a, b) => a + b, 0);
console.log(JSON.stringify({ bench: 'kernels', backend, batch, hidden, width, methods }));
