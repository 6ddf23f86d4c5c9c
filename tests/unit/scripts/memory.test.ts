import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { bytesBelow, watchMemory } from '../../../scripts/memory.mjs';

test('all descendants count, and nobody else', () => {
  const all = [
    { pid: 1, parent: 0, bytes: () => 1 },
    { pid: 2, parent: 1, bytes: () => 10 },
    { pid: 3, parent: 2, bytes: () => 100 },
    { pid: 4, parent: 1, bytes: () => 1000 },
    { pid: 5, parent: 9, bytes: () => 10_000 },
  ];
  expect(bytesBelow(1, all)).toBe(1110);
  expect(bytesBelow(2, all)).toBe(100);
  expect(bytesBelow(5, all)).toBe(0);
});

test.skipIf(process.platform === 'win32')('the memory a child takes shows in the peak', async () => {
  const megabyte = 2 ** 20;
  const before = watchMemory().current();
  const script =
    'globalThis.kept = Buffer.alloc(200 * 2 ** 20, 1); console.log("filled"); setTimeout(() => {}, 60000)';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const memory = watchMemory();
  await once(child.stdout, 'data');
  const peak = memory.stop() ?? 0;
  child.kill();
  expect(peak - before).toBeGreaterThan(150 * megabyte);
  expect(peak - before).toBeLessThan(500 * megabyte);
});
