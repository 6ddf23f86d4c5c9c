/** Tables of known goodness, made from the cells of a CSV file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { drawer } from '../../../scripts/samples/draw.mjs';

/** @typedef {readonly string[]} Row */

/** @param {string} path @returns {{ header: Row, rows: Row[] }} */
export function readCells(path) {
  const { data } = Papa.parse(readFileSync(path, 'utf8'), { skipEmptyLines: true });
  const [header, ...rows] = /** @type {string[][]} */ (data);
  return { header, rows };
}

/** @param {string} folder @param {string} name @param {Row} header @param {readonly Row[]} rows */
export function writeCells(folder, name, header, rows) {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${Papa.unparse([header, ...rows], { newline: '\n' })}\n`);
  return path;
}

/** @template T @param {readonly T[]} list @param {import('../../../scripts/samples/draw.mjs').Draw} draw */
export function shuffled(list, draw) {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const other = draw.integer(0, i);
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all;
}

/** Disjoint random parts of the given shares. @param {readonly Row[]} rows @param {readonly number[]} shares @param {number} seed */
export function partsOf(rows, shares, seed) {
  const order = shuffled(rows, drawer(seed));
  let start = 0;
  return shares.map((share) => {
    const end = start + Math.floor(share * rows.length);
    const part = order.slice(start, end);
    start = end;
    return part;
  });
}

/** Each column in an order of its own. @param {readonly Row[]} rows @param {number} seed */
export function columnsShuffled(rows, seed) {
  const draw = drawer(seed);
  const columns = rows[0].map((_, c) =>
    shuffled(
      rows.map((row) => row[c]),
      draw,
    ),
  );
  return rows.map((_, r) => columns.map((cells) => cells[r]));
}

/** Each cell, with this chance, that of another row. @param {readonly Row[]} rows @param {number} chance @param {number} seed */
export function cellsFlipped(rows, chance, seed) {
  const draw = drawer(seed);
  return rows.map((row) =>
    row.map((cell, c) => (draw.chance(chance) ? rows[draw.integer(0, rows.length - 1)][c] : cell)),
  );
}

/** Rows of which this share are of `train`, the rest of `others`. @param {readonly Row[]} train @param {readonly Row[]} others @param {number} share @param {number} seed */
export function withCopies(train, others, share, seed) {
  const copies = Math.round(share * others.length);
  return shuffled([...train.slice(0, copies), ...others.slice(copies)], drawer(seed));
}
