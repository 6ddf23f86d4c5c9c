/**
 * Which encoding a file is in, decided from all its bytes.
 *
 * Byte order marks decide; UTF-16 without one shows by its NULs; everything else is UTF-8 if every byte of the file
 * fits (RFC 3629, no overlong forms, no surrogates) and Windows-1252 otherwise.
 */
import { HomespunError } from '../errors.ts';

export type ByteOrderMark = 'utf-8' | 'utf-16le' | 'utf-16be' | null;

/** What `EncodingScan` saw. Positions are 1-based physical lines. */
export interface EncodingFacts {
  readonly mark: ByteOrderMark;
  readonly validUtf8: boolean;
  /** Line of the first byte that is not UTF-8; 0 if there is none. */
  readonly invalidLine: number;
  readonly nulBytes: number;
  readonly nulLine: number;
  /** LF bytes plus CR bytes not followed by LF: an upper bound of the lines. */
  readonly lineEnds: number;
  readonly ascii: boolean;
}

export const markBytes = { 'utf-8': 3, 'utf-16le': 2, 'utf-16be': 2 } as const;

/** Signatures of files people drop by mistake. */
const signatures: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel workbook or a ZIP archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF' },
  { bytes: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file' },
  { bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], what: 'a SQLite database' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'an image' },
  { bytes: [0xff, 0xd8, 0xff], what: 'an image' },
];

export function startsWithBytes(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

/** The mark at the start of a file. Throws `bad-file` for UTF-32 and for well-known files that are no text. */
export function byteOrderMark(head: Uint8Array): ByteOrderMark {
  if (startsWithBytes(head, [0, 0, 0xfe, 0xff]) || isUtf32Le(head)) {
    throw notText('is UTF-32 text', 'Save it as UTF-8 and open it again.');
  }
  const known = signatures.find(({ bytes }) => startsWithBytes(head, bytes));
  if (known) throw notText(`is ${known.what}`, 'Save the table as CSV and open that.');
  if (startsWithBytes(head, [0xef, 0xbb, 0xbf])) return 'utf-8';
  if (startsWithBytes(head, [0xff, 0xfe])) return 'utf-16le';
  if (startsWithBytes(head, [0xfe, 0xff])) return 'utf-16be';
  return null;
}

/** The mark alone could be that of UTF-16 before a NUL, so every unit is looked at: none is above U+10FFFF. */
function isUtf32Le(head: Uint8Array): boolean {
  if (!startsWithBytes(head, [0xff, 0xfe, 0, 0])) return false;
  for (let i = 0; i + 3 < head.length; i += 4) if (head[i + 2] > 0x10 || head[i + 3] !== 0) return false;
  return true;
}

const notText = (what: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-file', message: `This file ${what}, not CSV.`, hint });

/**
 * UTF-16 without a mark: ASCII text in it has a NUL in nearly every second byte, always on the same side.
 * Throws `bad-file` when the bytes look like no text at all.
 */
export function unmarkedUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const nuls = [0, 0];
  let controls = 0;
  for (let i = 0; i < head.length; i++) {
    if (head[i] === 0) nuls[i & 1]++;
    else if (head[i] < 0x09 || (head[i] > 0x0d && head[i] < 0x1b)) controls++;
  }
  const half = head.length / 2;
  if (nuls[1] > 0.4 * half && nuls[0] < 0.02 * half) return 'utf-16le';
  if (nuls[0] > 0.4 * half && nuls[1] < 0.02 * half) return 'utf-16be';
  if (nuls[0] + nuls[1] > 0.3 * head.length || controls > 0.2 * head.length) {
    throw notText('holds bytes that are no text', 'Save the table as CSV and open that.');
  }
  return null;
}

/** Validates UTF-8 and counts what pass 1 must know, chunk by chunk. */
export class EncodingScan {
  readonly #mark: ByteOrderMark;
  #pending = 0; // continuation bytes still due
  #low = 0x80; // range of the next continuation byte
  #high = 0xbf;
  #ascii = true;
  #invalidLine = 0;
  #nulBytes = 0;
  #nulLine = 0;
  #lineEnds = 0;
  #afterCr = false;

  constructor(mark: ByteOrderMark) {
    this.#mark = mark;
  }

  update(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at++];
      if (byte < 0x80 && this.#pending === 0) {
        if (byte <= 0x0d) this.#control(byte);
        else this.#afterCr = false;
      } else {
        this.#multibyte(byte);
      }
    }
  }

  #control(byte: number): void {
    if (byte === 0x0a) {
      if (!this.#afterCr) this.#lineEnds++;
      this.#afterCr = false;
      return;
    }
    this.#afterCr = byte === 0x0d;
    if (byte === 0x0d) this.#lineEnds++;
    else if (byte === 0) {
      if (this.#nulBytes++ === 0) this.#nulLine = this.#lineEnds + 1;
    }
  }

  #multibyte(byte: number): void {
    this.#ascii = false;
    this.#afterCr = false;
    if (this.#pending > 0) {
      const valid = byte >= this.#low && byte <= this.#high;
      this.#low = 0x80;
      this.#high = 0xbf;
      this.#pending = valid ? this.#pending - 1 : 0;
      if (valid) return;
      this.#invalid();
      if (byte < 0x80) {
        if (byte <= 0x0d) this.#control(byte);
        return;
      }
    }
    this.#lead(byte);
  }

  #lead(byte: number): void {
    if (byte >= 0xc2 && byte <= 0xdf) this.#pending = 1;
    else if (byte >= 0xe0 && byte <= 0xef) this.#pending = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) this.#pending = 3;
    else {
      this.#invalid();
      return;
    }
    if (byte === 0xe0) this.#low = 0xa0;
    if (byte === 0xed) this.#high = 0x9f;
    if (byte === 0xf0) this.#low = 0x90;
    if (byte === 0xf4) this.#high = 0x8f;
  }

  #invalid(): void {
    if (this.#invalidLine === 0) this.#invalidLine = this.#lineEnds + 1;
  }

  facts(): EncodingFacts {
    if (this.#pending > 0) this.#invalid();
    return {
      mark: this.#mark,
      validUtf8: this.#invalidLine === 0,
      invalidLine: this.#invalidLine,
      nulBytes: this.#nulBytes,
      nulLine: this.#nulLine,
      lineEnds: this.#lineEnds,
      ascii: this.#ascii,
    };
  }
}

/** The name by which browsers know an encoding. Throws `bad-settings` for an unknown one. */
export function canonicalEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new HomespunError({
      code: 'bad-settings',
      message: `The encoding “${label}” is not known to this browser.`,
      hint: 'Try utf-8, windows-1252, iso-8859-15, utf-16le or shift_jis.',
    });
  }
}
