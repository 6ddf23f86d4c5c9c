/**
 * Reads a CSV file into exact, compact columns.
 *
 * Two passes over the file, neither holding it in memory: the first learns encoding and hash, the second splits
 * records and fills columns. Between them the head of the file says how it is written.
 */
import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import { ColumnStore, decisionRows } from './columnStore.ts';
import { defaultChunkBytes } from './fileBytes.ts';
import { learnFile, textChunks, textSample } from './fileFacts.ts';
import type { FileFacts } from './fileFacts.ts';
import { findLayout } from './layout.ts';
import type { Layout } from './layout.ts';
import { markEvidence } from './numberDetection.ts';
import type { MarkEvidence } from './numberDetection.ts';
import { newlineOf, rowNotices, withoutEmptyUnnamed } from './readNotices.ts';
import { RowReader } from './rowReader.ts';
import { Tokenizer } from './tokenizer.ts';
import { tokenizerOptions } from './tokenizerOptions.ts';
import type { Records } from './records.ts';
import type { Fault } from './tokenizer.ts';
import type { RawColumn, RawTable, ReadOptions } from './types.ts';

export interface ReadHooks {
  readonly control: RunControl;
  /** `doneShare` is 0..1 of the whole reading. */
  readonly onProgress?: (doneShare: number, message: string) => void;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
}

const sampleBytes = 128 * 1024;

/** A quote that is never closed must not take the rest of the file into memory. */
const maxCellBytes = 16 * 1024 * 1024;

/** Share of the time that the first pass takes. */
const firstPass = 0.3;

/** Distinct texts of each column that choose the decimal mark of the file. */
const evidenceTexts = 500;

/**
 * Throws HomespunError: `bad-file` when the file is no table that can be read without guessing (with the line where
 * there is one), `bad-settings` for options that cannot be, `stopped` when the run was cancelled.
 */
export async function readTable(file: Blob, options: ReadOptions, hooks: ReadHooks): Promise<RawTable> {
  const { control, onProgress, chunkBytes = defaultChunkBytes } = hooks;
  const facts = await learnFile(file, options.encoding, {
    chunkBytes,
    control,
    onShare: (share) => onProgress?.(share * firstPass, 'Looking at the file'),
  });
  const sample = await textSample(file, facts, sampleBytes);
  const layout = findLayout(sample.bytes, sample.whole, options);
  const reader = new TableReader(layout, control);
  const chunks = textChunks(file, facts, {
    chunkBytes,
    control,
    onShare: (share) => onProgress?.(firstPass + share * (1 - firstPass), 'Reading rows'),
  });
  for await (const chunk of chunks) await reader.push(chunk);
  return reader.finish(file.size, facts);
}

/** The second pass. */
class TableReader {
  readonly #layout: Layout;
  readonly #control: RunControl;
  readonly #tokenizer: Tokenizer;
  readonly #rows: RowReader;
  readonly #columns: readonly ColumnStore[];
  #count = 0;
  #evidence: MarkEvidence | null = null;

  constructor(layout: Layout, control: RunControl) {
    const { dialect, columns } = layout;
    this.#layout = layout;
    this.#control = control;
    this.#tokenizer = new Tokenizer(tokenizerOptions(dialect, maxCellBytes));
    this.#rows = new RowReader(columns.names.length, dialect.header ? 1 : 0);
    this.#columns = columns.names.map(() => new ColumnStore());
  }

  async push(chunk: Uint8Array): Promise<void> {
    await this.#take(this.#tokenizer.push(chunk));
  }

  async #take(records: Records): Promise<void> {
    const batch = this.#rows.read(records);
    for (let k = 0; k < this.#columns.length; k++) await this.#columns[k].append(batch, k, this.#control);
    this.#count += batch.count;
    if (this.#tokenizer.fault !== null) throw faultError(this.#tokenizer.fault);
    if (this.#evidence === null && this.#count >= decisionRows) {
      const evidence = this.#settleEvidence();
      for (const column of this.#columns) {
        await column.decide(evidence, this.#control);
        await this.#control.checkpoint();
      }
    }
  }

  #settleEvidence(): MarkEvidence {
    const texts = this.#columns.map((column) => column.sampleTexts(evidenceTexts));
    this.#evidence ??= markEvidence(texts, this.#layout.dialect.delimiter);
    return this.#evidence;
  }

  async finish(bytes: number, facts: FileFacts): Promise<RawTable> {
    await this.#take(this.#tokenizer.end());
    if (this.#count === 0) throw noRows();
    const evidence = this.#settleEvidence();
    const { dialect, columns, notices } = this.#layout;
    const finished: RawColumn[] = [];
    for (let k = 0; k < this.#columns.length; k++) {
      await this.#control.checkpoint();
      finished.push(await this.#columns[k].finish(columns.names[k], evidence, this.#control));
    }
    const kept = withoutEmptyUnnamed(finished, dialect.header ? columns.blank : null);
    const newline = newlineOf(this.#tokenizer.lineEnds);
    return {
      rows: this.#count,
      columns: kept.columns,
      dialect: {
        ...dialect,
        newline: newline.newline,
        encoding: facts.encoding,
        byteOrderMark: facts.byteOrderMark,
      },
      notices: [...facts.notices, ...notices, ...newline.notices, ...rowNotices(this.#rows), ...kept.notices],
      bytes,
      sha256: facts.sha256,
    };
  }
}

const noRows = (): HomespunError =>
  new HomespunError({
    code: 'bad-file',
    message: 'The file has a header but no rows.',
    hint: 'If the first line is data and not a header, say so; otherwise export the table again with its rows.',
  });

function faultError({ kind, line }: Fault): HomespunError {
  if (kind === 'text-after-quote') {
    return new HomespunError({
      code: 'bad-file',
      message: `On line ${line} there is text after a closing quote.`,
      hint: 'A quote inside a quoted cell must be doubled. Mend the line, or choose another quote or escape character.',
      line,
    });
  }
  if (kind === 'unclosed-quote') {
    return new HomespunError({
      code: 'bad-file',
      message: `The quote opened on line ${line} is never closed.`,
      hint: 'Close or remove that quote, or choose another quote character.',
      line,
    });
  }
  return new HomespunError({
    code: 'bad-file',
    message: `A cell that begins on line ${line} is longer than ${maxCellBytes / 1024 / 1024} MB.`,
    hint: 'Probably a quote on that line is never closed.',
    line,
  });
}
