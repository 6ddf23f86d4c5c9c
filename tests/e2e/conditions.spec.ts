import { expect, test } from './fixtures.ts';
import { linesOf } from './pages.ts';

test('only the rows that are wanted, one column balanced, and what was asked for is said', async ({
  app,
}) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'copula', epsilon: 'none' });
  await app.makeTable();
  await app.goTo('export');
  await app.part('rows-wanted').locator('summary').click();

  await app.part('add-condition').selectOption('department');
  await expect(app.part('generate')).toBeDisabled();
  await app.part('allowed-values').getByLabel('Support').check();
  await app.part('add-condition').selectOption('salary_eur');
  const interval = app.part('condition').filter({ hasText: 'salary_eur' });
  await interval.getByTestId('condition-from').fill('20000');
  await interval.getByTestId('condition-to').fill('45000');
  await interval.getByTestId('condition-to').blur();

  await app.part('balance').selectOption('left_company');
  await expect(app.part('share-total')).toHaveText('Every value equally often.');
  await app.part('share').first().fill('30');
  await app.part('share').first().blur();
  await expect(app.part('share-total')).toContainText('Total 80 %');
  await app.part('equal-shares').click();
  await expect(app.part('share').first()).toHaveValue('50');

  await app.part('rows').fill('300');
  await app.part('rows').blur();
  await app.part('generate').click();
  await expect(app.part('conditions-met')).toBeVisible();
  await expect(app.part('conditions-met')).toContainText('“department” is “Support”');
  await expect(app.part('rows-wanted').locator('summary')).toContainText('department, salary_eur');

  const [header, ...rows] = linesOf((await app.download()).text).map((line) => line.split(','));
  expect(rows).toHaveLength(300);
  const cells = (name: string): string[] => rows.map((row) => row[header.indexOf(name)]);
  expect(new Set(cells('department'))).toEqual(new Set(['Support']));
  expect(cells('salary_eur').every((text) => Number(text) >= 20_000 && Number(text) <= 45_000)).toBe(true);
  expect(cells('left_company').filter((text) => text === '1')).toHaveLength(150);
});
