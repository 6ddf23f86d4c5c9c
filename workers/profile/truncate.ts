import { Grid } from './grid.ts';
import type { NumericProfile } from './types.ts';

/** What is left of a profile within an interval. */
export interface Truncated {
  /** Its masses are shares of the whole profile's rows: they sum to the share of them that is left. */
  readonly profile: NumericProfile;
  /** The piece of the whole profile that each piece was cut from. */
  readonly pieceOf: Int32Array;
}

/** First and last index whose values lie in [from, to], exactly as doubles compare; first > last where none does. */
function indicesInside(grid: Grid, from: number, to: number): [number, number] {
  let first = Number.isFinite(from) ? grid.index(from) : from;
  let last = Number.isFinite(to) ? grid.index(to) : to;
  if (Number.isFinite(first) && grid.value(first) < from) first++;
  if (Number.isFinite(last) && grid.value(last) > to) last--;
  return [first, last];
}

/** Pieces cut to the grid values in [from, to]; a piece's mass is spread over its values evenly, so it is cut alike. */
export function truncated(profile: NumericProfile, [from, to]: readonly [number, number]): Truncated {
  const { low, high, mass } = profile;
  const grid = new Grid(profile.step);
  const [first, last] = indicesInside(grid, from, to);
  const kept: { low: number; high: number; mass: number; piece: number }[] = [];
  mass.forEach((share, piece) => {
    const start = grid.index(low[piece]);
    const cells = Math.max(1, grid.index(high[piece]) - start);
    const begin = Math.max(start, first);
    const end = Math.min(start + cells - 1, last);
    if (begin > end) return;
    const whole = begin === start && end === start + cells - 1;
    kept.push({
      low: whole ? low[piece] : grid.value(begin),
      high: whole ? high[piece] : grid.value(end + 1),
      mass: whole ? share : (share * (end - begin + 1)) / cells,
      piece,
    });
  });
  return {
    profile: {
      ...profile,
      low: Float64Array.from(kept, (part) => part.low),
      high: Float64Array.from(kept, (part) => part.high),
      mass: Float64Array.from(kept, (part) => part.mass),
    },
    pieceOf: Int32Array.from(kept, ({ piece }) => piece),
  };
}
