import type { Column } from '../table/types.ts';
import { isWorth, leastShare, type Looked } from './criterion.ts';
import { OccurringPairs, type Coded } from './occurringPairs.ts';
import type { FoundRule, OneHotRule } from './types.ts';

/** Rows by which pairs of columns are chosen, before all rows are looked at. */
const firstRows = 2000;
/** Pairs looked at in all rows, those that seem most bound together. */
const mostPairs = 400;
const mostCategories = 2000;
/** A number column has kinds of values, rather than amounts, up to so many. */
const mostNumbers = 200;
const mostCells = 4_000_000;

function coded(column: Column): Coded | null {
  const { name } = column;
  if (column.type === 'category') {
    const size = column.categories.length;
    return size >= 2 && size <= mostCategories ? { name, codes: column.codes, size, isNumber: false } : null;
  }
  if (column.type !== 'number') return null;
  const ids = new Map<number, number>();
  const codes = new Int32Array(column.values.length).fill(-1);
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row];
    if (Number.isNaN(value)) continue;
    const id = ids.get(value) ?? ids.size;
    if (id === mostNumbers) return null;
    ids.set(value, id);
    codes[row] = id;
  }
  return ids.size >= 2 ? { name, codes, size: ids.size, isNumber: true } : null;
}

/** How two columns go together in some rows. */
interface Together {
  /** Rows with a cell in both. */
  readonly rows: number;
  /** Share of rows whose combination stands in no other: so many of fresh rows bring new ones (Good 1953). */
  readonly single: number;
  /** Share of rows that would have one of these combinations if the columns had nothing to do with one another. */
  readonly byChance: number;
  /** Shares of rows in which the value of one is the commonest beside the value of the other. */
  readonly firstTellsSecond: number;
  readonly secondTellsFirst: number;
  /** The combinations that occur: code of the first, times the size of the second, plus code of the second. */
  readonly cells: readonly number[];
}

/** Counts pairs of codes in one array that all pairs of columns share. */
class PairCounter {
  #counts = new Int32Array(0);

  together(a: Coded, b: Coded, rows: number): Together {
    const cells = a.size * b.size;
    if (this.#counts.length < cells) this.#counts = new Int32Array(cells);
    const counts = this.#counts;
    const seen: number[] = [];
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const [x, y] = [a.codes[row], b.codes[row]];
      if (x < 0 || y < 0) continue;
      const cell = x * b.size + y;
      if (counts[cell]++ === 0) seen.push(cell);
      total++;
    }
    const found = summary(counts, seen, a.size, b.size, total);
    for (const cell of seen) counts[cell] = 0;
    return found;
  }
}

function summary(
  counts: Int32Array,
  seen: readonly number[],
  firstSize: number,
  secondSize: number,
  rows: number,
): Together {
  const [first, second] = [new Float64Array(firstSize), new Float64Array(secondSize)];
  const [mostOfFirst, mostOfSecond] = [new Float64Array(firstSize), new Float64Array(secondSize)];
  let single = 0;
  for (const cell of seen) {
    const [x, y, count] = [Math.floor(cell / secondSize), cell % secondSize, counts[cell]];
    first[x] += count;
    second[y] += count;
    mostOfFirst[x] = Math.max(mostOfFirst[x], count);
    mostOfSecond[y] = Math.max(mostOfSecond[y], count);
    if (count === 1) single++;
  }
  let byChance = 0;
  for (const cell of seen) byChance += first[Math.floor(cell / secondSize)] * second[cell % secondSize];
  const share = (most: Float64Array): number => most.reduce((sum, count) => sum + count, 0) / rows;
  return {
    rows,
    single: single / rows,
    byChance: byChance / rows ** 2,
    firstTellsSecond: share(mostOfFirst),
    secondTellsFirst: share(mostOfSecond),
    cells: seen,
  };
}

interface Pair {
  readonly first: Coded;
  readonly second: Coded;
}
interface Judged {
  readonly found: FoundRule;
  /** One column tells the other. */
  readonly tells: boolean;
  readonly pair: OccurringPairs;
}

/** Pairs of which the first rows have few combinations, those with the fewest beside what chance would bring first. */
function candidates(columns: readonly Coded[], rows: number, counter: PairCounter): Pair[] {
  const count = Math.min(rows, firstRows);
  return columns
    .flatMap((first, i) => columns.slice(i + 1).map((second) => ({ first, second })))
    .filter(({ first, second }) => first.size * second.size <= mostCells)
    .map((pair) => ({ pair, byChance: counter.together(pair.first, pair.second, count).byChance }))
    .filter(({ byChance }) => byChance < 1 - 0.03)
    .sort((a, b) => a.byChance - b.byChance)
    .slice(0, mostPairs)
    .map(({ pair }) => pair);
}

function judge(pair: Pair, looked: Looked, counter: PairCounter): Judged | null {
  const { first, second } = pair;
  const its = counter.together(first, second, looked.table.rows);
  if (its.rows === 0) return null;
  const [forward, backward] = [its.firstTellsSecond >= leastShare, its.secondTellsFirst >= leastShare];
  const tells = forward || backward;
  // Numbers that happen to meet are no combinations of kinds.
  if (!tells && (first.isNumber || second.isNumber)) return null;
  const shares = tells
    ? telling(pair, forward ? 'firstTellsSecond' : 'secondTellsFirst', its, looked, counter)
    : { share: 1 - its.single, byChance: its.byChance };
  if (!isWorth(its.rows, shares)) return null;
  const turned =
    (backward && !forward) || (tells && forward === backward && first.isNumber && !second.isNumber);
  const [one, other] = turned ? [second, first] : [first, second];
  const rule = { kind: 'combinations', columns: [one.name, other.name], allowed: null } as const;
  return { tells, found: { rule, ...shares }, pair: new OccurringPairs(first, second, its.cells) };
}

/**
 * How well one column tells the other, and how well it would by chance: a column whose values seldom repeat tells every
 * other one. Values that stand in one row only do not speak against it, as new combinations otherwise do.
 */
function telling(
  { first, second }: Pair,
  way: 'firstTellsSecond' | 'secondTellsFirst',
  its: Together,
  looked: Looked,
  counter: PairCounter,
): Pick<FoundRule, 'share' | 'byChance'> {
  const [one, other] = looked.shuffled([first.name, second.name]).columns.map(coded);
  const byChance = one && other ? counter.together(one, other, looked.table.rows)[way] : 1;
  return { share: its[way], byChance };
}

/** Without pairs that follow from those of both columns with a third; the weakest are tried first. */
function reduced(judged: readonly Judged[]): Judged[] {
  let kept = [...judged];
  for (const each of judged.toReversed()) {
    const others = kept.filter((other) => other !== each).map(({ pair }) => pair);
    if (each.pair.followsFrom(others)) kept = kept.filter((other) => other !== each);
  }
  return kept;
}

/**
 * Pairs of columns with combinations that do not occur, although they would if the columns had nothing to do with one
 * another, and to which fresh rows would bring hardly a new one; and pairs of which one column tells the other, which
 * come first.
 * Within a one-hot group the group says it all.
 */
export function findCombinations(looked: Looked, oneHot: readonly OneHotRule[]): FoundRule[] {
  const { table } = looked;
  const columns = table.columns.map(coded).filter((column) => column !== null);
  const counter = new PairCounter();
  const inOneGroup = ({ first, second }: Pair): boolean =>
    oneHot.some(({ columns: group }) => group.includes(first.name) && group.includes(second.name));
  const found = candidates(columns, table.rows, counter)
    .filter((pair) => !inOneGroup(pair))
    .flatMap((pair) => judge(pair, looked, counter) ?? []);
  // Of pairs that are as strong, those of fewer kinds first: towns then tell counties, and counties countries.
  const strength = ({ found: { byChance } }: Judged): number => Math.round(1e6 * byChance);
  const strongestFirst = found.sort(
    (a, b) => Number(b.tells) - Number(a.tells) || strength(a) - strength(b) || a.pair.kinds - b.pair.kinds,
  );
  return reduced(strongestFirst).map(({ found: each }) => each);
}
