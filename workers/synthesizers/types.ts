import type { RunControl } from '../control.ts';
import type { Rng } from '../random/rng.ts';
import type { Table } from '../table/types.ts';
import type { Profile } from '../profile/types.ts';

export type MethodId = 'independent' | 'vae';
export type MethodChoice = MethodId | 'auto';

export interface TrainingProgress {
  /** 0..1 */
  readonly done: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss of the latest epoch. */
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
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

/** The learned columns only, typed and in schema order, with their profile. */
export interface FitInput {
  readonly table: Table;
  readonly profile: Profile;
  /** Index into `table.columns` of the column later models will predict, when the person chose one. */
  readonly target?: number;
}

export interface SampleContext {
  readonly rng: Rng;
  readonly control: RunControl;
  readonly onProgress?: (done: number) => void;
}

/** Knows how to make rows. Never holds real rows. */
export interface Model {
  readonly method: MethodId;
  /** A table with the same columns as `FitInput.table`; every value lies in the profile's domain. */
  sample(rows: number, context: SampleContext): Promise<Table>;
  /** Frees tensors. */
  dispose(): void;
}

export interface FitResult {
  readonly model: Model;
  /** Stopped early by the person, with the model as far as it got. */
  readonly stopped: boolean;
  readonly epochs: number;
  readonly loss: readonly number[]; // mean loss an epoch
}

/** Size of a job, for estimates before it starts. */
export interface JobSize {
  readonly rows: number;
  /** Number of categories of each learned column (0 for a numeric one). */
  readonly cardinalities: readonly number[];
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
  /** What the fit will need, from a short self-benchmark where that helps. */
  estimate(size: JobSize, options: FitOptions): Promise<Estimate>;
  fit(input: FitInput, options: FitOptions, context: FitContext): Promise<FitResult>;
}
