/**
 * `npm test`: sets up what is missing (packages, a Chromium), then runs every check in order and says what each took.
 * `npm test -- unit e2e` runs only the named ones. The last line sums all tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './browser.mjs';
import { ensurePackages } from './packages.mjs';
import { addCounts, countsOfStep, inWords, noTests, playwrightCounts, vitestCounts } from './testCounts.mjs';

/** @typedef {import('./testCounts.mjs').Counts} Counts */
/** @typedef {{ name: string, script: string, more?: string[], report?: (report: any) => Counts }} Step */
/** @typedef {{ name: string, succeeded: boolean, seconds: number, counts: Counts }} Outcome */

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = join(root, 'test-results', 'reports');
/** @param {string} name */
const reportPath = (name) => join(reports, `${name}.json`);

/** @param {string} name */
const vitestStep = (name) => ({
  name,
  script: name,
  more: ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath(name)}`],
  report: vitestCounts,
});

/** @type {Step[]} */
const steps = [
  { name: 'types', script: 'types' },
  { name: 'lint', script: 'lint' },
  { name: 'format', script: 'format' },
  vitestStep('unit'),
  vitestStep('browser'),
  { name: 'build', script: 'build' },
  { name: 'e2e', script: 'e2e', report: playwrightCounts },
];

/** @param {Step} step @returns {Outcome} */
function runStep({ name, script, more = [], report }) {
  console.log(`\n=== ${name} ===`);
  const windows = process.platform === 'win32';
  const start = performance.now();
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', ['run', '--silent', script, '--', ...more], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportPath('e2e') },
  });
  const seconds = (performance.now() - start) / 1000;
  const succeeded = status === 0;
  const counts = countsOfStep(succeeded, report ? { path: reportPath(name), read: report } : null);
  return { name, succeeded, seconds, counts };
}

/** @param {Outcome} outcome */
function describe({ name, succeeded, seconds, counts }) {
  const tests = counts.passed + counts.failed + counts.skipped > 0 ? inWords(counts) : '';
  return `${name.padEnd(10)}${succeeded ? 'ok    ' : 'FAILED'}${seconds.toFixed(1).padStart(8)} s  ${tests}`;
}

/** @param {string[]} names */
function chosenSteps(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such check: ${unknown.join(', ')}. There are: ${steps.map((s) => s.name).join(', ')}.`,
    );
  }
  return names.length > 0 ? steps.filter((step) => names.includes(step.name)) : steps;
}

async function main() {
  const chosen = chosenSteps(process.argv.slice(2));
  const start = performance.now();
  if (ensurePackages(root)) console.log('Packages installed.');
  console.log(`Chromium: ${await ensureChromium()}`);
  const setup = (performance.now() - start) / 1000;
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });

  const outcomes = chosen.map(runStep);
  console.log(`\n${'set-up'.padEnd(10)}ok    ${setup.toFixed(1).padStart(8)} s`);
  for (const outcome of outcomes) console.log(describe(outcome));
  const total = outcomes.map((outcome) => outcome.counts).reduce(addCounts, noTests);
  console.log(`\n${inWords(total)}`);
  process.exitCode = outcomes.every((outcome) => outcome.succeeded) && total.failed === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  console.log(inWords({ ...noTests, failed: 1 }));
  process.exitCode = 1;
});
