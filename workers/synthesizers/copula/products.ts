import type { RunControl } from '../../control.ts';
import type { Table } from '../../table/types.ts';
import type { Moments } from './correlations.ts';
import type { LatentTable } from './latent.ts';
import { setPair, zeros } from './matrix.ts';

/** Rows whose scores are held at a time: those of some tens of columns stay in the processor's cache. */
const blockRows = 1024;
/** Multiply-adds between two looks at the event loop: about ten milliseconds. */
const workAStretch = 5e6;

/** Takes the scores of one block of rows, one array a margin. */
export type BlockReader = (scores: readonly Float64Array[], rows: number) => void;

/**
 * Scores of a whole table, a block at a time; resolves to the rows that were read: all, or fewer where the run was
 * stopped and kept and `mayStop` is set. Time O(rows x margins^2) for readers that multiply margins pairwise.
 */
export async function readScores(
  table: Table,
  latent: LatentTable,
  read: BlockReader,
  { control, onProgress, mayStop }: ReadContext,
): Promise<number> {
  const scores = latent.room(blockRows);
  const workOfRow = 10 * scores.length + scores.length ** 2 / 2;
  let work = 0;
  for (let from = 0; from < table.rows; from += blockRows) {
    const to = Math.min(table.rows, from + blockRows);
    latent.score(table, from, to, scores);
    read(scores, to - from);
    if ((work += (to - from) * workOfRow) < workAStretch) continue;
    work = 0;
    onProgress(to / table.rows);
    await control.checkpoint();
    if (mayStop && control.stopping) return to;
  }
  return table.rows;
}

export interface ReadContext {
  readonly control: RunControl;
  readonly onProgress: (done: number) => void;
  readonly mayStop: boolean;
}

function product(a: Float64Array, b: Float64Array, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += a[row] * b[row];
  return sum;
}

/** Sums of products of all pairs, lower triangle row by row: adds to `sums`, of length n (n - 1) / 2. */
export function addProducts(scores: readonly Float64Array[], rows: number, sums: Float64Array): void {
  for (let i = 1, at = 0; i < scores.length; i++) {
    for (let j = 0; j < i; j++, at++) sums[at] += product(scores[i], scores[j], rows);
  }
}

/** E[s_i s_j] over the rows, exactly: for use without differential privacy. */
export async function exactMoments(
  table: Table,
  latent: LatentTable,
  context: ReadContext,
): Promise<Moments> {
  const { margins } = latent;
  const size = margins.length;
  const sums = new Float64Array((size * (size - 1)) / 2);
  const rows = await readScores(
    table,
    latent,
    (scores, count) => {
      addProducts(scores, count, sums);
    },
    context,
  );
  const matrix = zeros(size);
  for (let i = 1, at = 0; i < size; i++) {
    for (let j = 0; j < i; j++, at++) setPair(matrix, i, j, rows > 0 ? sums[at] / rows : 0);
  }
  return { matrix, rows };
}
