import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violations } from '../support/importRule.ts';
import { readSources } from '../support/moduleGraph.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('src and workers keep the import rule', () => {
  const sources = readSources(root, ['src', 'workers']);
  expect(sources.size).toBeGreaterThan(10);
  expect(violations(sources)).toEqual([]);
});

/** A small house that keeps the rule; each case plants one file in it. */
const house: Readonly<Record<string, string>> = {
  'workers/errors.ts': 'export const e = 1;',
  'workers/control.ts': "import { e } from './errors.ts'; export const c = e;",
  'workers/random/rng.ts': 'export const r = 1;',
  'workers/protocol.ts': "import type { T } from './synthesizers/types.ts'; export type { T };",
  'workers/table/read.ts': "import { e } from '../errors.ts'; export const t = e;",
  'workers/table/types.ts': 'export interface Table { rows: number }',
  'workers/schema/infer.ts': "import { t } from '../table/read.ts'; export const s = t;",
  'workers/privacy/ledger.ts': 'export const l = 1;',
  'workers/nn/dense.ts': "import * as tf from '@tensorflow/tfjs-core'; export const d = tf;",
  'workers/synthesizers/types.ts': 'export type T = 1;',
  'workers/synthesizers/vae.ts': "import { d } from '../nn/dense.ts'; export const v = d;",
  'workers/evaluate/score.ts': "import type { Table } from '../table/types.ts'; export type S = Table;",
  'workers/pipeline.ts': "export { v } from './synthesizers/vae.ts'; import './evaluate/score.ts';",
  'workers/engine.worker.ts':
    "import { expose } from 'comlink'; import { v } from './pipeline.ts'; expose(v);",
  'src/app/engineLink.ts':
    "import { wrap } from 'comlink'; import type { T } from '../../workers/protocol.ts';" +
    "export const w: T = wrap(new Worker(new URL('../../workers/engine.worker.ts', import.meta.url)));",
  'src/app/session.svelte.ts': "import { w } from './engineLink.ts'; export const s = $state(w);",
  'src/charts/Bars.svelte': '<script lang="ts">import { scaleLinear } from \'d3\';</script><p>bars</p>',
};

const withFile = (path: string, text: string) => new Map([...Object.entries(house), [path, text]]);

describe('the rule itself', () => {
  test('a house in order has no violation', () => {
    expect(violations(new Map(Object.entries(house)))).toEqual([]);
  });

  test.each([
    ['table imports schema', 'workers/table/bad.ts', "import { s } from '../schema/infer.ts'; export { s };"],
    ['schema imports privacy', 'workers/schema/bad.ts', "export * from '../privacy/ledger.ts';"],
    [
      'privacy imports table',
      'workers/privacy/bad.ts',
      "import { t } from '../table/read.ts'; export { t };",
    ],
    ['nn imports table', 'workers/nn/bad.ts', "import { t } from '../table/read.ts'; export { t };"],
    ['evaluate imports a model', 'workers/evaluate/bad.ts', "import '../synthesizers/vae.ts';"],
    [
      'evaluate names a model type',
      'workers/evaluate/bad.ts',
      "import type { T } from '../synthesizers/types.ts'; export type { T };",
    ],
    ['a dynamic import', 'workers/table/bad.ts', "export const s = () => import('../schema/infer.ts');"],
    [
      'a type of a file that is no types file',
      'workers/nn/bad.ts',
      "export type S = import('../schema/infer.ts').S;",
    ],
    [
      'a types file imported by value',
      'workers/nn/bad.ts',
      "import { T } from '../synthesizers/types.ts'; T;",
    ],
    ['a leaf imports a room', 'workers/random/bad.ts', "import { t } from '../table/read.ts'; export { t };"],
    ['synthesizers import the pipeline', 'workers/synthesizers/bad.ts', "import '../pipeline.ts';"],
    ['workers import the page', 'workers/table/bad.ts', "import '../../src/app/engineLink.ts';"],
    ['an unknown room', 'workers/attic/bad.ts', "import '../table/read.ts';"],
    ['the page imports a room', 'src/app/bad.ts', "import type { S } from '../../workers/schema/infer.ts';"],
    ['the page imports a value', 'src/app/bad.ts', "import { e } from '../../workers/errors.ts'; e;"],
    [
      'a second engine worker',
      'src/app/bad.ts',
      "new Worker(new URL('../../workers/engine.worker.ts', import.meta.url));",
    ],
    [
      'a component imports a room',
      'src/app/Bad.svelte',
      "<script>import '../../workers/nn/dense.ts';</script>",
    ],
    ['tfjs outside nn', 'workers/synthesizers/bad.ts', "import '@tensorflow/tfjs-core';"],
    ['d3 outside the charts', 'src/app/bad.ts', "import { scaleLinear } from 'd3'; scaleLinear();"],
    [
      'a part of d3 outside the charts',
      'src/app/bad.ts',
      "import { scaleLinear } from 'd3-scale'; scaleLinear();",
    ],
    ['comlink elsewhere', 'workers/pipeline2.ts', "import 'comlink';"],
    ['svelte in workers', 'workers/table/bad.ts', "import { tick } from 'svelte'; tick();"],
    ['a missing extension', 'workers/table/bad.ts', "import { t } from './read'; t;"],
    ['Math.random', 'workers/table/bad.ts', 'export const x = Math.random();'],
    ['Math.random passed on', 'src/app/bad.ts', 'export const draw = Math.random;'],
    ['Math.random by name', 'src/app/bad.ts', "export const x = Math['random']();"],
    ['Math.random taken apart', 'src/app/bad.ts', 'const { random } = Math; random();'],
    ['Math.random in a template', 'src/app/Bad.svelte', '<p>{Math.random()}</p>'],
    ['a cycle inside one room', 'workers/table/read.ts', "import './read2.ts'; import './read.ts';"],
  ])('%s is caught', (_, path, text) => {
    const sources = withFile(path, text);
    if (path.endsWith('read.ts')) sources.set('workers/table/read2.ts', "import './read.ts';");
    expect(violations(sources)).toHaveLength(1);
  });

  test('runes reached from a worker are caught', () => {
    const sources = withFile('workers/table/bad.ts', "import './state.svelte.ts';");
    sources.set('workers/table/state.svelte.ts', 'export const s = $state(0);');
    expect(violations(sources)).toEqual([
      'workers/table/state.svelte.ts: runes cannot be reached from workers',
    ]);
  });

  test('a word about Math.random in a comment is no use of it', () => {
    expect(violations(withFile('src/app/fine.ts', '// never Math.random\nexport const x = 1;'))).toEqual([]);
  });
});
