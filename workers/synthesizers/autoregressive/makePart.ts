import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import type { ColumnCodes, Conditionals, KnownCodes } from './conditionals.ts';
import { codesInShares, drawFrom, logChances, resampled } from './draw.ts';
import type { RowPlan } from './plan.ts';

/** Rows begun for each that is made, where not all are alike likely to fulfil the conditions. */
const startsPerRow = 8;

/** What rows are made from. */
export interface RowSource {
  readonly conditionals: Conditionals;
  readonly plan: RowPlan;
  /** Added to each column's logits. */
  readonly shifts: readonly Float32Array[];
  /** What shifted logits are divided by. */
  readonly temperature: number;
  readonly control: RunControl;
}

/**
 * Where columns under conditions follow one another, rows whose first column leaves the second little chance must come
 * less often. With one such column, or one beside the column whose shares are given, all have the same chance.
 */
const poolFactor = ({ conditioned, rebalanced }: RowPlan): number =>
  conditioned.length > (rebalanced ? 1 : 0) ? startsPerRow : 1;

/** Codes of the plan's lead for all rows, in its shares to a row: one for each row, or for each that is begun. */
export const leadsFor = (plan: RowPlan, rows: number, rng: Rng): ColumnCodes =>
  codesInShares(plan.leadShares, rows * (plan.rebalanced ? 1 : poolFactor(plan)), rng);

/** `count` whole rows, by column, for their part of the leads. */
export async function makePart(
  source: RowSource,
  leads: ColumnCodes,
  count: number,
  rng: Rng,
): Promise<Map<number, ColumnCodes>> {
  const { conditionals, plan, shifts, temperature, control } = source;
  const known = await begin(source, leads, count, rng);
  const made = await conditionals.fill(known, plan.rest, async (column, logits) => {
    await control.checkpoint();
    return drawFrom(logits, { shift: shifts[column], temperature }, rng.fork(`column ${column}`));
  });
  return new Map([...known, ...made]);
}

/**
 * The columns under conditions: drawn among what is allowed, each given those before. That alone would make rows of
 * which the allowed part was unlikely too often, by one over its chance, so the rows are drawn anew by their chances.
 */
async function begin(
  { conditionals, plan, shifts, temperature }: RowSource,
  leads: ColumnCodes,
  count: number,
  rng: Rng,
): Promise<KnownCodes> {
  const { lead, conditioned, draws } = plan;
  if (conditioned.length === 0) return new Map([[lead, leads]]);
  const starts = count * poolFactor(plan);
  const pool = Uint16Array.from({ length: starts }, (_, i) => leads[i % leads.length]);
  const chances = new Float64Array(starts);
  const first = new Map([[lead, pool]]);
  const made = await conditionals.fill(first, conditioned, (column, logits) => {
    const rule = { shift: shifts[column], kept: draws[column].kept, temperature };
    // The device may be lost on the way, and this asked again from the start.
    if (column === conditioned[0]) chances.fill(0);
    logChances(logits, rule).forEach((chance, row) => (chances[row] += chance));
    return drawFrom(logits, rule, rng.fork(`column ${column}`));
  });
  const begun = new Map([...first, ...made]);
  if (starts === count) return begun;
  const chosen = chosenOf(plan, chances, pool, leads.subarray(0, count), rng.fork('chosen'));
  return new Map(
    [...begun].map(([column, codes]) => [column, Uint16Array.from(chosen, (row) => codes[row])]),
  );
}

/** Rows of the pool for the wanted ones: with the wanted leads where shares are given, else with any. */
function chosenOf(
  { rebalanced }: RowPlan,
  chances: Float64Array,
  pool: ColumnCodes,
  leads: ColumnCodes,
  rng: Rng,
): Int32Array {
  if (rebalanced) return resampled(chances, pool, leads, rng);
  return resampled(chances, new Uint8Array(pool.length), new Uint8Array(leads.length), rng);
}
