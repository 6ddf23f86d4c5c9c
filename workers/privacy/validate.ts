import { HomespunError } from '../errors.ts';

/** Above this a guarantee says nothing any more: an attacker's odds may grow by a factor of e^100. */
export const MAX_EPSILON = 100;
/** Far above any training run, and small enough that every count stays an exact integer. */
export const MAX_COUNT = 1e9;

const refuse = (name: string, value: number, expected: string, hint: string): never => {
  throw new HomespunError({
    code: 'bad-settings',
    message: `Expected ${name} ${expected}, got ${name}=${value}.`,
    hint,
  });
};

/** A privacy budget asked for: finite, above 0 and at most `MAX_EPSILON`. */
export function validateEpsilon(epsilon: number, name = 'epsilon'): void {
  if (!(epsilon > 0 && epsilon <= MAX_EPSILON)) {
    refuse(name, epsilon, `above 0 and at most ${MAX_EPSILON}`, 'Choose a value between 0.1 and 10.');
  }
}

/** The probability with which the bound may fail: strictly between 0 and 1. */
export function validateDelta(delta: number, name = 'delta'): void {
  if (!(delta > 0 && delta < 1)) {
    refuse(
      name,
      delta,
      'between 0 and 1, both excluded',
      'Choose a power of ten below 1 / rows, such as 1e-6.',
    );
  }
}

/** A delta of 1 / rows or more would allow a row to be published outright. */
export function validateDeltaForRows(delta: number, rows: number): void {
  validateDelta(delta);
  validatePositiveInteger(rows, 'rows');
  if (delta >= 1 / rows) {
    refuse('delta', delta, `below 1 / rows = ${1 / rows}`, `Choose ${publicDelta(rows)} or less.`);
  }
}

/** A failure probability that may also be 0, as in a pure guarantee. */
export function validateFailure(delta: number, name = 'delta'): void {
  if (!(delta >= 0 && delta < 1)) {
    refuse(name, delta, 'at least 0 and below 1', 'Choose a small probability such as 1e-8.');
  }
}

export function validateProbability(value: number, name: string): void {
  if (!(value >= 0 && value <= 1)) refuse(name, value, 'between 0 and 1', 'Give a probability.');
}

export function validatePositive(value: number, name: string): void {
  if (!(value > 0 && value < Infinity)) refuse(name, value, 'above 0 and finite', 'Give a positive number.');
}

export function validateNonNegative(value: number, name: string): void {
  if (!(value >= 0 && value < Infinity)) {
    refuse(name, value, 'at least 0 and finite', 'Give zero or a positive number.');
  }
}

/** How often something happened: an integer, 0 included. */
export function validateCount(value: number, name: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= MAX_COUNT)) {
    refuse(name, value, `a whole number from 0 to ${MAX_COUNT}`, 'Give a whole number.');
  }
}

export function validatePositiveInteger(value: number, name: string): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    refuse(name, value, 'a whole number of 1 or more', 'Give a whole number of 1 or more.');
  }
}

/** The largest power of ten strictly below 1 / rows, at most 1e-5. `rows` must be public or already noised. */
export function publicDelta(rows: number): number {
  validatePositiveInteger(rows, 'rows');
  let exponent = 5;
  while (Number(`1e-${exponent}`) >= 1 / rows) exponent++;
  return Number(`1e-${exponent}`);
}
