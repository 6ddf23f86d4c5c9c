/** Text to bytes in the encodings a table can be written in. */

/** Code points of Windows-1252 bytes 0x80 to 0x9f (WHATWG Encoding, index windows-1252). */
const windows1252High =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const windows1252Bytes: ReadonlyMap<number, number> = new Map(
  Array.from(windows1252High, (letter, i) => [letter.charCodeAt(0), 0x80 + i]),
);

export type WritableEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The encoding itself if it can be written, else UTF-8. */
export function writableEncoding(encoding: string): WritableEncoding {
  switch (encoding) {
    case 'utf-16le':
    case 'utf-16be':
    case 'windows-1252':
      return encoding;
    default:
      return 'utf-8';
  }
}

/** Null when the text has a character the encoding lacks, which only Windows-1252 can. */
export function encodeText(text: string, encoding: WritableEncoding): Uint8Array<ArrayBuffer> | null {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  return encoding === 'windows-1252' ? encodeWindows1252(text) : encodeUtf16(text, encoding === 'utf-16le');
}

function encodeUtf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const [low, high] = littleEndian ? [0, 1] : [1, 0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i + low] = unit & 0xff;
    bytes[2 * i + high] = unit >> 8;
  }
  return bytes;
}

function encodeWindows1252(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const same = unit < 0x80 || (unit >= 0xa0 && unit <= 0xff);
    const byte = same ? unit : windows1252Bytes.get(unit);
    if (byte === undefined) return null;
    bytes[i] = byte;
  }
  return bytes;
}

/** U+FEFF as bytes. */
export function markOf(encoding: WritableEncoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'windows-1252') return new Uint8Array(0);
  return encodeText('\ufeff', encoding) ?? new Uint8Array(0);
}
