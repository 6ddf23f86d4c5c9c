import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags, findChromium } from '../../../scripts/chromium.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Serves step/index.html from its sources, opens it in Chromium and closes both after `work`.
 * @param {(page: import('playwright').Page) => Promise<void>} work
 */
export async function inBrowser(work) {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    optimizeDeps: {
      entries: ['tests/bench/step/step.worker.ts', 'tests/bench/step/kernels.worker.ts'],
      include: ['core', 'backend-cpu', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map(
        (name) => `@tensorflow/tfjs-${name}`,
      ),
    },
    cacheDir: fileURLToPath(new URL('../../../node_modules/.vite-bench', import.meta.url)),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args: chromiumFlags });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(message.text());
    });
    await page.goto(new URL('tests/bench/step/index.html', server.resolvedUrls?.local[0]).href);
    await page.waitForFunction(() => 'timeSteps' in globalThis);
    await work(page);
  } finally {
    await browser.close();
    await server.close();
  }
}
