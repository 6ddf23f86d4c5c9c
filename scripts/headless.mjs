/** The built app in a headless Chromium, for scripts: the same page and worker a person uses. */
import { join } from 'node:path';
import { ensureChromium } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { chromiumFlags } from './chromium.mjs';
import { ensurePackages } from './packages.mjs';
import { serveFolder } from './server.mjs';

/** @typedef {{ browser: import('playwright').Browser, page: import('playwright').Page, crashed: Promise<never>, close: () => Promise<void> }} App */

/** @param {import('playwright').Page} page @returns {Promise<never>} */
function failureOf(page) {
  /** @type {Promise<never>} */
  const failure = new Promise((_, reject) => {
    page.on('crash', () => reject(new Error('The browser ran out of memory, or its page crashed.')));
    page.on('pageerror', (error) => reject(new Error(`The page failed: ${error.message}`)));
  });
  failure.catch(() => undefined); // looked at only while something is awaited
  return failure;
}

/**
 * Installs and builds what is missing, serves the build on a free port and opens it. The caller must close it.
 * @param {string} root
 * @returns {Promise<App>}
 */
export async function openApp(root) {
  ensurePackages(root);
  await ensureBuild(root);
  const executablePath = await ensureChromium();
  const { chromium } = await import('playwright');
  const server = await serveFolder(join(root, 'dist'));
  const browser = await chromium
    .launch({
      executablePath,
      args: chromiumFlags,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    .catch(async (error) => {
      await server.close();
      throw error;
    });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  try {
    // No service worker: its pre-caching would compete with the run for the processor.
    const context = await browser.newContext({ acceptDownloads: true, serviceWorkers: 'block' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const crashed = failureOf(page);
    await page.goto(server.url);
    await page.waitForFunction(() => typeof globalThis.homespun === 'object');
    return { browser, page, crashed, close };
  } catch (error) {
    await close();
    throw error;
  }
}
