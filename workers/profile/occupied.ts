/** By how many standard deviations of their noise counts must stand out to mark where values lie. */
export interface Evidence {
  /** Of a cell or window that starts the range. */
  readonly alone: number;
  /** Of a cell right beside the range. */
  readonly next: number;
  /** Of several cells beside the range, together. */
  readonly together: number;
}

/** Sums of the first i counts. */
function sumsOf(counts: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) sums[i + 1] = sums[i] + counts[i];
  return sums;
}

/**
 * First and last cell of the range in which values lie, from noisy counts of standard deviation `sigma`. Values that are
 * spread thinly fill no single cell, so windows of 2, 4, 8 and more cells count too, whose noise grows by the root of
 * their width alone; and a range that is found grows over cells beside it as long as these hold together what noise does
 * not, so that no share of the values is pushed to its ends. How many values there are (`total`) is known, so a range that
 * holds too few of them even so is joined by the most likely one. Nothing but post-processing of what was released.
 */
export function occupied(
  counts: ArrayLike<number>,
  sigma: number,
  evidence: Evidence,
  total: number,
): [first: number, last: number] {
  const sums = sumsOf(counts);
  const cells = counts.length;
  const deviation = (from: number, to: number): number =>
    (sums[to] - sums[from]) / (sigma * Math.sqrt(to - from));
  const needed = (width: number): number => (width === 1 ? evidence.next : evidence.together);
  let [from, to] = seed(cells, deviation, evidence.alone);
  for (;;) {
    const width = growth(from, (w) => deviation(from - w, from) >= needed(w));
    const reach = growth(cells - to, (w) => deviation(to, to + w) >= needed(w));
    if (width === 0 && reach === 0) break;
    from -= width;
    to += reach;
  }
  const lacking = total - (sums[to] - sums[from]);
  if (lacking <= evidence.together * sigma * Math.sqrt(to - from)) return [from, to - 1];
  const [first, end] = mostLikely(sums, total);
  return [Math.min(from, first), Math.max(to, end) - 1];
}

/**
 * The range, as [first cell, cell after the last], that explains noisy counts best if `total` values are spread evenly in
 * it and none lie outside: with S counted in w cells it maximises (2 S - total) / w, the logarithm of the likelihood but
 * for what does not depend on the range.
 */
function mostLikely(sums: Float64Array, total: number): [from: number, to: number] {
  let best: [number, number] = [0, sums.length - 1];
  let most = -Infinity;
  for (let from = 0; from < sums.length - 1; from++) {
    for (let to = from + 1; to < sums.length; to++) {
      const fit = (2 * (sums[to] - sums[from]) - total) / (to - from);
      if (fit > most) [best, most] = [[from, to], fit];
    }
  }
  return best;
}

/** The smallest of 1, 2, 4 … and `room` cells that stand out; 0 where none do. */
function growth(room: number, stands: (width: number) => boolean): number {
  for (let width = 1; width < room; width *= 2) if (stands(width)) return width;
  return room > 0 && stands(room) ? room : 0;
}

/**
 * The span of the narrowest windows whose deviation from none is at least `least`, as [first cell, cell after the last];
 * where there are none, the window that deviates most.
 */
function seed(
  cells: number,
  deviation: (from: number, to: number) => number,
  least: number,
): [from: number, to: number] {
  let best: [number, number] = [0, cells];
  let most = -Infinity;
  for (let width = 1; ; width *= 2) {
    let span: [number, number] | undefined;
    for (let from = 0; from < cells; from += width) {
      const to = Math.min(cells, from + width);
      const found = deviation(from, to);
      if (found >= least) span = [span?.[0] ?? from, to];
      if (found > most) [best, most] = [[from, to], found];
    }
    if (span) return span;
    if (width >= cells) return best;
  }
}
