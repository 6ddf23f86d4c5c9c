import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root,
  define: {
    HOMESPUN_VERSION: JSON.stringify('test'),
    // Steps of each network in the search for tensors that are not freed: LONG_RUN=10000 npx vitest --project browser
    HOMESPUN_LONG_RUN: JSON.stringify(Number(process.env.LONG_RUN ?? 2000)),
  },
  test: {
    // Left alone, vitest keeps one of two cores for itself, though it hardly uses it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        worker: { format: 'es' },
        // Found only when a worker asks for them, and bundling them then would reload the page under its test.
        optimizeDeps: {
          include: ['core', 'backend-cpu', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map(
            (name) => `@tensorflow/tfjs-${name}`,
          ),
        },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? undefined, args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
