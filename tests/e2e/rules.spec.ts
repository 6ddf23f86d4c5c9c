import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { linesOf } from './pages.ts';

/** Stays with an end after their start, and a bill that is the sum of two parts. */
const stays = (): string => {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const lines = Array.from({ length: 1500 }, (_, row) => {
    const [month, day, nights] = [1 + ((7 * row) % 11), 1 + ((5 * row) % 14), 1 + ((11 * row) % 13)];
    const [room, meals] = [5000 + ((7919 * row) % 40_000), (6151 * row) % 9000];
    const money = (cents: number): string => (cents / 100).toFixed(2);
    return [
      `2024-${pad(month)}-${pad(day)}`,
      `2024-${pad(month)}-${pad(day + nights)}`,
      ...[room, meals, room + meals].map(money),
    ].join();
  });
  return ['arrival,departure,room,meals,bill', ...lines].join('\n') + '\n';
};

test('rules found in the rows are kept by every row that is written', async ({ app, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await app.visit();
  await app.openText('stays.csv', stays());
  await expect(app.title).toHaveText('stays.csv');
  await app.choose({ method: 'independent', epsilon: 'none' });
  await app.goTo('columns');
  await app.part('rules').locator('summary').click();
  await app.part('find-rules').focus();
  await page.keyboard.press('Enter');
  await expect(app.part('rules-found')).toContainText('2 rules found');
  const list = app.part('rule-list-kept');
  await list.getByLabel('bill = room + meals').focus();
  await page.keyboard.press('Space');
  await list.getByLabel('arrival is less than departure').check();
  await expect(app.part('rules').locator('summary')).toContainText('2 kept');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await app.goTo('synthesize');
  await app.makeTable();
  await expect(app.part('rules-kept')).toContainText('Every row keeps your rules');
  await app.goTo('export');
  await expect(app.part('rules-kept')).toBeVisible();
  const { text } = await app.download();
  const rows = linesOf(text)
    .slice(1)
    .map((line) => line.split(','));
  expect(rows).toHaveLength(1500);
  for (const [arrival, departure, room, meals, bill] of rows) {
    expect(arrival < departure).toBe(true);
    expect(Math.round(100 * (Number(room) + Number(meals)))).toBe(Math.round(100 * Number(bill)));
  }
});

test('with a guarantee rules are declared, and the plan names them', async ({ app, page }) => {
  await app.visit();
  await app.openText('stays.csv', stays());
  await expect(app.title).toHaveText('stays.csv');
  await app.goTo('columns');
  await app.part('rules').locator('summary').click();
  await expect(app.part('rules-private')).toContainText('not looked for in your rows');
  await expect(app.part('find-rules')).toHaveCount(0);
  await app.part('rule-add').click();
  await expect(app.part('add-rule')).toContainText('Choose both columns.');
  await app.part('rule-first').selectOption('arrival');
  await app.part('rule-second').selectOption('departure');
  await app.part('rule-add').click();
  await expect(app.part('rule-list-kept')).toContainText('arrival is at most departure');
  await app.goTo('synthesize');
  await app.choose({ method: 'independent', epsilon: 8 });
  await app.makeTable();
  await expect(app.part('rules-kept')).toContainText('“arrival” is at most “departure”');
  await app.goTo('columns');
  await app.part('rules').locator('summary').click();
  await app.part('rule-list-kept').getByRole('button', { name: 'Remove' }).click();
  await expect(app.part('rules').locator('summary')).toContainText('none');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(app.part('rules').locator('summary')).toContainText('1 kept');
});
