/** Which record is the header, and what the columns are called. */
import type { SampleRecord } from './dialect.ts';
import { looksNumeric, looksTyped } from './cellKinds.ts';
import { looksMissing } from './storage.ts';

/** A row of titles in a table of at least this many columns may be padded with empty cells to its full width. */
const paddedTitleWidth = 4;

/** Rows a header is compared with. */
const comparedRows = 100;

/**
 * Index of the first record of the table: before it stand only titles, that is records of one cell, or records of the
 * full width with hardly a cell filled that are followed by a fuller one.
 */
export function firstTableRecord(records: readonly SampleRecord[], width: number): number {
  if (width < 2) return 0;
  let first = 0;
  let padded = false;
  while (first < records.length && isTitle(records[first], width)) {
    padded ||= records[first].cells.length === width;
    first++;
  }
  // A sparse first row of values is no title: titles stand above names.
  return first === records.length || (padded && !hasHeader(records.slice(first))) ? 0 : first;
}

function isTitle({ cells }: SampleRecord, width: number): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '').length;
  if (cells.length < width) return cells.length === 1 || (filled <= 2 && cells.length * 2 <= width);
  return width >= paddedTitleWidth && filled <= width / 4 && cells.length === width;
}

/** Whether the first record names the columns. Says yes unless a cell in it is plainly a value. */
export function hasHeader(records: readonly SampleRecord[]): boolean {
  if (records.length === 0) return true;
  const { cells } = records[0];
  const rows = records.slice(1, comparedRows);
  if (isRunOfYears(cells)) return true;
  return !cells.some((cell, i) =>
    isValue(
      cell,
      rows.map((row) => row.cells[i] ?? ''),
    ),
  );
}

/** A typed cell among typed cells is a value; in a header that would be a number for a name. */
function isValue(cell: string, below: readonly string[]): boolean {
  if (!looksTyped(cell)) return false;
  const present = below.filter((text) => !looksMissing(text));
  const typed = present.filter(looksTyped).length;
  return present.length === 0 || typed * 2 >= present.length;
}

/** 2000, 2005, 2010 over columns: names, not values. */
function isRunOfYears(cells: readonly string[]): boolean {
  const numbers = cells.filter(looksNumeric).map(Number);
  const step = Math.sign(numbers[1] - numbers[0]);
  return (
    numbers.length >= 3 &&
    numbers.every((n, i) => n >= 1500 && n <= 2500 && (i === 0 || (n - numbers[i - 1]) * step > 0))
  );
}

export interface ColumnNames {
  readonly names: readonly string[];
  /** Columns without a name in the file, 0-based. */
  readonly blank: readonly number[];
  /** Columns whose name another column has already. */
  readonly repeated: readonly number[];
}

/**
 * Unique names in the order of the file. Names that are unique stay as they are; a repeated one gets the next free
 * number ('score_2'), a blank one its place ('column_3'), and neither ever takes a name the file uses.
 */
export function columnNames(header: readonly string[]): ColumnNames {
  const trimmed = header.map((name) => name.trim());
  const taken = new Set(trimmed);
  const given = new Set<string>();
  const blank: number[] = [];
  const repeated: number[] = [];
  const names = trimmed.map((name, i) => {
    if (name === '') blank.push(i);
    else if (!given.has(name)) {
      given.add(name);
      return name;
    } else repeated.push(i);
    const free = name === '' ? freeName(`column_${i + 1}`, '', taken) : freeName(name, '_2', taken);
    taken.add(free);
    given.add(free);
    return free;
  });
  return { names, blank, repeated };
}

function freeName(base: string, suffix: string, taken: ReadonlySet<string>): string {
  let name = base + suffix;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  return name;
}
