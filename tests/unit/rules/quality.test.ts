import { expect, it } from 'vitest';
import { assessQuality } from '../../../workers/evaluate/quality/assessQuality.ts';
import { isKeepable } from '../../../workers/rules/isKeepable.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import { inContext } from '../evaluate/adult.ts';
import { planted, plantedRules, settled } from './rows.ts';

it('counts rows that break a rule against the quality of a table', async () => {
  const world = planted(900, 'real');
  const loose = planted(300, 'made', true);
  const rules = settled(plantedRules, world);
  const part = (from: number, to: number) =>
    takeRows(
      world.table,
      Int32Array.from({ length: to - from }, (_, row) => from + row),
    );
  const [train, holdout, good] = [part(0, 300), part(300, 600), part(600, 900)];
  const figureOf = async (synthetic: typeof good, asked = rules) => {
    const { figures } = await inContext('rules', (context) =>
      assessQuality({ train, holdout, synthetic }, world.schema, context, asked),
    );
    return figures.find(({ id }) => id === 'quality.rules');
  };
  expect(await figureOf(good)).toMatchObject({ value: 1, ceiling: 1, status: 'pass', rows: 300 });
  const bad = await figureOf(loose.table);
  expect(bad).toMatchObject({ status: 'fail' });
  expect(bad?.value).toBeLessThan(0.1);
  expect(await figureOf(good, [])).toBeUndefined();
});

it('looks only at rules whose columns are still there', () => {
  const { schema } = planted(50, 'schema');
  const without = { ...schema, columns: schema.columns.filter(({ name }) => name !== 'end') };
  const order = { kind: 'order', low: 'start', high: 'end', strict: false } as const;
  expect([isKeepable(order, schema), isKeepable(order, without)]).toEqual([true, false]);
});
