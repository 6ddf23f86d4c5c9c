import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** @type {Counts} */
export const noTests = { passed: 0, failed: 0, skipped: 0 };

/** Counts of a Vitest JSON report. A file that did not even load counts as one failure. @param {any} report */
export function vitestCounts(report) {
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of a Playwright JSON report; a test that passed on a second try has failed. @param {any} report */
export function playwrightCounts({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

/**
 * Counts of one step: its report where it has one. A step that failed without naming a test counts as one failure.
 * @param {boolean} succeeded
 * @param {{ path: string, read: (report: any) => Counts } | null} report
 * @returns {Counts}
 */
export function countsOfStep(succeeded, report) {
  let counts = noTests;
  if (report) {
    try {
      counts = report.read(JSON.parse(readFileSync(report.path, 'utf8')));
    } catch {
      return { ...noTests, failed: 1 };
    }
  }
  return !succeeded && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {Counts} counts */
export const inWords = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
