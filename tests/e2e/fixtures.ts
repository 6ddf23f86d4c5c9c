import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { serveFolder } from '../../scripts/server.mjs';
import { Homespun } from './pages.ts';

export { expect };

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const builtApp = fromRoot('dist');

/**
 * `site`: the built app, served as a static host would. `app`: the page on it, as verbs. A test fails when its page
 * threw an error, or wrote one to the console (a blocked request, a policy violation).
 */
export const test = base.extend<{ site: Site; app: Homespun }>({
  site: async ({}, use) => {
    const site = await serveFolder(builtApp);
    await use(site);
    await site.close();
  },
  app: async ({ page, site }, use) => {
    const app = new Homespun(page, site.url);
    await use(app);
    expect(app.faults, 'errors of the page').toEqual([]);
  },
});
