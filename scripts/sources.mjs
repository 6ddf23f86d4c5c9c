import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Everything the built app is made of. */
const parts = [
  'src',
  'workers',
  'static',
  'vite.config.ts',
  'svelte.config.js',
  'package.json',
  'package-lock.json',
];

/** File in the build that names the sources it was made from. */
export const stampName = 'build-stamp.txt';

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * SHA-256 over names and bytes of all sources: two builds with the same hash are the same app.
 * @param {string} root
 */
export function hashSources(root) {
  const hash = createHash('sha256');
  const files = parts.flatMap((part) => filesBelow(join(root, part)));
  const named = files.map((file) => ({ file, name: relative(root, file).split(sep).join('/') }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { file, name } of named) hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
