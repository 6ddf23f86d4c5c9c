import { describe, expect, it } from 'vitest';
import { seededRng, type Rng } from '../../../workers/random/rng.ts';
import { WeightedDraw } from '../../../workers/random/weightedDraw.ts';

/** A source that gives one number for ever. */
const always = (value: number): Rng => ({ ...seededRng('fixed'), uniform: () => value });

describe('a weighted draw', () => {
  it('has chances in proportion to the weights (five standard deviations)', () => {
    const draw = new WeightedDraw([2, 0, 1, 5]);
    const rng = seededRng('weights');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[draw.draw(rng)]++;
    [0.25, 0, 0.125, 0.625].forEach((chance, place) => {
      const sigma = Math.sqrt((chance * (1 - chance)) / 40_000);
      expect(Math.abs(counts[place] / 40_000 - chance)).toBeLessThanOrEqual(5 * sigma);
    });
  });

  it('never draws what has no weight, at either end', () => {
    const draw = new WeightedDraw([0, 3, 0, 1, 0]);
    expect(draw.draw(always(0))).toBe(1);
    expect(draw.draw(always(0.75))).toBe(3);
    expect(draw.draw(always(1))).toBe(3);
  });

  it('gives the last place where nothing has a weight', () => {
    expect(new WeightedDraw([0, 0]).draw(always(0.3))).toBe(1);
  });
});
