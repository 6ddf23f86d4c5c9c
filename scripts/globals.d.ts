/** What scripts find on `globalThis` inside the page: `homespun` from the page itself, and what they put there. */
import type {} from '../src/app/automation.ts';
import type { Progress } from '../workers/protocol.ts';

declare global {
  /** Set by scripts/synth.mjs: prints a step of progress in the terminal. */
  var homespunPrint:
    ((step: Pick<Progress, 'stage' | 'done' | 'message' | 'secondsLeft' | 'training'>) => void) | undefined;
  /** Set by tests/bench/step/index.html: seconds of each training step. */
  var timeSteps: (ask: object) => Promise<{ plain: number[]; dp: number[] }>;
  /** Set by the same page: seconds of each step by method, and what the last one asked of a graphics processor. */
  var timeKernels: (
    ask: object,
  ) => Promise<
    Record<
      string,
      { seconds: number[]; dispatches: number; submissions: number; kernelMs: Record<string, number> }
    >
  >;
}
