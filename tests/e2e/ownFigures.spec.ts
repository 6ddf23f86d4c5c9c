import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

test('figures of one’s own and a deep audit: written, refused, measured, stopped', async ({ app, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'independent', epsilon: 1 });
  await app.makeTable();
  await app.goTo('scorecard');
  await expect(app.part('summary')).toBeVisible();

  const formula = app.part('formula');
  await formula.fill('mean(salary_eur by departmnt)');
  await app.part('add-formula').click();
  await expect(app.part('formula-error')).toContainText('no column “departmnt” (character 20)');
  await expect(app.part('formula-error')).toContainText('`department`');
  await formula.fill('mean(salary_eur by department)');
  await formula.press('Enter');
  await expect(app.part('formula-error')).toHaveCount(0);
  const figure = app.part('domain-figure');
  await expect(figure).toHaveCount(1);
  await expect(figure).toContainText('Furthest off for');
  await expect(formula).toHaveValue('');

  await expect(app.part('assessing')).toHaveCount(0, { timeout: 120_000 });
  await expect(figure).toHaveCount(1);
  const curves = page.getByRole('slider', { name: /Learned rows found/ });
  await curves.focus();
  await curves.press('End');
  await curves.press('ArrowLeft');
  await expect(curves).toHaveAttribute('aria-valuetext', /false alarms: .* finds/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`)),
  ).toEqual([]);

  await app.part('start-audit').click();
  await expect(app.part('deep-audit')).toContainText(/Shadow model \d+ of/);
  await app.part('stop-audit').click();
  await expect(app.part('start-audit')).toHaveText('Deep audit');
  await app.part('remove-formula').click();
  await expect(figure).toHaveCount(0);
});
