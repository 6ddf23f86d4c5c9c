/** Errors of `npm run synth`, and results of the page as values or errors. */
import { UsageError } from './optionValues.mjs';

/** @typedef {import('../workers/errors.ts').EngineError} EngineError */

/** Input that cannot be used: the message says what and where. */
export class InputError extends Error {}

/** @param {EngineError} error */
function inWords({ message, hint, line, column }) {
  const where = [line && `line ${line}`, column && `column "${column}"`].filter(Boolean).join(', ');
  return [where ? `${message} (${where})` : message, hint].filter(Boolean).join('\n');
}

/** @param {EngineError} error */
function asError(error) {
  const kinds = { 'bad-file': InputError, 'bad-schema': InputError, 'bad-settings': UsageError };
  const Kind = error.code in kinds ? kinds[/** @type {keyof typeof kinds} */ (error.code)] : Error;
  return new Kind(inWords(error));
}

/**
 * The value of a result, or its error thrown.
 * @template T @param {import('../workers/errors.ts').Result<T>} result @returns {T}
 */
export function take(result) {
  if (result.ok) return result.value;
  throw asError(result.error);
}
