import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** What axe finds wrong, as 'rule: element' lines. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

const looks = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'light on a phone', colorScheme: 'light', width: 390 },
  { name: 'dark on a phone', colorScheme: 'dark', width: 390 },
] as const;

for (const { name, colorScheme, width } of looks) {
  test(`axe finds nothing on any step, ${name}`, async ({ app, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await app.visit();
    expect(await violations(page), 'welcome').toEqual([]);

    await app.openText('bad.csv', '');
    await expect(app.error).toBeVisible();
    expect(await violations(page), 'an error').toEqual([]);

    await app.openSample('staff_pay');
    expect(await violations(page), 'an open table').toEqual([]);
    await app.goTo('columns');
    expect(await violations(page), 'columns').toEqual([]);

    await app.choose({ method: 'vae', epsilon: 'none', epochs: 500, backend: 'wasm' });
    // While the plan is being worked out its old words are dimmed.
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 60_000 });
    expect(await violations(page), 'choices').toEqual([]);
    await app.startRun();
    await app.waitUntilTraining();
    expect(await violations(page), 'a run').toEqual([]);
    await app.part('stop-keep').click();
    await app.waitUntilMade();
    expect(await violations(page), 'a finished run').toEqual([]);

    await app.goTo('scorecard');
    await expect(app.part('summary')).toBeVisible();
    expect(await violations(page), 'scorecard').toEqual([]);
    await app.goTo('export');
    expect(await violations(page), 'export').toEqual([]);
  });
}

// The colours change no widths.
for (const { name, width } of looks.filter(({ colorScheme }) => colorScheme === 'light')) {
  test(`nothing is wider than the window, ${name}`, async ({ app, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await app.visit();
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow(), 'welcome').toBeLessThanOrEqual(0);
    await app.openSample('hospital_stays');
    expect(await overflow(), 'an open table').toBeLessThanOrEqual(0);
    await app.goTo('columns');
    expect(await overflow(), 'columns').toBeLessThanOrEqual(0);
    await app.choose({ method: 'independent', epsilon: 'none' });
    expect(await overflow(), 'choices').toBeLessThanOrEqual(0);
    await app.makeTable();
    await app.goTo('scorecard');
    await expect(app.part('summary')).toBeVisible();
    expect(await overflow(), 'scorecard').toBeLessThanOrEqual(0);
    await app.goTo('export');
    expect(await overflow(), 'export').toBeLessThanOrEqual(0);
  });
}
