import type { Metric } from './metric.ts';
import { totalVariation } from './tvDistance.ts';

/**
 * Total variation distance between the joint distributions of one pair of columns in two tables, each given as
 * `jointCounts` under bins that come from the train rows.
 */
export const pairDistance: Metric<Int32Array> = {
  name: 'pair TV',
  goal: 'smallest',
  range: [0, 1],
  compute: totalVariation,
};
