/** Runs of equal grid indices, ascending. */
export interface Runs {
  readonly indices: Float64Array;
  readonly counts: Float64Array;
  readonly rows: number;
}

/** A piece over grid indices `first`..`last`, both included. */
export interface IndexPiece {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
}

/** Share of the rows that one piece holds at most, unless a single value holds more. */
const pieceShare = 1 / 200;
/** A piece rests on about this many rows or more, so that it describes no single row. */
const rowsPerPiece = 10;
/** The tails are cut finer, down to this many rows: one wide piece would move their mass outwards. */
const rowsPerTailPiece = 5;
/** Up to this many distinct values are kept one by one when each has rows enough on average. */
const fewValues = 200;

/** Runs of equal values in an ascending array. */
export function runsOf(sorted: Float64Array): Runs {
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  const indices = new Float64Array(distinct);
  const counts = new Float64Array(distinct);
  let run = -1;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) indices[++run] = sorted[i];
    counts[run]++;
  }
  return { indices, counts, rows: sorted.length };
}

/** Greatest common divisor of all indices, 1 when all are zero. */
export function commonDivisor({ indices }: Runs): number {
  let divisor = 0;
  for (const index of indices) {
    let rest = Math.abs(index);
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
    if (divisor === 1) break;
  }
  return Math.max(1, divisor);
}

/** Ranks at which pieces end: evenly spaced, and halving towards both ends. */
const cutRanks = (rows: number): number[] => {
  const size = Math.max(rows * pieceShare, rowsPerPiece);
  const cuts: number[] = [];
  for (let rank = size; rank < rows; rank += size) cuts.push(rank);
  for (let tail = size / 2; tail >= rowsPerTailPiece && tail < rows / 4; tail /= 2) {
    cuts.push(tail, rows - tail);
  }
  return cuts.sort((a, b) => a - b);
};

const keepsEachValue = (distinct: number, rows: number): boolean =>
  distinct <= fewValues && (rows >= 5 * distinct || (distinct <= 20 && rows >= 2 * distinct));

/**
 * Atoms for values that alone hold a piece's share (all values when there are few), and between them pieces that end
 * at quantiles and reach from their smallest value to their largest. Several hundred at most.
 */
export function piecesOf({ indices, counts, rows }: Runs): IndexPiece[] {
  const atomRows = keepsEachValue(indices.length, rows) ? 0 : Math.max(rows * pieceShare, rowsPerPiece);
  const cuts = cutRanks(rows);
  const pieces: IndexPiece[] = [];
  let open: IndexPiece | null = null;
  let rank = 0;
  let cut = 0;
  for (let i = 0; i < indices.length; i++) {
    const alone: IndexPiece = { first: indices[i], last: indices[i], rows: counts[i] };
    rank += counts[i];
    const atom = counts[i] >= atomRows;
    if (atom && open) pieces.push(open);
    if (atom) {
      pieces.push(alone);
      open = null;
    } else {
      open = open ? { first: open.first, last: alone.last, rows: open.rows + alone.rows } : alone;
      if (rank >= cuts[cut]) {
        pieces.push(open);
        open = null;
      }
    }
    while (rank >= cuts[cut]) cut++;
  }
  if (open) pieces.push(open);
  return pieces;
}
