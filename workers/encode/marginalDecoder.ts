import type { Rng } from '../random/rng.ts';
import { drawSystematic, shuffle } from '../random/systematic.ts';
import type { Column } from '../table/types.ts';
import { codeOfText } from './category.ts';
import { refusal, type PartOfCodes } from './codec.ts';
import type { CompressedColumn } from './compressedColumn.ts';
import type { ColumnCondition, ColumnShares } from './conditionTypes.ts';

/** How the codes of one column become cells under a condition. */
export interface ColumnDraws {
  /** Share 0..1 of each code's rows that is allowed; absent where all are. */
  readonly kept?: Float64Array;
  /** Wanted share of each code, where the column is rebalanced. */
  readonly wanted?: Float64Array;
  decode(codes: ArrayLike<number>, rng: Rng): Column;
}

const sumOf = (weights: ArrayLike<number>): number =>
  Array.from(weights).reduce((sum, weight) => sum + weight, 0);

/** Weights by which the members of each code are drawn: those of the profile, or alike where it gives them none. */
const memberWeights = (
  { codec, members }: CompressedColumn,
  kept: (code: number) => number,
): Float64Array[] =>
  members.map((codes) => {
    const known = codes.some((code) => codec.shares[code] > 0);
    return Float64Array.from(codes, (code) => (known ? codec.shares[code] : 1) * kept(code));
  });

/** Cells of any value, as the profile has them. */
export function plainDraws(column: CompressedColumn): ColumnDraws {
  const weights = memberWeights(column, () => 1);
  return { decode: (codes, rng) => column.codec.decode(drawMembers(column, weights, codes, rng), rng) };
}

/** Cells of allowed values only. Throws `bad-settings`, naming the column, for a condition that no value meets. */
export function allowedDraws(column: CompressedColumn, condition: ColumnCondition): ColumnDraws {
  const part = column.codec.within(condition);
  const [whole, left] = [memberWeights(column, () => 1), memberWeights(column, (code) => part.kept[code])];
  const kept = Float64Array.from(left, (weights, at) => Math.min(1, sumOf(weights) / sumOf(whole[at])));
  if (kept.every((share) => share === 0)) throw nothingLeft(condition);
  return { kept, decode: (codes, rng) => part.decode(drawMembers(column, left, codes, rng), rng) };
}

const nothingLeft = ({ column, missing }: ColumnCondition) =>
  missing === 'only'
    ? refusal(
        column,
        'has no missing cells in the model',
        'Drop this condition: rows without a value cannot be made.',
      )
    : refusal(
        column,
        'has none of the allowed values in the model',
        'Allow more values: what is asked for was too rare to be learned, or lies between or beyond its values.',
      );

/**
 * Cells in wanted shares, among allowed values where there is a condition as well. Throws `bad-settings`, naming the
 * column, for shares that do not fit it.
 */
export function sharedDraws(
  column: CompressedColumn,
  categories: readonly string[] | undefined,
  { column: name, shares }: ColumnShares,
  condition: ColumnCondition | undefined,
): ColumnDraws {
  if (!categories) {
    throw refusal(name, 'holds numbers or dates: shares are for categories', 'Choose a category column.');
  }
  const { codec, members } = column;
  const part: PartOfCodes | undefined = condition && codec.within(condition);
  const known = memberWeights(column, (code) => part?.kept[code] ?? 1);
  const asked = new Float64Array(codec.size);
  shares.forEach(({ value, share }, i) => {
    if (share === 0) return;
    const code = value === null ? codec.missing : codeOfText(value, categories, name, i);
    if (code < 0)
      throw refusal(name, 'has no missing cells in the model', 'Ask for no share of missing cells.');
    const at = column.codeOf[code];
    if (!(known[at][members[at].indexOf(code)] > 0)) {
      throw refusal(
        name,
        `cannot have the share that is asked for as number ${i + 1}: this value is ruled out or unknown to the model`,
        'Ask for no share of it, or drop other conditions.',
      );
    }
    asked[code] += share;
  });
  const weights = members.map((codes) => Float64Array.from(codes, (code) => asked[code]));
  return {
    wanted: Float64Array.from(weights, sumOf),
    decode: (codes, rng) => codec.decode(drawMembers(column, weights, codes, rng), rng),
  };
}

/**
 * A code of the codec for each code of the marginal domain: where several share one, each as often as its weight says,
 * rounded up or down, in random order.
 */
function drawMembers(
  { members }: CompressedColumn,
  weights: readonly Float64Array[],
  codes: ArrayLike<number>,
  rng: Rng,
): Int32Array {
  const drawn = new Int32Array(codes.length);
  const sole = Int32Array.from(members, (those) => (those.length === 1 ? those[0] : -1));
  let open = 0;
  for (let row = 0; row < drawn.length; row++) {
    drawn[row] = sole[codes[row]];
    if (drawn[row] < 0) open++;
  }
  if (open === 0) return drawn;
  for (const [at, those] of members.entries()) {
    if (those.length === 1) continue;
    const rows = new Int32Array(open);
    let count = 0;
    for (let row = 0; row < drawn.length; row++) if (codes[row] === at) rows[count++] = row;
    shuffle(rows, 0, count, rng);
    const places = new Int32Array(drawn.length);
    if (count > 0) drawSystematic(weights[at], rng.uniform(), rows.subarray(0, count), places);
    for (let i = 0; i < count; i++) drawn[rows[i]] = those[places[rows[i]]];
  }
  return drawn;
}
