/** What scripts find on `globalThis` inside the page: `homespun` from the page itself, and what they put there. */
import type {} from '../src/app/automation.ts';
import type { Progress } from '../workers/protocol.ts';

declare global {
  /** Length in milliseconds of the main thread's longest task since the page was opened; 0 when under 50. */
  var homespunLongestTaskMs: number;
  /** Set by scripts/synth.mjs: prints a step of progress in the terminal. */
  var homespunPrint:
    ((step: Pick<Progress, 'stage' | 'done' | 'message' | 'secondsLeft' | 'training'>) => void) | undefined;
}
