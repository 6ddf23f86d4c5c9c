import type { ColumnSchema, TableSchema } from '../../workers/protocol.ts';

export type ColumnPatch = Partial<Omit<ColumnSchema, 'name'>>;

/** Roles at most one column can have. */
const single: readonly ColumnSchema['role'][] = ['target', 'person'];

const lose = (column: ColumnSchema, role: ColumnSchema['role'] | undefined): ColumnSchema =>
  role && single.includes(role) && column.role === role ? { ...column, role: 'ordinary' } : column;

/** The schema with `patch` applied to the named columns; a role only one column can have leaves the others. */
export function patchColumns(schema: TableSchema, names: readonly string[], patch: ColumnPatch): TableSchema {
  const chosen = new Set(names);
  const columns = schema.columns.map((column) =>
    chosen.has(column.name) ? { ...column, ...patch } : lose(column, patch.role),
  );
  return { ...schema, columns };
}

/** The schema with one entry replaced by another of the same name. */
export function replaceColumn(schema: TableSchema, entry: ColumnSchema): TableSchema {
  return {
    ...schema,
    columns: schema.columns.map((column) => (column.name === entry.name ? entry : column)),
  };
}

/** One patch a column, as a single edit. */
export function patchEach(
  schema: TableSchema,
  edits: readonly { readonly name: string; readonly patch: ColumnPatch }[],
): TableSchema {
  return edits.reduce((next, { name, patch }) => patchColumns(next, [name], patch), schema);
}
