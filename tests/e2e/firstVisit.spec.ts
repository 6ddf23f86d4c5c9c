import { expect, test } from './fixtures.ts';

const limitBytes = 250_000;

test('the first visit takes less than 250 kB before the page is usable', async ({ browser, site }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(site.url);
  await expect(page.getByTestId('choose-file')).toBeVisible();
  await page.waitForLoadState('networkidle');
  console.log(`first visit: ${(bytes / 1000).toFixed(1)} kB compressed`);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(limitBytes);
  await context.close();
});

test('nothing of the tensor library is fetched before it is needed', async ({ browser, site }) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const fetched: string[] = [];
  context.on('request', (request) => fetched.push(request.url()));
  await page.goto(site.url);
  await expect(page.getByTestId('choose-file')).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(fetched.filter((url) => url.endsWith('.wasm'))).toEqual([]);
  await context.close();
});
