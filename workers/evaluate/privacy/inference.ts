import type { Pace } from '../pace.ts';
import type { Rng } from '../../random/rng.ts';
import { cellsOf, type ScoredColumn } from '../binning.ts';
import type { Sample } from '../samples.ts';
import { meanRate, wilsonRate, type Rate } from '../statistics/proportions.ts';
import { nearestWithout } from './nearestWithout.ts';
import { residualRisk, type AttackRates } from './risk.ts';
import type { Rows } from './rowSpace.ts';

/** A numeric guess within this share of the true number's size is right, an instant within this share of the range. */
export const tolerance = 0.05;

/** Whether a guess tells the secret. Missing guessed as missing is right. */
export type IsRight = (guess: number, secret: number) => boolean;

export const sameCategory: IsRight = (guess, secret) => guess === secret;
/** Relative to the secret's size, not to the guess, whose sign would decide otherwise. */
export const nearNumber: IsRight = (guess, secret) =>
  Number.isNaN(secret) ? Number.isNaN(guess) : Math.abs(guess - secret) <= tolerance * Math.abs(secret);
const nearInstant =
  (reach: number): IsRight =>
  (guess, secret) =>
    Number.isNaN(secret) ? Number.isNaN(guess) : Math.abs(guess - secret) <= reach;

const isRightFor = (column: ScoredColumn): IsRight => {
  if (column.type === 'category') return sameCategory;
  if (column.type === 'number') return nearNumber;
  let [min, max] = [Infinity, -Infinity];
  for (const value of column.values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return nearInstant((tolerance / 2) * (max - min));
};

/** A table and the same rows placed in the space of distances. */
export interface Placed {
  readonly sample: Sample;
  readonly rows: Rows;
}

/** Right guesses, row-major rows x secrets: the secret of the synthetic row nearest in all other columns. */
export async function guesses(
  targets: Placed,
  synthetic: Placed,
  secrets: readonly number[],
  pace: Pace,
): Promise<Uint8Array> {
  const found = await nearestWithout(targets.rows, synthetic.rows, secrets, pace);
  const right = new Uint8Array(found.length);
  secrets.forEach((secret, s) => {
    const isRight = isRightFor(targets.sample.columns[secret]);
    const truth = cellsOf(targets.sample.columns[secret]);
    const known = cellsOf(synthetic.sample.columns[secret]);
    for (let row = 0; row < targets.rows.count; row++) {
      const at = row * secrets.length + s;
      right[at] = found[at] >= 0 && isRight(known[found[at]], truth[row]) ? 1 : 0;
    }
  });
  return right;
}

/** Right guesses when the secret of any synthetic row is guessed. */
const blindGuesses = (
  targets: Placed,
  synthetic: Placed,
  secrets: readonly number[],
  rng: Rng,
): Uint8Array => {
  const right = new Uint8Array(targets.rows.count * secrets.length);
  secrets.forEach((secret, s) => {
    const isRight = isRightFor(targets.sample.columns[secret]);
    const truth = cellsOf(targets.sample.columns[secret]);
    const known = cellsOf(synthetic.sample.columns[secret]);
    for (let row = 0; row < targets.rows.count; row++) {
      right[row * secrets.length + s] = isRight(known[rng.int(known.length)], truth[row]) ? 1 : 0;
    }
  });
  return right;
};

const rightOf = (right: Uint8Array, secrets: number, secret: number): number => {
  let count = 0;
  for (let at = secret; at < right.length; at += secrets) count += right[at];
  return count;
};

/** Mean over secrets for each row. */
const rowMeans = (right: Uint8Array, secrets: number): Float64Array => {
  const means = new Float64Array(right.length / secrets);
  for (let at = 0; at < right.length; at++) means[Math.floor(at / secrets)] += right[at] / secrets;
  return means;
};

export interface InferenceRisks {
  readonly secrets: readonly AttackRates[];
  /** Over all secrets: a row's guesses hang together, so its mean counts once. */
  readonly together: AttackRates;
}

/**
 * Attribute inference: an attacker who knows all other columns of a row guesses one from the nearest synthetic row.
 * The control are rows the generator never saw.
 * @param z of the intervals of single secrets.
 */
export async function attributeInference(
  targets: Placed,
  control: Placed,
  synthetic: Placed,
  secrets: readonly number[],
  z: number,
  rng: Rng,
  pace: Pace,
): Promise<InferenceRisks> {
  const right = await guesses(targets, synthetic, secrets, pace);
  const controls = await guesses(control, synthetic, secrets, pace);
  const blind = blindGuesses(targets, synthetic, secrets, rng);
  const count = secrets.length;
  const [attacks, trials] = [targets.rows.count, control.rows.count];
  const rates = (name: string, attack: Rate, its: Rate, baseline: number): AttackRates => ({
    name,
    attacks,
    controls: trials,
    attack: attack.rate,
    control: its.rate,
    baseline,
    ...residualRisk(attack, its),
  });
  return {
    secrets: secrets.map((secret, s) =>
      rates(
        targets.sample.columns[secret].name,
        wilsonRate(rightOf(right, count, s), attacks, z),
        wilsonRate(rightOf(controls, count, s), trials, z),
        rightOf(blind, count, s) / attacks,
      ),
    ),
    together: rates(
      'all columns',
      meanRate(rowMeans(right, count)),
      meanRate(rowMeans(controls, count)),
      meanRate(rowMeans(blind, count)).rate,
    ),
  };
}
