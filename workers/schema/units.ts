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
 * Rows kept when each unit may have at most `most`: every choice of its rows is as likely. The choice depends on the
 * unit's number and on how many rows it has alone, so that a unit with no rows changes nothing for the others: one
 * shuffle of all rows would let its presence move everybody's. Ascending row numbers.
 */
export function boundedRows({ unitOf, count }: Units, most: number, rng: Rng): Int32Array {
  const left = new Int32Array(count);
  for (const unit of unitOf) left[unit]++;
  const wanted = left.map((rows) => Math.min(rows, most));
  const choosers = new Map<number, Rng>();
  const chooserOf = (unit: number): Rng => {
    const chooser = choosers.get(unit) ?? rng.fork(`unit ${unit}`);
    choosers.set(unit, chooser);
    return chooser;
  };
  // Selection sampling (Knuth, The Art of Computer Programming 3.4.2, Algorithm S) within each unit.
  return Int32Array.from(unitOf.keys()).filter((row) => {
    const unit = unitOf[row];
    const takes = wanted[unit] === left[unit] || chooserOf(unit).int(left[unit]) < wanted[unit];
    left[unit]--;
    if (takes) wanted[unit]--;
    return takes;
  });
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
