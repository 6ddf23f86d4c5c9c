import { HomespunError } from '../errors.ts';
import { NumericDistribution } from '../profile/distribution.ts';
import type { NumericProfile } from '../profile/types.ts';
import type { Column } from '../table/types.ts';
import { mostCommon, sharesWithMissing, type CodeCodec } from './codec.ts';

export const numericValues = (column: Column): Float64Array => {
  if (column.type === 'number' || column.type === 'datetime') return column.values;
  throw new HomespunError({
    code: 'bad-schema',
    message: `Column “${column.name}” was profiled as numeric but holds another type.`,
    column: column.name,
  });
};

/**
 * Bin of each piece, at most `most` bins. Few pieces keep a bin each. Else a heavy piece (a value that many rows have)
 * has its own bin, and the rest of the mass is shared out evenly, so that the tail beside a heavy zero stays resolved.
 */
const binOfPieces = ({ cumulative, pieces }: NumericDistribution, most: number): Int32Array => {
  if (pieces <= most) return Int32Array.from({ length: pieces }, (_, p) => p);
  const massOf = (p: number): number => cumulative[p + 1] - cumulative[p];
  // A heavy piece can split the slot around it in two, so each takes two of the bins there are.
  const isHeavy = (p: number): boolean => massOf(p) > 2 / most;
  let heavy = 0;
  let lightMass = 0;
  for (let p = 0; p < pieces; p++) {
    if (isHeavy(p)) heavy++;
    else lightMass += massOf(p);
  }
  const slots = most - 2 * heavy;
  const bins = new Int32Array(pieces);
  let before = 0;
  let openSlot = -1;
  let bin = -1;
  for (let p = 0; p < pieces; p++) {
    // In a noisy profile the heavy pieces may have all the mass.
    const middle = lightMass > 0 ? (before + massOf(p) / 2) / lightMass : 0;
    const slot = isHeavy(p) ? -1 : Math.min(slots - 1, Math.floor(middle * slots));
    if (slot < 0 || slot !== openSlot) bin++;
    openSlot = slot;
    bins[p] = bin;
    if (slot >= 0) before += massOf(p);
  }
  return bins;
};

/**
 * Codes of a numeric column: at most `most` quantile bins, each made of whole pieces of the profile, then missing.
 * Decoding draws within the bin as the profile has it, so codes with the profile's shares give the profile's marginal.
 */
export function binCodec(profile: NumericProfile, most: number): CodeCodec {
  const distribution = new NumericDistribution(profile);
  const { cumulative, pieces } = distribution;
  const binOf = binOfPieces(distribution, most);
  const bins = pieces === 0 ? 0 : binOf[pieces - 1] + 1;
  const from = new Float64Array(bins);
  const to = new Float64Array(bins);
  for (let p = pieces - 1; p >= 0; p--) from[binOf[p]] = cumulative[p];
  for (let p = 0; p < pieces; p++) to[binOf[p]] = cumulative[p + 1];

  const mass = from.map((start, bin) => (to[bin] - start) * (1 - profile.missing));
  const shares = sharesWithMissing(mass, profile.missing);
  const missing = shares.length > bins ? bins : -1;
  const blank = missing < 0 ? mostCommon(shares) : missing;
  return {
    name: profile.name,
    size: shares.length,
    missing,
    shares,
    encode: (column) => {
      const values = numericValues(column);
      const codes = new Int32Array(values.length);
      for (let row = 0; row < codes.length; row++) {
        const value = values[row];
        codes[row] = Number.isNaN(value) ? blank : binOf[Math.max(0, distribution.pieceOf(value))];
      }
      return codes;
    },
    decode: (codes, rng) => {
      const values = new Float64Array(codes.length);
      for (let row = 0; row < codes.length; row++) {
        const code = codes[row];
        const rank = from[code] + rng.uniform() * (to[code] - from[code]);
        values[row] = code === missing ? NaN : distribution.inverseCdf(rank);
      }
      return { type: profile.holds, name: profile.name, values };
    },
  };
}
