import type { OnProgress, Progress } from './protocol.ts';

const minimumIntervalMs = 100;

/**
 * Passes progress on at most ten times a second (each report crosses threads), always letting a stage's first and last
 * report through, and adds an estimate of the time left from the pace so far.
 */
export class ProgressReporter {
  readonly #send: OnProgress;
  readonly #now: () => number;
  #stage: Progress['stage'] | null = null;
  #stageStart = 0;
  #lastSent = -Infinity;

  constructor(send: OnProgress, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** `done` is the share 0..1 of the stage. `more.secondsLeft` overrides the estimate. */
  report(stage: Progress['stage'], done: number, message: string, more: Partial<Progress> = {}): void {
    const now = this.#now();
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#stageStart = now;
    } else if (now - this.#lastSent < minimumIntervalMs && done < 1 && !more.overlay && !more.swept) {
      return;
    }
    this.#lastSent = now;
    this.#send({ stage, done, message, secondsLeft: this.#estimate(now, done), ...more });
  }

  #estimate(now: number, done: number): number {
    const elapsed = (now - this.#stageStart) / 1000;
    return done > 0.02 && elapsed > 0.2 ? (elapsed * (1 - done)) / done : NaN;
  }
}
