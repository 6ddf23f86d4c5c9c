import { HomespunError } from '../errors.ts';
import type { FitOptions } from './types.ts';

const mostEpochs = 10_000;

/** For methods that are trained in epochs. Throws `bad-settings`. */
export function validateEpochs({ epochs }: FitOptions): void {
  if (epochs === null || (Number.isSafeInteger(epochs) && epochs >= 1 && epochs <= mostEpochs)) return;
  throw new HomespunError({
    code: 'bad-settings',
    message: `${epochs} epochs cannot be run.`,
    hint: `Choose a whole number from 1 to ${mostEpochs.toLocaleString('en-US')}, or leave it to the method.`,
  });
}
