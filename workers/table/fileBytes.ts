/** Reads a file piece by piece, as bytes and as UTF-8 whatever its encoding. */
import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';

/** Long enough to be fast, short enough (about 10 ms of work) for cancel and progress to stay prompt. */
export const defaultChunkBytes = 512 * 1024;

/** Yields the bytes from `from` on. Throws `bad-file` when the file cannot be read any more. */
export async function* fileChunks(
  file: Blob,
  from: number,
  chunkBytes: number,
  control: RunControl,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < file.size; at += chunkBytes) {
    await control.checkpoint();
    yield await readPiece(file, at, Math.min(at + chunkBytes, file.size));
  }
}

export async function readPiece(file: Blob, from: number, to: number): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
    if (bytes.length === to - from) return bytes;
  } catch (cause) {
    // The name only: messages of the platform may hold a path.
    if (!(cause instanceof Error)) throw cause;
    if (cause instanceof RangeError) throw cause;
  }
  throw new HomespunError({
    code: 'bad-file',
    message: 'The file could not be read to its end.',
    hint: 'It may have been moved, changed or locked by another program: open it again.',
  });
}

/**
 * Turns chunks of any encoding into UTF-8. Decodes as a stream also where all bytes are there, because Node 20 reads
 * Windows-1252 as Latin-1 otherwise. Bytes that are not valid become U+FFFD, or throw when `fatal`.
 */
export class Transcoder {
  readonly #decoder: TextDecoder;
  readonly #encoder = new TextEncoder();
  readonly #encoding: string;

  constructor(encoding: string, fatal: boolean) {
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal, ignoreBOM: true });
  }

  push(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#encode(chunk, true);
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.#encode(new Uint8Array(0), false);
  }

  #encode(chunk: Uint8Array, stream: boolean): Uint8Array<ArrayBuffer> {
    try {
      return this.#encoder.encode(this.#decoder.decode(chunk, { stream }));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new HomespunError({
        code: 'bad-file',
        message: `The file holds bytes that are not valid ${this.#encoding} text.`,
        hint: 'Choose another encoding.',
      });
    }
  }
}
