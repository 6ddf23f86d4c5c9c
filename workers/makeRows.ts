/** Synthetic rows from a model, protected as the person wished: chunk by chunk, for the page and for files. */
import { anonymiseSynthetic, type ProtectedRows } from './anonymise/synthetic.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import type { RunControl } from './control.ts';
import type { SampleConditions } from './encode/conditionTypes.ts';
import { seededRng } from './random/rng.ts';
import { ruledRows, type RuledSource } from './ruledRows.ts';
import type { RulesReport } from './rules/types.ts';
import { outputTexts } from './schema/outputTexts.ts';
import type { StageContext } from './stageTypes.ts';
import type { SampleContext } from './synthesizers/types.ts';
import { sha256Of } from './table/blobHash.ts';
import { concatTables } from './table/takeRows.ts';
import type { Table } from './table/types.ts';
import { CsvWriter } from './table/writeCsv.ts';

/** Rows a model makes at a time: bounds memory, and numbers are calibrated a chunk at a time. */
const chunkRows = 50_000;

/** One synthetic table, and what is done to its rows. */
interface TableRequest {
  readonly rows: number;
  readonly table: number;
  readonly seed: number;
  readonly plan: AnonymisePlan | null;
  /** What the model's rows must fulfil, before they are protected. */
  readonly conditions?: SampleConditions;
  readonly temperature?: number;
  readonly onDrawn?: SampleContext['onDrawn'];
  /** Called once a chunk, where there are rules to keep. */
  readonly onRules?: (report: RulesReport) => void;
}

/** Rows as the model makes them: each chunk depends on seed, table and chunk number only. */
async function* sampleChunks(
  source: RuledSource,
  { rows: total, table, seed, conditions, temperature, onDrawn, onRules }: TableRequest,
  control: RunControl,
): AsyncGenerator<Table> {
  const rng = seededRng(seed).fork(`table ${table}`);
  for (let offset = 0; offset < total; offset += chunkRows) {
    const rows = Math.min(chunkRows, total - offset);
    const context = { rng: rng.fork(`rows ${offset}`), control, conditions, temperature, onDrawn };
    yield await ruledRows(source, rows, context, onRules);
    await control.checkpoint();
  }
}

/** Rows as they are to be written. */
function protectedChunks(
  source: RuledSource,
  request: TableRequest,
  control: RunControl,
): AsyncGenerator<ProtectedRows> {
  const { rows, table, seed, plan } = request;
  const rng = seededRng(seed).fork(`protect ${table}`);
  return anonymiseSynthetic(sampleChunks(source, request, control), rows, source.schema, plan, rng, control);
}

/** At most `limit` rows of the first table, for the scorecard and the preview. */
export async function sampleRows(
  source: RuledSource,
  request: Omit<TableRequest, 'table'>,
  limit: number,
  { control, progress }: StageContext,
): Promise<ProtectedRows> {
  const rows = Math.min(request.rows, limit);
  const parts: ProtectedRows[] = [];
  for await (const part of protectedChunks(source, { ...request, table: 0 }, control)) {
    parts.push(part);
    progress.report('sample', Math.min(1, part.drawn / rows), 'Making rows');
    if (part.drawn >= rows) break;
  }
  return { ...parts[parts.length - 1], offset: 0, table: concatTables(parts.map(({ table }) => table)) };
}

/** The whole of one synthetic table as a file, chunk by chunk, in the format of the file that was read. */
export async function writeTable(
  source: RuledSource,
  request: TableRequest & { readonly escapeFormulas: boolean },
  { control, progress }: StageContext,
): Promise<{ blob: Blob; rows: number; columns: number; sha256: string }> {
  const writer = new CsvWriter(source.schema.dialect, { escapeFormulas: request.escapeFormulas });
  const identifiers = seededRng(request.seed).fork(`identifiers ${request.table}`);
  let [rows, columns] = [0, 0];
  for await (const { table, schema, offset, drawn } of protectedChunks(source, request, control)) {
    const texts = outputTexts(table, schema, identifiers, offset);
    await writer.write(texts, table.rows, { control });
    columns = texts.length;
    rows += table.rows;
    progress.report('write', drawn / request.rows, 'Writing rows');
  }
  const { blob } = await writer.finish({ control });
  return { blob, rows, columns, sha256: await sha256Of(blob, control) };
}
