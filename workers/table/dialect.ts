/**
 * Proposes delimiter, quote, escape and first table line from the head of a file.
 *
 * Each candidate reads the sample; the one under which the records agree best on their number of cells wins. Where two
 * agree equally well the reader does not guess: it asks. The idea that records should agree in shape and cells in type
 * is that of G. van den Burg et al., "Wrangling messy CSV files", Data Min. Knowl. Disc. 33 (2019).
 */
import { HomespunError } from '../errors.ts';
import { looksTyped } from './cellKinds.ts';
import { Tokenizer } from './tokenizer.ts';
import { tokenizerOptions } from './tokenizerOptions.ts';
import type { Dialect, ReadOptions } from './types.ts';

/** By how surely they delimit when they are regular; earlier wins between equals. */
const strongDelimiters = ['\t', '\u001f', '\u0001'];
const delimiters = [...strongDelimiters, ',', ';', '|', '^', '~', ':'];

export const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar |',
  '^': 'caret ^',
  '~': 'tilde ~',
  ':': 'colon',
  '\u001f': 'unit separator',
  '\u0001': 'control character 1',
};

const sampleRecords = 500;

/** Records that agree must be this much of the best share to be a rival. */
const rivalShare = 0.95;

/** Below this agreement a delimiter is no delimiter. */
const lowestShare = 0.4;

export interface SampleRecord {
  readonly cells: readonly string[];
  readonly quoted: readonly boolean[];
  /** 1-based physical line in the file. */
  readonly line: number;
}

export type Shape = Pick<Dialect, 'delimiter' | 'quote' | 'escape'>;

/** The sample as one candidate reads it. */
export interface Reading {
  readonly shape: Shape;
  /** Without blank lines and rows of blank cells. */
  readonly records: readonly SampleRecord[];
  /** Cells in most records. */
  readonly width: number;
  /** Share of records of that width. */
  readonly share: number;
  /** Reading ended at an unclosed quote or at text after a quote. */
  readonly faulty: boolean;
}

export interface SampleInput {
  /** UTF-8 without a byte order mark. */
  readonly bytes: Uint8Array;
  /** The sample is the whole file. */
  readonly whole: boolean;
  readonly skipLines: number;
  readonly options: ReadOptions;
}

/** Throws `bad-file` when two delimiters fit equally well. */
export function sniffShape(input: SampleInput): Reading {
  const readings = shapes(input).map((shape) => readSample(input, shape));
  const byDelimiter = new Map<string, Reading>();
  for (const reading of readings) {
    const other = byDelimiter.get(reading.shape.delimiter);
    if (other === undefined || isBetterQuoting(reading, other))
      byDelimiter.set(reading.shape.delimiter, reading);
  }
  const all = [...byDelimiter.values()];
  if (all.length === 1) return all[0];
  const regular = all.filter((reading) => reading.width > 1 && reading.share >= lowestShare);
  if (regular.length === 0) return singleColumn(all);
  const sound = regular.filter((reading) => !reading.faulty);
  const able = sound.length > 0 ? sound : regular;
  const best = Math.max(...able.map((reading) => reading.share));
  return settle(able.filter((reading) => reading.share >= best * rivalShare));
}

function shapes({ bytes, options }: SampleInput): Shape[] {
  const text = new TextDecoder().decode(bytes);
  const present = delimiters.filter((delimiter) => delimiter === ',' || text.includes(delimiter));
  const quotes = (['"', "'"] as const).filter((quote) => quote === '"' || text.includes(quote));
  const escapes = (['double', 'backslash'] as const).filter((e) => e === 'double' || text.includes('\\'));
  const all: Shape[] = [];
  for (const delimiter of options.delimiter === undefined ? present : [options.delimiter]) {
    for (const quote of options.quote === undefined ? quotes : [options.quote]) {
      for (const escape of options.escape === undefined ? escapes : [options.escape]) {
        all.push({ delimiter, quote, escape });
      }
    }
  }
  return all;
}

function readSample({ bytes, whole, skipLines, options }: SampleInput, shape: Shape): Reading {
  const tokenizer = new Tokenizer(
    tokenizerOptions({ ...shape, comment: options.comment, preambleLines: skipLines }, bytes.length),
  );
  const records: SampleRecord[] = [];
  collect(tokenizer.push(bytes), records);
  // A cut sample ends inside a record, and an open quote there is no fault.
  if (whole || records.length === 0) collect(tokenizer.end(), records);
  const oneColumn = records.every(({ cells }) => cells.length === 1);
  const filled = records.filter((record) =>
    options.headerLine === undefined ? !hasOnlyBlanks(record) : !isBlankLine(record, oneColumn),
  );
  const { width, share } = agreement(filled, options.headerLine);
  return { shape, records: filled, width, share, faulty: whole && tokenizer.fault !== null };
}

const hasOnlyBlanks = ({ cells }: SampleRecord): boolean => cells.every((cell) => cell.trim() === '');

/** As the rows are read: in one column, blanks are a value. */
const isBlankLine = ({ cells, quoted }: SampleRecord, oneColumn: boolean): boolean =>
  cells.length === 1 && !quoted[0] && (oneColumn ? cells[0] === '' : cells[0].trim() === '');

function collect(records: ReturnType<Tokenizer['push']>, into: SampleRecord[]): void {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const { bytes, starts, ends, firstCells, lines } = records;
  for (let r = 0; r < records.count && into.length < sampleRecords; r++) {
    const cells: string[] = [];
    const quoted: boolean[] = [];
    for (let i = firstCells[r]; i < firstCells[r + 1]; i++) {
      cells.push(decoder.decode(bytes.subarray(starts[i], ends[i])));
      quoted.push(records.quoted[i] === 1);
    }
    into.push({ cells, quoted, line: lines[r] });
  }
}

/** Most frequent width and its share. Titles before the table do not count against it. */
function agreement(
  records: readonly SampleRecord[],
  headerLine: number | undefined,
): { width: number; share: number } {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let width = 0;
  let most = 0;
  for (const [cells, count] of counts) {
    if (count > most) [width, most] = [cells, count];
  }
  const first = headerLine === undefined ? records.findIndex(({ cells }) => cells.length >= width) : 0;
  const table = records.length - Math.max(0, first);
  return { width, share: table === 0 ? 0 : most / table };
}

/** Double quotes unless single ones are plainly used; doubled quotes unless backslashes read better. */
function isBetterQuoting(candidate: Reading, current: Reading): boolean {
  if (candidate.shape.quote === current.shape.quote) {
    if (candidate.faulty !== current.faulty) return current.faulty;
    return candidate.share > current.share;
  }
  const candidateIsSingle = candidate.shape.quote === "'";
  const [single, double] = candidateIsSingle ? [candidate, current] : [current, candidate];
  const plainlySingle =
    countQuoted(single) > 1 &&
    !single.faulty &&
    (double.faulty || !hasQuoted(double)) &&
    single.share >= double.share;
  return candidateIsSingle === plainlySingle;
}

const countQuoted = ({ records }: Reading): number =>
  records.reduce((count, { quoted }) => count + quoted.filter(Boolean).length, 0);
const hasQuoted = ({ records }: Reading): boolean => records.some(({ quoted }) => quoted.includes(true));

/** No delimiter is regular: one column, read with the delimiter that disturbs it least. */
function singleColumn(all: readonly Reading[]): Reading {
  const comma = all.find(({ shape }) => shape.delimiter === ',') ?? all[0];
  if (comma.width === 1) return comma;
  return all.find(({ width, faulty }) => width === 1 && !faulty) ?? comma;
}

/** Between equally regular delimiters: the one that explains the other away, or else the person. */
function settle(rivals: readonly Reading[]): Reading {
  const winners = rivals.filter((one) => rivals.every((other) => other === one || beats(one, other)));
  if (winners.length === 1) return winners[0];
  const names = rivals.map(({ shape }) => delimiterNames[shape.delimiter] ?? shape.delimiter);
  throw new HomespunError({
    code: 'bad-file',
    message: `It is not clear what separates the columns: ${names.join(' or ')}.`,
    hint: `Choose the delimiter: ${names.join(' or ')}.`,
    line: rivals[0].records[0]?.line,
  });
}

function beats(one: Reading, other: Reading): boolean {
  const explains = explainsAway(one, other.shape.delimiter);
  const explained = explainsAway(other, one.shape.delimiter);
  if (explains !== explained) return explains;
  if (one.width - 1 >= 2 * (other.width - 1)) return true;
  if (other.width - 1 >= 2 * (one.width - 1)) return false;
  const strong = strongDelimiters.includes(one.shape.delimiter);
  if (strong !== strongDelimiters.includes(other.shape.delimiter)) return strong;
  const order = delimiters.indexOf(one.shape.delimiter) - delimiters.indexOf(other.shape.delimiter);
  return explains && order < 0;
}

/** Every cell that holds the other delimiter is a number, a date or a quoted text: it belongs in the cell. */
function explainsAway({ records }: Reading, delimiter: string): boolean {
  return records.every(({ cells, quoted }) =>
    cells.every((cell, i) => !cell.includes(delimiter) || quoted[i] || looksTyped(cell)),
  );
}
