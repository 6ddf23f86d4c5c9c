import { rocFigure } from '../../../workers/evaluate/privacy/rocCurve.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { RocFigure } from '../../../src/charts/rocMarks.ts';

/** A strong attack and one that only guesses, each on as many learned as held-out rows. */
export function rocExample(rows: number, guaranteed: boolean): RocFigure {
  const attack = (name: string, shift: number) => {
    const rng = seededRng(name);
    const drawn = (mean: number) => Float64Array.from({ length: rows }, () => mean + rng.normal());
    return { name, positive: drawn(shift), negative: drawn(0) };
  };
  return rocFigure(
    [attack('strong', 0.8), attack('weak', 0)],
    guaranteed ? { epsilon: 1, delta: 1e-5 } : null,
  );
}
