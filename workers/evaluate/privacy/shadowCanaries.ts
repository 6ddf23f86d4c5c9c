import type { Rng } from '../../random/rng.ts';
import { permutation } from '../../random/rng.ts';
import { takeRows } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import type { Pace } from '../pace.ts';
import { scored } from '../samples.ts';
import { nearest } from './nearest.ts';
import type { RowCoder } from './rowSpace.ts';

/** Units whose presence is decided by coins: the rows that are hardest to hide. */
export interface Canaries {
  /** A row of each, by which it is looked for. */
  readonly probes: Int32Array;
  /** Which canary each row of the table belongs to; -1 for rows that are always in. */
  readonly canaryOf: Int32Array;
}

/** Rows among which canaries are sought. */
const mostSought = 4000;

/**
 * The `count` units with the row farthest from all rows of others, farthest first, among 4,000 rows at random (the
 * records called vulnerable in Meeus and others 2023, Achilles' heels).
 * @param unitOf whom each row belongs to; absent where each is a unit of its own
 */
export async function shadowCanaries(
  table: Table,
  unitOf: Int32Array | undefined,
  count: number,
  coder: RowCoder,
  rng: Rng,
  pace: Pace,
): Promise<Canaries> {
  const drawn = permutation(table.rows, rng).slice(0, mostSought).sort();
  const rows = coder(scored(takeRows(table, drawn)));
  // The nearest is the row itself, or one that equals it.
  const { distances } = await nearest(rows, rows, 2, pace);
  const byDistance = [...drawn.keys()].sort((a, b) => distances[2 * b + 1] - distances[2 * a + 1]);
  const unit = (row: number): number => unitOf?.[row] ?? row;
  const probes: number[] = [];
  const canaryOfUnit = new Map<number, number>();
  for (const place of byDistance) {
    if (probes.length >= count) break;
    const row = drawn[place];
    if (canaryOfUnit.has(unit(row))) continue;
    canaryOfUnit.set(unit(row), probes.length);
    probes.push(row);
  }
  const canaryOf = Int32Array.from({ length: table.rows }, (_, row) => canaryOfUnit.get(unit(row)) ?? -1);
  return { probes: Int32Array.from(probes), canaryOf };
}
