import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

export default defineConfig({
  testDir: './tests/e2e',
  globalSetup: './tests/e2e/prepareBuild.ts',
  outputDir: './test-results/e2e',
  // One at a time: some tests measure the page's pace, and two trainings on two cores would disturb each other.
  workers: 1,
  retries: 0,
  timeout: 300_000,
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
