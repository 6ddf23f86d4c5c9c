/**
 * Rows under conditions from any model: drawn from the model, and kept where they fulfil the conditions (von Neumann
 * 1951). Exact: what is kept is distributed as the model's rows given the conditions. Where shares are wanted, each value
 * has a number of rows to fill, so that rows come from the model given their value. Costs 1 / (share of rows kept).
 */
import type { SampleConditions } from '../encode/conditionTypes.ts';
import { HomespunError } from '../errors.ts';
import { permutation, type Rng } from '../random/rng.ts';
import { drawSystematic } from '../random/systematic.ts';
import { concatTables, takeRows } from '../table/takeRows.ts';
import type { Table } from '../table/types.ts';
import { kindsOf, rejected } from './rowKinds.ts';
import type { SampleContext } from './types.ts';

/** Rows that a model draws without conditions. */
export type DrawRows = (rows: number, context: SampleContext) => Promise<Table>;

/** What rows must be besides fulfilling conditions. */
export interface RowFilter {
  /** The rows drawn, changed where that is its way, and a 1 for each that may be kept. */
  keep(table: Table, rng: Rng): { readonly table: Table; readonly obeys: Uint8Array };
  /** What such rows do, for the error where there are too few: 'keep the rules between columns'. */
  readonly does: string;
}

/** Fewest and most rows drawn at a time: the first bounds overhead, the second memory. */
const fewestDrawn = 500;
const mostDrawn = 50_000;
/** Drawn a little beyond what is expected to be enough, so that one more round is seldom needed. */
const surplus = 1.1;
/** Once so many rows were drawn, one in `rarest` at least must have been of each kind that is still wanted. */
const trialRows = 50_000;
const rarest = 1000;

/** Rows still wanted of each kind, and what was seen so far. One kind without shares, else one a share. */
class Wanted {
  readonly left: Int32Array;
  readonly seen: Int32Array;
  drawn = 0;

  constructor(counts: Int32Array) {
    this.left = counts;
    this.seen = new Int32Array(counts.length);
  }

  get open(): number {
    return this.left.reduce((sum, count) => sum + count, 0);
  }

  /** Rows to draw next, by the rates seen. */
  get next(): number {
    let most = 0;
    this.left.forEach((count, kind) => {
      if (count > 0) most = Math.max(most, (count * (this.drawn + 2)) / (this.seen[kind] + 1));
    });
    const rows = this.drawn === 0 ? this.open : Math.ceil(surplus * most);
    return Math.min(mostDrawn, Math.max(fewestDrawn, rows));
  }

  /** Numbers of the rows to keep, given the kind of each row. */
  take(kinds: Int32Array): Int32Array {
    const kept = new Int32Array(kinds.length);
    let count = 0;
    kinds.forEach((kind, row) => {
      if (kind === rejected) return;
      this.seen[kind] += 1;
      if (this.left[kind] === 0) return;
      this.left[kind] -= 1;
      kept[count++] = row;
    });
    this.drawn += kinds.length;
    return kept.subarray(0, count);
  }

  /** A kind that is too rare to go on, or -1. */
  get tooRare(): number {
    if (this.drawn < trialRows) return -1;
    return this.left.findIndex((count, kind) => count > 0 && this.seen[kind] * rarest < this.drawn);
  }
}

/**
 * `rows` rows that fulfil the conditions, and pass the filter, in random order. Throws `bad-settings` for conditions that do not
 * fit the table, and for those that fewer than 1 in 1,000 of the model's rows fulfil.
 */
export async function drawUnder(
  draw: DrawRows,
  conditions: SampleConditions,
  rows: number,
  context: SampleContext,
  filter?: RowFilter,
): Promise<Table> {
  const { rng, control, onProgress, onDrawn } = context;
  const wanted = new Wanted(countsOf(conditions, rows, rng.fork('shares')));
  const parts: Table[] = [];
  for (let round = 0; wanted.open > 0 || round === 0; round++) {
    const drawn = await draw(wanted.next, { rng: rng.fork(`round ${round}`), control });
    const { table, kinds } = kindsUnder(drawn, conditions, filter, rng.fork(`filter ${round}`));
    const kept = wanted.take(kinds);
    parts.push(takeRows(table, kept));
    onDrawn?.(table.rows, kept.length);
    onProgress?.(rows > 0 ? 1 - wanted.open / rows : 1);
    const rare = wanted.tooRare;
    if (rare >= 0) throw tooRare(conditions, rare, filter);
    await control.checkpoint();
  }
  const made = concatTables(parts);
  // Common values have filled their rows first.
  return conditions.shares ? takeRows(made, permutation(made.rows, rng.fork('order'))) : made;
}

function kindsUnder(
  drawn: Table,
  conditions: SampleConditions,
  filter: RowFilter | undefined,
  rng: Rng,
): { table: Table; kinds: Int32Array } {
  if (!filter) return { table: drawn, kinds: kindsOf(drawn, conditions) };
  const { table, obeys } = filter.keep(drawn, rng);
  const kinds = kindsOf(table, conditions);
  for (let row = 0; row < kinds.length; row++) if (!obeys[row]) kinds[row] = rejected;
  return { table, kinds };
}

/** Rows of each kind: shares are met to the row. */
function countsOf({ shares }: SampleConditions, rows: number, rng: Rng): Int32Array {
  if (!shares) return Int32Array.of(rows);
  const kinds = new Int32Array(rows);
  const weights = Float64Array.from(shares.shares, ({ share }) => share);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (rows > 0) drawSystematic(weights, rng.uniform(), order, kinds);
  const counts = new Int32Array(weights.length);
  for (const kind of kinds) counts[kind] += 1;
  return counts;
}

function tooRare(
  { shares, columns = [] }: SampleConditions,
  kind: number,
  filter?: RowFilter,
): HomespunError {
  const few = `Fewer than 1 in ${rarest.toLocaleString('en-US')} of the model’s rows`;
  const does = [
    ...(filter ? [filter.does] : []),
    ...(shares
      ? [`have the value of column “${shares.column}” that is wanted as number ${kind + 1}`]
      : columns.length > 0 || !filter
        ? ['fulfil the conditions']
        : []),
    ...(shares && columns.length > 0 ? ['fulfil the conditions'] : []),
  ];
  return new HomespunError({
    code: 'bad-settings',
    message: `${few} ${does.join(' and ')}.`,
    hint: filter
      ? 'Ask for fewer conditions, or leave out a rule: some of them may not go together.'
      : 'Allow more values, or give rare ones no share. “Adaptive combinations” and “Spanning tree of pairs” make such rows directly, however rare they are.',
    ...(shares && { column: shares.column }),
  });
}
