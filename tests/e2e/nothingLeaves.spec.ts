import { expect, test } from './fixtures.ts';
import { Homespun } from './pages.ts';
import { recordingProxy, type Sighting } from './recordingProxy.ts';

/**
 * The browser itself looks after a visit whether the app's service worker has changed: its script and what that
 * imports, by name, with nothing in the question.
 */
const isUpdateCheck = ({ method, url, bodyBytes }: Sighting, site: string): boolean =>
  method === 'GET' && bodyBytes === 0 && /^(sw|workbox-[0-9a-f]+)\.js$/.test(url.slice(site.length));

const words = ({ method, url, bodyBytes }: Sighting) => `${method} ${url} (${bodyBytes} bytes)`;

test('nothing goes over the wire during a whole run, once the app is stored', async ({ browser, site }) => {
  const proxy = await recordingProxy(site.url);
  const context = await browser.newContext({ proxy: { server: proxy.url, bypass: '<-loopback>' } });
  const app = new Homespun(await context.newPage(), site.url);
  await app.visit();
  await app.waitUntilOffline();
  await app.visit();
  await app.page.waitForLoadState('networkidle');
  expect(proxy.sightings.length, 'the proxy sees the first visit').toBeGreaterThan(5);
  const before = proxy.sightings.length;

  await app.openSample('staff_pay');
  await app.goTo('columns');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 3, backend: 'wasm' });
  await app.makeTable();
  await app.goTo('scorecard');
  await app.goTo('export');
  await app.download();

  const during = proxy.sightings.slice(before).filter((sighting) => !isUpdateCheck(sighting, site.url));
  expect(during.map(words)).toEqual([]);
  expect(app.faults).toEqual([]);
  await context.close();
  await proxy.close();
});

test('on a first visit only the app itself is fetched: own origin, GET, no body', async ({
  browser,
  site,
}) => {
  const proxy = await recordingProxy(site.url);
  const context = await browser.newContext({ proxy: { server: proxy.url, bypass: '<-loopback>' } });
  const app = new Homespun(await context.newPage(), site.url);
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 3, backend: 'wasm' });
  await app.makeTable();
  await app.goTo('export');
  await app.download();

  const strange = proxy.sightings.filter(
    ({ method, url, bodyBytes }) => method !== 'GET' || !url.startsWith(site.url) || bodyBytes > 0,
  );
  expect(strange.map(words)).toEqual([]);
  expect(proxy.sightings.length).toBeGreaterThan(5);
  await context.close();
  await proxy.close();
});

test('the proxy of these tests would see a request of the page and of a worker', async ({
  browser,
  site,
}) => {
  const proxy = await recordingProxy(site.url);
  const context = await browser.newContext({
    proxy: { server: proxy.url, bypass: '<-loopback>' },
    bypassCSP: true,
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  await page.route('**/index.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<p>empty</p>' }),
  );
  await page.goto(`${site.url}index.html`);
  await page.evaluate(async (url) => {
    await fetch(`${url}?from=page`, { method: 'POST', body: 'secret' }).catch(() => undefined);
    const code = `fetch('${url}?from=worker').catch(() => undefined).then(() => postMessage(0))`;
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    await new Promise((told) => (worker.onmessage = told));
  }, 'http://elsewhere.invalid/');
  const seen = proxy.sightings.map(words);
  expect(seen).toContain('POST http://elsewhere.invalid/?from=page (6 bytes)');
  expect(seen).toContain('GET http://elsewhere.invalid/?from=worker (0 bytes)');
  await context.close();
  await proxy.close();
});

test('the page is locked to its own origin by header and by meta', async ({ app, page }) => {
  const response = await page.goto(app.url);
  const header = (await response?.allHeaders())?.['content-security-policy'];
  const meta = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(header).toContain("default-src 'self'");
  expect(meta).toBe(header);
  const blocked = await page.evaluate(async () => {
    const violation = new Promise<string>((seen) => {
      document.addEventListener('securitypolicyviolation', (event) => seen(event.effectiveDirective));
    });
    await fetch('https://example.org/').catch(() => undefined);
    return violation;
  });
  expect(blocked).toBe('connect-src');
  app.faults.length = 0; // the console names the blocked request, as it should
});
