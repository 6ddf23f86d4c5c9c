/** Makes sure that a Chromium is there which starts: the machine's, a system package, or Playwright's own download. */
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.mjs';

const startLimitMs = 60_000;

/** @param {string} path */
function starts(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: startLimitMs });
  return status === 0 && /\d+\.\d+/.test(stdout);
}

/** Output goes to stderr: stdout may be a script's result. @param {string} command @param {string[]} parameters */
function runs(command, parameters) {
  return spawnSync(command, parameters, { stdio: ['ignore', 2, 2] }).status === 0;
}

/** Debian and its kin, when this process may install. */
function installSystemPackage() {
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!mayInstall) return false;
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  return runs('apt-get', ['update']) && runs('apt-get', ['install', '-y', 'chromium']);
}

async function downloadPlaywrights() {
  const { chromium } = await import('playwright');
  if (!runs(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'])) return null;
  return chromium.executablePath();
}

/**
 * Path of a Chromium that starts. Later calls of `findChromium` in this process and its children give the same one.
 * A path set in `CHROMIUM_PATH` is never second-guessed.
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found && (process.env.CHROMIUM_PATH || starts(found))) return found;
  const installed = installSystemPackage() ? findChromium() : null;
  const path = installed && starts(installed) ? installed : await downloadPlaywrights();
  if (path === null) {
    throw new Error('No Chromium was found and none could be installed. Set CHROMIUM_PATH to one.');
  }
  process.env.CHROMIUM_PATH = path;
  return path;
}
