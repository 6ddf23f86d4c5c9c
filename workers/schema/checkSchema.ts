import { HomespunError } from '../errors.ts';
import { DatetimePattern } from '../table/datetime.ts';
import { maxDecimals } from '../table/numberFormat.ts';
import { badSchema } from './badSchema.ts';
import { TREATMENTS_OF } from './entries.ts';
import type {
  CategoryDomain,
  ColumnSchema,
  DatetimeDomain,
  IdentifierDomain,
  NumericDomain,
  TableSchema,
} from './types.ts';

/**
 * Refuses a schema that is not about these columns or contradicts itself.
 * Throws `bad-schema` naming the column and what to do.
 * @param names columns of the table
 */
export function checkSchema(schema: TableSchema, names: readonly string[]): void {
  checkNames(
    schema.columns.map(({ name }) => name),
    names,
  );
  schema.columns.forEach(checkColumn);
  for (const role of ['target', 'person'] as const) {
    const [, second] = schema.columns.filter((column) => column.role === role);
    if (second) throw badSchema(second.name, `is a second ${role} column`, `Choose one ${role} column only.`);
  }
}

/** Refuses column names that stand twice, are not in the table, or are left out. */
export function checkNames(found: readonly string[], expected: readonly string[]): void {
  const seen = new Set<string>();
  const known = new Set(expected);
  for (const name of found) {
    if (seen.has(name)) throw badSchema(name, 'stands twice in the schema', 'Remove one of the entries.');
    if (!known.has(name)) {
      throw badSchema(name, 'is not in the table', 'Use the schema of this file, or remove the entry.');
    }
    seen.add(name);
  }
  const missing = expected.filter((name) => !seen.has(name));
  if (missing.length > 0) {
    throw badSchema(
      missing[0],
      'is not in the schema',
      'Add an entry for it; treatment “drop” leaves it out.',
    );
  }
}

function checkColumn(column: ColumnSchema): void {
  const { name, kind, treatment, missingTokens } = column;
  if (!TREATMENTS_OF[kind].includes(treatment)) {
    const allowed = TREATMENTS_OF[kind].join(' or ');
    throw badSchema(
      name,
      `is of kind ${kind} and cannot have the treatment ${treatment}`,
      `Choose ${allowed}.`,
    );
  }
  if (column.role === 'target' && treatment !== 'learn') {
    throw badSchema(name, 'is the target but is not learned', 'Choose a learned column as target.');
  }
  if (new Set(missingTokens).size < missingTokens.length)
    throw badSchema(name, 'names a missing token twice');
  switch (kind) {
    case 'integer':
    case 'decimal':
      return checkNumber(name, column.number);
    case 'datetime':
      return checkDatetime(name, column.datetime);
    case 'category':
    case 'boolean':
    case 'constant':
      return checkCategories(column, column.category);
    case 'identifier':
      return checkIdentifier(name, column.identifier);
    case 'text':
  }
}

function checkBounds(name: string, min: number, max: number): void {
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw badSchema(name, 'has a bound that is no number');
  if (min > max) throw badSchema(name, 'has a least value above its greatest', 'Exchange the bounds.');
}

const isCount = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;

function checkNumber(name: string, domain: NumericDomain | undefined): void {
  if (!domain) throw badSchema(name, 'has no bounds', 'Give “number” with min and max.');
  checkBounds(name, domain.min, domain.max);
  const { decimals, minDecimals = 0, format } = domain;
  if (!isCount(decimals, maxDecimals) || !isCount(minDecimals, decimals)) {
    throw badSchema(name, `has decimals outside 0 to ${maxDecimals}`);
  }
  if (format.decimalMark === format.thousandsMark) {
    throw badSchema(name, 'has the same mark for decimals and thousands');
  }
}

function checkDatetime(name: string, domain: DatetimeDomain | undefined): void {
  if (!domain) throw badSchema(name, 'has no date pattern', 'Give “datetime” with pattern, min and max.');
  checkBounds(name, domain.min, domain.max);
  if (!(domain.step > 0)) throw badSchema(name, 'has a step that is not above zero');
  try {
    new DatetimePattern(domain.pattern);
  } catch (cause) {
    if (cause instanceof RangeError) throw badSchema(name, 'has a date pattern with an unknown letter');
    throw cause;
  }
}

function checkCategories(column: ColumnSchema, domain: CategoryDomain | undefined): void {
  const { name, kind, missingTokens } = column;
  if (!domain) throw badSchema(name, 'has no categories', 'Give “category” with a list of categories.');
  const { categories } = domain;
  if (categories.length === 0 && kind !== 'constant') {
    throw badSchema(name, 'has an empty list of categories', 'Name the categories, or drop the column.');
  }
  if (kind === 'constant' && categories.length > 1)
    throw badSchema(name, 'is constant but has several values');
  if (kind === 'boolean' && categories.length !== 2)
    throw badSchema(name, 'is boolean but has not two values');
  if (new Set(categories).size < categories.length) throw badSchema(name, 'names a category twice');
  const both = categories.some((category) => missingTokens.includes(category));
  if (both)
    throw badSchema(name, 'names a category that is a missing token too', 'Remove it from one of the lists.');
}

function checkIdentifier(name: string, domain: IdentifierDomain | undefined): void {
  if (!domain) throw badSchema(name, 'has no format', 'Give “identifier” with its parts.');
  for (const part of domain.parts) {
    if ('alphabet' in part && !(isCount(part.min, 1000) && isCount(part.max, 1000) && part.min <= part.max)) {
      throw badSchema(name, 'has a format part whose lengths are not 0 to 1000, least first');
    }
  }
  if (!isCount(domain.start, Number.MAX_SAFE_INTEGER))
    throw badSchema(name, 'has a start that is no whole number');
  if (!((domain.rowsPerValue ?? 1) >= 1)) throw badSchema(name, 'has fewer than one row a value');
  const { missingShare = 0 } = domain;
  if (!(missingShare >= 0 && missingShare <= 1)) throw badSchema(name, 'has a missing share outside 0 to 1');
}

/** A schema file that is no schema at all. */
export const badFile = (message: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-schema', message, hint });
