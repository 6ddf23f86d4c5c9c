import type { TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { columnOf, entryOf } from './cells.ts';
import { gridOf } from './grid.ts';
import type { CombinationRule, RuleCell } from './types.ts';

/** A row with a missing cell, and one with a combination that is not listed. */
export const incomplete = -1;
export const unlisted = -2;

/** A category's own text, or a number on its grid. */
type AsCell = (cell: RuleCell) => RuleCell;

const asWritten =
  (schema: TableSchema, name: string): AsCell =>
  (cell) =>
    typeof cell === 'number' ? gridOf(entryOf(schema, name)).nearest(cell) : cell;

/** The values of one column that are listed, numbered. */
class ListedValues {
  readonly #asCell: AsCell;
  readonly #ids = new Map<RuleCell, number>();

  constructor(cells: readonly RuleCell[], asCell: AsCell) {
    this.#asCell = asCell;
    for (const cell of cells) {
      const own = asCell(cell);
      if (!this.#ids.has(own)) this.#ids.set(own, this.#ids.size);
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  /** Throws `TypeError` for a cell that is not listed. */
  idOf(cell: RuleCell): number {
    const id = this.#ids.get(this.#asCell(cell));
    if (id === undefined) throw new TypeError('A value is not listed.');
    return id;
  }

  /** The number of each row's value, `incomplete` or `unlisted`. */
  rowsOf(column: Column): Int32Array {
    if (column.type === 'text') throw new TypeError(`Column ${column.name} is text.`);
    if (column.type === 'category') {
      const byCode = column.categories.map((text) => this.#ids.get(text) ?? unlisted);
      return column.codes.map((code) => (code < 0 ? incomplete : byCode[code]));
    }
    const ids = new Int32Array(column.values.length);
    for (let row = 0; row < ids.length; row++) {
      const value = column.values[row];
      ids[row] = Number.isNaN(value) ? incomplete : (this.#ids.get(this.#asCell(value)) ?? unlisted);
    }
    return ids;
  }
}

/** The combinations that a rule allows, to be looked up by the rows of a table. */
export class AllowedCombinations {
  readonly rule: CombinationRule;
  readonly allowed: NonNullable<CombinationRule['allowed']>;
  readonly #values: readonly ListedValues[];
  readonly #byKey: ReadonlyMap<number, number>;

  /** `rule` must have its combinations settled. */
  constructor(rule: CombinationRule, schema: TableSchema) {
    this.rule = rule;
    this.allowed = rule.allowed ?? [];
    this.#values = rule.columns.map(
      (name, c) =>
        new ListedValues(
          this.allowed.map((cells) => cells[c]),
          asWritten(schema, name),
        ),
    );
    this.#byKey = new Map(this.allowed.map((cells, number) => [this.keyOf(cells, cells.length), number]));
  }

  /** A number for the first `length` cells of a combination: equal for equal cells. */
  keyOf(cells: readonly RuleCell[], length: number): number {
    let key = 0;
    for (let c = 0; c < length; c++) key = key * this.#values[c].size + this.#values[c].idOf(cells[c]);
    return key;
  }

  /** For each column, the number of each row's value. */
  idsOf(table: Table): Int32Array[] {
    return this.rule.columns.map((name, c) => this.#values[c].rowsOf(columnOf(table, name)));
  }

  /** The key of the first `length` cells of a row by `idsOf`, or `unlisted`. */
  keyAt(ids: readonly Int32Array[], row: number, length: number): number {
    let key = 0;
    for (let c = 0; c < length; c++) {
      if (ids[c][row] < 0) return unlisted;
      key = key * this.#values[c].size + ids[c][row];
    }
    return key;
  }

  /** The number of each row's combination, `incomplete` or `unlisted`. */
  rowsOf(table: Table): Int32Array {
    const ids = this.idsOf(table);
    const rows = new Int32Array(table.rows);
    for (let row = 0; row < rows.length; row++)
      rows[row] = this.#byKey.get(this.keyAt(ids, row, ids.length)) ?? unlisted;
    for (const column of ids) {
      for (let row = 0; row < rows.length; row++) if (column[row] === incomplete) rows[row] = incomplete;
    }
    return rows;
  }
}
