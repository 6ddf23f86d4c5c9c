import { permutation, type Rng } from '../random/rng.ts';

/** Which rows each optimiser step sees. */
export interface Batches {
  readonly stepsPerEpoch: number;
  /** Rows of a step, counted over all epochs. Asking twice gives the same answer. */
  rowsOf(step: number): Int32Array;
}

/**
 * Mini-batches of equal size over rows shuffled anew each epoch. The size is `wanted` or a little off it, so that the
 * batches share the rows evenly; fewer than `stepsPerEpoch` rows, others each time, are left out of an epoch.
 */
export function shuffledBatches(rows: number, wanted: number, rng: Rng): Batches {
  const stepsPerEpoch = Math.max(1, Math.round(rows / wanted));
  const size = Math.floor(rows / stepsPerEpoch);
  let epoch = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    stepsPerEpoch,
    rowsOf: (step) => {
      const wantedEpoch = Math.floor(step / stepsPerEpoch);
      if (wantedEpoch !== epoch) {
        epoch = wantedEpoch;
        order = permutation(rows, rng.fork(`epoch ${epoch}`));
      }
      const start = (step % stepsPerEpoch) * size;
      return order.slice(start, start + size);
    },
  };
}
