import { readFileSync } from 'node:fs';
import { expect, fromRoot, test } from './fixtures.ts';
import { fileOf, linesOf } from './pages.ts';

/** The first rows of the sample, with every third cell of two columns taken out. */
function gaps(columns: readonly string[]): { header: string[]; rows: string[][]; text: string } {
  const [header, ...lines] = linesOf(readFileSync(fromRoot('static/samples/staff_pay.csv'), 'utf8'))
    .slice(0, 61)
    .map((line) => line.split(','));
  const rows = lines.map((cells, row) =>
    cells.map((cell, c) => (columns.includes(header[c]) && row % 3 === 0 ? '' : cell)),
  );
  return { header, rows, text: [header, ...rows].map((cells) => cells.join(',')).join('\n') + '\n' };
}

test('gaps of a file are filled from a fresh model and from a saved one, and rows are made at a temperature', async ({
  app,
}) => {
  await app.visit();
  await app.openSample('staff_pay');
  await app.choose({ method: 'autoregressive', epsilon: 'none', epochs: 3, backend: 'wasm' });
  await app.makeTable();
  await app.goTo('export');

  const { header, rows, text } = gaps(['department', 'salary_eur']);
  // The identifiers in front are not learned.
  const blank = rows.flatMap((cells) => cells.slice(2)).filter((cell) => cell === '').length;
  const words = `${String(blank)} cells filled in 60 rows.`;
  const file = { name: 'gaps.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  await app.part('gaps-input').setInputFiles(file);
  await expect(app.part('gaps-filled')).toHaveText(words);
  await expect(app.part('fill-gaps')).toContainText('not synthetic');
  const starting = app.page.waitForEvent('download');
  await app.part('save-filled').click();
  const filled = await fileOf(await starting);
  expect(filled.name).toBe('gaps-filled.csv');
  const cells = linesOf(filled.text).map((line) => line.split(','));
  expect(cells[0]).toEqual(header);
  rows.forEach((given, row) =>
    given.forEach((cell, c) => {
      const found = cells[row + 1][c];
      if (cell !== '') expect(found).toBe(cell);
      else if (header[c] === 'salary_eur') expect(Number(found)).toBeGreaterThan(1000);
      else if (header[c] === 'department') expect(found).toMatch(/^\w/);
    }),
  );

  await app.part('gaps-input').setInputFiles({ ...file, buffer: Buffer.from('department,grade\nSales,1\n') });
  await expect(app.error).toContainText('no column');

  await app.part('temperature').fill('0.5');
  await app.part('temperature').blur();
  await app.part('generate').click();
  await expect(app.part('at-temperature')).toContainText('0.5');

  const saving = app.page.waitForEvent('download');
  await app.part('save-model').click();
  const model = readFileSync(await (await saving).path());
  await app.page.reload();
  const saved = { name: 'staff_pay.homespun', mimeType: 'application/octet-stream', buffer: model };
  await app.part('file-input').setInputFiles(saved);
  await expect(app.title).toHaveText('staff_pay.homespun');
  await app.part('gaps-input').setInputFiles(file);
  await expect(app.part('gaps-filled')).toHaveText(words);
});
