import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RunControl } from '../../../workers/control.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import type { ColumnSchema } from '../../../workers/schema/types.ts';
import { readTable } from '../../../workers/table/readTable.ts';
import type { RawTable } from '../../../workers/table/types.ts';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** Where a table of the shared folder lies, or null where that folder is not there. */
export function sharedFile(path: string): string | null {
  return existsSync(shared + path) ? shared + path : null;
}

/** Reads a CSV blob as the page would. */
export async function readBlob(blob: Blob): Promise<RawTable> {
  const control = new RunControl();
  try {
    return await readTable(blob, {}, { control });
  } finally {
    control.close();
  }
}

export const readPath = (path: string): Promise<RawTable> => readBlob(new Blob([readFileSync(path)]));

/** A table from CSV text. */
export const readText = (text: string): Promise<RawTable> => readBlob(new Blob([text]));

/** A table of one column. */
export const readColumn = (name: string, cells: readonly string[]): Promise<RawTable> =>
  readText([`row,${quoted(name)}`, ...cells.map((cell, i) => `r${i % 7},${quoted(cell)}`), ''].join('\n'));

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

export const repeat = (cells: readonly string[], times: number): string[] =>
  Array.from({ length: cells.length * times }, (_, i) => cells[i % cells.length]);
export const count = (n: number, cell: (i: number) => string): string[] =>
  Array.from({ length: n }, (_, i) => cell(i));

/** The entry proposed for one column of cells. */
export async function propose(name: string, cells: readonly string[]): Promise<ColumnSchema> {
  const { columns } = inferSchema(await readColumn(name, cells));
  return columns[1];
}
