import { describe, expect, it } from 'vitest';
import { trainingFor } from '../../../workers/synthesizers/vae/settings.ts';

const stepsOf = (rows: number): number => {
  const { epochs, batchSize } = trainingFor(rows, null);
  return epochs * Math.ceil(rows / batchSize);
};

describe('how the autoencoder is trained by itself', () => {
  it('takes enough steps over some hundred rows, without going over them more than 200 times', () => {
    expect(trainingFor(1, null).epochs).toBe(200);
    for (const rows of [300, 519, 1000, 3999]) {
      expect(stepsOf(rows), `${rows} rows`).toBeGreaterThanOrEqual(600);
      expect(trainingFor(rows, null).epochs, `${rows} rows`).toBeLessThanOrEqual(200);
    }
  });

  it('goes over more rows less often, in more steps of the same size', () => {
    expect(trainingFor(4088, null).epochs).toBe(100);
    for (const [fewer, more] of [
      [5634, 16_512],
      [39_074, 200_000],
      [200_000, 1_000_000],
    ]) {
      expect(trainingFor(more, null).epochs).toBeLessThan(trainingFor(fewer, null).epochs);
      expect(stepsOf(more)).toBeGreaterThan(stepsOf(fewer));
    }
  });

  it('goes over them as often as it is told', () => {
    expect(trainingFor(5000, 7).epochs).toBe(7);
  });
});
