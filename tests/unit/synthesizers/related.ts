import { seededRng } from '../../../workers/random/rng.ts';
import type { Column } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

export type Real = ReturnType<typeof tableOf>;

export const codesOf = (column: Column): Int32Array => {
  if (column.type !== 'category') throw new Error(`${column.name} holds no categories`);
  return column.codes;
};
export const valuesOf = (column: Column): Float64Array => {
  if (column.type !== 'number' && column.type !== 'datetime')
    throw new Error(`${column.name} holds no numbers`);
  return column.values;
};

/** Colour decides size and shade; shade is a function of colour; price is missing for most rows of one colour. */
export const related = (rows: number): Real => {
  const rng = seededRng('related');
  const colours = Array.from({ length: rows }, () => rng.int(4));
  return tableOf(
    categories('colour', colours, ['red', 'green', 'blue', 'grey']),
    categories(
      'shade',
      colours.map((colour) => (colour < 2 ? 0 : 1)),
      ['warm', 'cold'],
    ),
    numbers(
      'size',
      colours.map((colour) => 10 * colour + rng.int(5)),
    ),
    numbers(
      'price',
      colours.map((colour) =>
        colour === 0 && rng.uniform() < 0.9 ? NaN : Math.round(100 * rng.uniform()) / 100,
      ),
      2,
    ),
    instants(
      'seen',
      colours.map((colour) => 86_400_000 * (100 * colour + rng.int(90))),
    ),
  );
};
