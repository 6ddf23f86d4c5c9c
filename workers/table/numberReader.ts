/** Reads cells as numbers straight from bytes, taking only those that can be written back exactly. */
import { blanksBefore, formatNumber, maxDecimals, plainFormat } from './numberFormat.ts';
import type { NumberFormat } from './types.ts';

const digitZero = 0x30;
const minus = 0x2d;

/** 10^0 .. 10^20, all exactly representable up to 10^22. */
const powersOfTen = Float64Array.from({ length: maxDecimals + 1 }, (_, n) => Number(`1e${n}`));

/** Up to here an integer and its quotient by a power of ten survive the way through a Float64 and back. */
const maxExactDigits = 15;

/**
 * `exact`: stored as value and decimals. `other`: a text. `code`: digits that are a code and no amount, because they
 * start with zeros or are more than a Float64 can keep; one of them makes the whole column text.
 */
export type NumberReading = 'exact' | 'other' | 'code';

/**
 * After `read` has returned 'exact', `value` and `decimals` hold the number, and
 * `formatNumber(value, decimals, true, format)` gives the cell's text again.
 */
export class NumberReader {
  /** Blanks, then the sign, then the prefix. */
  readonly #blanks: Uint8Array;
  readonly #prefix: Uint8Array;
  readonly #suffix: Uint8Array;
  readonly #thousands: Uint8Array;
  readonly #decimalMark: number;
  readonly #bare: boolean;
  readonly #decoder = new TextDecoder();
  value = 0;
  decimals = 0;

  constructor(format: NumberFormat) {
    const encoder = new TextEncoder();
    const blanks = blanksBefore(format.prefix);
    this.#blanks = encoder.encode(format.prefix.slice(0, blanks));
    this.#prefix = encoder.encode(format.prefix.slice(blanks));
    this.#suffix = encoder.encode(format.suffix);
    this.#thousands = encoder.encode(format.thousandsMark);
    this.#decimalMark = format.decimalMark.charCodeAt(0);
    this.#bare = format.prefix === '' && format.suffix === '' && format.thousandsMark === '';
  }

  read(bytes: Uint8Array, start: number, end: number): NumberReading {
    let at = start;
    let stop = end;
    if (!this.#bare) {
      if (!holds(bytes, at, stop, this.#blanks)) return 'other';
      at += this.#blanks.length;
    }
    const negative = at < end && bytes[at] === minus;
    if (negative) at++;
    if (!this.#bare) {
      if (!holds(bytes, at, stop, this.#prefix)) return 'other';
      at += this.#prefix.length;
      stop -= this.#suffix.length;
      if (stop < at || !holds(bytes, stop, end, this.#suffix)) return 'other';
      if (this.#thousands.length > 0) return this.#readGrouped(bytes, at, stop, negative);
    }
    return this.#readPlain(bytes, at, stop, negative);
  }

  #readPlain(bytes: Uint8Array, start: number, end: number, negative: boolean): NumberReading {
    let at = start;
    let mantissa = 0;
    let digit = 0;
    while (at < end && (digit = bytes[at] - digitZero) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    const whole = at - start;
    if (whole === 0) return 'other';
    const zeroLed = whole > 1 && bytes[start] === digitZero;
    if (at === end) {
      if (zeroLed || whole > maxExactDigits) return this.#bare ? 'code' : 'other';
      return this.#take(mantissa, 0, negative);
    }
    if (bytes[at] !== this.#decimalMark || zeroLed) return 'other';
    const fraction = ++at;
    while (at < end && (digit = bytes[at] - digitZero) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    const decimals = at - fraction;
    if (at < end || decimals === 0 || decimals > maxDecimals) return 'other';
    if (whole + decimals > maxExactDigits) return this.#readLong(bytes, start, fraction, end, negative);
    return this.#take(mantissa, decimals, negative);
  }

  #take(mantissa: number, decimals: number, negative: boolean): NumberReading {
    // '-0' is kept as a text: a zero has no sign once it has been computed with.
    if (negative && mantissa === 0) return 'other';
    const magnitude = decimals === 0 ? mantissa : mantissa / powersOfTen[decimals];
    this.value = negative ? -magnitude : magnitude;
    this.decimals = decimals;
    return 'exact';
  }

  /** More digits than are safe to compute with: exact only if writing gives the same digits. */
  #readLong(
    bytes: Uint8Array,
    start: number,
    fraction: number,
    end: number,
    negative: boolean,
  ): NumberReading {
    const whole = this.#decoder.decode(bytes.subarray(start, fraction - 1));
    const text = `${whole}.${this.#decoder.decode(bytes.subarray(fraction, end))}`;
    const value = Number(text);
    if (formatNumber(value, end - fraction, true, plainFormat) !== text) return 'other';
    if (negative && value === 0) return 'other';
    this.value = negative ? -value : value;
    this.decimals = end - fraction;
    return 'exact';
  }

  /** Groups of three with a mark between all of them, as it would be written. */
  #readGrouped(bytes: Uint8Array, start: number, end: number, negative: boolean): NumberReading {
    const mark = this.#thousands;
    const packed = new Uint8Array(end - start);
    let length = 0;
    let at = start;
    let group = 0;
    let groups = 0;
    for (; at < end && bytes[at] !== this.#decimalMark; at++) {
      if (bytes[at] === mark[0] && holds(bytes, at, at + mark.length, mark)) {
        if (groups === 0 ? group < 1 || group > 3 : group !== 3) return 'other';
        groups++;
        group = 0;
        at += mark.length - 1;
      } else {
        packed[length++] = bytes[at];
        group++;
      }
    }
    if (group > 3 || (groups > 0 && group !== 3)) return 'other';
    while (at < end) packed[length++] = bytes[at++];
    return this.#readPlain(packed, 0, length, negative);
  }
}

/** Whether `part` stands at `at` and ends no later than `end`. */
function holds(bytes: Uint8Array, at: number, end: number, part: Uint8Array): boolean {
  if (at + part.length > end) return false;
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}
