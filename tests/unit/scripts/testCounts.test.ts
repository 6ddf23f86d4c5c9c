import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  addCounts,
  countsOfStep,
  inWords,
  playwrightCounts,
  vitestCounts,
} from '../../../scripts/testCounts.mjs';

test('a test file that does not load counts as a failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 0,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}, {}] },
      { status: 'passed', assertionResults: [{}] },
    ],
  };
  expect(vitestCounts(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test('a flaky test and an error outside tests count as failures', () => {
  const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{}] };
  expect(playwrightCounts(report)).toEqual({ passed: 5, failed: 3, skipped: 0 });
});

test('a failed step is never counted as clean', () => {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify({ passed: 4 }));
  const read = () => ({ passed: 4, failed: 0, skipped: 0 });
  expect(countsOfStep(false, null).failed).toBe(1);
  expect(countsOfStep(false, { path, read })).toEqual({ passed: 4, failed: 1, skipped: 0 });
  expect(countsOfStep(true, { path, read }).failed).toBe(0);
  expect(countsOfStep(true, { path: join(folder, 'absent.json'), read }).failed).toBe(1);
});

test('the sum is said plainly', () => {
  const sum = addCounts({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 0, skipped: 0 });
  expect(inWords(sum)).toBe('3 passed, 0 failed');
  expect(inWords({ ...sum, skipped: 4 })).toBe('3 passed, 0 failed, 4 skipped');
});
