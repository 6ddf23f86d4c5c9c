import type { Interval } from '../assessment.ts';
import { clopperPearson } from '../statistics/proportions.ts';
import type { Ranking } from '../statistics/roc.ts';

/** One threshold of an attack. */
export interface RocPoint {
  /** Share of held-out rows taken for members. Never 0: logarithmic axes have no place for it. */
  readonly falsePositives: number;
  /** Share of members found. */
  readonly truePositives: number;
  /** 95 % interval of the share found at this threshold alone (Clopper and Pearson). */
  readonly band: Interval;
  /** Largest share found that the guarantee allows at these false positives. NaN without one. */
  readonly allowed: number;
}

export interface RocCurve {
  readonly name: string;
  /** By false positives, ascending. */
  readonly points: readonly RocPoint[];
  /** The threshold with 1 % of false positives at most; null where no threshold has so few but some. */
  readonly marked: RocPoint | null;
}

/** What a picture of all curves needs. */
export interface RocFigure {
  /** Share of a single held-out row: where the axes begin. */
  readonly least: number;
  readonly curves: readonly RocCurve[];
  /** The largest share found that the guarantee allows; empty without one. */
  readonly allowed: readonly Pick<RocPoint, 'falsePositives' | 'truePositives'>[];
}

type Guarantee = { readonly epsilon: number; readonly delta: number } | null;

/**
 * The largest share of true positives that (epsilon, delta) allows any attack at a share of false positives: both
 * sides of the region of Kairouz, Oh and Viswanath (2015, theorem 2.1), of which one is the mirror of the other.
 */
export const allowedTruePositives = (
  falsePositives: number,
  { epsilon, delta }: NonNullable<Guarantee>,
): number =>
  Math.min(
    1,
    Math.exp(epsilon) * falsePositives + delta,
    1 - Math.exp(-epsilon) * (1 - delta - falsePositives),
  );

/** Points of a curve, and of the line of what is allowed, at most. */
const mostPoints = 60;
const markedFalsePositives = 0.01;

/** Whole numbers from 1 to `most`, evenly placed on a logarithmic scale, both ends included, each once. */
export function logCounts(most: number, points: number): number[] {
  const counts = Array.from({ length: points }, (_, i) => Math.round(most ** (i / (points - 1))));
  return [...new Set(counts)];
}

/** How many of the ascending scores are above the threshold. */
function above(ascending: Float64Array, threshold: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > threshold) high = middle;
    else low = middle + 1;
  }
  return ascending.length - low;
}

/**
 * The curve of one attack, at thresholds evenly placed on a logarithmic scale of false positives: from a single row to
 * all. Ties are not broken, so a point may have fewer false positives than were allowed; equal ones stand once.
 */
export function rocCurve(
  { name, positive, negative }: Ranking & { readonly name: string },
  guarantee: Guarantee,
): RocCurve {
  const [members, others] = [positive.slice().sort(), negative.slice().sort()];
  const at = (allowed: number): RocPoint => {
    const threshold = allowed >= others.length ? -Infinity : others[others.length - 1 - allowed];
    const found = above(members, threshold);
    const falsePositives = above(others, threshold) / others.length;
    return {
      falsePositives,
      truePositives: found / members.length,
      band: clopperPearson(found, members.length),
      allowed: guarantee ? allowedTruePositives(falsePositives, guarantee) : NaN,
    };
  };
  const marked = at(Math.floor(markedFalsePositives * others.length));
  const byRate = new Map<number, RocPoint>();
  for (const count of logCounts(others.length, mostPoints)) {
    const point = at(count);
    byRate.set(point.falsePositives, point);
  }
  byRate.set(marked.falsePositives, marked);
  byRate.delete(0);
  return {
    name,
    points: [...byRate.values()].sort((a, b) => a.falsePositives - b.falsePositives),
    marked: marked.falsePositives > 0 ? marked : null,
  };
}

function allowedLine(least: number, guarantee: NonNullable<Guarantee>): RocFigure['allowed'] {
  return Array.from({ length: mostPoints }, (_, i) => {
    const falsePositives = least ** (1 - i / (mostPoints - 1));
    return { falsePositives, truePositives: allowedTruePositives(falsePositives, guarantee) };
  });
}

export function rocFigure(
  attacks: readonly (Ranking & { readonly name: string })[],
  guarantee: Guarantee,
): RocFigure {
  const least = 1 / Math.max(1, ...attacks.map(({ negative }) => negative.length));
  return {
    least,
    curves: attacks.map((attack) => rocCurve(attack, guarantee)),
    allowed: guarantee ? allowedLine(least, guarantee) : [],
  };
}
