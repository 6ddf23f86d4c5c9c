/** Turns tokenized records into rows of a table of fixed width, counting everything the person should hear of. */
import { HomespunError } from '../errors.ts';
import type { RowBatch } from './batch.ts';
import { grownInt32 } from './growable.ts';
import type { Records } from './records.ts';

/** How often something was met, and the line where it was first. */
export class Tally {
  count = 0;
  firstLine = 0;

  add(line: number, count = 1): void {
    if (this.count === 0) this.firstLine = line;
    this.count += count;
  }
}

const space = 0x20;
const tab = 0x09;

export class RowReader {
  readonly #width: number;
  #skip: number;
  /** Blank lines of a one-column table that count as missing values once a later row shows they stand inside it. */
  #pending = 0;
  #pendingLine = 0;
  #first: Int32Array = new Int32Array(1024);
  #cells: Int32Array = new Int32Array(1024);
  #count = 0;

  readonly blankLines = new Tally();
  readonly blankAsMissing = new Tally();
  readonly shortRows = new Tally();
  readonly surplusEmpty = new Tally();
  readonly emptyRows = new Tally();

  /** `skipRecords`: non-blank records to leave out first (the header). */
  constructor(width: number, skipRecords: number) {
    this.#width = width;
    this.#skip = skipRecords;
  }

  /** The rows of these records. Throws `bad-file` naming the line of a row with too many cells. */
  read(records: Records): RowBatch {
    this.#count = 0;
    for (let r = 0; r < records.count; r++) {
      if (isBlank(records, r, this.#width)) this.#blank(records.lines[r]);
      else if (this.#skip > 0) this.#skip--;
      else this.#row(records, r);
    }
    const { bytes, starts, ends } = records;
    return { bytes, starts, ends, first: this.#first, cells: this.#cells, count: this.#count };
  }

  #blank(line: number): void {
    if (this.#width > 1 || this.#skip > 0) this.blankLines.add(line);
    else if (this.#pending++ === 0) this.#pendingLine = line;
  }

  #row(records: Records, r: number): void {
    const line = records.lines[r];
    if (this.#pending > 0) {
      this.blankAsMissing.add(this.#pendingLine, this.#pending);
      for (; this.#pending > 0; this.#pending--) this.#push(0, 0);
    }
    const first = records.firstCells[r];
    const cells = records.firstCells[r + 1] - first;
    if (cells < this.#width) this.shortRows.add(line);
    else if (cells > this.#width) this.#checkSurplus(records, first, cells, line);
    if (isEmpty(records, first, cells)) this.emptyRows.add(line);
    this.#push(first, cells);
  }

  #push(first: number, cells: number): void {
    this.#first = grownInt32(this.#first, this.#count + 1);
    this.#cells = grownInt32(this.#cells, this.#count + 1);
    this.#first[this.#count] = first;
    this.#cells[this.#count++] = cells;
  }

  #checkSurplus(records: Records, first: number, cells: number, line: number): void {
    for (let i = first + this.#width; i < first + cells; i++) {
      if (records.ends[i] > records.starts[i]) throw longRow(line, cells, this.#width);
    }
    this.surplusEmpty.add(line);
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function longRow(line: number, cells: number, width: number): HomespunError {
  return new HomespunError({
    code: 'bad-file',
    message: `Line ${line} has ${plural(cells, 'cell')}, but the table has ${plural(width, 'column')}.`,
    hint: 'A cell that holds the delimiter must stand in quotes. Mend the line, or choose another delimiter or header line.',
    line,
  });
}

/** A line without any cell: nothing, or only blanks where a row would have several cells. */
export function isBlank(
  { bytes, starts, ends, quoted, firstCells }: Records,
  r: number,
  width: number,
): boolean {
  const cell = firstCells[r];
  if (firstCells[r + 1] - cell !== 1 || quoted[cell] === 1) return false;
  let at = starts[cell];
  if (width > 1) while (at < ends[cell] && (bytes[at] === space || bytes[at] === tab)) at++;
  return at === ends[cell];
}

function isEmpty({ starts, ends }: Records, first: number, cells: number): boolean {
  for (let i = first; i < first + cells; i++) if (ends[i] > starts[i]) return false;
  return true;
}
