/**
 * Narrows [low, high] around the point where `holds` turns from false (at low) to true (at high) and returns the pair.
 * Callers take the end on the private side, so a search that stops early is never on the wrong one.
 * `tolerance` is relative to `high`; 0 goes on until the doubles are neighbours.
 */
export function bisect(
  holds: (x: number) => boolean,
  low: number,
  high: number,
  tolerance = 0,
): { readonly low: number; readonly high: number } {
  for (let i = 0; i < 2000 && high - low > tolerance * Math.abs(high); i++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return { low, high };
}

/** The first of start, 2 start, 4 start, ... for which `holds`; undefined when none up to `limit` does. */
export function doubleUntil(holds: (x: number) => boolean, start: number, limit: number): number | undefined {
  for (let x = start; x <= limit; x *= 2) if (holds(x)) return x;
  return undefined;
}
