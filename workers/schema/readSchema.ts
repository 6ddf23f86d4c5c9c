import { checkSchema } from './checkSchema.ts';
import type { JsonReader } from './jsonReader.ts';
import { KINDS, LIKENESSES, partOf, ROLES, THOUSANDS, TREATMENTS } from './parseSchema.ts';
import type { Dialect, NumberFormat } from '../table/types.ts';
import type { ColumnSchema, DatetimeDomain, IdentifierDomain, NumericDomain, TableSchema } from './types.ts';

/**
 * A whole schema from JSON, without a table to find what is left out in. Throws as the reader refuses, and `bad-schema`
 * for one that contradicts itself.
 */
export function readSchema(file: JsonReader): TableSchema {
  const columns = file.at('columns').list().map(columnOf);
  const schema: TableSchema = { version: 1, columns, dialect: dialectOf(file.at('dialect')) };
  checkSchema(
    schema,
    columns.map(({ name }) => name),
  );
  return schema;
}

function columnOf(entry: JsonReader): ColumnSchema {
  const domain = <T>(key: string, read: (reader: JsonReader) => T): Record<string, T> =>
    entry.has(key) ? { [key]: read(entry.at(key)) } : {};
  return {
    name: entry.at('name').text(),
    kind: entry.at('kind').oneOf(KINDS),
    role: entry.at('role').oneOf(ROLES),
    treatment: entry.at('treatment').oneOf(TREATMENTS),
    missingTokens: entry.at('missingTokens').texts(),
    domain: entry.at('domain').oneOf(['declared', 'found']),
    reason: entry.at('reason').text(),
    confidence: entry.at('confidence').number(),
    ...domain('number', numberOf),
    ...domain('datetime', datetimeOf),
    ...domain('category', (reader) => ({ categories: reader.at('categories').texts() })),
    ...domain('identifier', identifierOf),
  };
}

const numberOf = (reader: JsonReader): NumericDomain => ({
  min: reader.at('min').number(),
  max: reader.at('max').number(),
  decimals: reader.at('decimals').number(),
  fixedDecimals: reader.at('fixedDecimals').boolean(),
  ...(reader.has('minDecimals') && { minDecimals: reader.at('minDecimals').number() }),
  format: formatOf(reader.at('format')),
});

const formatOf = (reader: JsonReader): NumberFormat => ({
  decimalMark: reader.at('decimalMark').oneOf(['.', ',']),
  thousandsMark: reader.at('thousandsMark').oneOf(THOUSANDS),
  prefix: reader.at('prefix').text(),
  suffix: reader.at('suffix').text(),
});

const datetimeOf = (reader: JsonReader): DatetimeDomain => ({
  min: reader.at('min').number(),
  max: reader.at('max').number(),
  pattern: reader.at('pattern').text(),
  ambiguousDayMonth: reader.at('ambiguousDayMonth').boolean(),
  step: reader.at('step').number(),
});

const identifierOf = (reader: JsonReader): IdentifierDomain => ({
  parts: reader.at('parts').list().map(partOf),
  sequential: reader.at('sequential').boolean(),
  start: reader.at('start').number(),
  unique: reader.at('unique').boolean(),
  ...(reader.has('rowsPerValue') && { rowsPerValue: reader.at('rowsPerValue').number() }),
  ...(reader.has('missingShare') && { missingShare: reader.at('missingShare').number() }),
  ...(reader.has('looksLike') && { looksLike: reader.at('looksLike').oneOf(LIKENESSES) }),
});

const dialectOf = (reader: JsonReader): Dialect => ({
  encoding: reader.at('encoding').text(),
  byteOrderMark: reader.at('byteOrderMark').boolean(),
  delimiter: reader.at('delimiter').text(),
  quote: reader.at('quote').oneOf(['"', "'"]),
  escape: reader.at('escape').oneOf(['double', 'backslash']),
  newline: reader.at('newline').oneOf(['\n', '\r\n', '\r']),
  header: reader.at('header').boolean(),
  // Title lines of the file are not written again.
  preambleLines: 0,
  quotesAllText: reader.at('quotesAllText').boolean(),
  ...(reader.has('quotesEverything') && { quotesEverything: reader.at('quotesEverything').boolean() }),
});
