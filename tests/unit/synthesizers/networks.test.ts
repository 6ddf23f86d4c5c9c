import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { HomespunEngine } from '../../../workers/engine.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import type { Job } from '../../../workers/protocol.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { privateJob, value } from '../../support/released.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';
import { fitted, networks, paying, planned, synthesized, withControl } from './networkFits.ts';
import { codesOf, related, valuesOf, type Real } from './related.ts';

const many = Array.from({ length: 500 }, (_, i) => i);
const extremes = [1e308, -1e308, 5, NaN, 1e-308, 0];

/** Tables with little or nothing to learn. */
const edges: readonly (readonly [string, Real])[] = [
  ['one row', tableOf(numbers('a', [3]), categories('b', [1], ['x', 'y']))],
  ['one column', tableOf(numbers('a', [3, 4, 5]))],
  ['one column of one category', tableOf(categories('a', [0, 0], ['x']))],
  ['two columns', tableOf(numbers('a', [1, 2, 3, 4]), numbers('b', [4, 3, 2, 1]))],
  ['a constant column', tableOf(numbers('a', [7, 7, 7, 7]), categories('b', [0, 1, 0, 1], ['x', 'y']))],
  ['constant columns', tableOf(numbers('a', [7, 7, 7]), categories('b', [0, 0, 0], ['x']))],
  ['an all-missing number', tableOf(numbers('a', [NaN, NaN, NaN]), categories('b', [0, 1, 0], ['x', 'y']))],
  ['an all-missing category', tableOf(categories('a', [-1, -1, -1], ['x']), numbers('b', [1, 2, 3]))],
  ['nothing but missing cells', tableOf(categories('a', [-1, -1], ['x']), numbers('b', [NaN, NaN]))],
  [
    'numbers as large and small as can be',
    tableOf(numbers('a', extremes, 2), numbers('b', many.slice(0, 6))),
  ],
  [
    '500 categories',
    tableOf(
      categories('a', many, many.map(String)),
      numbers(
        'b',
        many.map((i) => i % 7),
      ),
    ),
  ],
];

/** Those of which a private fit might know too little, or count too much. */
const privateEdges = edges.filter(([name]) => /^(one row|one column|constant|nothing|500)/.test(name));

/** Cells are those of the real column: its categories, or within its bounds, and missing only where it has such. */
function expectLike(made: Column, real: Column): void {
  expect(made.name).toBe(real.name);
  if (made.type === 'category') {
    const known = new Set(codesOf(real));
    expect([...codesOf(made)].every((code) => known.has(code))).toBe(true);
    return;
  }
  const all = [...valuesOf(real)];
  const bounds = all.filter(Number.isFinite);
  const [low, high] = [Math.min(...bounds), Math.max(...bounds)];
  const fits = (v: number): boolean => (Number.isNaN(v) ? bounds.length < all.length : v >= low && v <= high);
  expect([...valuesOf(made)].every(fits)).toBe(true);
}

beforeAll(async () => {
  await chooseBackend('cpu');
});

describe.each(networks)('%s', { timeout: 60_000 }, (method) => {
  const { meta, estimate } = synthesizerOf(method);

  it.each(edges)('copes with %s', async (_, real) => {
    const made = await synthesized({ method, real, epochs: 1 }, 20);
    expect(made.rows).toBe(20);
    made.columns.forEach((column, c) => expectLike(column, real.table.columns[c]));
  });

  it.each(privateEdges)('copes privately with %s', async (_, real) => {
    const access = paying(planned(method, real, 0.5, 1), real.table.rows);
    const made = await synthesized({ method, real, epochs: 1, access }, 20);
    made.columns.forEach((column, c) => expectLike(column, real.table.columns[c]));
  });

  it('gives the same rows for the same seeds and others for another seed', async () => {
    const lesson = { method, real: related(100), epochs: 2 };
    const [a, b] = [await synthesized(lesson, 50), await synthesized(lesson, 50)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(await synthesized(lesson, 50, 'other'));
  });

  it('frees every tensor, after a whole run and after a cancelled one', async () => {
    const before = tensorCount();
    const lesson = { method, real: related(100), epochs: 2 };
    await synthesized(lesson, 20);
    expect(tensorCount()).toBe(before);
    await withControl(async (control) => {
      const more = { onProgress: () => control.stop('discard') };
      const cancelled = fitted({ ...lesson, epochs: 10_000, control, more });
      await expect(cancelled).rejects.toMatchObject({ code: 'stopped' });
    });
    expect(tensorCount()).toBe(before);
  });

  it('stops early with a usable model when told to keep, and has lent others on the way', async () => {
    await withControl(async (control) => {
      const seen: Table[] = [];
      const { model, stopped, epochs } = await fitted({
        ...{ method, real: related(100), epochs: 10_000, control },
        more: {
          onModel: async (half) => {
            seen.push(await half.sample(40, { rng: seededRng('preview'), control }));
            control.stop('keep');
          },
        },
      });
      expect(stopped).toBe(true);
      expect(epochs).toBeLessThan(10_000);
      expect(seen[0].rows).toBe(40);
      expect(seen[0].columns).toHaveLength(5);
      expect((await model.sample(10, { rng: seededRng(1), control: new RunControl() })).rows).toBe(10);
      model.dispose();
    });
  });

  it('waits while paused, and ends as if it had not been', async () => {
    const lesson = { method, real: related(100), epochs: 6 };
    const calm = await synthesized(lesson, 20);
    await withControl(async (control) => {
      const words: boolean[] = [];
      let resumed = false;
      const { model } = await fitted({
        ...lesson,
        control,
        more: {
          onProgress: () => {
            if (words.push(resumed) > 1) return;
            control.pause();
            setTimeout(() => {
              resumed = true;
              control.resume();
            }, 200);
          },
        },
      });
      // Before the pause is looked at, a step or two may end.
      expect(words.filter((after) => !after).length).toBeLessThan(4);
      expect(resumed).toBe(true);
      expect(await model.sample(20, { rng: seededRng('sample'), control })).toEqual(calm);
      model.dispose();
    });
  });

  it('makes any number of rows from few', async () => {
    await withControl(async (control) => {
      const { model } = await fitted({ method, real: related(40), epochs: 1, control });
      for (const rows of [0, 1, 2001])
        expect((await model.sample(rows, { rng: seededRng(rows), control })).rows).toBe(rows);
      model.dispose();
    });
  });

  it.each([0, -1, 1.5, NaN, 20_000])('refuses %s epochs, naming the range', (epochs) => {
    expect(() => meta.validate({ epochs })).toThrow(
      expect.objectContaining({ code: 'bad-settings', hint: expect.stringContaining('from 1 to 10,000') }),
    );
  });

  it('estimates more time for more rows and the epochs that will be run', async () => {
    const cardinalities = [0, 0, 5, 12];
    const few = await estimate({ rows: 500, cardinalities }, { epochs: null });
    const more = await estimate({ rows: 5000, cardinalities }, { epochs: null });
    expect(more.seconds).toBeGreaterThan(few.seconds);
    expect(more.bytes).toBeGreaterThan(few.bytes);
    expect(more.epochs).toBeLessThan(few.epochs);
    expect((await estimate({ rows: 500, cardinalities }, { epochs: 7 })).epochs).toBe(7);
  });

  describe('through the engine', () => {
    const ignore = (): void => undefined;
    const engine = new HomespunEngine(() => performance.now(), knownPrivacy(1));
    const job: Job = { ...privateJob, method, backend: 'cpu', epochs: 1 };
    const open = async (csv: string) => value(await engine.open(new File([csv], 'edge.csv'), {}, ignore));

    it.each(['none', 'private'] as const)('says that nothing is left to learn: %s', async (which) => {
      const lines = many.slice(0, 60).map((i) => `K${1000 + i},u${i}@example.org`);
      const { schema } = await open(['key,mail', ...lines].join('\n') + '\n');
      expect(schema.columns.map(({ treatment }) => treatment)).not.toContain('learn');
      const result = await engine.fit({ ...job, ...(which === 'none' && { privacy: 'none' }) }, ignore);
      expect(result).toMatchObject({ ok: false, error: { code: 'bad-schema', hint: /Columns/ } });
    });

    it('takes words for no number, and numbers near the largest, for what they are', async () => {
      const cells = ['1e308', 'NaN', '-1e308', 'inf', '12', '7.5', '3', '', '1e300', '2'];
      const lines = many.slice(0, 60).map((i) => `${cells[i % 10]},${i % 3 ? 'x' : 'y'},${i % 8}`);
      await open(['a,b,c', ...lines].join('\n') + '\n');
      value(await engine.fit({ ...job, privacy: 'none' }, ignore));
      const { firstRows } = value(await engine.sample({ rows: 20, tables: 1, seed: 1 }, ignore));
      for (const [a, b, c] of firstRows) {
        expect(a === '' || ['NaN', 'inf'].includes(a) || Math.abs(Number(a)) <= 1e308).toBe(true);
        expect([b, c].join()).toMatch(/^[xy],[0-7]$/);
      }
    });
  });
});
