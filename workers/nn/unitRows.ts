import type { Rng } from '../random/rng.ts';

/** One row of each sampled unit, or -1 for a unit without rows. */
export type UnitRows = (units: Uint32Array, step: number) => Int32Array;

/** Each row is a unit of its own. */
export const rowsAsUnits: UnitRows = (units) => Int32Array.from(units);

/**
 * One row of each sampled unit, drawn anew each step. Every unit takes one draw, whatever rows it has, so that no unit
 * bears on the row of another: a unit changes one row of a step at most.
 */
export function rowOfEachUnit(unitOf: Int32Array, units: number, rng: Rng): UnitRows {
  const starts = new Int32Array(units + 1);
  for (const unit of unitOf) starts[unit + 1]++;
  for (let unit = 0; unit < units; unit++) starts[unit + 1] += starts[unit];
  const next = starts.slice();
  const rows = new Int32Array(unitOf.length);
  unitOf.forEach((unit, row) => (rows[next[unit]++] = row));
  return (sampled, step) => {
    const draws = rng.fork(`rows ${step}`);
    return Int32Array.from(sampled, (unit) => {
      const draw = draws.uniform();
      const count = starts[unit + 1] - starts[unit];
      return count === 0 ? -1 : rows[starts[unit] + Math.floor(draw * count)];
    });
  };
}
