import type { RunControl } from '../control.ts';
import type { SampleConditions } from '../encode/conditionTypes.ts';
import type { Rng } from '../random/rng.ts';
import type { PlannedEvent } from '../privacy/ledger.ts';
import type { Mechanisms } from '../privacy/mechanismTypes.ts';
import type { Column, Table } from '../table/types.ts';
import type { Profile } from '../profile/types.ts';
import type { SavedModel } from './savedTypes.ts';
import type { SavedReader } from './savedModel.ts';

export type MethodId = 'independent' | 'copula' | 'mst' | 'aim' | 'autoregressive' | 'vae' | 'gan';
export type MethodChoice = MethodId | 'auto';

export interface TrainingProgress {
  /** 0..1 */
  readonly done: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss of the latest epoch; NaN under DP, where no loss on real rows is computed. */
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
  /** What is being done, where that is no epoch. */
  readonly message?: string;
}

/** What a synthesizer may use besides the data. */
export interface FitContext {
  readonly rng: Rng;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
  readonly control: RunControl;
  readonly onProgress: (progress: TrainingProgress) => void;
  /** Called with the half-trained model at least every two seconds, so that the page can show its output. */
  readonly onModel?: (model: Model) => Promise<void>;
  readonly onNotice: (message: string) => void;
}

/** What a private fit has beside the rows: it may touch them through `mechanisms` alone. */
export interface PrivateAccess {
  readonly mechanisms: Mechanisms;
  /** Number of the first of the events that `PrivateSynthesis.events` planned; the others follow in order. */
  readonly firstEvent: number;
  /** Those events, as calibrated. */
  readonly events: readonly PlannedEvent[];
  /** Most rows of one unit (1 where the unit is the row): sensitivity of every count. */
  readonly rowsPerUnit: number;
  /** Who is protected: unit number of each row, 0 .. units - 1. Absent where each row is a unit of its own. */
  readonly unitOf?: Int32Array;
  readonly units: number;
}

/** The learned columns only, typed and in schema order, with their profile (noisy under DP). */
export interface FitInput {
  readonly table: Table;
  readonly profile: Profile;
  /** Set under DP. */
  readonly access?: PrivateAccess;
  /** Index into `table.columns` of the column later models will predict, when the person chose one. */
  readonly target?: number;
}

export interface SampleContext {
  readonly rng: Rng;
  readonly control: RunControl;
  readonly onProgress?: (done: number) => void;
  /** Honoured exactly; refused with `bad-settings` where no row, or for some methods too few rows, fulfil them. */
  readonly conditions?: SampleConditions;
  /**
   * For methods that are `anyOrder`: above 1 rows are more varied than those learned from, below more typical.
   * At 1, the default, columns have their learned shares; at others common values come more, or less, often.
   */
  readonly temperature?: number;
  /** Called by methods that draw rows and keep those that fulfil the conditions, with how many of each. */
  readonly onDrawn?: (drawn: number, kept: number) => void;
}

export type ImputeContext = Pick<SampleContext, 'rng' | 'control' | 'temperature'>;

/** Knows how to make rows. Never holds real rows. */
export interface Model {
  readonly method: MethodId;
  /** A table with the same columns as `FitInput.table`; every value lies in the profile's domain. */
  sample(rows: number, context: SampleContext): Promise<Table>;
  /**
   * Values for the gaps of given rows, drawn given the other cells of each row; of methods that are `anyOrder`.
   * @param table columns as `sample` gives them; missing cells are unknown, and need not be gaps
   * @param gaps by column, the rows to be filled, rising; their cells are missing
   * @returns by column, a cell for each of its gaps, none of them missing; null where there is no gap, or the model knows
   *   no value
   */
  impute?(table: Table, gaps: readonly Int32Array[], context: ImputeContext): Promise<(Column | null)[]>;
  /** What `Synthesizer.load` makes the same model of, beside its profile. */
  save(): SavedModel;
  /** Frees tensors. */
  dispose(): void;
}

export interface FitResult {
  readonly model: Model;
  /** Stopped early by the person, with the model as far as it got. */
  readonly stopped: boolean;
  readonly epochs: number;
  /** Mean loss of each epoch; empty under DP. */
  readonly loss: readonly number[];
}

/** Size of a job, for estimates before it starts. */
export interface JobSize {
  readonly rows: number;
  /** Number of categories of each learned column (0 for a numeric one). */
  readonly cardinalities: readonly number[];
  /** Under differential privacy: cardinalities are those declared, others count as 0. */
  readonly private?: boolean;
}

/** Size of a private job: public facts only. */
export interface PrivateSize {
  /** Rows, or persons, that training samples from. */
  readonly units: number;
  readonly rowsPerUnit: number;
  readonly columns: number;
  /** The budget asked for: fixes how many releases it is shared among, before it is calibrated. */
  readonly epsilon: number;
  readonly delta: number;
  /** Index of the target among the learned columns. */
  readonly target?: number;
}

/** What a method releases under DP, beyond the profile. */
export interface PrivateSynthesis {
  /** Share of the budget that goes into the profile unless the person says otherwise, 0..1. */
  readonly profileShare: number;
  /**
   * Every event of a fit, fixed before it starts, at about `rho` of zero-concentrated DP altogether. The plan is
   * calibrated by the accountant: a smaller `rho` must give more noise everywhere, nothing else.
   */
  events(size: PrivateSize, rho: number, options: FitOptions): readonly PlannedEvent[];
}

/** Settings every method understands; null lets the method choose from the number of rows. */
export interface FitOptions {
  readonly epochs: number | null;
}

export interface SynthesizerMeta {
  readonly id: MethodId;
  readonly label: string;
  /** One sentence for the page. */
  readonly summary: string;
  /** Whether it needs a tensor backend (chosen by the pipeline before `fit` and `estimate`). */
  readonly neural: boolean;
  /** Rows can be made at a temperature, and gaps in rows be filled; absent: no. */
  readonly anyOrder?: true;
  /** Throws `bad-settings` naming the option and the allowed range. */
  validate(options: FitOptions): void;
}

export interface Estimate {
  readonly seconds: number;
  readonly bytes: number;
  readonly epochs: number;
}

export interface Synthesizer {
  readonly meta: SynthesizerMeta;
  /** Absent where the method has no private form. */
  readonly privacy?: PrivateSynthesis;
  /** What the fit will need, from a short self-benchmark where that helps. */
  estimate(size: JobSize, options: FitOptions): Promise<Estimate>;
  fit(input: FitInput, options: FitOptions, context: FitContext): Promise<FitResult>;
  /** A model that was saved: makes the same rows. Throws `bad-file` for what does not fit its profile. */
  load(saved: SavedReader, profile: Profile): Promise<Model>;
}
