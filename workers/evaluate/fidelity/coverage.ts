/** Share of the real categories that the other table has; NaN without any. Codes below 0 are missing. */
export function categoryCoverage(real: Int32Array, other: Int32Array): number {
  const known = new Set(real);
  const seen = new Set(other);
  known.delete(-1);
  let covered = 0;
  for (const code of known) if (seen.has(code)) covered++;
  return known.size === 0 ? NaN : covered / known.size;
}

const extentOf = (values: Float64Array): readonly [min: number, max: number] => {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
};

/** Share of the real range that lies between the other table's ends; NaN for a constant real column. */
export function rangeCoverage(real: Float64Array, other: Float64Array): number {
  const [min, max] = extentOf(real);
  const [low, high] = extentOf(other);
  if (!(max > min)) return NaN;
  if (low > high) return 0;
  const lost = (Math.max(0, low - min) + Math.max(0, max - high)) / (max - min);
  return Math.max(0, 1 - lost);
}
