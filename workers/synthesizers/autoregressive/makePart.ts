import type { Rng } from '../../random/rng.ts';
import type { ColumnCodes, Conditionals, KnownCodes } from './conditionals.ts';
import { drawFrom, logChances, resampled } from './draw.ts';
import type { RowPlan } from './plan.ts';

/** Rows begun for each that is made, where not all are alike likely to fulfil the conditions. */
const startsPerRow = 8;

/**
 * Where columns under conditions follow one another, rows whose first column leaves the second little chance must come
 * less often. With one such column, or one beside the column whose shares are given, all have the same chance.
 */
export const poolFactor = ({ conditioned, rebalanced }: RowPlan): number =>
  conditioned.length > (rebalanced ? 1 : 0) ? startsPerRow : 1;

/** `count` whole rows, by column. `leads` are the codes of the plan's lead for each, or for each that is begun. */
export async function makePart(
  conditionals: Conditionals,
  plan: RowPlan,
  shifts: readonly Float32Array[],
  leads: ColumnCodes,
  count: number,
  rng: Rng,
): Promise<Map<number, ColumnCodes>> {
  const known = await begin(conditionals, plan, shifts, leads, count, rng);
  const made = await conditionals.fill(known, plan.rest, (column, logits) =>
    drawFrom(logits, { shift: shifts[column] }, rng.fork(`column ${column}`)),
  );
  return new Map([...known, ...made]);
}

/**
 * The columns under conditions: drawn among what is allowed, each given those before. That alone would make rows of
 * which the allowed part was unlikely too often, by one over its chance, so the rows are drawn anew by their chances.
 */
async function begin(
  conditionals: Conditionals,
  plan: RowPlan,
  shifts: readonly Float32Array[],
  leads: ColumnCodes,
  count: number,
  rng: Rng,
): Promise<KnownCodes> {
  const { lead, conditioned, draws, rebalanced } = plan;
  if (conditioned.length === 0) return new Map([[lead, leads]]);
  const starts = count * poolFactor(plan);
  const pool = Uint16Array.from({ length: starts }, (_, i) => leads[i % leads.length]);
  const weights = new Float64Array(starts);
  const first = new Map([[lead, pool]]);
  const made = await conditionals.fill(first, conditioned, (column, logits) => {
    const rule = { shift: shifts[column], kept: draws[column].kept };
    if (column === conditioned[0]) weights.fill(0);
    logChances(logits, rule).forEach((chance, row) => (weights[row] += chance));
    return drawFrom(logits, rule, rng.fork(`column ${column}`));
  });
  const begun = new Map([...first, ...made]);
  if (starts === count) return begun;
  const together = new Uint8Array(starts);
  const chosen = resampled(
    weights,
    rebalanced ? pool : together,
    rebalanced ? leads : together.subarray(0, count),
    rng.fork('chosen'),
  );
  return new Map(
    [...begun].map(([column, codes]) => [column, Uint16Array.from(chosen, (row) => codes[row])]),
  );
}
