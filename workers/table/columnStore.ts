/**
 * One column while the file is read. Starts as text; once enough rows are in, it is stored as what they look like; when
 * later rows contradict, it goes back to text and is judged again at the end, from all rows.
 */
import type { RunControl } from '../control.ts';
import type { RowBatch } from './batch.ts';
import type { ByteDictionary } from './byteDictionary.ts';
import { DatetimeBuilder, NumberBuilder, TextBuilder } from './columnBuilders.ts';
import type { MarkEvidence } from './numberDetection.ts';
import { decideStorage, looksMissing } from './storage.ts';
import type { Storage } from './storage.ts';
import { TOKEN_FORM } from './tokenForm.ts';
import type { RawColumn } from './types.ts';

/** Rows after which a column's storage is first decided. */
export const decisionRows = 2_048;

/** Distinct texts a storage is decided from; the rows then confirm it or not. */
const decisionTexts = 4_000;

/** Rows converted between two checkpoints: about 20 ms. */
const convertedRows = 20_000;

/** Texts decoded between two checkpoints: about 20 ms. */
const decodedTexts = 50_000;

/** A number or datetime column whose odd cells are more than this share becomes text. */
const oddCellShare = 0.1;

type Builder = TextBuilder | NumberBuilder | DatetimeBuilder;

export class ColumnStore {
  #builder: Builder = new TextBuilder();

  get rows(): number {
    return this.#builder.rows;
  }

  /** Distinct texts of a column that is still text, at most `limit`, for choosing formats. */
  sampleTexts(limit: number): string[] {
    const builder = this.#builder;
    if (!(builder instanceof TextBuilder)) return [];
    return builder.dictionary
      .texts(0, Math.min(limit, builder.dictionary.size))
      .filter((t) => !looksMissing(t));
  }

  async append(batch: RowBatch, column: number, control: RunControl): Promise<void> {
    let taken = this.#builder.append(batch, column, 0);
    while (taken < batch.count) {
      await this.#toText(control);
      taken = this.#builder.append(batch, column, taken);
    }
  }

  /** Chooses the storage from the rows so far. */
  async decide(evidence: MarkEvidence, control: RunControl): Promise<void> {
    const builder = this.#builder;
    if (!(builder instanceof TextBuilder)) return;
    const distinct = Math.min(builder.dictionary.size, decisionTexts);
    const storage = decideStorage(builder.dictionary.texts(0, distinct), evidence);
    const typed = emptyBuilder(storage);
    if (typed !== null && (await refill(typed, builder, control))) this.#builder = typed;
  }

  /** Judges the column by all its rows and gives it away. */
  async finish(name: string, evidence: MarkEvidence, control: RunControl): Promise<RawColumn> {
    if (this.#builder instanceof TextBuilder) await this.decide(evidence, control);
    else if (tooOdd(this.#builder)) await this.#toText(control);
    const texts = await allTexts(this.#builder.dictionary, control);
    return this.#builder.finish(name, texts);
  }

  async #toText(control: RunControl): Promise<void> {
    const builder = this.#builder;
    if (builder instanceof TextBuilder) return;
    const text = new TextBuilder();
    const encoder = new TextEncoder();
    const { values, forms, tokens, rows } = builder.store;
    const tokenBytes = tokens.texts().map((token) => encoder.encode(token));
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (forms[row] === TOKEN_FORM) text.appendText(tokenBytes[value]);
      else text.appendText(encoder.encode(builder.textOf(value, forms[row])));
      if (row % convertedRows === convertedRows - 1) await control.checkpoint();
    }
    this.#builder = text;
  }
}

async function allTexts(dictionary: ByteDictionary, control: RunControl): Promise<string[]> {
  const texts: string[] = [];
  for (let from = 0; from < dictionary.size; from += decodedTexts) {
    if (from > 0) await control.checkpoint();
    for (const text of dictionary.texts(from, Math.min(from + decodedTexts, dictionary.size)))
      texts.push(text);
  }
  return texts;
}

function emptyBuilder(storage: Storage): NumberBuilder | DatetimeBuilder | null {
  if (storage.storage === 'number') return new NumberBuilder(storage.format);
  if (storage.storage === 'datetime') return new DatetimeBuilder(storage.pattern, storage.exchanged);
  return null;
}

/** Reads the rows of a text column into `typed`; false when they do not fit after all. */
async function refill(
  typed: NumberBuilder | DatetimeBuilder,
  text: TextBuilder,
  control: RunControl,
): Promise<boolean> {
  const { codes, rows } = text;
  const { arena, offsets } = text.dictionary;
  typed.store.reserve(rows);
  for (let row = 0; row < rows; row++) {
    const entry = codes[row];
    if (!typed.add(arena, offsets[entry], offsets[entry + 1])) return false;
    if (row % convertedRows === convertedRows - 1) await control.checkpoint();
  }
  return !tooOdd(typed);
}

/** Whether too many cells are neither values, nor numbers in another spelling, nor words for "missing". */
function tooOdd(builder: NumberBuilder | DatetimeBuilder): boolean {
  const { values, forms, tokens, rows } = builder.store;
  const kinds = tokens.texts().map((token) => {
    if (looksMissing(token)) return 'missing';
    return builder.readsAlike(token) ? 'alike' : 'odd';
  });
  const counts = { value: 0, alike: 0, odd: 0, missing: 0 };
  for (let row = 0; row < rows; row++) {
    counts[forms[row] === TOKEN_FORM ? kinds[values[row]] : 'value']++;
  }
  const present = rows - counts.missing;
  return counts.value === 0 || counts.alike > counts.value * 2 || counts.odd > oddCellShare * present;
}
