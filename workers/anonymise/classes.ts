import type { Column } from '../table/types.ts';
import { Numbering } from './numbering.ts';

/** Number of each row's class, 0 .. count - 1. */
export interface Classes {
  readonly ids: Int32Array;
  readonly count: number;
}

/** Number of each row's value in a column; missing is a value of its own, numbered 0. */
export function valuesOf(column: Column): Classes {
  const numbering = new Numbering();
  switch (column.type) {
    case 'category':
      return { ids: column.codes.map((code) => code + 1), count: column.categories.length + 1 };
    case 'text':
      throw new TypeError(`Column ${column.name} holds free text, which has no classes.`);
    default: {
      const ids = Int32Array.from(column.values, (value) =>
        Number.isNaN(value) ? 0 : numbering.of(value) + 1,
      );
      return { ids, count: numbering.count + 1 };
    }
  }
}

/** Classes of rows equal in both. */
export function combined(a: Classes, b: Classes): Classes {
  const numbering = new Numbering();
  const ids = new Int32Array(a.ids.length);
  for (let row = 0; row < ids.length; row++) ids[row] = numbering.of(a.ids[row] * b.count + b.ids[row]);
  return { ids, count: numbering.count };
}

/** Rows in each class. */
export function sizesOf({ ids, count }: Classes): Int32Array {
  const sizes = new Int32Array(count);
  for (const id of ids) sizes[id]++;
  return sizes;
}

/** Distinct values of a column in each class, missing not counted. */
export function distinctValues({ ids, count }: Classes, values: Classes): Int32Array {
  const pairs = new Numbering();
  const distinct = new Int32Array(count);
  for (let row = 0; row < ids.length; row++) {
    if (values.ids[row] === 0) continue;
    const before = pairs.count;
    if (pairs.of(ids[row] * values.count + values.ids[row]) === before) distinct[ids[row]]++;
  }
  return distinct;
}
