import type { RunControl } from '../control.ts';

/** Longest stretch of work without letting messages in. */
const stretchMs = 20;

/** Yields to the event loop when it is time to, so that a long computation can be paused and cancelled. */
export class Pace {
  readonly #control: RunControl;
  readonly #now: () => number;
  #last: number;

  constructor(control: RunControl, now: () => number) {
    this.#control = control;
    this.#now = now;
    this.#last = now();
  }

  /** Call between pieces of work of a few milliseconds. Throws `stopped` when the run was cancelled. */
  async breathe(): Promise<void> {
    if (this.#now() - this.#last < stretchMs) return;
    await this.#control.checkpoint();
    this.#last = this.#now();
  }
}
