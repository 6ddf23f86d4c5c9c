/** Builds the app when its sources changed since the last build. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashSources, stampName } from './sources.mjs';

/** @param {string} root */
export function buildIsCurrent(root) {
  try {
    return readFileSync(join(root, 'dist', stampName), 'utf8') === hashSources(root);
  } catch {
    return false;
  }
}

/** @param {string} lock */
function holderIsAlive(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs `work` while no other process of this project does. A lock left behind by a killed process is taken over.
 * @template T @param {string} root @param {() => Promise<T>} work @returns {Promise<T>}
 */
async function alone(root, work) {
  const lock = join(root, '.cache', 'build.lock');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (attempt > 10 && !holderIsAlive(lock)) rmSync(lock, { recursive: true, force: true });
      await sleep(200);
    }
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** @param {string} root @returns {Promise<void>} */
function viteBuild(root) {
  return new Promise((resolve, reject) => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2], // stdout belongs to the caller's own output
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error('The build failed: see its message above.')),
    );
  });
}

/**
 * True when it had to build; throws when the build failed.
 * @param {string} root
 */
export function ensureBuild(root) {
  return alone(root, async () => {
    if (buildIsCurrent(root)) return false;
    await viteBuild(root);
    return true;
  });
}
