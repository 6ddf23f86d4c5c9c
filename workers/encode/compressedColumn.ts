import type { ColumnProfile } from '../profile/types.ts';
import { binCodec } from './bins.ts';
import { categoryCodec } from './category.ts';
import type { CodeCodec } from './codec.ts';
import { groupCodes } from './grouping.ts';

/** Bins of a numeric column at least. */
const fewestBins = 4;
/**
 * Bins by the fourth root of rows / noise: finer ones say more of a column, and spread its pairs over more noise. Measured
 * with `aim` at epsilon 1 on houses in California (R2 of trees .23 with 6, .65 with 4, .63 with 3) and Adult (pairs .045,
 * .041, .043).
 */
const binsPerRoot = 4;
/** A value has a code of its own when its count is so many standard deviations of the noise. */
const standsOut = 3;

/** How finely columns are told apart. */
export interface Resolution {
  /** Most quantile bins of a numeric column; fewer where there is noise. */
  readonly bins: number;
  /** Codes with a smaller share than one in this many share a code in a category column of more codes than this. */
  readonly commonShare: number;
}
/** Tables of combinations are no longer than their cells are filled: every category that stands out is told apart. */
export const marginalResolution: Resolution = { bins: 64, commonShare: Infinity };

/** One column as few codes: common values as they are, the rest together in one. */
export interface CompressedColumn {
  readonly codec: CodeCodec;
  /** Code of the marginal domain for each code of `codec`. */
  readonly codeOf: Int32Array;
  /** Codes of `codec` that each code of the marginal domain is drawn from. */
  readonly members: readonly (readonly number[])[];
  /** Share of all rows of each code of the marginal domain. */
  readonly shares: Float64Array;
  /** Standard deviation of the noise in a count of `codec`'s codes, in rows. */
  readonly noise: number;
}

export function compressedColumn(
  profile: ColumnProfile,
  rows: number,
  { bins, commonShare }: Resolution,
): CompressedColumn {
  const { noise = 0 } = profile;
  if (profile.type === 'category') {
    const codec = categoryCodec(profile);
    return withMembers(codec, rareTogether(codec, rows, noise, commonShare), noise);
  }
  const affordable = noise > 0 ? Math.round(binsPerRoot * (rows / noise) ** 0.25) : bins;
  // Bins are made of pieces that stand out already.
  return withoutEmpty(binCodec(profile, Math.max(fewestBins, Math.min(bins, affordable))), noise);
}

/** Values whose counts do not stand out of the noise share one code: a table of them would hold noise only. */
function rareTogether(codec: CodeCodec, rows: number, noise: number, commonShare: number): number[][] {
  if (noise === 0 && codec.size > commonShare) return groupCodes(codec.shares, commonShare);
  const members: number[][] = [];
  const rare: number[] = [];
  codec.shares.forEach((share, code) => {
    if (share * rows >= standsOut * noise || code === codec.missing) members.push([code]);
    else rare.push(code);
  });
  if (rare.length > 0) members.push(rare);
  return members;
}

function withMembers(
  codec: CodeCodec,
  members: readonly (readonly number[])[],
  noise: number,
): CompressedColumn {
  const codeOf = new Int32Array(codec.size);
  members.forEach((codes, at) => codes.forEach((code) => (codeOf[code] = at)));
  const shares = Float64Array.from(members, (codes) =>
    codes.reduce((sum, code) => sum + codec.shares[code], 0),
  );
  return { codec, codeOf, members, shares, noise };
}

/** A bin without mass would decode into another bin's values: its rows count with the bin before it, or the first. */
function withoutEmpty(codec: CodeCodec, noise: number): CompressedColumn {
  const full = [...codec.shares.keys()].filter((code) => codec.shares[code] > 0 || code === codec.missing);
  let at = 0;
  const codeOf = codec.shares.map((_, code) => {
    if (at + 1 < full.length && full[at + 1] <= code) at++;
    return at;
  });
  const members = full.map((code) => [code]);
  return {
    codec,
    codeOf: new Int32Array(codeOf),
    members,
    shares: codec.shares.filter((_, code) => full.includes(code)),
    noise,
  };
}
