/** Gaps of a file, filled from a model that was learned from another one, or from the same. */
import { checkImpute } from './checkJob.ts';
import { HomespunError } from './errors.ts';
import type { Imputed, ImputeRequest } from './jobTypes.ts';
import { seededRng, type Rng } from './random/rng.ts';
import { filledName, type RowSource } from './rowSource.ts';
import { knownCells, type KnownCells } from './schema/knownCells.ts';
import { learnedTexts } from './schema/outputTexts.ts';
import type { ColumnSchema } from './schema/types.ts';
import type { StageContext } from './stageTypes.ts';
import type { Model } from './synthesizers/types.ts';
import { readTable } from './table/readTable.ts';
import { replaceCells, type CellTexts } from './table/replaceCells.ts';
import type { Column, Notice, RawTable } from './table/types.ts';

/** Rows filled before the next are looked at: bounds what is held of filled cells. */
const blockRows = 20_000;

interface LearnedCells extends KnownCells {
  readonly entry: ColumnSchema;
}

/**
 * The file with a drawn value in each gap of a learned column, and every other byte as it was. What the model does not
 * know (other categories, words among numbers) is kept and not looked at. Throws `bad-settings` for a model that cannot
 * fill gaps, `bad-file` for a file that lacks a learned column.
 */
export async function imputeFile(
  source: RowSource,
  file: File,
  request: ImputeRequest,
  { control, progress, now }: StageContext,
): Promise<Imputed> {
  const start = now();
  checkImpute(request, source);
  const { schema, model } = source;
  // A small file may not show that it has a header; the one that was learned from did.
  const options = { header: schema.dialect.header };
  const raw = await readTable(file, options, {
    control,
    onProgress: (done, message) => progress.report('read', done, message),
  });
  const learned: LearnedCells[] = [];
  for (const entry of schema.columns.filter(({ treatment }) => treatment === 'learn')) {
    learned.push({ entry, ...knownCells(columnOf(raw, entry.name), entry, raw.dialect.quote) });
    await control.checkpoint();
  }
  const cells = learned.map(() => 0);
  const filling = { learned, cells, rows: raw.rows, request, context: { control, progress } };
  const blob = await replaceCells(
    file,
    options,
    learned.map(({ entry }) => entry.name),
    filledBlocks(model, filling),
    { control, escapeFormulas: request.escapeFormulas },
  );
  return {
    blob,
    fileName: filledName(file.name),
    rows: raw.rows,
    filled: learned.map(({ entry }, c) => ({ column: entry.name, cells: cells[c] })),
    notices: noticesOf(source, raw, learned, cells),
    seconds: (now() - start) / 1000,
  };
}

function columnOf(raw: RawTable, name: string): RawTable['columns'][number] {
  const column = raw.columns.find((each) => each.name === name);
  if (column && raw.columns.length > 1) return column;
  throw new HomespunError({
    code: 'bad-file',
    message: column
      ? 'The file has one column only.'
      : `The file has no column “${name}”, which the model has learned.`,
    hint: column
      ? 'Gaps are filled from the other cells of their rows: add the other columns.'
      : 'Give all learned columns the names they had; a column may be empty.',
    ...(!column && { column: name }),
  });
}

interface Filling {
  readonly learned: readonly LearnedCells[];
  /** Cells filled so far, by column. */
  readonly cells: number[];
  readonly rows: number;
  readonly request: ImputeRequest;
  readonly context: Pick<StageContext, 'control' | 'progress'>;
}

async function* filledBlocks(
  model: Model,
  { learned, cells, rows, request, context: { control, progress } }: Filling,
): AsyncGenerator<CellTexts> {
  const rng = seededRng(request.seed).fork('impute');
  const at = learned.map(() => 0);
  for (let from = 0; from < rows; from += blockRows) {
    progress.report('fill', from / rows, 'Filling gaps');
    const to = Math.min(rows, from + blockRows);
    const gaps = learned.map((column, c) => {
      const start = at[c];
      while (at[c] < column.gaps.length && column.gaps[at[c]] < to) at[c]++;
      return column.gaps.subarray(start, at[c]).map((row) => row - from);
    });
    const table = { rows: to - from, columns: learned.map(({ column }) => part(column, from, to)) };
    const drawn = await fill(model, table, gaps, request, { rng: rng.fork(`rows ${from}`), control });
    drawn.forEach((column, c) => (cells[c] += column ? gaps[c].length : 0));
    yield textsOf(learned, drawn, gaps, table.rows);
  }
  progress.report('fill', 1, 'Filled gaps');
}

async function fill(
  model: Model,
  table: { readonly rows: number; readonly columns: readonly Column[] },
  gaps: readonly Int32Array[],
  { temperature }: ImputeRequest,
  context: { readonly rng: Rng; readonly control: StageContext['control'] },
): Promise<(Column | null)[]> {
  if (!model.impute) throw new TypeError('The model fills no gaps.');
  return model.impute(table, gaps, { ...context, temperature });
}

const part = (column: KnownCells['column'], from: number, to: number): Column =>
  column.type === 'category'
    ? { ...column, codes: column.codes.subarray(from, to) }
    : { ...column, values: column.values.subarray(from, to) };

/** Rows are asked for in order, so each column keeps its place among its gaps. */
function textsOf(
  learned: readonly LearnedCells[],
  drawn: readonly (Column | null)[],
  gaps: readonly Int32Array[],
  rows: number,
): CellTexts {
  const next = learned.map(() => 0);
  const writers = drawn.map((column, c) => column && learnedTexts(learned[c].entry, column, ''));
  return {
    rows,
    text: (row, c) => {
      const writer = writers[c];
      if (!writer || gaps[c][next[c]] !== row) return undefined;
      return writer(next[c]++);
    },
  };
}

const cellsIn = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

function noticesOf(
  { rules }: RowSource,
  raw: RawTable,
  learned: readonly LearnedCells[],
  cells: readonly number[],
): Notice[] {
  const others = raw.columns.filter(({ name }) => !learned.some(({ entry }) => entry.name === name));
  const notices: Notice[] = learned.flatMap(({ entry: { name }, gaps, unknown }, c) => [
    ...(unknown > 0
      ? [{ severity: 'warning', message: unknownWords(unknown, name), column: name } as const]
      : []),
    ...(cells[c] < gaps.length
      ? [{ severity: 'warning', message: emptyWords(name), column: name } as const]
      : []),
  ]);
  if (others.length > 0) {
    const names = others.map(({ name }) => `“${name}”`).join(', ');
    notices.push({ severity: 'info', message: `The model has not learned ${names}: left as they are.` });
  }
  if (rules.length > 0) {
    const message = 'Rules between columns are not kept in cells that are filled in.';
    notices.push({ severity: 'warning', message });
  }
  return notices;
}

const unknownWords = (count: number, name: string): string =>
  `${cellsIn(count)} of “${name}” hold what the model does not know: kept as they are, and not looked at.`;

const emptyWords = (name: string): string => `The model knows no value of “${name}”: its gaps are left.`;
