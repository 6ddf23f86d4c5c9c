import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** While a model is learned, sampled and scored, a longer task of the main thread is felt as a stutter. */
const runLimitMs = 50;
/** A new view may be drawn in one task, as long as its appearance still feels immediate. */
const drawLimitMs = 100;
const rows = 60_000;

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homespun-smooth-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

function largeTable(): string {
  const line = (i: number): string => {
    const group = ['red', 'green', 'blue', 'white'][(i * 7) % 4];
    const price = ((i * 7919) % 10007) / 100;
    return `${i},${group},${(i * 37) % 91},${price},2024-0${1 + (i % 9)}-1${i % 10},${i % 3 ? 'yes' : 'no'}`;
  };
  const lines = Array.from({ length: rows }, (_, i) => line(i));
  const path = join(folder, 'large.csv');
  writeFileSync(path, `id,group,age,price,day,member\n${lines.join('\n')}\n`);
  return path;
}

const recordLongTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    globalThis.homespunLongestTaskMs = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        globalThis.homespunLongestTaskMs = Math.max(globalThis.homespunLongestTaskMs, duration);
      }
    }).observe({ type: 'longtask' });
  });

/** Longest task since the last call, milliseconds; 0 when none took 50 or more. */
const takeLongest = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const longest = globalThis.homespunLongestTaskMs;
    globalThis.homespunLongestTaskMs = 0;
    return longest;
  });

test('the main thread stays free: no task of 50 ms during a run, none of 100 ms around it', async ({
  app,
  page,
}) => {
  const path = largeTable();
  await app.visit();
  await app.waitUntilOffline();
  await recordLongTasks(page);
  const longest: Record<string, number> = {};

  await app.openFile(path);
  await expect(app.title).toHaveText('large.csv', { timeout: 60_000 });
  longest.open = await takeLongest(page);
  await app.goTo('columns');
  longest.columns = await takeLongest(page);
  await app.choose({ method: 'vae', epochs: 1, backend: 'wasm' });
  longest.choose = await takeLongest(page);
  await app.makeTable();
  longest.run = await takeLongest(page);
  await app.goTo('scorecard');
  await expect(app.part('summary')).toBeVisible();
  longest.scorecard = await takeLongest(page);
  await app.goTo('export');
  await app.download();
  longest.export = await takeLongest(page);

  const tooLong = Object.entries(longest).filter(
    ([stage, milliseconds]) => milliseconds >= (stage === 'run' ? runLimitMs : drawLimitMs),
  );
  expect(Object.fromEntries(tooLong)).toEqual({});
});
