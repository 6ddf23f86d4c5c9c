import { takeRows } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import { Pace } from '../pace.ts';
import { alignTo, scored } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { oneRunBound } from './oneRunBound.ts';
import { rowCoder } from './rowSpace.ts';
import { shadowCanaries } from './shadowCanaries.ts';
import { shadowScores, statisticsPerCanary } from './shadowScores.ts';
import type { ShadowAudit, ShadowFit, ShadowSize } from './shadowTypes.ts';

/** One shadow model: which canaries it learned from, and the statistics of each. */
export interface Shadow {
  readonly coins: Uint8Array;
  readonly scores: Float64Array;
}

/** Shares of the coins that are guessed, the surest first; each gives a bound at its part of 5 %. */
const guessedShares = [0.05, 0.2, 0.5, 1];
const alpha = 0.05 / guessedShares.length;
/** Keeps a statistic that never varies from deciding all. */
const leastVariance = 1e-6;

/** Mean with and without a canary, and the variance around them, of one statistic. */
interface Calibration {
  readonly present: number;
  readonly absent: number;
  readonly variance: number;
}

function calibrationOf(shadows: readonly Shadow[], canary: number, at: number): Calibration | null {
  const sums = [0, 0];
  const counts = [0, 0];
  for (const { coins, scores } of shadows) {
    sums[coins[canary]] += scores[at];
    counts[coins[canary]] += 1;
  }
  if (Math.min(...counts) === 0 || shadows.length < 4) return null;
  const means = sums.map((sum, coin) => sum / counts[coin]);
  const squares = shadows.reduce(
    (sum, { coins, scores }) => sum + (scores[at] - means[coins[canary]]) ** 2,
    0,
  );
  return { present: means[1], absent: means[0], variance: squares / (shadows.length - 2) + leastVariance };
}

/**
 * Log likelihood ratio of each canary being in, from shadows where it is known, with normal statistics of one variance
 * (Carlini and others 2022, LiRA). 0 where nothing was learned.
 */
function ratiosIn({ scores }: Shadow, teaching: readonly Shadow[], canaries: number): Float64Array {
  const ratios = new Float64Array(canaries);
  for (let at = 0; at < scores.length; at++) {
    const canary = Math.floor(at / statisticsPerCanary);
    const calibration = calibrationOf(teaching, canary, at);
    if (!calibration) continue;
    const { present, absent, variance } = calibration;
    ratios[canary] += ((scores[at] - (present + absent) / 2) * (present - absent)) / variance;
  }
  return ratios;
}

/** Lower bound of epsilon, 95 %: the first half of the shadows teach the attack, its guesses on the others are judged. */
export function boundOf(
  shadows: readonly Shadow[],
  delta: number,
): Pick<ShadowAudit, 'epsilon' | 'guesses' | 'right' | 'mostShown'> {
  const half = Math.floor(shadows.length / 2);
  const teaching = shadows.slice(0, half);
  const guesses = shadows.slice(half).flatMap((shadow) => {
    const ratios = ratiosIn(shadow, teaching, shadow.coins.length);
    return Array.from(ratios, (ratio, canary) => ({
      sure: Math.abs(ratio),
      right: ratio > 0 === (shadow.coins[canary] === 1),
    }));
  });
  const coins = guesses.length;
  guesses.sort((a, b) => b.sure - a.sure);
  const bounds = guessedShares.map((share) => {
    const made = guesses.slice(0, Math.ceil(share * coins)).filter(({ sure }) => sure > 0);
    const right = made.filter((guess) => guess.right).length;
    return {
      epsilon: oneRunBound({ coins, guesses: made.length, right }, delta, alpha),
      guesses: made.length,
      right,
    };
  });
  const best = bounds.reduce((most, bound) => (bound.epsilon > most.epsilon ? bound : most));
  const mostShown = oneRunBound({ coins, guesses: coins, right: coins }, delta, alpha);
  return { ...best, mostShown };
}

/** The rows that stay when some canaries are out. */
const keptRows = (canaryOf: Int32Array, coins: Uint8Array): Int32Array =>
  Int32Array.from(canaryOf.keys()).filter((row) => canaryOf[row] < 0 || coins[canaryOf[row]] === 1);

export interface ShadowTask {
  /** Real rows that the audited model learned from. */
  readonly train: Table;
  /** Whom each row belongs to; absent where each row is a unit of its own. */
  readonly unitOf?: Int32Array;
  readonly claimed: ShadowAudit['claimed'];
  readonly fit: ShadowFit;
}

/**
 * Audits a method with its settings on the real rows: many fits, each without a random half of the canaries, and an
 * attack that tells from synthetic rows alone which were in. If a fit is (epsilon, delta)-private for the units, the
 * bound is above epsilon with a chance of 5 % at most; that it is far below shows no privacy, only that this attack saw
 * nothing. Nothing of a shadow model is released, so nothing is charged. Throws `stopped` when cancelled.
 */
export async function shadowAudit(
  { train, unitOf, claimed, fit }: ShadowTask,
  { canaries: wanted, shadows: count }: ShadowSize,
  { rng, control, now, onProgress }: ScoreContext,
): Promise<ShadowAudit> {
  const start = now();
  const pace = new Pace(control, now);
  const real = scored(train);
  const coder = rowCoder([real]);
  const { probes, canaryOf } = await shadowCanaries(train, unitOf, wanted, coder, rng.fork('canaries'), pace);
  const looked = coder(scored(takeRows(real, probes)));
  const thrown = rng.fork('coins');
  const shadows: Shadow[] = [];
  for (let shadow = 0; shadow < count; shadow++) {
    onProgress(shadow / count, `Shadow model ${shadow + 1} of ${count}`);
    const coins = Uint8Array.from({ length: probes.length }, () => thrown.int(2));
    const made = await fit(keptRows(canaryOf, coins), shadow);
    await control.checkpoint();
    shadows.push({ coins, scores: await shadowScores(looked, coder(alignTo(real, made)), pace) });
  }
  return {
    ...boundOf(shadows, claimed?.delta ?? 0),
    claimed,
    canaries: probes.length,
    shadows: count,
    rows: train.rows,
    seconds: (now() - start) / 1000,
  };
}
