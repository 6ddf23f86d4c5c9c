/** Columns in the making: one builder a storage, fed a batch at a time, all able to give back their cells' texts. */
import type { RowBatch } from './batch.ts';
import { ByteDictionary } from './byteDictionary.ts';
import { DatetimePattern } from './datetime.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growable.ts';
import { formatNumber, parseNumber } from './numberFormat.ts';
import { NumberReader } from './numberReader.ts';
import { maxTokens } from './storage.ts';
import { TOKEN_FORM } from './tokenForm.ts';
import type { NumberFormat, RawColumn } from './types.ts';

/** `append` takes rows from `from` on and returns where it stopped: before `count` when a cell does not fit. */
export interface ColumnBuilder {
  readonly rows: number;
  append(batch: RowBatch, column: number, from: number): number;
  /** Distinct texts: all of a text column, of the others those that are no values. */
  readonly dictionary: ByteDictionary;
  /** The column so far. `texts` are those of `dictionary`, decoded by the caller, who may take breaks in between. */
  finish(name: string, texts: readonly string[]): RawColumn;
}

export class TextBuilder implements ColumnBuilder {
  readonly dictionary = new ByteDictionary();
  #codes: Int32Array = new Int32Array(64);
  rows = 0;

  append(batch: RowBatch, column: number, from: number): number {
    const { bytes, starts, ends, first, cells, count } = batch;
    this.#codes = grownInt32(this.#codes, this.rows + count - from);
    const codes = this.#codes;
    let row = this.rows;
    for (let r = from; r < count; r++) {
      const cell = first[r] + column;
      codes[row++] =
        column < cells[r]
          ? this.dictionary.code(bytes, starts[cell], ends[cell])
          : this.dictionary.code(bytes, 0, 0);
    }
    this.rows = row;
    return count;
  }

  appendText(text: Uint8Array): void {
    this.#codes = grownInt32(this.#codes, this.rows + 1);
    this.#codes[this.rows++] = this.dictionary.code(text, 0, text.length);
  }

  get codes(): Int32Array {
    return this.#codes.subarray(0, this.rows);
  }

  finish(name: string, texts: readonly string[]): RawColumn {
    const codes = this.#codes.slice(0, this.rows);
    return { storage: 'text', name, codes, dictionary: texts, deduplicated: true };
  }
}

/** Values with a form each, and the texts that are no values. */
class ValueStore {
  values: Float64Array = new Float64Array(64);
  forms: Uint8Array = new Uint8Array(64);
  readonly tokens = new ByteDictionary();
  rows = 0;

  reserve(rows: number): void {
    this.values = grownFloat64(this.values, this.rows + rows);
    this.forms = grownUint8(this.forms, this.rows + rows);
  }

  add(value: number, form: number): void {
    this.values[this.rows] = value;
    this.forms[this.rows++] = form;
  }

  /** False, with nothing added, when the column has too many different tokens. */
  addToken(bytes: Uint8Array, start: number, end: number): boolean {
    const code = this.tokens.code(bytes, start, end);
    if (code >= maxTokens) return false;
    this.add(code, TOKEN_FORM);
    return true;
  }
}

export class NumberBuilder implements ColumnBuilder {
  readonly format: NumberFormat;
  readonly store = new ValueStore();
  readonly #reader: NumberReader;

  constructor(format: NumberFormat) {
    this.format = format;
    this.#reader = new NumberReader(format);
  }

  get rows(): number {
    return this.store.rows;
  }

  get dictionary(): ByteDictionary {
    return this.store.tokens;
  }

  append(batch: RowBatch, column: number, from: number): number {
    const { bytes, starts, ends, first, cells, count } = batch;
    this.store.reserve(count - from);
    for (let r = from; r < count; r++) {
      const cell = first[r] + column;
      const present = column < cells[r];
      if (!this.add(bytes, present ? starts[cell] : 0, present ? ends[cell] : 0)) return r;
    }
    return count;
  }

  /** False, with nothing added, when the cell shows that the column is no number column. Needs `reserve`d room. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const reader = this.#reader;
    const reading = start === end ? 'other' : reader.read(bytes, start, end);
    if (reading === 'code') return false;
    if (reading === 'other') return this.store.addToken(bytes, start, end);
    this.store.add(reader.value, reader.decimals);
    return true;
  }

  finish(name: string, texts: readonly string[]): RawColumn {
    const { values, forms, rows } = this.store;
    return {
      storage: 'number',
      name,
      values: values.slice(0, rows),
      forms: forms.slice(0, rows),
      tokens: texts,
      format: this.format,
    };
  }

  textOf(value: number, form: number): string {
    return formatNumber(value, form, true, this.format);
  }

  /** The token is a number too, only not one that could be written back exactly. */
  readsAlike(token: string): boolean {
    return !Number.isNaN(parseNumber(token, this.format));
  }
}

export class DatetimeBuilder implements ColumnBuilder {
  readonly store = new ValueStore();
  #reader: DatetimePattern;
  /** Reads the same cells with day and month exchanged, as long as all of them can be. */
  #exchanged: DatetimePattern | null;

  constructor(pattern: string, exchanged: string | null) {
    this.#reader = new DatetimePattern(pattern);
    this.#exchanged = exchanged === null ? null : new DatetimePattern(exchanged);
  }

  get rows(): number {
    return this.store.rows;
  }

  get dictionary(): ByteDictionary {
    return this.store.tokens;
  }

  get pattern(): string {
    return this.#reader.pattern;
  }

  append(batch: RowBatch, column: number, from: number): number {
    const { bytes, starts, ends, first, cells, count } = batch;
    this.store.reserve(count - from);
    for (let r = from; r < count; r++) {
      const cell = first[r] + column;
      const present = column < cells[r];
      if (!this.add(bytes, present ? starts[cell] : 0, present ? ends[cell] : 0)) return r;
    }
    return count;
  }

  add(bytes: Uint8Array, start: number, end: number): boolean {
    const value = this.#reader.parseBytes(bytes, start, end);
    const exchanged = this.#exchanged;
    if (exchanged === null) {
      if (Number.isNaN(value)) return this.store.addToken(bytes, start, end);
    } else if (Number.isNaN(value)) {
      if (Number.isNaN(exchanged.parseBytes(bytes, start, end))) {
        return this.store.addToken(bytes, start, end);
      }
      this.#exchange(exchanged);
      return this.add(bytes, start, end);
    } else if (Number.isNaN(exchanged.parseBytes(bytes, start, end))) {
      this.#exchanged = null;
    }
    this.store.add(value, 0);
    return true;
  }

  /** A cell shows that the month comes first (or the day): all cells so far are read again that way. */
  #exchange(reader: DatetimePattern): void {
    const { values, forms, rows } = this.store;
    for (let row = 0; row < rows; row++) {
      if (forms[row] !== TOKEN_FORM) values[row] = reader.parse(this.#reader.format(values[row]));
    }
    this.#reader = reader;
    this.#exchanged = null;
  }

  finish(name: string, texts: readonly string[]): RawColumn {
    const { values, forms, rows } = this.store;
    return {
      storage: 'datetime',
      name,
      values: values.slice(0, rows),
      forms: forms.slice(0, rows),
      tokens: texts,
      pattern: this.pattern,
      ambiguousDayMonth: this.#exchanged !== null,
    };
  }

  textOf(value: number): string {
    return this.#reader.format(value);
  }

  /** The token has the form of a date, though no calendar has it. */
  readsAlike(token: string): boolean {
    this.#reader.parse(token);
    return this.#reader.shaped;
  }
}
