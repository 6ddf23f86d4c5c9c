import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { linesOf } from './pages.ts';

test('a model is saved, opened again without its table, and makes the same rows', async ({ app }) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'independent', epsilon: 5 });
  await app.makeTable();
  await app.goTo('export');
  await app.part('rows').fill('200');
  await app.part('rows').blur();
  await app.part('sample-seed').fill('1');
  await app.part('sample-seed').blur();
  await app.part('generate').click();
  await expect(app.title).toHaveText('200 invented rows, ready to take along');
  const first = await app.download();
  const starting = app.page.waitForEvent('download');
  await app.part('save-model').click();
  const download = await starting;
  expect(download.suggestedFilename()).toBe('staff_pay.homespun');
  const bytes = readFileSync(await download.path());

  await app.page.reload();
  await app.part('file-input').setInputFiles({
    name: 'staff_pay.homespun',
    mimeType: 'application/octet-stream',
    buffer: bytes,
  });
  await expect(app.title).toHaveText('staff_pay.homespun');
  await expect(app.part('model-label')).toContainText('may be shared');
  await expect(app.part('guarantee')).toContainText('Differential privacy');
  await app.part('model-rows').fill('200');
  await app.part('model-rows').blur();
  await app.part('make-rows').click();
  await expect(app.title).toHaveText('200 invented rows, ready to take along');
  const again = await app.download();
  expect(again.name).toBe(first.name);
  expect(linesOf(again.text)).toEqual(linesOf(first.text));

  await app.goTo('data');
  const damaged = Buffer.from(bytes);
  damaged[200] ^= 1;
  await app.part('file-input').setInputFiles({ name: 'b.homespun', mimeType: '', buffer: damaged });
  await app.part('confirm-open').click();
  await expect(app.error).toContainText('damaged');
  await expect(app.title).toHaveText('staff_pay.homespun');
});
