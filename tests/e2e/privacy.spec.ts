import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Download } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { fileOf, type Homespun } from './pages.ts';

/** What a press of a part downloads. */
async function downloadOf(app: Homespun, testId: string): Promise<{ name: string; text: string }> {
  const starting: Promise<Download> = app.page.waitForEvent('download');
  await app.part(testId).click();
  return fileOf(await starting);
}

test('a private run from the plan to the exports: everything names its guarantee', async ({ app, page }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await expect(app.part('ledger-badge')).toContainText('ε 0');
  await app.choose({ method: 'independent' });
  await expect(app.part('privacy-guarantee')).toBeChecked();
  await expect(app.part('privacy-plan')).toContainText('ε 1');
  await expect(app.part('odds')).toContainText('74%');
  await app.makeTable();
  await expect(app.part('done').getByTestId('guarantee')).toContainText('Differential privacy');
  await expect(app.part('ledger-badge')).not.toContainText('ε 0 spent');

  await app.goTo('scorecard');
  await expect(app.part('for-your-eyes')).toContainText('outside the guarantee');
  await app.part('tab-releasable').click();
  await expect(app.part('releasable')).toBeVisible();
  await expect(app.part('for-your-eyes')).toHaveCount(0);
  await app.part('save-report').click();
  const report = await downloadOf(app, 'report-html');
  expect(report.name).toBe('staff_pay-synthetic.report.html');
  expect(report.text).toContain('May be passed on');
  expect(JSON.parse((await downloadOf(app, 'report-json')).text).scope).toBe('releasable');
  await page.keyboard.press('Escape');

  await app.goTo('export');
  await expect(app.part('guarantee')).toContainText('ε');
  const statement = await downloadOf(app, 'save-statement');
  expect(statement.name).toBe('staff_pay-synthetic.privacy.txt');
  expect(statement.text).toContain('PRIVACY STATEMENT');
  await app.part('ask-exact').click();
  await expect(page.getByRole('dialog')).toContainText('without noise');
  const exact = JSON.parse((await downloadOf(app, 'save-exact')).text);
  expect(exact.guarantee).toContain('outside');
});

test('the ledger outlives the page, and is saved and loaded as a file', async ({ app, page }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'independent', epsilon: 0.5 });
  await app.makeTable();
  await app.visit();
  await app.openSample('staff_pay');
  await app.part('ledger-badge').click();
  await expect(app.part('ledger')).toContainText('ε 0.5');
  const { name, text } = await downloadOf(app, 'save-ledger');
  expect(name).toBe('staff_pay.ledger');

  await app.part('ledger-file').setInputFiles({
    name: 'changed.ledger',
    mimeType: 'text/plain',
    buffer: Buffer.from(text.slice(0, -20)),
  });
  await expect(app.error).toBeVisible();
  await app.part('ledger-file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await expect(app.error).toHaveCount(0);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
});

test('without a guarantee is a choice by hand, named everywhere, and gone with the file', async ({ app }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'independent', epsilon: 'none' });
  await app.makeTable();
  await expect(app.part('done')).toContainText('without differential privacy');
  await expect(app.part('ledger-badge')).toContainText('No guarantee');
  await app.goTo('scorecard');
  await expect(app.part('tab-releasable')).toHaveCount(0);
  await app.goTo('export');
  await expect(app.part('guarantee')).toContainText('without differential privacy');
  await expect(app.part('save-statement')).toHaveCount(0);
  await app.part('file-input').setInputFiles({
    name: 'next.csv',
    mimeType: 'text/csv',
    buffer: readFileSync(new URL('../../static/samples/hospital_stays.csv', import.meta.url)),
  });
  await app.part('confirm-open').click();
  await expect(app.title).toHaveText('next.csv');
  await app.goTo('synthesize');
  await expect(app.part('privacy-guarantee')).toBeChecked();
});

for (const { colorScheme, width } of [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const) {
  test(`axe finds nothing in a private run, ${colorScheme}, ${String(width)} px`, async ({ app, page }) => {
    const violations = async (): Promise<string[]> => {
      const { violations: found } = await new AxeBuilder({ page }).analyze();
      return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
    };
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await app.visit();
    await app.openSample('card_payments');
    await app.choose({ method: 'independent' });
    await expect(app.part('unit-person')).toBeChecked();
    await app.part('privacy-advanced').locator('summary').first().click();
    await app.part('releases').locator('summary').click();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 60_000 });
    expect(await violations(), 'choices').toEqual([]);
    expect(await overflow(), 'choices').toBeLessThanOrEqual(0);
    await app.makeTable();
    expect(await violations(), 'a finished run').toEqual([]);
    await app.part('ledger-badge').click();
    await page.getByRole('dialog').locator('summary').first().click();
    expect(await violations(), 'the ledger').toEqual([]);
    await page.keyboard.press('Escape');
    await app.goTo('scorecard');
    await app.part('tab-releasable').click();
    await expect(app.part('releasable')).toBeVisible();
    expect(await violations(), 'the scorecard to pass on').toEqual([]);
    expect(await overflow(), 'the scorecard to pass on').toBeLessThanOrEqual(0);
    await app.goTo('export');
    expect(await violations(), 'export').toEqual([]);
    expect(await overflow(), 'export').toBeLessThanOrEqual(0);
  });
}
