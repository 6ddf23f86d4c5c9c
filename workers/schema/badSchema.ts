import { HomespunError } from '../errors.ts';

/** A schema that does not fit: "Column “age” <what>." with what to do about it. */
export const badSchema = (column: string, what: string, hint?: string): HomespunError =>
  new HomespunError({ code: 'bad-schema', message: `Column “${column}” ${what}.`, column, hint });
