/**
 * `npm run bench -- NAME [options]` runs tests/bench/NAME.mjs (plain Node) or tests/bench/NAME.bench.ts (Vitest).
 * Without a name it lists what there is. Figures are for comparing within one run: machines differ.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'tests', 'bench');

const names = () =>
  readdirSync(folder)
    .map((file) => /^(.+?)(\.mjs|\.bench\.ts)$/.exec(file)?.[1])
    .filter((name) => name !== undefined);

/** @param {string} name @returns {string[] | null} */
function commandFor(name) {
  const script = join(folder, `${name}.mjs`);
  if (existsSync(script)) return [script];
  if (!existsSync(join(folder, `${name}.bench.ts`))) return null;
  return [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'bench',
    '--run',
    `tests/bench/${name}.bench.ts`,
  ];
}

function main() {
  const [name, ...parameters] = process.argv.slice(2);
  const command = name ? commandFor(name) : null;
  if (!command) {
    console.error(`npm run bench -- NAME\nThere are: ${names().join(', ')}`);
    process.exitCode = 2;
    return;
  }
  ensurePackages(root);
  console.log(`${name}: Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}\n`);
  const { status } = spawnSync(process.execPath, [...command, ...parameters], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
}

main();
