import { HomespunError } from './errors.ts';

/** How a run ends early: keep what was learned so far, or discard it. */
export type StopMode = 'keep' | 'discard';

/**
 * Lets a long run be paused and stopped from outside.
 * A loop awaits `checkpoint()` every few milliseconds of work: that is the only moment at which messages from the
 * page get in (awaiting tensor data on WASM or CPU lets none in), and it throws when the run was cancelled.
 */
export class RunControl {
  #paused = false;
  #stop: StopMode | null = null;
  #wake: (() => void) | null = null;
  readonly #channel = new MessageChannel();
  readonly #turns: (() => void)[] = [];

  constructor() {
    this.#channel.port1.onmessage = () => this.#turns.shift()?.();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }

  stop(mode: StopMode): void {
    this.#stop = mode;
    this.resume();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** True when the run should finish with what it has; loops test it after each `checkpoint()`. */
  get stopping(): boolean {
    return this.#stop === 'keep';
  }

  /** Yields to the event loop, waits while paused. Throws `stopped` when the run was cancelled. */
  async checkpoint(): Promise<void> {
    await new Promise<void>((turn) => {
      this.#turns.push(turn);
      this.#channel.port2.postMessage(null);
    });
    while (this.#paused && this.#stop === null) {
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    if (this.#stop === 'discard') {
      throw new HomespunError({ code: 'stopped', message: 'The run was cancelled.' });
    }
  }

  /** Frees the message port; call once the run has ended. */
  close(): void {
    this.#channel.port1.close();
    this.#channel.port2.close();
  }
}

/** For several runs in a row, of which those that are done are kept: any stop cancels the one that is running. */
export class SeriesControl extends RunControl {
  override stop(): void {
    super.stop('discard');
  }
}
