import type { Dialect, NumberFormat, RawTable } from '../table/types.ts';
import { badFile, checkNames, checkSchema } from './checkSchema.ts';
import { JsonReader } from './jsonReader.ts';
import { retype } from './retype.ts';
import type {
  ColumnKind,
  ColumnRole,
  ColumnSchema,
  DatetimeDomain,
  IdentifierAlphabet,
  IdentifierDomain,
  IdentifierPart,
  NumericDomain,
  TableSchema,
  Treatment,
} from './types.ts';

export const KINDS: readonly ColumnKind[] = [
  'integer',
  'decimal',
  'category',
  'boolean',
  'datetime',
  'identifier',
  'text',
  'constant',
];
export const ROLES: readonly ColumnRole[] = ['ordinary', 'target', 'sensitive', 'quasi-identifier', 'person'];
export const TREATMENTS: readonly Treatment[] = ['learn', 'replace', 'keep', 'drop'];
export const LIKENESSES = [
  'email',
  'phone',
  'name',
  'iban',
  'card',
  'ssn',
  'ip',
  'uuid',
  'postcode',
  'url',
] as const;
const ALPHABETS: readonly IdentifierAlphabet[] = ['0', '1', 'A', 'a', 'h', 'H', 'X', 'w', 'x'];
export const THOUSANDS: readonly NumberFormat['thousandsMark'][] = [
  '',
  ',',
  '.',
  ' ',
  '\u00a0',
  '\u202f',
  "'",
];

/** The schema as a JSON file, to be read by `parseSchema`. */
export const serializeSchema = (schema: TableSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

/**
 * Reads a schema file and fits it to a table. Columns may stand in another order than in the file, which is then the
 * order of the output. A column needs a name and a kind; what else is left out is found in the table.
 * Throws `bad-schema`: malformed JSON, another version, unknown, missing or duplicate columns, and all that
 * `checkSchema` refuses.
 */
export function parseSchema(json: string, raw: RawTable): TableSchema {
  const file = new JsonReader(parseJson(json), 'the top');
  const version = file.has('version') ? file.at('version').value : undefined;
  if (version !== 1) {
    const found = typeof version === 'number' ? `version ${version}` : 'no version';
    throw badFile(
      `The schema file has ${found}; only version 1 can be read.`,
      'Save the schema again with this app.',
    );
  }
  const entries = file.at('columns').list();
  const names = raw.columns.map(({ name }) => name);
  checkNames(
    entries.map((entry) => entry.at('name').text()),
    names,
  );
  const columns = entries.map((entry) => columnOf(named(entry), raw));
  const schema: TableSchema = {
    version: 1,
    columns,
    dialect: file.optional('dialect', raw.dialect, (reader) => dialectOf(reader, raw.dialect)),
  };
  checkSchema(schema, names);
  return schema;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const at =
      cause instanceof SyntaxError ? /line \d+ column \d+|position \d+/.exec(cause.message)?.[0] : undefined;
    const where = at === undefined ? '' : ` (${at})`;
    throw badFile(`The schema file is not valid JSON${where}.`, 'Choose a schema file saved by this app.');
  }
}

const named = (entry: JsonReader): JsonReader =>
  new JsonReader(entry.value, `column “${entry.at('name').text()}”`);

function columnOf(entry: JsonReader, raw: RawTable): ColumnSchema {
  const kind = entry.at('kind').oneOf(KINDS);
  const found = retype(raw, entry.at('name').text(), kind);
  const { number, datetime, category, identifier } = found;
  return {
    ...found,
    role: entry.optional('role', found.role, (reader) => reader.oneOf(ROLES)),
    treatment: entry.optional('treatment', found.treatment, (reader) => reader.oneOf(TREATMENTS)),
    missingTokens: entry.optional('missingTokens', found.missingTokens, (reader) => reader.texts()),
    domain: entry.optional('domain', found.domain, (reader) => reader.oneOf(['declared', 'found'])),
    reason: entry.optional('reason', 'It stands so in the schema file.', (reader) => reader.text()),
    confidence: entry.optional('confidence', found.confidence, (reader) => reader.number()),
    ...(number && { number: entry.optional('number', number, (reader) => numberOf(reader, number)) }),
    ...(datetime && {
      datetime: entry.optional('datetime', datetime, (reader) => datetimeOf(reader, datetime)),
    }),
    ...(category && {
      category: entry.optional('category', category, (reader) => ({
        categories: reader.at('categories').texts(),
      })),
    }),
    ...(identifier && {
      identifier: entry.optional('identifier', identifier, (reader) => identifierOf(reader, identifier)),
    }),
  };
}

const numberAt = (reader: JsonReader, key: string, otherwise: number): number =>
  reader.optional(key, otherwise, (field) => field.number());
const booleanAt = (reader: JsonReader, key: string, otherwise: boolean): boolean =>
  reader.optional(key, otherwise, (field) => field.boolean());
const textAt = (reader: JsonReader, key: string, otherwise: string): string =>
  reader.optional(key, otherwise, (field) => field.text());

function numberOf(reader: JsonReader, found: NumericDomain): NumericDomain {
  const least = reader.has('minDecimals') ? { minDecimals: reader.at('minDecimals').number() } : {};
  return {
    min: numberAt(reader, 'min', found.min),
    max: numberAt(reader, 'max', found.max),
    decimals: numberAt(reader, 'decimals', found.decimals),
    fixedDecimals: booleanAt(reader, 'fixedDecimals', found.fixedDecimals),
    ...least,
    format: reader.optional('format', found.format, (format) => ({
      decimalMark: format.optional('decimalMark', found.format.decimalMark, (mark) => mark.oneOf(['.', ','])),
      thousandsMark: format.optional('thousandsMark', found.format.thousandsMark, (mark) =>
        mark.oneOf(THOUSANDS),
      ),
      prefix: textAt(format, 'prefix', found.format.prefix),
      suffix: textAt(format, 'suffix', found.format.suffix),
    })),
  };
}

const datetimeOf = (reader: JsonReader, found: DatetimeDomain): DatetimeDomain => ({
  min: numberAt(reader, 'min', found.min),
  max: numberAt(reader, 'max', found.max),
  pattern: textAt(reader, 'pattern', found.pattern),
  ambiguousDayMonth: booleanAt(reader, 'ambiguousDayMonth', found.ambiguousDayMonth),
  step: numberAt(reader, 'step', found.step),
});

function identifierOf(reader: JsonReader, found: IdentifierDomain): IdentifierDomain {
  const { rowsPerValue, missingShare, looksLike, ...always } = found;
  const rows = reader.optional('rowsPerValue', rowsPerValue, (field) => field.number());
  const share = reader.optional('missingShare', missingShare, (field) => field.number());
  const like = reader.optional('looksLike', looksLike, (field) => field.oneOf(LIKENESSES));
  return {
    parts: reader.optional('parts', always.parts, (parts) => parts.list().map(partOf)),
    sequential: booleanAt(reader, 'sequential', always.sequential),
    start: numberAt(reader, 'start', always.start),
    unique: booleanAt(reader, 'unique', always.unique),
    ...(rows === undefined ? {} : { rowsPerValue: rows }),
    ...(share === undefined ? {} : { missingShare: share }),
    ...(like === undefined ? {} : { looksLike: like }),
  };
}

export function partOf(reader: JsonReader): IdentifierPart {
  if (reader.has('literal')) return { literal: reader.at('literal').text() };
  if (reader.has('word')) return { word: reader.at('word').oneOf(['given', 'family']) };
  const alphabet = reader.at('alphabet').oneOf(ALPHABETS);
  return { alphabet, min: reader.at('min').number(), max: reader.at('max').number() };
}

/** How the output is written; what the file leaves out is as in the table. */
function dialectOf(reader: JsonReader, found: Dialect): Dialect {
  return {
    ...found,
    encoding: textAt(reader, 'encoding', found.encoding),
    byteOrderMark: booleanAt(reader, 'byteOrderMark', found.byteOrderMark),
    delimiter: textAt(reader, 'delimiter', found.delimiter),
    quote: reader.optional('quote', found.quote, (mark) => mark.oneOf(['"', "'"])),
    escape: reader.optional('escape', found.escape, (way) => way.oneOf(['double', 'backslash'])),
    newline: reader.optional('newline', found.newline, (mark) => mark.oneOf(['\n', '\r\n', '\r'])),
    header: booleanAt(reader, 'header', found.header),
    quotesAllText: booleanAt(reader, 'quotesAllText', found.quotesAllText),
  };
}
