import { nearest, type Neighbours } from './nearest.ts';
import type { Pace } from '../pace.ts';
import type { Rows } from './rowSpace.ts';
import { simultaneousZ } from '../statistics/normal.ts';
import { clopperPearson } from '../statistics/proportions.ts';
import { countAbove, rocAuc, thresholdAt, type Ranking } from '../statistics/roc.ts';
import type { Interval } from '../assessment.ts';

/** Scores of one attack, higher for rows it takes for members. */
export interface Attack extends Ranking {
  readonly name: string;
}

/** Rows of the real tables as an attacker meets them; no row stands in two of them. */
export interface MembershipRows {
  /** Rows the generator learned from. */
  readonly members: Rows;
  /** Rows it never saw. */
  readonly others: Rows;
  /** More rows it never saw, by which the attacker knows how dense the data are. */
  readonly reference: Rows;
  readonly synthetic: Rows;
}

/** A hundredth of a column's range over ten columns: nearer rows count as equally near. */
const blur = 1e-3;

const scoresOf = (
  toSynthetic: Neighbours,
  toReference: Neighbours,
  score: (synthetic: number, reference: number) => number,
): Float64Array =>
  toSynthetic.distances.map((synthetic, row) => score(synthetic, toReference.distances[row]));

/** Calibrated distance: how much nearer a row is to the synthetic rows than to reference rows (Hu and others, 2023). */
export const calibrated = (synthetic: number, reference: number): number => reference - synthetic;

/** Log ratio of densities by the nearest neighbour, up to the dimension (after van Breugel and others 2023, DOMIAS). */
const densityRatio = (synthetic: number, reference: number): number =>
  Math.log(reference + blur) - Math.log(synthetic + blur);

/** Attacks by distance: the nearest synthetic row, the same calibrated, and the ratio of densities. */
export async function distanceAttacks(rows: MembershipRows, pace: Pace): Promise<Attack[]> {
  const look = async (queries: Rows): Promise<[Neighbours, Neighbours]> => [
    await nearest(queries, rows.synthetic, 1, pace),
    await nearest(queries, rows.reference, 1, pace),
  ];
  const [members, others] = [await look(rows.members), await look(rows.others)];
  const attack = (name: string, score: (synthetic: number, reference: number) => number): Attack => ({
    name,
    positive: scoresOf(...members, score),
    negative: scoresOf(...others, score),
  });
  return [
    attack('nearest synthetic row', (synthetic) => -synthetic),
    attack('calibrated distance', calibrated),
    attack('density ratio', densityRatio),
  ];
}

export interface AttackResult {
  readonly name: string;
  readonly auc: number;
  /** Holds for all attacks at once. */
  readonly interval: Interval;
  /** Share of members found at the threshold that takes 1 % of the others for members, with its interval. */
  readonly found: number;
  readonly foundInterval: Interval;
  readonly falsePositives: number;
}

const lowFalsePositives = 0.01;

/** How well each attack tells members; intervals hold for all attacks at once (Bonferroni). */
export function attackResults(attacks: readonly Attack[]): AttackResult[] {
  const z = simultaneousZ(attacks.length);
  return attacks.map(({ name, positive, negative }) => {
    const { auc, standardError } = rocAuc({ positive, negative });
    const threshold = thresholdAt(negative, lowFalsePositives);
    const found = countAbove(positive, threshold);
    return {
      name,
      auc,
      interval: [Math.max(0, auc - z * standardError), Math.min(1, auc + z * standardError)],
      found: found / positive.length,
      foundInterval: clopperPearson(found, positive.length, 0.05 / attacks.length),
      falsePositives: countAbove(negative, threshold) / negative.length,
    };
  });
}

/** The largest of several figures; its interval is the largest of their bounds, so it covers the largest true value. */
export const largestOf = (
  figures: readonly { readonly value: number; readonly interval: Interval }[],
): { value: number; interval: Interval } => ({
  value: Math.max(...figures.map(({ value }) => value)),
  interval: [
    Math.max(...figures.map(({ interval }) => interval[0])),
    Math.max(...figures.map(({ interval }) => interval[1])),
  ],
});
