import { expect, test } from './fixtures.ts';
import { fileOf, type Homespun } from './pages.ts';

/** Presses Tab until the wanted part has the focus; a part that cannot be reached fails the test. */
async function tabTo(app: Homespun, testId: string, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    await app.page.keyboard.press('Tab');
    const focused = await app.page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    if (focused === testId) return;
  }
  throw new Error(`Tab does not reach ${testId} within ${most} presses.`);
}

test('from the sample to the download with the keyboard alone', async ({ app, page }) => {
  await app.visit();
  await tabTo(app, 'open-staff_pay');
  await page.keyboard.press('Enter');
  await expect(app.title).toHaveText('staff_pay.csv');

  await tabTo(app, 'next-columns');
  await page.keyboard.press('Enter');
  await expect(app.title).toBeFocused();

  await tabTo(app, 'next-synthesize', 200);
  await page.keyboard.press('Enter');
  await expect(app.title).toBeFocused();

  await tabTo(app, 'method-auto');
  for (let presses = 0; !(await app.part('method-independent').isChecked()); presses++) {
    expect(presses).toBeLessThan(10);
    await page.keyboard.press('ArrowDown');
  }
  await expect(app.part('run')).toBeEnabled();
  await tabTo(app, 'run');
  await page.keyboard.press('Enter');
  await app.waitUntilMade();

  await tabTo(app, 'to-scorecard');
  await page.keyboard.press('Enter');
  await expect(app.part('summary')).toBeVisible();

  await tabTo(app, 'to-export', 400);
  await page.keyboard.press('Enter');
  await tabTo(app, 'download');
  const starting = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const { name } = await fileOf(await starting);
  expect(name).toBe('staff_pay-synthetic.csv');
});

test('what has the focus can be seen', async ({ app, page }) => {
  await app.visit();
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('Tab');
    const marked = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return true;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    expect(marked).toBe(true);
  }
});
