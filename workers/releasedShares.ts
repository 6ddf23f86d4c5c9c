/** The noisy one-way shares of a private profile as plain data, for the scorecard that may be passed on. */
import type { OneWay } from './evaluate/types.ts';
import type { ColumnProfile, Profile } from './profile/types.ts';

const oneWay = (column: ColumnProfile, noise: number): OneWay => {
  const { name, missing } = column;
  if (column.type === 'category') {
    return {
      type: 'category',
      column: name,
      labels: column.categories,
      shares: [...column.mass],
      missing,
      noise,
    };
  }
  const { low, high, mass } = column;
  return {
    type: 'numeric',
    column: name,
    low: [...low],
    high: [...high],
    shares: Array.from(mass, (share) => share * (1 - missing)),
    missing,
    noise,
  };
};

/** `countNoise`: standard deviation of the noise on a column's counts, in rows. */
export const releasedShares = ({ columns, rows }: Profile, countNoise: number): OneWay[] =>
  columns.map((column) => oneWay(column, countNoise / rows));
