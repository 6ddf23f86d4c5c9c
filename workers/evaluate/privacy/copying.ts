import { cellsOf } from '../binning.ts';
import type { Pace } from '../pace.ts';
import { countIds, rowIds } from '../rowIds.ts';
import type { Sample } from '../samples.ts';
import type { Interval } from '../assessment.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { nearest, type Neighbours } from './nearest.ts';
import type { Rows } from './rowSpace.ts';

/** Whether synthetic rows lie nearer to the train rows than to as many held-out ones. No verdict: nearness is not risk. */
export interface Copying {
  /** Share of synthetic rows nearer to a train row, ties half; half where nothing was copied. */
  readonly nearerToTrain: number;
  readonly interval: Interval;
  /** Lowest tenth of the ratio of the nearest to the second nearest distance, to train and to held-out rows. */
  readonly ratioToTrain: number;
  readonly ratioToHoldout: number;
  /** Share of synthetic rows equal to a train row, to one of as many train rows as were held out, to a held-out row. */
  readonly equalToTrain: number;
  readonly equalToSomeTrain: number;
  readonly equalToHoldout: number;
  /** Synthetic rows looked at for nearness, and real rows on either side. */
  readonly queries: number;
  readonly references: number;
}

/** Share of pairs in which the first distance is the smaller one, ties half. */
export function nearerShare(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let nearer = 0;
  for (let i = 0; i < first.length; i++)
    nearer += first[i] < second[i] ? 1 : first[i] === second[i] ? 0.5 : 0;
  return nearer / first.length;
}

/** Ratio of nearest to second nearest distance, 1 where both are 0. */
export const distanceRatio = (nearestDistance: number, second: number): number =>
  (nearestDistance + 1e-8) / (second + 1e-8);

const lowestTenth = ({ distances }: Neighbours): number => {
  const ratios = Float64Array.from({ length: distances.length / 2 }, (_, i) =>
    distanceRatio(distances[2 * i], distances[2 * i + 1]),
  ).sort();
  return ratios[Math.floor(ratios.length / 10)];
};

const firstOf = ({ k, distances }: Neighbours): Float64Array => distances.filter((_, i) => i % k === 0);

/** Share of synthetic rows equal to a row of each real table. */
export function equalShares(reals: readonly Sample[], synthetic: Sample): number[] {
  const { ids, count } = rowIds([...reals, synthetic].map(({ columns }) => columns.map(cellsOf)));
  const made = ids[reals.length];
  return reals.map((_, t) => {
    const counts = countIds(ids[t], count);
    return made.reduce((rows, id) => rows + (counts[id] > 0 ? 1 : 0), 0) / made.length;
  });
}

/** `train` and `holdout` are rows of equal number. */
export async function nearness(
  queries: Rows,
  train: Rows,
  holdout: Rows,
  pace: Pace,
): Promise<Omit<Copying, 'equalToTrain' | 'equalToSomeTrain' | 'equalToHoldout'>> {
  const toTrain = await nearest(queries, train, 2, pace);
  const toHoldout = await nearest(queries, holdout, 2, pace);
  const share = nearerShare(firstOf(toTrain), firstOf(toHoldout));
  return {
    nearerToTrain: share,
    interval: wilsonInterval(share * queries.count, queries.count),
    ratioToTrain: lowestTenth(toTrain),
    ratioToHoldout: lowestTenth(toHoldout),
    queries: queries.count,
    references: train.count,
  };
}
