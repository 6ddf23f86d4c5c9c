/**
 * One training step of the VAE on WebAssembly in Chromium, plain and by DP-SGD, beside the same steps in PyTorch and
 * Opacus (ghost clipping) on one thread: same layers, batch, loss and optimiser. All take turns, so that they meet the
 * same load of the machine; medians are compared.
 *
 *     npm run bench -- step [--python PATH] [--backend wasm] [--steps 40] [--turns 5]
 *
 * The last line on stdout is one JSON object. Without a Python that has torch, and opacus for the private step, their
 * figures are null.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inBrowser } from './step/inBrowser.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.TORCH_PYTHON ?? 'python3' },
    backend: { type: 'string', default: 'wasm' },
    steps: { type: 'string', default: '40' },
    turns: { type: 'string', default: '5' },
  },
});

/** The Adult table: 201 tokens over 15 columns. */
const job = {
  widths: [23, 9, 32, 16, 16, 7, 15, 6, 5, 2, 4, 3, 19, 42, 2],
  hidden: 128,
  latent: 32,
  batch: 500,
  steps: Number(values.steps),
};

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
/** First steps compile and warm up. */
const settled = (/** @type {number[]} */ seconds) => seconds.slice(Math.ceil(seconds.length / 4));

/** @typedef {{ plain: number[], dp: number[] }} Seconds */

/** @returns {Seconds} */
function torchSeconds() {
  const script = fileURLToPath(new URL('step/step.py', import.meta.url));
  const { status, stdout } = spawnSync(values.python, [script], {
    input: JSON.stringify(job),
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : { plain: [], dp: [] };
}

/** @param {Seconds} all @param {Seconds} found */
function add(all, found) {
  all.plain.push(...settled(found.plain));
  all.dp.push(...settled(found.dp));
}
/** @param {number[]} seconds */
const msOf = (seconds) => (seconds.length > 0 ? Number((median(seconds) * 1000).toFixed(2)) : null);
/** @param {number[]} seconds */
const fastestOf = (seconds) => (seconds.length > 0 ? Number((Math.min(...seconds) * 1000).toFixed(2)) : null);
/** @param {number | null} a @param {number | null} b */
const ratioOf = (a, b) => (a && b ? Number((a / b).toFixed(2)) : null);

await inBrowser(async (page) => {
  /** @type {Seconds} */
  const ours = { plain: [], dp: [] };
  /** @type {Seconds} */
  const theirs = { plain: [], dp: [] };
  for (let turn = 0; turn < Number(values.turns); turn++) {
    const ask = { ...job, backend: values.backend };
    add(ours, await page.evaluate((a) => globalThis.timeSteps(a), ask));
    add(theirs, torchSeconds());
  }
  const [ms, dpMs, torchMs, opacusMs] = [ours.plain, ours.dp, theirs.plain, theirs.dp].map(msOf);
  console.log(
    JSON.stringify({
      bench: 'step',
      backend: values.backend,
      ms,
      dpMs,
      torchMs,
      opacusMs,
      ratio: ratioOf(ms, torchMs),
      dpRatio: ratioOf(dpMs, opacusMs),
      dpOverPlain: ratioOf(dpMs, ms),
      opacusOverPlain: ratioOf(opacusMs, torchMs),
      fastest: [ours.plain, ours.dp, theirs.plain, theirs.dp].map(fastestOf),
      batch: job.batch,
      hidden: job.hidden,
      width: job.widths.reduce((a, b) => a + b, 0),
    }),
  );
});
