import { RunControl } from './control.ts';
import { HomespunError, toResult, type Result } from './errors.ts';
import { assessors, type AssessmentTask } from './evaluate/assessors.ts';
import type { AssessmentId, AssessmentOutcome } from './evaluate/assessedTypes.ts';
import { seededRng } from './random/rng.ts';

/** What a scorer works on; given once, before the first assessment. */
export interface ScorerTask extends AssessmentTask {
  readonly seed: number;
}

/** `done` is 0..1. */
export type OnScored = (done: number, message: string) => void;

/** Computes assessments one after the other, perhaps in a thread of its own. */
export interface Scorer {
  take(task: ScorerTask): Promise<void>;
  assess(id: AssessmentId, onProgress: OnScored): Promise<Result<AssessmentOutcome>>;
  /** Drops the tables; an assessment that is running ends as `stopped`. */
  end(): void;
}

/** At most ten words of progress a second: each may cross threads. */
const minimumIntervalMs = 100;

/** A scorer in this thread. */
export class LocalScorer implements Scorer {
  readonly #now: () => number;
  #task: ScorerTask | null = null;
  #control: RunControl | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  async take(task: ScorerTask): Promise<void> {
    this.#task = task;
  }

  async assess(id: AssessmentId, onProgress: OnScored): Promise<Result<AssessmentOutcome>> {
    const control = new RunControl();
    this.#control = control;
    const result = await toResult(() => this.#assess(id, control, onProgress));
    control.close();
    return result;
  }

  end(): void {
    this.#task = null;
    this.#control?.stop('discard');
  }

  #assess(id: AssessmentId, control: RunControl, onProgress: OnScored): Promise<AssessmentOutcome> {
    const assessor = assessors.find((candidate) => candidate.id === id);
    const task = this.#task;
    if (!assessor || !task) {
      throw new HomespunError({ code: 'not-ready', message: 'There are no tables to assess.' });
    }
    let last = -Infinity;
    return assessor.assess(task, {
      rng: seededRng(task.seed).fork(`assess ${id}`),
      control,
      now: this.#now,
      onProgress: (done, message) => {
        if (this.#now() - last < minimumIntervalMs) return;
        last = this.#now();
        onProgress(done, message);
      },
    });
  }
}
