import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boosting } from '../../../../workers/evaluate/learners/boosting.ts';
import { forest } from '../../../../workers/evaluate/learners/forest.ts';
import { linear } from '../../../../workers/evaluate/learners/linear.ts';
import { rocAuc } from '../../../../workers/evaluate/prediction/rocAuc.ts';
import { inferSchema } from '../../../../workers/schema/inferSchema.ts';
import { toTable } from '../../../../workers/schema/toTable.ts';
import { takeRows } from '../../../../workers/table/takeRows.ts';
import type { Table } from '../../../../workers/table/types.ts';
import { readPath, sharedFile } from '../../schema/tables.ts';
import { classes, second, train } from './fits.ts';

interface Peer {
  readonly target: string;
  readonly positive: string;
  readonly dropped: readonly string[];
  readonly auc: Readonly<Record<'boosting' | 'forest' | 'linear', number>>;
}
/** Written by tests/bench/peers/learners.py. */
const fixture = new URL('../../../fixtures/learnerPeers.json', import.meta.url);
const { tables }: { tables: Record<string, Peer> } = JSON.parse(readFileSync(fixture, 'utf8'));

/** Every fifth row is for the test, as for the peers. */
const parts = (table: Table): { trained: Table; tested: Table } => {
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  return {
    trained: takeRows(
      table,
      rows.filter((row) => row % 5 !== 4),
    ),
    tested: takeRows(
      table,
      rows.filter((row) => row % 5 === 4),
    ),
  };
};

const positives = (table: Table, { target, positive }: Peer): Uint8Array => {
  const column = table.columns.find(({ name }) => name === target);
  if (column?.type !== 'category') throw new Error(`${target} has no categories`);
  return Uint8Array.from(column.codes, (code) => (column.categories[code] === positive ? 1 : 0));
};

const without = (table: Table, names: readonly string[]): Table => ({
  rows: table.rows,
  columns: table.columns.filter(({ name }) => !names.includes(name)),
});

describe.each(Object.entries(tables))('%s', (name, peer) => {
  const path = sharedFile(`data/${name}.csv`);

  it.skipIf(path === null)('is learned as well as by scikit-learn', { timeout: 60_000 }, async () => {
    const raw = await readPath(path ?? '');
    const { table } = toTable(raw, inferSchema(raw));
    const { trained, tested } = parts(table);
    const hidden = [peer.target, ...peer.dropped];
    const labels = classes(positives(trained, peer));
    const truth = positives(tested, peer);
    for (const learner of [boosting, forest, linear]) {
      const { predict } = await train(learner, without(trained, hidden), labels);
      const auc = rocAuc(second(predict(without(tested, hidden))), truth);
      expect.soft(Math.abs(auc - peer.auc[learner.id]), learner.label).toBeLessThan(0.01);
    }
  });
});
