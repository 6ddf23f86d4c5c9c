import type { Table } from '../table/types.ts';
import { cellWriter, columnOf, hasCell } from './cells.ts';
import { unlisted, type AllowedCombinations } from './combinations.ts';
import type { CombinationDerivation } from './derivations.ts';

/**
 * Writes in place the cells that the first columns of a combination tell. Where they are not listed, or a cell is missing,
 * it stays as it is.
 */
export function tellCombinations(
  { sources, derived }: CombinationDerivation,
  combinations: AllowedCombinations,
  table: Table,
): void {
  const { allowed } = combinations;
  const length = sources.length;
  const byBeginning = new Map(allowed.map((cells, number) => [combinations.keyOf(cells, length), number]));
  const ids = combinations.idsOf(table);
  derived.forEach((name, at) => {
    const column = columnOf(table, name);
    const write = cellWriter(table, name);
    for (let row = 0; row < table.rows; row++) {
      const key = combinations.keyAt(ids, row, length);
      const told = key === unlisted ? undefined : byBeginning.get(key);
      if (told !== undefined && hasCell(column, row)) write(row, allowed[told][length + at]);
    }
  });
}
