import { permutation, type Rng } from '../../random/rng.ts';
import { drawSystematic, shuffle } from '../../random/systematic.ts';
import type { ColumnCodes } from './conditionals.ts';

/** How one column is drawn from its logits. */
export interface DrawRule {
  /** Added to the logits; -Infinity for codes that never come. */
  readonly shift: Float32Array;
  /** Share 0..1 of each code that is allowed; absent where all are. */
  readonly kept?: Float64Array;
  /** What shifted logits are divided by; absent: 1. */
  readonly temperature?: number;
}

/**
 * Draws a code a row from softmax((logits + shift) / temperature), cut to what is kept. Logits are row-major, rows x
 * codes.
 */
export function drawFrom(logits: Float32Array, rule: DrawRule, rng: Rng): ColumnCodes {
  const width = rule.shift.length;
  const codes = new Uint16Array(logits.length / width);
  const weights = new Float64Array(width);
  for (let row = 0; row < codes.length; row++) {
    const total = softWeights(logits, row * width, rule, weights);
    let left = rng.uniform() * total;
    let code = 0;
    let last = 0;
    for (; code < width; code++) {
      if (weights[code] === 0) continue;
      last = code;
      if ((left -= weights[code]) < 0) break;
    }
    codes[row] = last;
  }
  return codes;
}

/** Log of the probability that each row's code is kept. */
export function logChances(logits: Float32Array, rule: DrawRule): Float64Array {
  const { shift, kept, temperature = 1 } = rule;
  const width = shift.length;
  const weights = new Float64Array(width);
  return Float64Array.from({ length: logits.length / width }, (_, row) => {
    const at = row * width;
    if (!kept) return 0;
    const apart = largest(logits, at, shift, kept) - largest(logits, at, shift, undefined);
    const all = softWeights(logits, at, { shift, temperature }, weights);
    return Math.log(softWeights(logits, at, rule, weights) / all) + apart / temperature;
  });
}

/** Largest shifted logit among codes of which something is kept. */
function largest(logits: Float32Array, at: number, shift: Float32Array, kept?: Float64Array): number {
  let top = -Infinity;
  for (let code = 0; code < shift.length; code++) {
    if (kept && kept[code] === 0) continue;
    top = Math.max(top, logits[at + code] + shift[code]);
  }
  return top;
}

/** Weights relative to the largest logit that counts, into `weights`; their sum. */
function softWeights(
  logits: Float32Array,
  at: number,
  { shift, kept, temperature = 1 }: DrawRule,
  weights: Float64Array,
): number {
  const top = largest(logits, at, shift, kept);
  let total = 0;
  for (let code = 0; code < shift.length; code++) {
    const share = kept ? kept[code] : 1;
    weights[code] = share === 0 ? 0 : share * Math.exp((logits[at + code] + shift[code] - top) / temperature);
    total += weights[code];
  }
  return total;
}

/** Codes of these shares, to the row, in random order. */
export function codesInShares(shares: Float64Array, rows: number, rng: Rng): ColumnCodes {
  const cells = new Int32Array(rows);
  drawSystematic(shares, rng.uniform(), permutation(rows, rng), cells);
  return Uint16Array.from(cells);
}

/**
 * For each wanted row one of the pool, with chance in proportion to its weight, among those of the same group
 * (sampling-importance-resampling, Rubin 1987). Every group that is wanted must be in the pool.
 */
export function resampled(
  logWeights: Float64Array,
  groups: ArrayLike<number>,
  wanted: ArrayLike<number>,
  rng: Rng,
): Int32Array {
  const chosen = new Int32Array(wanted.length);
  const pools = placesByGroup(groups);
  for (const [group, places] of placesByGroup(wanted)) {
    const pool = pools.get(group) ?? [];
    const top = pool.reduce((most, place) => Math.max(most, logWeights[place]), -Infinity);
    const weights = Float64Array.from(pool, (place) => Math.exp(logWeights[place] - top));
    const rows = Int32Array.from(places);
    shuffle(rows, 0, rows.length, rng);
    drawSystematic(weights, rng.uniform(), rows, chosen);
    for (const row of rows) chosen[row] = pool[chosen[row]];
  }
  return chosen;
}

function placesByGroup(groups: ArrayLike<number>): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let place = 0; place < groups.length; place++) {
    const known = places.get(groups[place]);
    if (known) known.push(place);
    else places.set(groups[place], [place]);
  }
  return places;
}
