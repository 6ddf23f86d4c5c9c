/** The first pass over a file: hash, encoding and a sample of its text. */
import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import { EncodingScan, byteOrderMark, canonicalEncoding, markBytes, unmarkedUtf16 } from './encoding.ts';
import type { EncodingFacts } from './encoding.ts';
import { Transcoder, fileChunks, readPiece } from './fileBytes.ts';
import { Sha256 } from './sha256.ts';
import type { Notice } from './types.ts';

export interface FileFacts {
  readonly encoding: string;
  readonly byteOrderMark: boolean;
  /** Bytes of the mark, to be skipped. */
  readonly textStart: number;
  /** The bytes are UTF-8 already and need no transcoding. */
  readonly isUtf8: boolean;
  readonly sha256: string;
  readonly notices: readonly Notice[];
}

const headBytes = 64 * 1024;

export interface PassOptions {
  readonly chunkBytes: number;
  readonly control: RunControl;
  /** Share 0..1 of this pass. */
  readonly onShare: (share: number) => void;
}

/** Reads the whole file once. Throws `bad-file` for empty files and for files that are no text. */
export async function learnFile(
  file: Blob,
  forced: string | undefined,
  { chunkBytes, control, onShare }: PassOptions,
): Promise<FileFacts> {
  if (file.size === 0) throw emptyFile();
  const head = await readPiece(file, 0, Math.min(headBytes, file.size));
  const mark = byteOrderMark(head);
  const wanted = forced === undefined ? undefined : canonicalEncoding(forced);
  const likely = mark ?? (wanted === undefined ? unmarkedUtf16(head) : null) ?? wanted ?? null;
  const hash = new Sha256();
  const scan = new EncodingScan(mark);
  const check = likely === null || likely === 'utf-8' ? null : new Transcoder(likely, true);
  const textStart = mark === null ? 0 : markBytes[mark];
  let done = 0;
  for await (const chunk of fileChunks(file, 0, chunkBytes, control)) {
    hash.update(chunk);
    scan.update(chunk);
    check?.push(chunk.subarray(Math.max(0, textStart - done)));
    done += chunk.length;
    onShare(done / file.size);
  }
  check?.end();
  const facts = scan.facts();
  const encoding = likely ?? (facts.validUtf8 ? 'utf-8' : 'windows-1252');
  return {
    encoding,
    byteOrderMark: mark !== null,
    textStart,
    isUtf8: encoding === 'utf-8' && facts.validUtf8,
    sha256: hash.hex(),
    notices: encodingNotices(encoding, forced !== undefined, facts),
  };
}

export const emptyFile = (): HomespunError =>
  new HomespunError({
    code: 'bad-file',
    message: 'The file is empty.',
    hint: 'Open a CSV file with a header and at least one row.',
  });

function encodingNotices(encoding: string, forced: boolean, facts: EncodingFacts): Notice[] {
  const notices: Notice[] = [];
  if (encoding === 'utf-8' && !facts.validUtf8) {
    notices.push({
      severity: 'warning',
      message: 'Some bytes are not valid UTF-8 and were replaced by �. Another encoding may fit better.',
      line: facts.invalidLine,
    });
  } else if (encoding === 'windows-1252' && !forced) {
    notices.push({
      severity: 'warning',
      message: `Not valid UTF-8 (first on line ${facts.invalidLine}): read as Windows-1252. If letters look wrong, choose another encoding.`,
      line: facts.invalidLine,
    });
  } else if (encoding.startsWith('utf-16') && facts.mark === null && !forced) {
    notices.push({ severity: 'info', message: 'Read as UTF-16, although it has no byte order mark.' });
  }
  if (facts.nulBytes > 0 && !encoding.startsWith('utf-16')) {
    notices.push({
      severity: 'warning',
      message: `The file holds ${facts.nulBytes} NUL characters; they were kept in their cells.`,
      line: facts.nulLine,
    });
  }
  return notices;
}

/** The first `bytes` of text as UTF-8, without the mark. A character cut at the end is left out or incomplete. */
export async function textSample(
  file: Blob,
  facts: FileFacts,
  bytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean }> {
  const end = Math.min(file.size, facts.textStart + bytes);
  const piece = await readPiece(file, facts.textStart, end);
  const text = facts.isUtf8 ? piece : new Transcoder(facts.encoding, false).push(piece);
  return { bytes: text, whole: end === file.size };
}

/** The text of the whole file as UTF-8, chunk by chunk, with the share of the file read so far. */
export async function* textChunks(
  file: Blob,
  facts: FileFacts,
  { chunkBytes, control, onShare }: PassOptions,
): AsyncGenerator<Uint8Array> {
  const transcoder = facts.isUtf8 ? null : new Transcoder(facts.encoding, false);
  let done = facts.textStart;
  for await (const chunk of fileChunks(file, facts.textStart, chunkBytes, control)) {
    yield transcoder === null ? chunk : transcoder.push(chunk);
    done += chunk.length;
    onShare(done / file.size);
  }
  if (transcoder !== null) yield transcoder.end();
}
