import { parseDatetime } from '../table/datetime.ts';
import { formatNumber, maxDecimals } from '../table/numberFormat.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type {
  CategoryColumn,
  Column,
  DatetimeColumn,
  Notice,
  NumberColumn,
  RawColumn,
  RawDatetimeColumn,
  RawNumberColumn,
  RawTable,
  Table,
} from '../table/types.ts';
import { inPattern } from './datetimeTexts.ts';
import { badSchema } from './badSchema.ts';
import { numberColumnOf, numbersAmongTokens, valueOfText } from './numberTexts.ts';
import { textColumnOf } from './scan.ts';
import type { ColumnSchema, DatetimeDomain, NumericDomain, TableSchema } from './types.ts';

/** Cells that were changed on their way into a typed column. */
interface Unfit {
  /** Neither missing tokens nor values of the kind: they become missing. */
  misfits: number;
  /** Outside the declared bounds: they become the nearest bound. */
  clamped: number;
  /** Written with more decimals than declared: they are rounded. */
  rounded: number;
}

/** A column as its schema says, and what did not fit. */
export interface Typed {
  readonly column: NumberColumn | DatetimeColumn | CategoryColumn;
  readonly unfit: Readonly<Unfit>;
}

/**
 * The learned columns as numbers, instants and category codes, in schema order.
 * Cells that do not fit become missing, numbers and dates outside the bounds become the bound, and both are counted in
 * the notices. Throws `bad-schema` for a column that is not in the table.
 */
export function toTable(raw: RawTable, schema: TableSchema): { table: Table; notices: Notice[] } {
  const columns: Column[] = [];
  const notices: Notice[] = [];
  for (const entry of schema.columns) {
    if (entry.treatment !== 'learn') continue;
    const { column, unfit } = typedColumn(rawColumnOf(raw, entry.name), entry);
    columns.push(column);
    notices.push(...noticesOf(entry.name, unfit));
  }
  return { table: { rows: raw.rows, columns }, notices };
}

export function rawColumnOf(raw: RawTable, name: string): RawColumn {
  const column = raw.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw badSchema(name, 'is not in the table', 'Use the schema of this file.');
  return column;
}

/** One column as its schema entry says. The entry must be of a kind with values: number, date or category. */
export function typedColumn(raw: RawColumn, entry: ColumnSchema): Typed {
  const missing = new Set(entry.missingTokens);
  if (entry.number) return typedNumbers(raw, entry.number, entry.kind === 'integer', missing);
  if (entry.datetime) return typedDatetimes(inPattern(raw, entry.datetime.pattern), entry.datetime, missing);
  if (entry.category) return typedCategories(raw, entry.category.categories, missing);
  throw badSchema(entry.name, `is of kind ${entry.kind}, which holds nothing to learn`);
}

/** Texts that mean "no value" but were read as numbers: the decimals each is written with, by value, as a bit mask. */
function missingNumbers(column: RawNumberColumn, missing: ReadonlySet<string>): Map<number, number> {
  const masks = new Map<number, number>();
  for (const token of missing) {
    const value = valueOfText(token, column.format);
    for (let form = 0; form <= maxDecimals && !Number.isNaN(value); form++) {
      if (formatNumber(value, form, true, column.format) !== token) continue;
      masks.set(value, (masks.get(value) ?? 0) | (1 << form));
    }
  }
  return masks;
}

function typedNumbers(
  raw: RawColumn,
  domain: NumericDomain,
  whole: boolean,
  missing: ReadonlySet<string>,
): Typed {
  const column = numberColumnOf(raw, 0);
  if (column === null) throw badSchema(raw.name, 'holds no numbers', 'Choose another kind.');
  const unusual = numbersAmongTokens(column);
  const tokenValues = column.tokens.map((text) => (missing.has(text) ? NaN : (unusual.get(text) ?? NaN)));
  const misfit = column.tokens.map((text) => !missing.has(text) && !unusual.has(text));
  const masks = missingNumbers(column, missing);
  const decimals = whole ? 0 : domain.decimals;
  const values = new Float64Array(column.values.length);
  const unfit: Unfit = { misfits: 0, clamped: 0, rounded: 0 };
  for (let i = 0; i < values.length; i++) {
    const form = column.forms[i];
    let value = column.values[i];
    if (form === TOKEN_FORM) {
      if (misfit[value]) unfit.misfits++;
      value = tokenValues[value];
    } else if (masks.size > 0 && ((masks.get(value) ?? 0) & (1 << form)) !== 0) {
      value = NaN;
    }
    if (form > decimals) value = rounded(value, decimals, unfit);
    values[i] = clamped(value, domain, unfit);
  }
  return { column: { type: 'number', name: raw.name, values }, unfit };
}

function rounded(value: number, decimals: number, unfit: Unfit): number {
  const scale = 10 ** decimals;
  // A number of too many digits to be scaled exactly has nothing to round.
  if (Number.isNaN(value) || Math.abs(value) * scale > 1e15) return value;
  const nearest = Math.round(value * scale) / scale;
  if (Math.abs(nearest - value) > 1e-12 * Math.abs(value)) unfit.rounded++;
  return nearest;
}

function clamped(
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
  unfit: Unfit,
): number {
  if (!(value < min) && !(value > max)) return value;
  unfit.clamped++;
  return value < min ? min : max;
}

function typedDatetimes(
  { values: raw, forms, tokens, name, pattern }: RawDatetimeColumn,
  domain: DatetimeDomain,
  missing: ReadonlySet<string>,
): Typed {
  const absent = new Set([...missing].map((token) => parseDatetime(token, pattern)).filter(Number.isFinite));
  const misfit = tokens.map((text) => !missing.has(text));
  const values = new Float64Array(raw.length);
  const unfit: Unfit = { misfits: 0, clamped: 0, rounded: 0 };
  for (let i = 0; i < values.length; i++) {
    if (forms[i] === TOKEN_FORM) {
      if (misfit[raw[i]]) unfit.misfits++;
      values[i] = NaN;
    } else {
      values[i] = absent.size > 0 && absent.has(raw[i]) ? NaN : clamped(raw[i], domain, unfit);
    }
  }
  return { column: { type: 'datetime', name, values }, unfit };
}

function typedCategories(raw: RawColumn, categories: readonly string[], missing: ReadonlySet<string>): Typed {
  const { codes: texts, dictionary } = textColumnOf(raw);
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const misfitCode = -2;
  const translated = Int32Array.from(
    dictionary,
    (text) => codeOf.get(text) ?? (missing.has(text) ? -1 : misfitCode),
  );
  const codes = new Int32Array(texts.length);
  const unfit: Unfit = { misfits: 0, clamped: 0, rounded: 0 };
  for (let i = 0; i < codes.length; i++) {
    const code = translated[texts[i]];
    if (code === misfitCode) unfit.misfits++;
    codes[i] = code < 0 ? -1 : code;
  }
  return { column: { type: 'category', name: raw.name, codes, categories }, unfit };
}

const cells = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

function noticesOf(column: string, { misfits, clamped: moved, rounded: cut }: Readonly<Unfit>): Notice[] {
  const notices: Notice[] = [];
  const say = (severity: Notice['severity'], message: string): void => {
    notices.push({ severity, message, column });
  };
  if (misfits > 0)
    say('warning', `${cells(misfits)} of “${column}” do not fit its kind and count as missing.`);
  if (moved > 0)
    say('warning', `${cells(moved)} of “${column}” lie outside its bounds and are moved to the bound.`);
  if (cut > 0)
    say('info', `${cells(cut)} of “${column}” have more decimals than are written and are rounded.`);
  return notices;
}
