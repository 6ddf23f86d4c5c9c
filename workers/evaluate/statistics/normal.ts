/** Upper quantile of the standard normal for a two-sided 95 % interval. */
export const z95 = 1.959963984540054;

/**
 * z with the chance `tail` above it, for 0 < tail <= 0.5; error below 4.5e-4 (Hastings 1955; Abramowitz and Stegun
 * 26.2.23).
 */
export function upperQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  return (
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
}

/** z of intervals that hold for all of `count` figures at once with 95 % (Bonferroni). */
export const simultaneousZ = (count: number): number => (count <= 1 ? z95 : upperQuantile(0.025 / count));
