import { HomespunError } from '../errors.ts';
import { calibrate, columnMarginal, logSumOf, withColumnPotential, type CalibratedModel } from './model.ts';
import type { ModelState } from './types.ts';

/** What sampled rows must fulfil. */
export interface Conditions {
  /** Codes that a column may take, by column. */
  readonly allowed?: ReadonlyMap<number, readonly number[]>;
  /** Share 0..1 of each code's rows that is allowed, by column: for codes that stand for several values. */
  readonly kept?: ReadonlyMap<number, Float64Array>;
  /** Wanted distribution of one column's codes; shares need not add up to 1. */
  readonly shares?: { readonly column: number; readonly shares: ArrayLike<number> };
  /** Names of the columns, for errors; their numbers from 1 without. */
  readonly names?: readonly string[];
}

type Name = (column: number) => string;

const refuse = (message: string, hint: string): never => {
  throw new HomespunError({ code: 'bad-settings', message, hint });
};

function clamp(state: ModelState, column: number, codes: readonly number[], name: Name): ModelState {
  const potential = new Float64Array(state.sizes[column]).fill(-Infinity);
  for (const code of codes) {
    if (!(code in potential)) refuse(`${name(column)} has no such value.`, 'Choose one of its values.');
    potential[code] = 0;
  }
  return withColumnPotential(state, column, potential);
}

/** All single-column conditions, taken in one after another, so that an error names the column that cannot be met. */
function clampAll(state: ModelState, { allowed, kept }: Conditions, name: Name): ModelState {
  let clamped = state;
  const narrow = (column: number, next: ModelState): void => {
    if (logSumOf(next) === -Infinity) {
      refuse(
        `${name(column)} cannot be as asked together with the conditions before it: their probability is zero.`,
        'Drop one of the conditions, or allow more values.',
      );
    }
    clamped = next;
  };
  for (const [column, codes] of allowed ?? []) narrow(column, clamp(clamped, column, codes, name));
  for (const [column, shares] of kept ?? []) {
    narrow(column, withColumnPotential(clamped, column, shares.map(Math.log)));
  }
  return clamped;
}

/** Probabilities below this have lost digits, or are 0 only because doubles end. */
const reliable = 1e-280;

/** ln of a code's probability; -Infinity only where it cannot occur. */
function logProbability(model: CalibratedModel, column: number, code: number, rounded: number): number {
  if (rounded > reliable) return Math.log(rounded);
  const potential = new Float64Array(model.state.sizes[column]).fill(-Infinity);
  potential[code] = 0;
  const clamped = withColumnPotential(model.state, column, potential);
  return logSumOf(clamped) - model.logSum;
}

/**
 * ln(share / probability) by code. Multiplying the model by it gives sum over codes of share(v) p(rest | v): the mixture of
 * the models conditioned on each code, exactly.
 */
function reweight(
  model: CalibratedModel,
  column: number,
  shares: ArrayLike<number>,
  name: Name,
): Float64Array {
  const found = columnMarginal(model, column);
  const wanted = Float64Array.from(shares);
  const sum = wanted.reduce((a, b) => a + b, 0);
  if (
    wanted.length !== found.length ||
    !wanted.every((share) => share >= 0) ||
    !(sum > 0 && sum < Infinity)
  ) {
    refuse(
      `The shares asked for ${name(column)} are not a distribution over its values.`,
      'Give one share of 0 or more for each value, not all 0.',
    );
  }
  return found.map((probability, code) => {
    if (wanted[code] === 0) return -Infinity;
    const known = logProbability(model, column, code, probability);
    if (known > -Infinity) return Math.log(wanted[code] / sum) - known;
    return refuse(
      `A share is asked for a value of ${name(column)} that the model gives no probability.`,
      'Ask for none of this value, or drop other conditions.',
    );
  });
}

/**
 * The model given the conditions, exactly: the allowed codes are clamped, and rows with them are mixed so that the
 * column has the wanted shares. Throws `bad-settings` where the conditions have probability zero.
 */
export function conditioned(state: ModelState, conditions: Conditions): CalibratedModel {
  const { shares, names } = conditions;
  const name: Name = (column) => (names ? `Column “${names[column]}”` : `Column ${column + 1}`);
  const clamped = clampAll(state, conditions, name);
  if (!shares) return calibrate(clamped);
  const { column } = shares;
  const potential = reweight(calibrate(clamped), column, shares.shares, name);
  return calibrate(withColumnPotential(clamped, column, potential), column);
}
