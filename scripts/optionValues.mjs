/** Reading single options of a command line. */

/** Wrong usage: the message says what to change. */
export class UsageError extends Error {}

/**
 * @template {string} T @param {string} name @param {string | undefined} text @param {readonly T[]} allowed
 * @returns {T} the first allowed one when nothing is said
 */
export function oneOf(name, text, allowed) {
  if (text === undefined) return allowed[0];
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(`--${name} takes one of: ${allowed.join(', ')}.`);
  return found;
}

/** @param {string} name @param {string | undefined} text @param {{ low: number, high: number, whole: boolean }} range */
export function number(name, text, { low, high, whole }) {
  if (text === undefined) return null;
  const value = Number(text);
  const fits =
    text.trim() !== '' &&
    value >= low &&
    value <= high &&
    (Number.isInteger(value) || (!whole && !isNaN(value)));
  if (!fits) throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${low} to ${high}.`);
  return value;
}
