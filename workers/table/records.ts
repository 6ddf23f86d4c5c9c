/** Cells and records found in one chunk, as positions in its bytes: no string and no object a cell. */
import { grownFloat64, grownInt32, grownUint8 } from './growable.ts';

/** Complete records of one chunk. Cell `i` is `bytes[starts[i]..ends[i]]`, unescaped. Valid until the next chunk. */
export interface Records {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the cell was quoted. */
  readonly quoted: Uint8Array;
  readonly count: number;
  /** Cells of record r are firstCells[r] .. firstCells[r + 1] - 1. */
  readonly firstCells: Int32Array;
  /** 1-based physical line on which each record starts. */
  readonly lines: Float64Array;
  /** Where each record ends, before its line end. */
  readonly stops: Int32Array;
  /** Where `bytes` begin in the text of the file, as it is without unescaping. */
  readonly offset: number;
}

/** Collects records; the cells of the one still open are carried over to the next chunk. */
export class RecordStore {
  #starts: Int32Array = new Int32Array(1024);
  #ends: Int32Array = new Int32Array(1024);
  #quoted: Uint8Array = new Uint8Array(1024);
  #cells = 0;
  #firstCells: Int32Array = new Int32Array(256);
  #lines: Float64Array = new Float64Array(256);
  #stops: Int32Array = new Int32Array(256);
  #records = 0;

  openRecord(line: number): void {
    this.#lines[this.#records] = line;
  }

  addCell(start: number, end: number, quoted: 0 | 1): void {
    const i = this.#cells++;
    if (i >= this.#starts.length) {
      this.#starts = grownInt32(this.#starts, i + 1);
      this.#ends = grownInt32(this.#ends, i + 1);
      this.#quoted = grownUint8(this.#quoted, i + 1);
    }
    this.#starts[i] = start;
    this.#ends[i] = end;
    this.#quoted[i] = quoted;
  }

  closeRecord(stop: number): void {
    this.#stops[this.#records] = stop;
    const next = ++this.#records;
    if (next + 1 >= this.#firstCells.length) {
      this.#firstCells = grownInt32(this.#firstCells, next + 2);
      this.#lines = grownFloat64(this.#lines, next + 2);
      this.#stops = grownInt32(this.#stops, next + 2);
    }
    this.#firstCells[next] = this.#cells;
  }

  /** Forgets complete records; the bytes of the open one have moved down by `shift`. */
  carryOver(shift: number): void {
    const first = this.#firstCells[this.#records];
    const open = this.#cells - first;
    for (let i = 0; i < open; i++) {
      this.#starts[i] = this.#starts[first + i] - shift;
      this.#ends[i] = this.#ends[first + i] - shift;
      this.#quoted[i] = this.#quoted[first + i];
    }
    this.#lines[0] = this.#lines[this.#records];
    this.#firstCells[0] = 0;
    this.#cells = open;
    this.#records = 0;
  }

  of(bytes: Uint8Array, offset: number): Records {
    return {
      bytes,
      starts: this.#starts,
      ends: this.#ends,
      quoted: this.#quoted,
      count: this.#records,
      firstCells: this.#firstCells,
      lines: this.#lines,
      stops: this.#stops,
      offset,
    };
  }
}
