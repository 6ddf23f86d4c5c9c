/** Installs the packages the lockfile names, only when they are not there already. Plain Node: nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, resolved?: string }> }} Lockfile */

/**
 * Whether what is installed is what the lockfile says. Optional packages may be absent: they belong to other platforms.
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json, which npm writes once an installation is complete
 */
export function lockfilesAgree(wanted, installed) {
  const present = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {}).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === version : optional === true;
  });
}

/** @param {string} path @returns {Lockfile | null} */
function readLockfile(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {string} root */
export function packagesAreInstalled(root) {
  const wanted = readLockfile(join(root, 'package-lock.json'));
  const installed = readLockfile(join(root, 'node_modules', '.package-lock.json'));
  return wanted !== null && installed !== null && lockfilesAgree(wanted, installed);
}

/** Refuses a Node that the build tools do not support, in words. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`This is Node ${process.versions.node}; Homespun needs Node 20.19 or newer.`);
}

/**
 * Runs `npm ci` when packages are missing or another version is wanted. True when it had to; throws when it failed.
 * @param {string} root
 */
export function ensurePackages(root) {
  checkNode();
  if (packagesAreInstalled(root)) return false;
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2], // stdout belongs to the caller's own result
    shell: windows,
  });
  if (status !== 0)
    throw new Error('npm ci failed: see its message above. It needs a network on the first run.');
  return true;
}
