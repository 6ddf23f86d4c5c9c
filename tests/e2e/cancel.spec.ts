import { expect, test } from './fixtures.ts';
import type { Backend } from './pages.ts';

const backends: Backend[] = ['wasm', 'cpu', 'webgl', 'webgpu'];

for (const backend of backends) {
  test(`a run on ${backend} is cancelled within a second, and another can start`, async ({ app, page }) => {
    await app.visit();
    await app.openSample('staff_pay');
    await app.choose({ method: 'vae', epsilon: 'none', epochs: 500, backend });
    await app.startRun();
    await app.waitUntilTraining();
    await page.waitForTimeout(700); // well into the training
    const seconds = await page.evaluate(async () => {
      const button = document.querySelector<HTMLButtonElement>('[data-testid="cancel"]');
      const start = performance.now();
      button?.click();
      while (document.querySelector('[data-testid="cancel"]')) {
        await new Promise((frame) => requestAnimationFrame(frame));
      }
      return (performance.now() - start) / 1000;
    });
    expect(seconds).toBeLessThan(1);
    await expect(app.error).toHaveCount(0);

    await app.choose({ method: 'independent', epsilon: 'none' });
    await app.makeTable();
  });
}

test('stop and keep makes a table of what was learned', async ({ app }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 5000, backend: 'wasm' });
  await app.startRun();
  await app.waitUntilTraining();
  await app.part('stop-keep').click();
  await app.waitUntilMade();
  await expect(app.part('done')).toContainText('stopped early');
});

test('pause holds the training, resume goes on', async ({ app, page }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'vae', epsilon: 'none', epochs: 5000, backend: 'wasm' });
  await app.startRun();
  await app.waitUntilTraining();
  const bar = page.getByRole('progressbar').first();
  await app.part('pause').click();
  await expect(app.part('pause')).toHaveText('Resume');
  await page.waitForTimeout(500); // a report on its way
  const held = await bar.getAttribute('value');
  await page.waitForTimeout(1500);
  expect(await bar.getAttribute('value')).toBe(held);
  await app.part('pause').click();
  await expect(bar).not.toHaveAttribute('value', held ?? '', { timeout: 10_000 });
  await app.part('cancel').click();
  await expect(app.part('run')).toBeVisible();
});
