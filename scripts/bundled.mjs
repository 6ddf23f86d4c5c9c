import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A TypeScript module of the project, bundled first, as Node 20 runs no TypeScript. @param {string} entry from the root */
export async function bundled(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'homespun-bench-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: folder, emptyOutDir: true, minify: false },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const file = readdirSync(folder).find((name) => name.startsWith(basename(entry, '.ts')));
  const loaded = await import(pathToFileURL(join(folder, file ?? '')).href);
  rmSync(folder, { recursive: true });
  return loaded;
}
