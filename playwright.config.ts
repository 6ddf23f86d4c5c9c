import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

/** They measure the page's pace: nothing else may run beside them. */
const paced = /(smooth|cancel)\.spec\.ts/;

export default defineConfig({
  testDir: './tests/e2e',
  globalSetup: './tests/e2e/prepareBuild.ts',
  outputDir: './test-results/e2e',
  // Two trainings on two cores take hardly longer than one: much of a run waits for the page or for one thread.
  projects: [
    { name: 'together', testIgnore: paced, workers: 2, fullyParallel: true },
    { name: 'alone', testMatch: paced, workers: 1, dependencies: ['together'] },
  ],
  workers: 2,
  retries: 0,
  timeout: 300_000,
  // Beside another run on two cores the page may take seconds for what it does at once by itself.
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: findChromium() ?? undefined, args: chromiumFlags },
    serviceWorkers: 'allow',
    acceptDownloads: true,
    screenshot: 'only-on-failure',
  },
});
