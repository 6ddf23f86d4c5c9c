/** Copies a file with some of its cells replaced: every other byte stays as it is. */
import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import { cellWriter, withoutFormula } from './cellQuoting.ts';
import { defaultChunkBytes } from './fileBytes.ts';
import { learnFile, textChunks, textSample, type FileFacts } from './fileFacts.ts';
import { findLayout } from './layout.ts';
import type { Records } from './records.ts';
import { isBlank } from './rowReader.ts';
import { encodeText, writableEncoding, type WritableEncoding } from './textEncoding.ts';
import { Tokenizer } from './tokenizer.ts';
import { tokenizerOptions } from './tokenizerOptions.ts';
import type { Dialect, ReadOptions } from './types.ts';

/** Texts for some rows in a row, asked for from the first row to the last. */
export interface CellTexts {
  readonly rows: number;
  /** Text of a cell, by row of these and by place in the list of columns; undefined leaves it as it is. */
  text(row: number, column: number): string | undefined;
}

export interface ReplaceHooks {
  readonly control: RunControl;
  /** Put an apostrophe before texts a spreadsheet would run as a formula. */
  readonly escapeFormulas: boolean;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
}

const sampleBytes = 128 * 1024;
/** Parts of this size are handed to a Blob, which the browser may keep on disk. */
const partBytes = 8 * 1024 * 1024;

/**
 * The file with the texts of `blocks` in place of its cells: rows as `readTable` numbers them with the same options. A
 * cell in quotes stays in quotes, a row that is too short becomes longer. Holds neither the file nor all texts in memory.
 * Throws `bad-file` for a file whose encoding cannot be written back, or lacks a letter of a new text.
 * @param columns names as `readTable` gives them, at least one of them beside others
 */
export async function replaceCells(
  file: Blob,
  options: ReadOptions,
  columns: readonly string[],
  blocks: AsyncIterator<CellTexts>,
  hooks: ReplaceHooks,
): Promise<Blob> {
  const { control, chunkBytes = defaultChunkBytes } = hooks;
  const pass = { chunkBytes, control, onShare: () => undefined };
  const facts = await learnFile(file, options.encoding, pass);
  const output = new TextOutput(facts);
  const sample = await textSample(file, facts, sampleBytes);
  const layout = findLayout(sample.bytes, sample.whole, options);
  const editor = new RowEditor(layout.dialect, layout.columns.names, columns, blocks, output, hooks);
  for await (const chunk of textChunks(file, facts, pass)) await editor.push(chunk);
  await editor.end();
  return new Blob([file.slice(0, facts.textStart), ...output.blobs()], { type: 'text/csv' });
}

/** Goes through records and writes them with new cells. */
class RowEditor {
  readonly #dialect: Omit<Dialect, 'encoding' | 'byteOrderMark' | 'newline'>;
  readonly #tokenizer: Tokenizer;
  readonly #width: number;
  /** Columns in the order of the file: where each stands, and its place in the list that was asked for. */
  readonly #places: readonly { readonly at: number; readonly asked: number }[];
  readonly #blocks: AsyncIterator<CellTexts>;
  readonly #output: TextOutput;
  readonly #cell: (text: string, first: boolean) => string;
  readonly #safe: (text: string) => string;
  #skip: number;
  #block: CellTexts | undefined;
  #row = 0;

  constructor(
    dialect: Omit<Dialect, 'encoding' | 'byteOrderMark' | 'newline'>,
    names: readonly string[],
    columns: readonly string[],
    blocks: AsyncIterator<CellTexts>,
    output: TextOutput,
    { escapeFormulas }: ReplaceHooks,
  ) {
    this.#dialect = dialect;
    this.#tokenizer = new Tokenizer(tokenizerOptions(dialect, Infinity));
    this.#width = names.length;
    this.#places = columns
      .map((name, asked) => ({ at: names.indexOf(name), asked }))
      .sort((a, b) => a.at - b.at);
    this.#blocks = blocks;
    this.#output = output;
    const written = { ...dialect, encoding: 'utf-8', byteOrderMark: false, newline: '\n' } as const;
    this.#cell = cellWriter(written, names.length);
    this.#safe = escapeFormulas ? withoutFormula : (text) => text;
    this.#skip = dialect.header ? 1 : 0;
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#output.push(chunk);
    await this.#edit(this.#tokenizer.push(chunk));
  }

  async end(): Promise<void> {
    await this.#edit(this.#tokenizer.end());
    this.#output.copyRest();
  }

  async #edit(records: Records): Promise<void> {
    for (let r = 0; r < records.count; r++) {
      if (isBlank(records, r, this.#width)) continue;
      if (this.#skip > 0) {
        this.#skip--;
        continue;
      }
      while (this.#block === undefined || this.#row === this.#block.rows) {
        const next = await this.#blocks.next();
        if (next.done) return;
        this.#block = next.value;
        this.#row = 0;
      }
      this.#editRow(records, r, this.#block);
      this.#row++;
    }
  }

  #editRow(records: Records, r: number, block: CellTexts): void {
    const { firstCells, starts, ends, quoted, stops, offset } = records;
    const first = firstCells[r];
    const cells = firstCells[r + 1] - first;
    let tail = '';
    let written = cells;
    for (const { at, asked } of this.#places) {
      const text = block.text(this.#row, asked);
      if (text === undefined) continue;
      const safe = this.#safe(text);
      const cell = first + at;
      if (at < cells) {
        const between = quoted[cell] === 1 ? this.#escaped(safe) : this.#cell(safe, at === 0);
        this.#output.replace(offset + starts[cell], offset + ends[cell], between);
        continue;
      }
      tail += this.#dialect.delimiter.repeat(at - written + 1) + this.#cell(safe, false);
      written = at + 1;
    }
    if (tail !== '') this.#output.replace(offset + stops[r], offset + stops[r], tail);
  }

  /** For between the quotes that are there. */
  #escaped(text: string): string {
    const { quote, escape } = this.#dialect;
    if (escape === 'double') return text.replaceAll(quote, quote + quote);
    return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  }
}

/** The text of the file as it comes, UTF-8, with pieces of it replaced, in its own encoding. */
class TextOutput {
  readonly #encoding: WritableEncoding;
  /** The bytes are those of the file. */
  readonly #asIs: boolean;
  readonly #encoder = new TextEncoder();
  /** Chunks from `#at` on that are not written yet. */
  #waiting: Uint8Array[] = [];
  #at = 0;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #partBytes = 0;
  readonly #blobs: Blob[] = [];

  constructor({ encoding, isUtf8 }: FileFacts) {
    this.#encoding = writableEncoding(encoding);
    this.#asIs = isUtf8;
    if (!isUtf8 && (encoding === 'utf-8' || this.#encoding !== encoding)) throw notWritable(encoding);
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
  }

  /** Positions in the text, rising from call to call. */
  replace(from: number, to: number, text: string): void {
    this.#advance(from, true);
    this.#advance(to, false);
    this.#add(this.#encoder.encode(text));
  }

  copyRest(): void {
    this.#advance(Infinity, true);
    this.#flush();
  }

  blobs(): readonly Blob[] {
    return this.#blobs;
  }

  #advance(to: number, copy: boolean): void {
    while (this.#at < to && this.#waiting.length > 0) {
      const [chunk] = this.#waiting;
      const count = Math.min(chunk.length, to - this.#at);
      if (copy) this.#add(chunk.slice(0, count));
      if (count === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(count);
      this.#at += count;
    }
  }

  #add(bytes: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
    if (this.#partBytes >= partBytes) this.#flush();
  }

  /** Pieces end where letters end, wherever they are not given on as they are. */
  #flush(): void {
    const parts = this.#asIs ? this.#parts : this.#parts.map((part) => this.#encoded(part));
    this.#blobs.push(new Blob(parts));
    this.#parts = [];
    this.#partBytes = 0;
  }

  #encoded(part: Uint8Array): Uint8Array<ArrayBuffer> {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
    const bytes = encodeText(text, this.#encoding);
    if (bytes) return bytes;
    throw new HomespunError({
      code: 'bad-file',
      message: `What is to be filled in has letters that ${this.#encoding} lacks.`,
      hint: 'Save the file as UTF-8 and try again.',
    });
  }
}

const notWritable = (encoding: string): HomespunError =>
  new HomespunError({
    code: 'bad-file',
    message:
      encoding === 'utf-8'
        ? 'The file holds bytes that are not valid UTF-8.'
        : `A file in ${encoding} cannot be written back as it is.`,
    hint: 'Save the file as UTF-8 and try again.',
  });
