import { HomespunError } from '../errors.ts';

/** A plan that cannot be followed: the message names the column, the hint says what to do. */
export const refusal = (column: string | null, message: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-settings', message, hint, ...(column !== null && { column }) });
