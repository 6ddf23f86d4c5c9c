import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const violations = async (page: Page): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
};
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('two runs of two methods stand side by side; a short curve on the rows in hand costs nothing', async ({
  app,
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.visit();
  await app.openSample('hospital_stays');
  await app.choose({ method: 'independent', epsilon: 1 });
  await app.makeTable();
  await app.goTo('scorecard');
  await app.part('tab-compare').click();
  await expect(app.part('runs').locator('tbody tr')).toHaveCount(1);
  await expect(app.part('run-charts')).toHaveCount(0);
  await app.goTo('synthesize');
  await app.part('again').locator('summary').first().click();
  await app.choose({ method: 'mst' });
  await app.makeTable();
  await app.goTo('scorecard');
  await app.part('tab-compare').click();
  const rows = app.part('runs').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('Independent columns');
  await expect(rows.nth(1)).toContainText('Spanning tree of pairs');
  await expect(rows.nth(1)).toContainText('In hand');
  await expect(app.part('caveat')).toHaveCount(0);
  await expect(app.part('run-charts').locator('figure')).toHaveCount(6);

  const name = rows.nth(0).getByRole('textbox');
  await name.fill('the floor');
  await name.blur();
  await expect(rows.nth(0).getByTestId('hide-run')).toContainText('the floor');
  await rows.nth(0).getByTestId('hide-run').click();
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Show the floor' }).click();
  await expect(rows).toHaveCount(2);

  const spent = await app.part('ledger-badge').textContent();
  await app.part('sweep-epsilons').fill('1, 10');
  await app.part('sweep-epsilons').blur();
  await expect(app.part('sweep-plan')).toContainText('costs nothing');
  await app.part('start-sweep').click();
  const curves = app.part('curve-made');
  await expect(curves).toBeVisible({ timeout: 120_000 });
  await expect(app.part('start-sweep')).toBeVisible({ timeout: 120_000 });
  await expect(curves.locator('figure')).toHaveCount(2);
  await curves.getByText('The numbers').first().click();
  const numbers = curves.getByRole('region').first().locator('tbody tr');
  await expect(numbers).toHaveCount(4);
  await expect(numbers.nth(0)).toContainText('Spanning tree of pairs');
  expect(await app.part('ledger-badge').textContent()).toBe(spent);

  // So does one on a public table, whose columns are others; the open file is none.
  await app.part('sweep-rows-public').check();
  await expect(app.part('public-table')).toContainText('Staff pay');
  await app.part('public-table').selectOption({ label: 'Staff pay (2,500 rows, 14 columns)' });
  await expect(app.part('sweep-plan')).toContainText('costs nothing', { timeout: 60_000 });
  await app.part('start-sweep').click();
  const explored = app.part('curve-public');
  await expect(explored).toContainText('Exploration', { timeout: 120_000 });
  await expect(explored).toContainText('staff_pay.csv');
  await expect(app.part('start-sweep')).toBeVisible({ timeout: 120_000 });
  await expect(explored.locator('figure')).toHaveCount(2);
  await expect(curves).toBeVisible();
  await app.part('public-input').setInputFiles('static/samples/hospital_stays.csv');
  await expect(app.part('sweep')).toContainText('is the open table itself', { timeout: 60_000 });
  expect(await app.part('ledger-badge').textContent()).toBe(spent);

  // On the real rows the price is said before it is paid.
  await app.part('sweep-rows-file').check();
  await app.part('price-sweep').click();
  await expect(app.part('start-sweep')).toContainText('Spend ε', { timeout: 60_000 });
  await expect(app.part('sweep-plan')).toContainText('after the curve');

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 844 });
      const look = `${colorScheme}, ${String(width)} px`;
      expect(await violations(page), look).toEqual([]);
      expect(await overflow(page), look).toBeLessThanOrEqual(0);
    }
  }
});

test('a curve on the real rows is paid for, and stopping it keeps what is done', async ({ app }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'independent', epsilon: 'none' });
  await app.makeTable();
  await app.goTo('scorecard');
  await app.part('tab-compare').click();
  await expect(app.part('sweep-rows-made')).toHaveCount(0);
  await app.part('sweep-epsilons').fill('1, 2, 3, 5, 8, 10');
  await app.part('sweep-epsilons').blur();
  await expect(app.part('sweep-plan')).toContainText('Nothing is spent');
  await app.part('price-sweep').click();
  await expect(app.part('start-sweep')).toContainText('Spend ε', { timeout: 60_000 });
  await app.part('start-sweep').click();
  const curves = app.part('curve-file');
  await expect(curves).toBeVisible({ timeout: 120_000 });
  await app.part('stop-keep').click();
  await expect(app.part('price-sweep')).toBeVisible({ timeout: 60_000 });
  await expect(curves).toContainText('Stopped before all budgets were tried.');
  await app.part('ledger-badge').click();
  await expect(app.part('ledger')).toContainText('mst');
});
