/** Rows of a model that is there, just fitted or opened from a file: made, named, written, and compared. */
import type { ProtectedRows } from './anonymise/synthetic.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import type { SampleConditions } from './encode/conditionTypes.ts';
import { sampleRows, writeTable } from './makeRows.ts';
import type { Profile } from './profile/types.ts';
import type { SampleRequest, Sampled, WriteOptions, Written } from './protocol.ts';
import { seededRng } from './random/rng.ts';
import { joinRulesReports } from './ruledRows.ts';
import type { Rule, RulesReport } from './rules/types.ts';
import { outputTexts } from './schema/outputTexts.ts';
import type { TableSchema } from './schema/types.ts';
import type { StageContext } from './stageTypes.ts';
import type { Model } from './synthesizers/types.ts';
import { conditionsOf, inWords } from './wantedRows.ts';

const shownRows = 20;
/** Rows of the first table kept for the scorecard; the rest is made again when it is written. */
const keptRows = 200_000;

export interface RowSource {
  /** Of the file that was learned from. */
  readonly name: string;
  readonly model: Model;
  readonly profile: Profile;
  readonly schema: TableSchema;
  readonly plan: AnonymisePlan | null;
  readonly rules: readonly Rule[];
}

/** The rows in hand. */
export interface Made {
  readonly request: SampleRequest;
  readonly conditions?: SampleConditions;
  readonly made: ProtectedRows;
  /** Rows of the same model without conditions, for scores: made when they are first asked for. */
  plain?: ProtectedRows;
}

/** At most 20 rows as they will be written. */
export const firstTexts = (columns: readonly { text(row: number): string }[], rows: number): string[][] =>
  Array.from({ length: Math.min(shownRows, rows) }, (_, row) => columns.map((column) => column.text(row)));

/** The first table of a request, or as much of it as scores look at. */
export async function makeFirst(
  source: RowSource,
  request: SampleRequest,
  context: StageContext,
): Promise<{ held: Made; report: Sampled }> {
  const start = context.now();
  const conditions = conditionsOf(request.conditions, source.profile);
  const tries = { drawn: 0, kept: 0 };
  const onDrawn = (drawn: number, kept: number): void => {
    tries.drawn += drawn;
    tries.kept += kept;
  };
  const reports: RulesReport[] = [];
  const onRules = (report: RulesReport): void => void reports.push(report);
  const { rows, seed, tables, temperature } = request;
  const wish = { rows, seed, plan: source.plan, conditions, temperature, onDrawn, onRules };
  const made = await sampleRows(source, wish, keptRows, context);
  const { table, schema } = made;
  const columns = outputTexts(table, schema, seededRng(seed).fork('identifiers 0'), 0);
  const report: Sampled = {
    tables,
    rows: made.drawn < rows ? rows : table.rows,
    columns: columns.map((column) => column.name),
    firstRows: firstTexts(columns, table.rows),
    seconds: (context.now() - start) / 1000,
    conditions: conditions ? inWords(conditions, source.schema) : [],
    temperature: temperature ?? 1,
    acceptance: tries.drawn > 0 ? tries.kept / tries.drawn : null,
    rules: joinRulesReports(reports),
    anonymised: made.report,
  };
  return { held: { request, conditions, made }, report };
}

/** One of the tables of a request as a file. */
export async function writeOne(
  source: RowSource,
  { request, conditions }: Made,
  { table, escapeFormulas }: WriteOptions,
  context: StageContext,
): Promise<Written> {
  const start = context.now();
  const { rows, seed, tables, temperature } = request;
  const wish = { rows, seed, conditions, temperature, table, escapeFormulas, plan: source.plan };
  const written = await writeTable(source, wish, context);
  const fileName = outputName(source.name, tables > 1 ? table + 1 : null);
  return { ...written, fileName, seconds: (context.now() - start) / 1000 };
}

/** Rows that can be compared with real ones: made without conditions. */
export async function comparableRows(
  source: RowSource,
  held: Made,
  context: StageContext,
): Promise<ProtectedRows> {
  if (!held.conditions) return held.made;
  const { rows, seed, temperature } = held.request;
  held.plain ??= await sampleRows(source, { rows, seed, temperature, plan: source.plan }, keptRows, context);
  return held.plain;
}

/** A scorecard that says so where rows without conditions stand for those with, and at which temperature they were made. */
export const withNote = <T extends { readonly notes: readonly string[] }>(
  scorecard: T,
  { conditions, request: { temperature = 1 } }: Made,
): T => {
  const notes = [...(conditions ? [plainNote] : []), ...(temperature === 1 ? [] : [varied(temperature)])];
  return notes.length > 0 ? { ...scorecard, notes: [...scorecard.notes, ...notes] } : scorecard;
};

const varied = (temperature: number): string =>
  `The rows were made at a temperature of ${temperature}, so they are ${temperature < 1 ? 'more typical' : 'more varied'} than the real ones on purpose: shares of values differ.`;

const plainNote =
  'Your rows fulfil conditions, so they differ from the real ones on purpose. Rows of the same model without conditions were scored instead. Where all you asked for is a mix of classes, or one class, the card of classes is about your rows.';

/** What goes into the privacy statement of rows that were made under conditions. */
export const conditionLines = ({ schema }: RowSource, held: Made | undefined): string[] =>
  held?.conditions
    ? [
        'The rows were made under conditions. The guarantee covers the model, not what the choice of conditions may tell:',
        ...inWords(held.conditions, schema).map((line) => `  - ${line}`),
      ]
    : [];

/** 'visits.csv' -> 'visits-synthetic.csv' or 'visits-synthetic-2.csv'. */
const outputName = (input: string, table: number | null): string => {
  const [stem, extension] = dividedName(input);
  return `${stem}-synthetic${table === null ? '' : `-${table}`}${extension}`;
};

/** 'visits.csv' -> 'visits.homespun'. */
export const modelName = (input: string): string => `${dividedName(input)[0]}.homespun`;

/** 'visits.csv' -> 'visits-filled.csv'. */
export const filledName = (input: string): string => dividedName(input).join('-filled');

const dividedName = (name: string): [stem: string, extension: string] => {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '.csv'];
};
