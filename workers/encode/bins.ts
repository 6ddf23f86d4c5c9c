import { HomespunError } from '../errors.ts';
import { NumericDistribution } from '../profile/distribution.ts';
import { truncated } from '../profile/truncate.ts';
import type { NumericProfile } from '../profile/types.ts';
import type { Rng } from '../random/rng.ts';
import type { Column } from '../table/types.ts';
import { mostCommon, refusal, sharesWithMissing, type CodeCodec, type PartOfCodes } from './codec.ts';
import type { ColumnCondition } from './conditionTypes.ts';

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

/** Draws values of bins, each bin being a stretch of a distribution's pieces. */
class BinDraws {
  readonly #distribution: NumericDistribution;
  /** Mass before each bin, and with it; equal where it has none. */
  readonly from: Float64Array;
  readonly to: Float64Array;

  /** `binOf` gives the bin of each piece, non-decreasing. */
  constructor(distribution: NumericDistribution, binOf: ArrayLike<number>, bins: number) {
    const { cumulative, pieces } = distribution;
    this.#distribution = distribution;
    this.from = new Float64Array(bins);
    this.to = new Float64Array(bins);
    for (let p = pieces - 1; p >= 0; p--) this.from[binOf[p]] = cumulative[p];
    for (let p = 0; p < pieces; p++) this.to[binOf[p]] = cumulative[p + 1];
  }

  /** NaN for codes beyond the bins. */
  decode({ holds, name }: NumericProfile, codes: Int32Array, rng: Rng): Column {
    const { from, to } = this;
    const values = new Float64Array(codes.length);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row];
      const rank = from[code] + rng.uniform() * (to[code] - from[code]);
      values[row] = code < from.length ? this.#distribution.inverseCdf(rank) : NaN;
    }
    return { type: holds, name, values };
  }
}

/**
 * Codes of a numeric column: at most `most` quantile bins, each made of whole pieces of the profile, then missing.
 * Decoding draws within the bin as the profile has it, so codes with the profile's shares give the profile's marginal.
 */
export function binCodec(profile: NumericProfile, most: number): CodeCodec {
  const distribution = new NumericDistribution(profile);
  const { pieces } = distribution;
  const binOf = binOfPieces(distribution, most);
  const bins = pieces === 0 ? 0 : binOf[pieces - 1] + 1;
  const draws = new BinDraws(distribution, binOf, bins);
  const mass = draws.from.map((start, bin) => (draws.to[bin] - start) * (1 - profile.missing));
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
    decode: (codes, rng) => draws.decode(profile, codes, rng),
    within: (condition) => {
      const part = partOfBins(profile, binOf, bins, condition);
      const kept = new Float64Array(shares.length);
      kept.set(part.kept);
      if (missing >= 0) kept[missing] = condition.missing === undefined ? 0 : 1;
      return { kept, decode: part.decode };
    },
  };
}

/** What a condition leaves of each bin. */
function partOfBins(
  profile: NumericProfile,
  binOf: Int32Array,
  bins: number,
  { column, categories, interval = [-Infinity, Infinity], missing }: ColumnCondition,
): PartOfCodes {
  if (categories) {
    const kind = profile.holds === 'datetime' ? 'dates' : 'numbers';
    throw refusal(column, `holds ${kind}: categories do not fit`, 'Give an interval that is allowed.');
  }
  const part = truncated(profile, missing === 'only' ? [Infinity, -Infinity] : interval);
  const [whole, left] = [new Float64Array(bins), new Float64Array(bins)];
  profile.mass.forEach((share, p) => (whole[binOf[p]] += share));
  part.profile.mass.forEach((share, p) => (left[binOf[part.pieceOf[p]]] += share));
  const draws = new BinDraws(
    new NumericDistribution(part.profile),
    part.pieceOf.map((piece) => binOf[piece]),
    bins,
  );
  return {
    kept: left.map((share, bin) => (whole[bin] > 0 ? Math.min(1, share / whole[bin]) : 0)),
    decode: (codes, rng) => draws.decode(profile, codes, rng),
  };
}
