import type { Rng } from '../random/rng.ts';
import { freshValues } from './freshValues.ts';
import type { IdentifierDomain, IdentifierPart } from './types.ts';

/**
 * Texts of an identifier column for `rows` rows that follow `rowOffset` earlier ones of the same file.
 * Unique by construction: a row, or a group of rows where values repeat, is an index into a permuted space of texts.
 * @param rng a generator for this column alone; only forks are drawn from it
 */
export function identifierTexts(
  domain: IdentifierDomain,
  missing: string,
  rows: number,
  rowOffset: number,
  rng: Rng,
): (row: number) => string {
  const here = rng.fork(`rows ${rowOffset}`);
  const value = domain.sequential
    ? counting(domain)
    : freshValues(domain.parts, rng.fork('values').int(2 ** 32));
  const absent = absentRows(domain.missingShare ?? 0, rows, here.fork('missing'));
  const index = domain.unique || domain.sequential ? null : groups(domain, rows, here.fork('groups'));
  const { rowsPerValue = 1 } = domain;
  const first = index === null ? rowOffset : Math.ceil(rowOffset / Math.max(1, rowsPerValue));
  return (row) => {
    if (absent[row] === 1) return missing;
    return value(first + (index === null ? row : index[row]));
  };
}

function absentRows(share: number, rows: number, rng: Rng): Uint8Array {
  const absent = new Uint8Array(rows);
  if (share > 0) for (let row = 0; row < rows; row++) absent[row] = rng.uniform() < share ? 1 : 0;
  return absent;
}

/**
 * Which value each row has, where values repeat: every value stands in one row at least, the other rows fall on
 * values at random, and rows of a value are spread over the table.
 */
function groups({ rowsPerValue = 1 }: IdentifierDomain, rows: number, rng: Rng): Int32Array {
  const values = Math.min(rows, Math.max(1, Math.round(rows / Math.max(1, rowsPerValue))));
  const index = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const drawn = row < values ? row : rng.int(values);
    const place = rng.int(row + 1);
    index[row] = index[place];
    index[place] = drawn;
  }
  return index;
}

/** Counts on from the first value, in the format: 'T500000', 'T500001', … */
function counting({ parts, start }: IdentifierDomain): (index: number) => string {
  const at = parts.findLastIndex((part) => 'alphabet' in part);
  const before = literals(parts.slice(0, Math.max(0, at)));
  const after = literals(parts.slice(at + 1));
  const digits = parts[at];
  const padded = digits !== undefined && 'alphabet' in digits && digits.alphabet === '0' ? digits.min : 0;
  return (index) => before + String(start + index).padStart(padded, '0') + after;
}

const literals = (parts: readonly IdentifierPart[]): string =>
  parts.map((part) => ('literal' in part ? part.literal : '')).join('');
