import type { Resolution } from '../../encode/compressedColumn.ts';
import type { AutoregressiveSizes } from './network.ts';

/** Codes of a column at most: fine enough for a histogram of a hundred bins. */
const finest: Resolution = { bins: 128, commonShare: 256 };
const coarsest: Resolution = { bins: 16, commonShare: 64 };

/** Codes of all columns together, about, so that a wide table still trains in a tab. */
const widest = 4000;

/** The more rows, the finer columns are told apart, with some tens of rows a code; the more columns, the coarser. */
export function resolutionFor(rows: number, columns: number): Resolution {
  const most = (least: number, finest: number, wanted: number): number =>
    Math.round(Math.max(least, Math.min(finest, wanted, widest / Math.max(1, columns))));
  return {
    bins: most(coarsest.bins, finest.bins, Math.sqrt(rows)),
    commonShare: most(coarsest.commonShare, finest.commonShare, 2 * Math.sqrt(rows)),
  };
}

/** Share of the training rows that are shown in the order in which rows are made, rather than in a random one. */
export const orderedShare = 0.5;
/**
 * Times the learning rate is what parameters shrink by each step. Few rows would be learned by heart without it; more
 * lose what they could teach: 16,512 blocks of houses came to a C2ST AUC of .80 at .6, of .62 at .25, of .63 at .1.
 */
export const weightDecayFor = (rows: number): number => (rows >= 10_000 ? 0.25 : 0.6);
/** The average remembers a twentieth of the training, in which the learning rate is low. */
export const slowestAverage = (steps: number): number => Math.max(0.9, Math.min(0.999, 1 - 20 / steps));

/** How the network is trained on a table of some size. */
export interface AutoregressiveTraining {
  readonly epochs: number;
  readonly batchSize: number;
  /** Highest learning rate. */
  readonly learningRate: number;
}

export const sizesFor = (widths: readonly number[], rows: number): AutoregressiveSizes => ({
  widths,
  hidden: rows >= 10_000 ? 256 : 128,
  depth: 2,
});

export function trainingFor(rows: number, epochs: number | null): AutoregressiveTraining {
  const batchSize = rows >= 20_000 ? 500 : rows >= 4000 ? 250 : 100;
  return { epochs: epochs ?? defaultEpochs(rows), batchSize, learningRate: 2e-3 };
}

const defaultEpochs = (rows: number): number =>
  Math.max(5, Math.min(100, Math.round(30 * (40_000 / Math.max(1, rows)) ** 0.5)));

/** The order in which rows are made: as the columns come, and last what later models will predict from the others. */
export const generationOrder = (widths: readonly number[], target?: number): number[] => {
  const columns = [...widths.keys()];
  return target === undefined ? columns : [...columns.filter((column) => column !== target), target];
};
