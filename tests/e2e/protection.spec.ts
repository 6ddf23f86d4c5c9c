import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { linesOf } from './pages.ts';

test('columns are made coarser and the table k-anonymous, and the file shows it', async ({ app, page }) => {
  await app.visit();
  await app.openSample('hospital_stays');
  await app.choose({ method: 'independent', epsilon: 'none' });
  await app.goTo('columns');
  await app.part('k-anonymity').locator('summary').click();
  await app.part('k-anonymity-on').check();
  const quasi = app.part('quasi-identifiers');
  // Columns with the role are chosen from the start.
  await expect(quasi.getByLabel('age')).toBeChecked();
  await quasi.getByLabel('date_of_birth').uncheck();
  await app.part('k').fill('7');
  await app.part('k').blur();
  await app.part('k-phase').selectOption('after');
  await expect(app.part('k-anonymity').locator('summary')).toContainText('k = 7');

  const age = app.part('column-age');
  await age.getByTestId('details').click();
  await age.getByTestId('coarser').selectOption('bins');
  await age.getByTestId('bin-width').fill('25');
  await age.getByTestId('bin-width').blur();
  const birth = app.part('column-date_of_birth');
  await birth.getByTestId('details').click();
  await birth.getByTestId('coarser').selectOption('remove');
  await expect(birth).toContainText('removed');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await app.goTo('synthesize');
  await app.makeTable();
  await expect(app.part('protected-before')).toContainText('age in bins');
  const after = app.part('protected-after');
  await expect(after).toContainText('not a differential-privacy guarantee');
  await expect(after).toContainText('(k = 7)');

  await app.goTo('export');
  await expect(app.part('protected-after')).toBeVisible();
  const { text } = await app.download();
  const [header, ...rows] = linesOf(text).map((line) => line.split(','));
  expect(header).not.toContain('date_of_birth');
  const groups = new Map<string, number>();
  for (const row of rows) {
    const key = ['age', 'sex', 'postcode_area'].map((name) => row[header.indexOf(name)]).join();
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  expect(Math.min(...groups.values())).toBeGreaterThanOrEqual(7);
  expect(new Set(rows.map((row) => row[header.indexOf('age')]))).toEqual(new Set(['12', '37', '62', '87']));
});

test('a plan that cannot be followed says so where it is made', async ({ app }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.goTo('columns');
  await app.part('k-anonymity').locator('summary').click();
  await app.part('k-anonymity-on').check();
  const chosen = app.part('quasi-identifiers').getByRole('checkbox', { checked: true });
  while ((await chosen.count()) > 0) await chosen.first().uncheck();
  await expect(app.error).toContainText('no quasi-identifier');
  await app.part('k-anonymity-on').uncheck();
  await expect(app.error).toHaveCount(0);
});
