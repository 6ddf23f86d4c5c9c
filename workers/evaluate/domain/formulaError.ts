import { HomespunError } from '../../errors.ts';

/** What is wrong with a formula, where (0-based, its length for its end), and what to write instead. */
export const formulaError = (position: number, message: string, hint: string): HomespunError =>
  new HomespunError({
    code: 'bad-settings',
    message: `${message} (character ${position + 1}).`,
    hint,
    position,
  });
