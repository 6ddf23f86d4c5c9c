import type { RunControl } from '../control.ts';
import { takeRows } from '../table/takeRows.ts';
import type { Column, Table } from '../table/types.ts';
import { combined, distinctValues, sizesOf, valuesOf, type Classes } from './classes.ts';
import { notPrivate } from './label.ts';
import type { AnonymityReport, KAnonymity } from './types.ts';

/** The classes of a table, and how large and how diverse each is. */
interface Assessment {
  readonly classes: Classes;
  readonly sizes: Int32Array;
  /** Fewest distinct values of a sensitive column in each class; empty where l is not asked for. */
  readonly diversity: Int32Array;
  readonly sensitive: readonly Classes[];
  /** The class whose quasi-identifiers are all missing; -1 where there is none. */
  readonly blank: number;
}

const named = (table: Table, names: readonly string[]): Column[] =>
  table.columns.filter(({ name }) => names.includes(name));

/** Classes over the quasi-identifiers, and the diversity of the sensitive columns in each. */
async function assess(table: Table, asked: KAnonymity, control: RunControl): Promise<Assessment> {
  let classes: Classes = { ids: new Int32Array(table.rows), count: table.rows > 0 ? 1 : 0 };
  const isBlank = new Uint8Array(table.rows).fill(1);
  for (const column of named(table, asked.quasiIdentifiers)) {
    const values = valuesOf(column);
    await control.checkpoint();
    classes = combined(classes, values);
    for (let row = 0; row < table.rows; row++) if (values.ids[row] !== 0) isBlank[row] = 0;
    await control.checkpoint();
  }
  const blank = classes.ids[isBlank.indexOf(1)] ?? -1;
  const sensitive = asked.l === null ? [] : named(table, asked.sensitive).map(valuesOf);
  const diversity = new Int32Array(sensitive.length === 0 ? 0 : classes.count).fill(table.rows);
  for (const values of sensitive) {
    distinctValues(classes, values).forEach((distinct, id) => {
      diversity[id] = Math.min(diversity[id], distinct);
    });
    await control.checkpoint();
  }
  return { classes, sizes: sizesOf(classes), diversity, sensitive, blank };
}

const tooSmall = ({ sizes, diversity }: Assessment, { k, l }: KAnonymity): Uint8Array =>
  Uint8Array.from(sizes, (size, id) => Number(size < k || (l !== null && diversity[id] < l)));

const least = (numbers: Int32Array): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));

/** The rows whose class is not marked, in their order. */
function withoutClasses(table: Table, { ids }: Classes, marked: Uint8Array): Table {
  const kept = new Int32Array(table.rows);
  let rows = 0;
  for (let row = 0; row < table.rows; row++) if (marked[ids[row]] === 0) kept[rows++] = row;
  return rows === table.rows ? table : takeRows(table, kept.slice(0, rows));
}

function blanked(column: Column, { ids }: Classes, marked: Uint8Array): Column {
  const isOut = (row: number): boolean => marked[ids[row]] !== 0;
  switch (column.type) {
    case 'category':
      return { ...column, codes: column.codes.map((code, row) => (isOut(row) ? -1 : code)) };
    case 'text':
      return column;
    default:
      return { ...column, values: column.values.map((value, row) => (isOut(row) ? NaN : value)) };
  }
}

/** Rows of the marked classes taken together, and their diversity. */
function markedAsOne(
  { classes, sizes, sensitive }: Assessment,
  marked: Uint8Array,
): { rows: number; diversity: number } {
  const one: Classes = { ids: classes.ids.map((id) => marked[id]), count: 2 };
  const rows = sizes.reduce((sum, size, id) => sum + size * marked[id], 0);
  const diversity = sensitive.map((values) => distinctValues(one, values)[1]);
  return { rows, diversity: Math.min(...diversity, rows) };
}

/**
 * Marks the classes to blank. Blanked rows form one class, so where they are still too few the smallest class that
 * would have passed joins them; it makes them pass. Null where no class passes and all rows together do not either.
 */
function classesToBlank(asked: KAnonymity, found: Assessment): Uint8Array | null {
  const marked = tooSmall(found, asked);
  if (!marked.includes(1)) return marked;
  if (found.blank >= 0) marked[found.blank] = 1;
  const { rows, diversity } = markedAsOne(found, marked);
  if (rows >= asked.k && diversity >= (asked.l ?? 0)) return marked;
  let smallest = -1;
  found.sizes.forEach((size, id) => {
    if (marked[id] === 0 && (smallest < 0 || size < found.sizes[smallest])) smallest = id;
  });
  if (smallest < 0) return null;
  marked[smallest] = 1;
  return marked;
}

function blankTable(table: Table, asked: KAnonymity, found: Assessment): { table: Table; affected: number } {
  const marked = classesToBlank(asked, found);
  if (marked === null) return { table: takeRows(table, new Int32Array(0)), affected: table.rows };
  const affected = found.sizes.reduce(
    (sum, size, id) => sum + (id === found.blank ? 0 : size * marked[id]),
    0,
  );
  if (affected === 0) return { table, affected };
  const columns = table.columns.map((column) =>
    asked.quasiIdentifiers.includes(column.name) ? blanked(column, found.classes, marked) : column,
  );
  return { table: { rows: table.rows, columns }, affected };
}

/**
 * Suppresses or blanks rows until every class of the quasi-identifiers has `k` rows and, where asked, `l` distinct values
 * of each sensitive column (k-anonymity: Sweeney 2002; distinct l-diversity: Machanavajjhala and others 2007). Missing
 * quasi-identifiers count as a value; missing sensitive values count for nothing. The table is empty where no class
 * passes.
 */
export async function kAnonymous(
  table: Table,
  asked: KAnonymity,
  control: RunControl,
): Promise<{ table: Table; report: AnonymityReport }> {
  const found = await assess(table, asked, control);
  let result: { table: Table; affected: number };
  if (asked.small === 'blank') {
    result = blankTable(table, asked, found);
  } else {
    const left = withoutClasses(table, found.classes, tooSmall(found, asked));
    result = { table: left, affected: table.rows - left.rows };
  }
  await control.checkpoint();
  const reached = result.affected === 0 ? found : await assess(result.table, asked, control);
  return { table: result.table, report: reportOf(table.rows, asked, found, reached, result) };
}

function reportOf(
  rows: number,
  asked: KAnonymity,
  found: Assessment,
  reached: Assessment,
  { table, affected }: { table: Table; affected: number },
): AnonymityReport {
  const kReached = least(reached.sizes);
  return {
    asked,
    kFound: least(found.sizes) ?? 0,
    kReached,
    lReached: least(reached.diversity),
    classes: reached.classes.count,
    rows,
    rowsLeft: table.rows,
    affected,
    share: rows === 0 ? 0 : affected / rows,
    worstRisk: kReached === null ? null : 1 / kReached,
    // The mean over rows of 1 / rows of the class: each class adds up to one.
    meanRisk: table.rows === 0 ? null : reached.classes.count / table.rows,
    partRows: null,
    label: notPrivate,
  };
}
