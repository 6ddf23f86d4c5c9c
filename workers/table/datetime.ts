/**
 * Dates and times as written: reading and writing text in a pattern of Unicode letters (UTS 35):
 * yyyy yy MMMM MMM MM M dd d HH H hh h mm ss S..SSSSSS a, 'quoted literals'; everything else stands for itself.
 * Values are milliseconds of wall-clock time taken as UTC; a pattern without a date gives a time on 1970-01-01.
 */

const msPerDay = 86_400_000;

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

type Letter = 'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 'S' | 'a';

interface Field {
  readonly letter: Letter;
  /** Length in the pattern: 'yyyy' is 4. */
  readonly width: number;
}

/** A field, or the literal bytes between fields. */
type Part = Field | Uint8Array;

/** Beyond 2^42 ms (year 2109) a Float64 of milliseconds cannot tell microseconds apart. */
const maxMicrosecondMs = 2 ** 42;

const digitZero = 0x30;

/** A pattern made ready for many cells. Throws RangeError for a letter it does not know. */
export class DatetimePattern {
  readonly pattern: string;
  readonly #parts: readonly Part[];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #fractionDigits: number;
  readonly #months: readonly Uint8Array[];
  /** After `parseBytes`: the text has the form of the pattern, though perhaps no date in the calendar has it. */
  shaped = false;
  #at = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
    this.#parts = compile(pattern, this.#encoder);
    const fraction = this.#parts.find((part) => !isLiteral(part) && part.letter === 'S');
    this.#fractionDigits = fraction && !isLiteral(fraction) ? fraction.width : 0;
    const long = this.#parts.some((part) => !isLiteral(part) && part.letter === 'M' && part.width === 4);
    this.#months = monthNames.map((name) => this.#encoder.encode(long ? name : name.slice(0, 3)));
  }

  parse(text: string): number {
    const bytes = this.#encoder.encode(text);
    return this.parseBytes(bytes, 0, bytes.length);
  }

  /** Milliseconds, or NaN when `format` would not give these bytes again. */
  parseBytes(bytes: Uint8Array, start: number, end: number): number {
    this.#at = start;
    this.shaped = false;
    let year = 1970;
    let month = 1;
    let day = 1;
    let hour = 0;
    let half = -1; // 0 AM, 1 PM
    let minute = 0;
    let second = 0;
    let fraction = 0;
    for (const part of this.#parts) {
      const value = isLiteral(part) ? this.#skip(part, bytes, end) : this.#read(part, bytes, end);
      if (value < 0) return NaN;
      if (isLiteral(part)) continue;
      if (part.letter === 'y') year = part.width === 2 ? value + (value < 70 ? 2000 : 1900) : value;
      else if (part.letter === 'M') month = value;
      else if (part.letter === 'd') day = value;
      else if (part.letter === 'H') hour = value;
      else if (part.letter === 'h') hour = value >= 1 && value <= 12 ? value % 12 : 99;
      else if (part.letter === 'm') minute = value;
      else if (part.letter === 's') second = value;
      else if (part.letter === 'S') fraction = value / 10 ** (part.width - 3);
      else half = value;
    }
    if (this.#at !== end) return NaN;
    this.shaped = true;
    if (half === 1) hour += 12;
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NaN;
    if (hour > 23 || minute > 59 || second > 59) return NaN;
    const ms = daysFromCivil(year, month, day) * msPerDay + ((hour * 60 + minute) * 60 + second) * 1000;
    if (this.#fractionDigits > 3 && Math.abs(ms) >= maxMicrosecondMs) return NaN;
    return ms + fraction;
  }

  #skip(literal: Uint8Array, bytes: Uint8Array, end: number): number {
    if (this.#at + literal.length > end) return -1;
    for (const byte of literal) if (bytes[this.#at++] !== byte) return -1;
    return 0;
  }

  #read(field: Field, bytes: Uint8Array, end: number): number {
    if (field.letter === 'a') return this.#readHalf(bytes, end);
    if (field.letter === 'M' && field.width > 2) return this.#readMonthName(bytes, end);
    const start = this.#at;
    const most = Math.min(end, start + (field.width === 1 && field.letter !== 'S' ? 2 : field.width));
    let value = 0;
    let digit = 0;
    while (this.#at < most && (digit = bytes[this.#at] - digitZero) >= 0 && digit <= 9) {
      value = value * 10 + digit;
      this.#at++;
    }
    const length = this.#at - start;
    if (length < field.width) return -1;
    // An unpadded field would be written without the zero.
    if (length > field.width && bytes[start] === digitZero) return -1;
    return value;
  }

  #readHalf(bytes: Uint8Array, end: number): number {
    if (this.#at + 2 > end || bytes[this.#at + 1] !== 0x4d) return -1;
    const letter = bytes[this.#at];
    this.#at += 2;
    return letter === 0x41 ? 0 : letter === 0x50 ? 1 : -1;
  }

  #readMonthName(bytes: Uint8Array, end: number): number {
    const start = this.#at;
    for (let month = 0; month < 12; month++) {
      this.#at = start;
      if (this.#skip(this.#months[month], bytes, end) === 0) return month + 1;
    }
    return -1;
  }

  /** Truncates to the smallest unit the pattern writes. */
  format(ms: number): string {
    const digits = this.#fractionDigits;
    const perSecond = 10 ** digits;
    const ticks = digits > 3 ? Math.round(ms * 10 ** (digits - 3)) : Math.floor(ms / 10 ** (3 - digits));
    const seconds = Math.floor(ticks / perSecond);
    const date = new Date(seconds * 1000);
    const fraction = ticks - seconds * perSecond;
    let text = '';
    for (const part of this.#parts) {
      text += isLiteral(part) ? this.#decoder.decode(part) : fieldText(part, date, fraction);
    }
    return text;
  }
}

function fieldText({ letter, width }: Field, date: Date, fraction: number): string {
  const padded = (value: number): string => String(value).padStart(width, '0');
  switch (letter) {
    case 'y':
      return padded(width === 2 ? date.getUTCFullYear() % 100 : date.getUTCFullYear());
    case 'M': {
      const month = date.getUTCMonth();
      if (width > 2) return width === 4 ? monthNames[month] : monthNames[month].slice(0, 3);
      return padded(month + 1);
    }
    case 'd':
      return padded(date.getUTCDate());
    case 'H':
      return padded(date.getUTCHours());
    case 'h':
      return padded(date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12);
    case 'm':
      return padded(date.getUTCMinutes());
    case 's':
      return padded(date.getUTCSeconds());
    case 'S':
      return padded(fraction);
    case 'a':
      return date.getUTCHours() < 12 ? 'AM' : 'PM';
  }
}

const isLiteral = (part: Part): part is Uint8Array => part instanceof Uint8Array;

const isLetter = (text: string): text is Letter => /^[yMdHhmsSa]$/.test(text);

function compile(pattern: string, encoder: TextEncoder): Part[] {
  const parts: Part[] = [];
  for (const match of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    const letter = match[2];
    if (letter === undefined) {
      const text = match[1] === undefined ? match[0] : match[1].replaceAll("''", "'") || "'";
      parts.push(encoder.encode(text));
    } else if (isLetter(letter)) {
      parts.push({ letter, width: match[0].length });
    } else {
      throw new RangeError(`The date pattern “${pattern}” has the unknown letter ${letter}.`);
    }
  }
  return parts;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const century = Math.floor(shifted / 100);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - century + Math.floor(century / 4);
  return 365 * shifted + leapDays + dayOfYear - 719_468;
}

/** Milliseconds of wall-clock time taken as UTC; NaN if the text does not have the pattern. */
export function parseDatetime(text: string, pattern: string): number {
  return new DatetimePattern(pattern).parse(text);
}

export function formatDatetime(ms: number, pattern: string): string {
  return new DatetimePattern(pattern).format(ms);
}

/** The pattern with day and month exchanged; null when they cannot be mistaken for each other. */
export function exchangeDayMonth(pattern: string): string | null {
  const match = /^(dd?)([-/. ])(MM?)(\2yy(?:yy)?.*)$/.exec(pattern);
  if (match) return match[3] + match[2] + match[1] + match[4];
  const reverse = /^(MM?)([-/. ])(dd?)(\2yy(?:yy)?.*)$/.exec(pattern);
  return reverse ? reverse[3] + reverse[2] + reverse[1] + reverse[4] : null;
}
