import { permutation, type Rng } from '../random/rng.ts';
import type { RawTable } from '../table/types.ts';
import { badSchema } from './badSchema.ts';
import { textColumnOf } from './scan.ts';
import { rawColumnOf } from './toTable.ts';
import type { TableSchema } from './types.ts';

/** Who is protected: which unit each row belongs to. */
export interface Units {
  /** Unit number of each row, 0 .. count - 1. */
  readonly unitOf: Int32Array;
  readonly count: number;
}

/**
 * The person of each row, by the values of a column. A row without a value is a person of its own.
 * Throws `bad-schema` for a column that is not in the table.
 */
export function personsOf(raw: RawTable, schema: TableSchema, name: string): Units {
  const entry = schema.columns.find((column) => column.name === name);
  if (!entry) throw badSchema(name, 'is not in the schema', 'Choose the column that names the person.');
  const missing = new Set(entry.missingTokens);
  const column = rawColumnOf(raw, name);
  const unitOf = new Int32Array(raw.rows);
  const unitOfText = new Map<string, number>();
  const { codes, dictionary } = textColumnOf(column);
  let count = 0;
  for (let row = 0; row < raw.rows; row++) {
    const text = dictionary[codes[row]];
    const known = missing.has(text) || text === '' ? undefined : unitOfText.get(text);
    if (known === undefined && !missing.has(text) && text !== '') unitOfText.set(text, count);
    unitOf[row] = known ?? count++;
  }
  return { unitOf, count };
}

/**
 * Rows kept when each unit may have at most `most`: which ones is left to chance, and depends on the unit's own rows
 * alone. Ascending row numbers.
 */
export function boundedRows({ unitOf, count }: Units, most: number, rng: Rng): Int32Array {
  const taken = new Int32Array(count);
  const kept: number[] = [];
  for (const row of permutation(unitOf.length, rng)) {
    if (taken[unitOf[row]] >= most) continue;
    taken[unitOf[row]]++;
    kept.push(row);
  }
  return Int32Array.from(kept).sort();
}

/** Rows of a table split by unit, so that nobody is in both parts. */
export interface UnitSplit {
  /** Ascending row numbers. */
  readonly train: Int32Array;
  readonly holdout: Int32Array;
  /** Units of the rows of `train`, numbered anew. */
  readonly units: Units;
}

/** Holds a share of the units out; the others keep at most `most` rows each. */
export function splitPersons(units: Units, most: number, share: number, rng: Rng): UnitSplit {
  const held = Math.min(units.count - 1, Math.round(units.count * share));
  const order = permutation(units.count, rng.fork('holdout'));
  const isHeld = new Uint8Array(units.count);
  for (const unit of order.subarray(0, held)) isHeld[unit] = 1;
  const kept = boundedRows(units, most, rng.fork('rows per person'));
  const train = kept.filter((row) => isHeld[units.unitOf[row]] === 0);
  const holdout = kept.filter((row) => isHeld[units.unitOf[row]] === 1);
  const numberOf = new Int32Array(units.count);
  let count = 0;
  for (let unit = 0; unit < units.count; unit++) if (isHeld[unit] === 0) numberOf[unit] = count++;
  return { train, holdout, units: { unitOf: train.map((row) => numberOf[units.unitOf[row]]), count } };
}
