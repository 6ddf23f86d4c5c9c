import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import { fitShift } from '../fitShift.ts';
import type { Conditionals } from './conditionals.ts';
import { codesInShares, drawFrom } from './draw.ts';

/** Made rows that the shares are measured on: more than a few times the table's serve nothing. */
const mostRows = 4000;
const fewestRows = 500;

/**
 * What to add to the logits of each column, in the order in which rows are made, so that its expected shares are the
 * profile's. Uses the profile alone, so it costs no further look at the rows.
 */
export async function shiftsFor(
  conditionals: Conditionals,
  shares: readonly Float64Array[],
  order: readonly number[],
  tableRows: number,
  rng: Rng,
  control: RunControl,
): Promise<Float32Array[]> {
  const shifts = plainShifts(shares);
  const trialRows = Math.min(mostRows, Math.max(fewestRows, 2 * Math.ceil(tableRows)));
  const [lead, ...others] = order;
  const known = new Map([[lead, codesInShares(shares[lead], trialRows, rng.fork(`calibrate ${lead}`))]]);
  await conditionals.fill(known, others, async (column, logits) => {
    const shift = plainShifts([shares[column]])[0];
    await fitShift([logits], shift.length, 0, shares[column], shift, control);
    shifts[column] = shift;
    return drawFrom(logits, { shift }, rng.fork(`calibrate ${column}`));
  });
  return shifts;
}

/** Nothing to add, but what the profile gives no share never comes. */
export const plainShifts = (shares: readonly Float64Array[]): Float32Array[] =>
  shares.map((block) => Float32Array.from(block, (share) => (share > 0 ? 0 : -Infinity)));
