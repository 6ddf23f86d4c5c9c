/** Writes columns of texts as CSV in a given dialect, chunk by chunk into a Blob. */
import type { RunControl } from '../control.ts';
import { cellWriter, withoutFormula } from './cellQuoting.ts';
import { Transcoder } from './fileBytes.ts';
import { encodeText, markOf, writableEncoding } from './textEncoding.ts';
import type { WritableEncoding } from './textEncoding.ts';
import type { Dialect, Notice } from './types.ts';

export interface TextSource {
  readonly name: string;
  text(row: number): string;
}

export interface CsvOptions {
  /** Put an apostrophe before cells a spreadsheet would run as a formula. */
  readonly escapeFormulas: boolean;
}

export interface WriteHooks {
  readonly control: RunControl;
  /** Share 0..1 of the rows of this call. */
  readonly onProgress?: (doneShare: number) => void;
}

export interface WrittenCsv {
  readonly blob: Blob;
  /** The encoding really used: UTF-8 where the dialect's own cannot be written. */
  readonly encoding: string;
  readonly notices: readonly Notice[];
}

/** Characters written between two checkpoints: about 10 ms. */
const chunkCharacters = 256 * 1024;

/** Encoded parts of this size are handed to a Blob, which the browser may keep on disk. */
const blobBytes = 8 * 1024 * 1024;

/** Writes one file from any number of blocks of rows: `write` each block, then `finish` once. */
export class CsvWriter {
  readonly #dialect: Dialect;
  readonly #options: CsvOptions;
  #encoding: WritableEncoding;
  #fellBack: boolean;
  /** Parts before this one are in the dialect's encoding, though it could not be kept to. */
  #legacyParts = 0;
  readonly #blobs: Blob[] = [];
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #partBytes = 0;
  #started = false;

  constructor(dialect: Dialect, options: CsvOptions) {
    this.#dialect = dialect;
    this.#options = options;
    this.#encoding = writableEncoding(dialect.encoding);
    this.#fellBack = this.#encoding !== dialect.encoding;
  }

  /** Appends `rows` rows. Every block must have the same columns. Throws `stopped` when the run was cancelled. */
  async write(columns: readonly TextSource[], rows: number, hooks: WriteHooks): Promise<void> {
    const cell = cellWriter(this.#dialect, columns.length);
    const { delimiter, newline } = this.#dialect;
    const safe = this.#options.escapeFormulas ? withoutFormula : (text: string) => text;
    let chunk = this.#header(columns);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < columns.length; k++) {
        if (k > 0) chunk += delimiter;
        chunk += cell(safe(columns[k].text(row)), k === 0);
      }
      chunk += newline;
      if (chunk.length < chunkCharacters) continue;
      this.#add(chunk);
      chunk = '';
      hooks.onProgress?.((row + 1) / rows);
      await hooks.control.checkpoint();
    }
    this.#add(chunk);
    hooks.onProgress?.(1);
  }

  #header(columns: readonly TextSource[]): string {
    if (this.#started) return '';
    this.#started = true;
    if (!this.#dialect.header) return '';
    const cell = cellWriter(this.#dialect, columns.length);
    const safe = this.#options.escapeFormulas ? withoutFormula : (text: string) => text;
    const names = columns.map(({ name }, k) => cell(safe(name), k === 0));
    return names.join(this.#dialect.delimiter) + this.#dialect.newline;
  }

  #add(chunk: string): void {
    let bytes = encodeText(chunk, this.#encoding);
    if (bytes === null) {
      this.#flush();
      this.#legacyParts = this.#blobs.length;
      this.#fellBack = true;
      this.#encoding = 'utf-8';
      bytes = new TextEncoder().encode(chunk);
    }
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
    if (this.#partBytes >= blobBytes) this.#flush();
  }

  #flush(): void {
    if (this.#parts.length > 0) this.#blobs.push(new Blob(this.#parts));
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** The whole file. */
  async finish({ control }: WriteHooks): Promise<WrittenCsv> {
    this.#flush();
    for (let i = 0; i < this.#legacyParts; i++) {
      await control.checkpoint();
      const transcoder = new Transcoder(this.#dialect.encoding, false);
      const bytes = new Uint8Array(await this.#blobs[i].arrayBuffer());
      this.#blobs[i] = new Blob([transcoder.push(bytes), transcoder.end()]);
    }
    // Programs that expect the old encoding tell UTF-8 by its mark.
    const marked = this.#dialect.byteOrderMark || this.#fellBack;
    const parts = marked ? [markOf(this.#encoding), ...this.#blobs] : this.#blobs;
    return {
      blob: new Blob(parts, { type: 'text/csv' }),
      encoding: this.#encoding,
      notices: this.#fellBack ? [fallbackNotice(this.#dialect.encoding)] : [],
    };
  }
}

const fallbackNotice = (encoding: string): Notice => ({
  severity: 'warning',
  message: `Written as UTF-8, because not every character could be written as ${encoding}.`,
});

/** One table in one call. Throws `stopped` when the run was cancelled. */
export async function writeCsv(
  columns: readonly TextSource[],
  rows: number,
  dialect: Dialect,
  options: CsvOptions,
  hooks: WriteHooks,
): Promise<WrittenCsv> {
  const writer = new CsvWriter(dialect, options);
  await writer.write(columns, rows, hooks);
  return writer.finish(hooks);
}
