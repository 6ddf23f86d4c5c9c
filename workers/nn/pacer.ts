import type { RunControl } from '../control.ts';

/** Longest stretch of work without letting messages in. */
const yieldMs = 10;
const previewMs = 2000;
/** A preview may take this share of the time at most. */
const previewShare = 0.2;

/** Says when a long run lets messages in and shows previews, and for how long it has worked. Times in milliseconds. */
export class Pacer {
  readonly #now: () => number;
  readonly #control: RunControl;
  #startedAt = 0;
  #idleMs = 0;
  #yieldedAt = 0;
  #previewAt = 0;

  constructor({ now, control }: { readonly now: () => number; readonly control: RunControl }) {
    this.#now = now;
    this.#control = control;
  }

  start(): void {
    this.#startedAt = this.#yieldedAt = this.#previewAt = this.#now();
  }

  /** Time since the start without what was spent paused or in previews. */
  get workedMs(): number {
    return this.#now() - this.#startedAt - this.#idleMs;
  }

  /** Lets messages in. Throws `stopped` when the run was cancelled. */
  async yieldWhenDue(): Promise<void> {
    const before = this.#now();
    if (before - this.#yieldedAt < yieldMs) return;
    await this.#control.checkpoint();
    const after = this.#now();
    this.#yieldedAt = after;
    if (after - before > yieldMs) this.#idleMs += after - before;
  }

  async previewWhenDue(preview: () => Promise<void>): Promise<void> {
    const before = this.#now();
    if (before < this.#previewAt) return;
    await preview();
    const took = this.#now() - before;
    this.#idleMs += took;
    this.#previewAt = this.#now() + Math.max(previewMs - took, took / previewShare);
  }
}
