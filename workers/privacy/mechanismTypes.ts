/** The values of a column that were found in the data and may be named. */
export interface Discovered {
  /** In natural order of the text, which says nothing of the data. */
  readonly values: readonly string[];
  /** Noisy rows of each. */
  readonly counts: Float64Array;
  /** Noisy rows of the cells that are always there, such as missing. */
  readonly always: Float64Array;
}

/** Writes `count` uses of event number `event` into the ledger; resolves once they are kept. */
export type Charge = (event: number, count: number) => Promise<void>;

/** One step of DP-SGD: which rows it may look at, and the noise that its sum must get. */
export interface SampledStep {
  /** Ascending unit numbers, each in with probability exactly the event's rate. May be empty. */
  readonly units: Uint32Array;
  /**
   * Adds the event's Gaussian noise to the sum of clipped gradients, in place. `sensitivity` is the most one unit
   * changes the sum, rounding of the caller's arithmetic included; the noise grid's margin is added here. Once a step.
   */
  addNoise(sum: Float32Array, sensitivity: number): void;
}

/**
 * The only way from real rows to anything that is released. Each call names a planned event and takes its parameters
 * from there, so that the noise drawn is the noise charged; a call beyond what was paid for throws. Everything that is
 * released must be a function of answers given here and of public facts: tests put blind mechanisms in this place and
 * expect equal output for different tables.
 */
export interface Mechanisms {
  /** Uses paid for so far of each planned event. */
  readonly charged: readonly number[];
  /** Pays for `count` uses of an event, before they happen. Without `count`: for all that the plan has left. */
  prepay(event: number, count?: number): Promise<void>;
  /** Integer counts with exact discrete Gaussian noise. One use of a `discreteGaussian` event. */
  noisyCounts(event: number, counts: Float64Array): Float64Array;
  /**
   * The values that enough rows hold, with noisy counts: one use of `event` (discreteGaussian) and one of `failure`
   * (approxDp with epsilon 0). `values` are distinct, `counts` their exact rows; `always` counts further cells of the
   * same histogram that are public, and so released whatever they hold.
   */
  discover(
    event: number,
    failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered;
  /** Index of a candidate, likelier the higher its score. One use of an `exponential` event. */
  select(event: number, scores: Float64Array, sensitivity: number): number;
  /** Opens one step of a `sampledGaussian` event over `units` rows (or persons). One use. */
  sampledStep(event: number, units: number): SampledStep;
}
