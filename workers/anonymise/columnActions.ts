import type { Rng } from '../random/rng.ts';
import type { ColumnSchema } from '../schema/types.ts';
import type { Column } from '../table/types.ts';
import { mapCategories, mappedEntry, prefixMap, rareMap, type TextMap } from './categoryMaps.ts';
import { gridOf } from './columnGrid.ts';
import { deviationOf, withNoise } from './noise.ts';
import { binMap, binnedEntry, mapNumbers } from './numberBins.ts';
import { mapPeriods, periodEntry } from './periods.ts';
import { drawnShares, randomised } from './pram.ts';
import { rankSwapped } from './rankSwap.ts';
import type { Generalisation, Perturbation } from './types.ts';

/** An action that the column cannot take: `checkPlan` refuses such plans, so this is a fault of the caller. */
const misfit = (column: string, action: string): TypeError =>
  new TypeError(`Column ${column} cannot take ${action}.`);

/** A generalisation made ready for rows: what the column's entry becomes, and its cells. */
export interface ReadyGeneralisation {
  readonly entry: ColumnSchema;
  /** The coarser column; null where it is removed. Any rows of the same column may be given. */
  readonly apply: (column: Column) => Column | null;
}

/** Works out what the action makes of a column. `observed` has the rows that say what is rare. */
export function readyGeneralisation(
  action: Generalisation,
  entry: ColumnSchema,
  observed: Column,
): ReadyGeneralisation {
  switch (action.type) {
    case 'remove':
      return { entry: { ...entry, treatment: 'drop' }, apply: () => null };
    case 'bins':
    case 'equal-bins': {
      const grid = gridOf(entry);
      if (!grid) throw misfit(entry.name, action.type);
      const map = binMap(action, grid);
      return numeric(binnedEntry(entry, map), action.type, (values) => mapNumbers(values, map));
    }
    case 'period':
      return numeric(periodEntry(entry, action.period), action.type, (values) =>
        mapPeriods(values, action.period),
      );
    case 'prefix':
      return textual(entry, prefixMap(action.characters));
    case 'rare':
      if (observed.type !== 'category') throw misfit(entry.name, action.type);
      return textual(entry, rareMap(observed, action.rows));
  }
}

const numeric = (
  entry: ColumnSchema,
  action: string,
  map: (values: Float64Array) => Float64Array,
): ReadyGeneralisation => ({
  entry,
  apply: (column) => {
    if (column.type !== 'number' && column.type !== 'datetime') throw misfit(entry.name, action);
    return { ...column, values: map(column.values) };
  },
});

const textual = (entry: ColumnSchema, map: TextMap): ReadyGeneralisation => ({
  entry: mappedEntry(entry, map),
  apply: (column) => {
    if (column.type !== 'category') throw misfit(entry.name, 'a map of categories');
    return mapCategories(column, map);
  },
});

/** A distortion made ready for rows: draws anew for each set of rows it is given. */
export type ReadyPerturbation = (column: Column, rng: Rng) => Column;

/** Works out shares and spread from `observed`, where the action goes by them. */
export function readyPerturbation(
  action: Perturbation,
  entry: ColumnSchema,
  observed: Column,
): ReadyPerturbation {
  if (action.type === 'pram') {
    if (observed.type !== 'category') throw misfit(entry.name, action.type);
    const running = drawnShares(observed, action.draw);
    return (column, rng) =>
      column.type === 'category'
        ? { ...column, codes: randomised(column.codes, action.keep, running, rng) }
        : column;
  }
  if (observed.type !== 'number' && observed.type !== 'datetime') throw misfit(entry.name, action.type);
  const deviation = action.type === 'noise' ? deviationOf(action, entry, observed.values) : 0;
  return (column, rng) => {
    if (column.type !== 'number' && column.type !== 'datetime') return column;
    const { values } = column;
    return action.type === 'noise'
      ? { ...column, values: withNoise(values, deviation, entry, rng) }
      : { ...column, values: rankSwapped(values, action.percent, rng) };
  };
}

/** Rows whose cell is written otherwise after than before; all where the column is gone. */
export function changedRows(before: Column, after: Column | null, rows: number): number {
  if (after === null) return rows;
  let changed = 0;
  if (before.type === 'category' && after.type === 'category') {
    const [old, now] = [before.categories, after.categories];
    before.codes.forEach((code, row) => {
      const same = code < 0 ? after.codes[row] < 0 : old[code] === now[after.codes[row]];
      if (!same) changed++;
    });
  } else if ('values' in before && 'values' in after) {
    before.values.forEach((value, row) => {
      if (!Object.is(value + 0, after.values[row] + 0)) changed++;
    });
  }
  return changed;
}
