import { RunControl } from '../../../workers/control.ts';
import { HomespunError } from '../../../workers/errors.ts';
import { cellReader } from '../../../workers/table/cellText.ts';
import { readTable } from '../../../workers/table/readTable.ts';
import type { RawTable, ReadOptions } from '../../../workers/table/types.ts';
import { writeCsv } from '../../../workers/table/writeCsv.ts';
import type { WrittenCsv } from '../../../workers/table/writeCsv.ts';
import type { Dialect } from '../../../workers/table/types.ts';

export type Content = string | Uint8Array<ArrayBuffer>;

export async function read(
  content: Content,
  options: ReadOptions = {},
  chunkBytes?: number,
): Promise<RawTable> {
  const control = new RunControl();
  try {
    return await readTable(new Blob([content]), options, { control, chunkBytes });
  } finally {
    control.close();
  }
}

export const namesOf = (table: RawTable): string[] => table.columns.map(({ name }) => name);

export function cellsOf(table: RawTable): string[][] {
  const readers = table.columns.map(cellReader);
  return Array.from({ length: table.rows }, (_, row) => readers.map((text) => text(row)));
}

/** The error reading ends with; fails the test when there is none. */
export async function refusal(content: Content, options: ReadOptions = {}): Promise<HomespunError> {
  try {
    await read(content, options);
  } catch (cause) {
    if (cause instanceof HomespunError) return cause;
    throw cause;
  }
  throw new Error('The file was read, but should have been refused.');
}

export const defaultDialect: Dialect = {
  encoding: 'utf-8',
  byteOrderMark: false,
  delimiter: ',',
  quote: '"',
  escape: 'double',
  newline: '\n',
  header: true,
  preambleLines: 0,
  quotesAllText: false,
};

export async function write(
  names: readonly string[],
  cells: readonly (readonly string[])[],
  dialect: Partial<Dialect> = {},
  escapeFormulas = false,
): Promise<WrittenCsv> {
  const control = new RunControl();
  const columns = names.map((name, k) => ({ name, text: (row: number) => cells[row][k] }));
  try {
    return await writeCsv(
      columns,
      cells.length,
      { ...defaultDialect, ...dialect },
      { escapeFormulas },
      { control },
    );
  } finally {
    control.close();
  }
}

export const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await blob.arrayBuffer());
