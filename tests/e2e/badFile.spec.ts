import { expect, test } from './fixtures.ts';

const table = 'name,score\nAda,1\nBea,2\nCato,3\nDina,4\n';

test('a file that cannot be read names the line and says what to do', async ({ app }) => {
  await app.visit();
  await app.openText('broken.csv', `${table}"Emil,5\nFenn,6\n${'Gwen,7\n'.repeat(200)}`);
  await expect(app.error).toBeVisible();
  await expect(app.error).toContainText(/line 6/i);
  await expect(app.error).not.toContainText('Emil');
  expect(await app.error.locator('p').count()).toBeGreaterThan(1);
});

for (const [what, bytes] of [
  ['an empty file', ''],
  ['a header without rows', 'name,score\n'],
  [
    'a picture',
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 1, 2, 3, 0, 0, 0]),
  ],
] as const) {
  test(`${what} is refused in words`, async ({ app }) => {
    await app.visit();
    await app.openText('input.csv', bytes);
    await expect(app.error).toBeVisible();
    await expect(app.part('choose-file')).toBeVisible();
  });
}

test('a bad file leaves the open table as it was, and a good one opens after it', async ({ app }) => {
  await app.visit();
  await app.openText('good.csv', table);
  await expect(app.title).toHaveText('good.csv');
  await app.openText('empty.csv', '');
  await expect(app.error).toBeVisible();
  await app.openText('better.csv', table);
  await expect(app.title).toHaveText('better.csv');
  await expect(app.error).toHaveCount(0);
});
