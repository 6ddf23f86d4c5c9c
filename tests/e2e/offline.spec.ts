import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { serveFolder } from '../../scripts/server.mjs';
import { builtApp, expect, test } from './fixtures.ts';
import { Homespun } from './pages.ts';

test('after one visit the app works with the server gone: sample, training, download', async ({
  app,
  site,
}) => {
  await app.visit();
  await app.waitUntilOffline();
  await site.close();
  await app.page.reload();
  await expect(app.part('choose-file')).toBeVisible();
  await app.openSample('hospital_stays');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 2, backend: 'wasm' });
  await app.makeTable();
  await app.goTo('scorecard');
  await app.goTo('export');
  const { text } = await app.download();
  expect(text.split('\n').length).toBeGreaterThan(5000);
});

test('everything that was built is stored for offline use: every backend, every sample', async ({
  app,
  page,
}) => {
  await app.visit();
  await app.waitUntilOffline();
  const stored = await page.evaluate(async () => {
    const caches = await Promise.all(
      (await globalThis.caches.keys()).map((name) => globalThis.caches.open(name)),
    );
    const requests = (await Promise.all(caches.map((cache) => cache.keys()))).flat();
    return requests.map((request) => new URL(request.url).pathname.slice(1));
  });
  const forHosts = /^(_headers|robots\.txt|build-stamp\.txt|sw\.js|workbox-.*\.js)$/;
  const built = readdirSync(builtApp, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(builtApp, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !forHosts.test(path) && !path.endsWith('LICENSE.txt'));
  expect(built.filter((path) => path.endsWith('.wasm')).length).toBeGreaterThan(0);
  expect(built.filter((path) => !stored.includes(path))).toEqual([]);
});

test('the app works from any folder of a host', async ({ page }) => {
  const host = mkdtempSync(join(tmpdir(), 'homespun-host-'));
  cpSync(builtApp, join(host, 'some', 'folder'), { recursive: true });
  cpSync(join(builtApp, '_headers'), join(host, '_headers'));
  const site = await serveFolder(host);
  const app = new Homespun(page, `${site.url}some/folder/`);
  await app.visit();
  await app.waitUntilOffline();
  await app.openSample('staff_pay');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 1, backend: 'wasm' });
  await app.makeTable();
  expect(app.faults).toEqual([]);
  await site.close();
  rmSync(host, { recursive: true });
});

test('the app can be installed: manifest, icons of the sizes it names', async ({ app, page }) => {
  await app.visit();
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const manifestUrl = new URL(href ?? '', app.url).href;
  const manifest: { icons: { src: string; sizes: string }[]; start_url: string; display: string } = await (
    await page.request.get(manifestUrl)
  ).json();
  expect(manifest).toMatchObject({ display: 'standalone', start_url: './' });
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, manifestUrl).href);
    expect(size).toBe(sizes);
  }
});
