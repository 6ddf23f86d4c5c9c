import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { importsOf, readSources, type Sources, usersOfMathRandom } from '../../support/moduleGraph.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every module the mechanisms can reach, following imports; erased ones too, since a type names what is passed in. */
function reachable(sources: Sources, isRoot: (path: string) => boolean): Sources {
  const imports = importsOf(sources);
  const reached = new Set([...sources.keys()].filter(isRoot));
  for (const path of reached) {
    for (const { from, target } of imports) if (from === path && target !== null) reached.add(target);
  }
  return new Map([...reached].map((path) => [path, sources.get(path) ?? '']));
}

const isMechanism = (path: string) => path.startsWith('workers/privacy/') && path.endsWith('.ts');

/** Names under which a module uses randomness that is not the secure generator's. */
function foreignRandomness(path: string, text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const [object, name] = [node.expression.getText(), node.name.text];
      if (/^(tf|tfjs|tfc)$/.test(object) && /^(random|truncatedNormal|multinomial|dropout)/.test(name)) {
        found.push(`${object}.${name}`);
      }
      if (object === 'crypto' && name !== 'subtle' && path !== 'workers/privacy/csprng.ts')
        found.push(`crypto.${name}`);
      if (/^(globalThis|self|window)$/.test(object) && /^(Math|crypto|Date|performance)$/.test(name)) {
        found.push(`${object}.${name}`);
      }
      if ((object === 'Date' && name === 'now') || object === 'performance') found.push(`${object}.${name}`);
      if (name === 'expanding') found.push('a generator with a known key');
    }
    if (ts.isIdentifier(node) && node.text === 'seededRng') found.push('seededRng');
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
  return found;
}

function violations(sources: Sources): string[] {
  const path = reachable(sources, isMechanism);
  const found = usersOfMathRandom(path).map((file) => `${file}: Math.random`);
  for (const { from, specifier, target } of importsOf(path)) {
    if (target === null) found.push(`${from}: package ${specifier}`);
    else if (target.startsWith('workers/random/')) found.push(`${from}: the seeded generator`);
  }
  for (const [file, text] of path)
    found.push(...foreignRandomness(file, text).map((what) => `${file}: ${what}`));
  return found;
}

describe('the mechanisms', () => {
  const sources = readSources(root, ['src', 'workers']);

  test('reach no randomness but the secure generator', () => {
    expect([...sources.keys()].filter(isMechanism).length).toBeGreaterThan(20);
    expect(violations(sources)).toEqual([]);
  });

  test('run under a known key nowhere in the application', () => {
    const users = [...sources].filter(
      ([path, text]) => path !== 'workers/privacy/csprng.ts' && /\bexpanding\s*\(/.test(text),
    );
    expect(users.map(([path]) => path)).toEqual([]);
  });
});

describe('the rule itself', () => {
  const house = new Map([
    ['workers/privacy/csprng.ts', 'export const words = () => crypto.getRandomValues(new Uint32Array(1));'],
    ['workers/privacy/noise.ts', "import { words } from './csprng.ts'; export const n = words;"],
    ['workers/random/rng.ts', 'export const seededRng = 1;'],
    ['workers/helper.ts', 'export const h = Math.random();'],
  ]);

  test('passes a house in order', () => {
    expect(violations(house)).toEqual([]);
  });

  test.each([
    ['Math.random', 'export const n = Math.random();'],
    ['Math.random by another way in', "export const n = Math['random']();"],
    ['Math.random taken apart', 'const { random } = Math; export const n = random();'],
    ['Math.random two imports away', "export { h } from '../helper.ts';"],
    ['the seeded generator', "import { seededRng } from '../random/rng.ts'; export const n = seededRng;"],
    [
      'the type of the seeded generator',
      "import type { seededRng } from '../random/rng.ts'; export type N = typeof seededRng;",
    ],
    ['tfjs', "import * as tf from '@tensorflow/tfjs-core'; export const n = tf.randomNormal([1]);"],
    ['a dynamic import', "export const n = () => import('../helper.ts');"],
    ['the clock', 'export const n = Date.now();'],
    ['another source of words', 'export const n = crypto.randomUUID();'],
    ['a known key', 'export const n = SecureRandom.expanding(new Uint32Array(8));'],
  ])('finds %s', (_, text) => {
    expect(violations(new Map([...house, ['workers/privacy/noise.ts', text]]))).not.toEqual([]);
  });
});

test('a seeded generator is no SecureRandom to the compiler, nor the other way round', () => {
  const program = `
    import { SecureRandom } from './workers/privacy/csprng.ts';
    import { seededRng, type Rng } from './workers/random/rng.ts';
    const structural = { uint32: () => 1, uint53: () => 1, fill: () => {}, below: () => 0, belowBig: () => 0n };
    export const a: SecureRandom = seededRng(1);
    export const b: SecureRandom = structural;
    export const c: Rng = SecureRandom.system();
    export const fine: SecureRandom = SecureRandom.system();
  `;
  const entry = `${root}nominal.ts`;
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.webworker.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === entry ? ts.createSourceFile(name, program, ts.ScriptTarget.ES2023) : read(name, ...rest);
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === entry || exists(name);
  const built = ts.createProgram([entry], options, host);
  const errors = ts.getPreEmitDiagnostics(built).map(({ file, start = 0 }) => {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? -1;
    return file?.fileName === entry ? program.split('\n')[line].trim() : String(file?.fileName);
  });
  expect(errors.map((line) => line.slice(0, 16))).toEqual([
    'export const a: ',
    'export const b: ',
    'export const c: ',
  ]);
});
