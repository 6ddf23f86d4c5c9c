/** Which columns can be computed from others, so that a rule holds without rejecting a row, and in which order. */
import { HomespunError } from '../errors.ts';
import type { TableSchema } from '../schema/types.ts';
import { entryOf } from './cells.ts';
import { gridOf } from './grid.ts';
import { ruleWords } from './ruleWords.ts';
import type { CombinationRule, Rule, SumRule } from './types.ts';

/** The column of a sum that follows the others. */
export interface SumDerivation {
  readonly kind: 'sum';
  readonly rule: SumRule;
  readonly derived: readonly [string];
  readonly sources: readonly string[];
}

/** The last columns of a combination, where the first ones leave them no choice: a country, by its town. */
export interface CombinationDerivation {
  readonly kind: 'combinations';
  readonly rule: CombinationRule;
  readonly derived: readonly string[];
  readonly sources: readonly string[];
}

export type Derivation = SumDerivation | CombinationDerivation;

/** Whether `from` is computed, over however many rules, from `to`. */
function follows(from: string, to: string, done: readonly Derivation[]): boolean {
  const own = done.find(({ derived }) => derived.some((name) => name === from));
  return own ? own.sources.some((source) => source === to || follows(source, to, done)) : false;
}

/** Whether these columns can be computed from those, beside what is computed already. */
const isFree = (
  derived: readonly string[],
  sources: readonly string[],
  done: readonly Derivation[],
): boolean =>
  !done.some((other) => other.derived.some((name) => derived.includes(name))) &&
  !sources.some((source) => derived.some((name) => follows(source, name, done)));

function sumDerivation(rule: SumRule, done: readonly Derivation[], schema: TableSchema): SumDerivation {
  const all = [rule.total, ...rule.parts];
  const unitOf = (name: string): number => gridOf(entryOf(schema, name)).unit;
  // A part can only follow where it is written as finely as the rest.
  const finest = Math.min(...all.map(unitOf));
  const parts = rule.parts.toReversed().filter((name) => unitOf(name) === finest);
  // The total, where it is free: its parts are what was counted.
  for (const derived of [rule.total, ...parts]) {
    const sources = all.filter((name) => name !== derived);
    if (isFree([derived], sources, done)) return { kind: 'sum', rule, derived: [derived], sources };
  }
  throw new HomespunError({
    code: 'bad-settings',
    message: `The rule that ${ruleWords(rule)} leaves no column free to follow the others.`,
    hint: 'Leave out one of the sums over these columns.',
    column: rule.total,
  });
}

/** How many of the first columns tell the others; all of them where none do. */
function tellingColumns({ columns, allowed }: CombinationRule): number {
  for (let length = 1; length < columns.length; length++) {
    const beginnings = new Set(allowed?.map((cells) => JSON.stringify(cells.slice(0, length))));
    if (beginnings.size === allowed?.length) return length;
  }
  return columns.length;
}

function combinationDerivation(
  rule: CombinationRule,
  done: readonly Derivation[],
): CombinationDerivation | null {
  const length = tellingColumns(rule);
  const [sources, derived] = [rule.columns.slice(0, length), rule.columns.slice(length)];
  return derived.length > 0 && isFree(derived, sources, done)
    ? { kind: 'combinations', rule, derived, sources }
    : null;
}

/**
 * What is computed, in the order in which it can be. Throws `bad-settings` for sums that need one another; combinations
 * that cannot be computed are not.
 */
export function planDerivations(rules: readonly Rule[], schema: TableSchema): Derivation[] {
  const done: Derivation[] = [];
  for (const rule of rules) if (rule.kind === 'sum') done.push(sumDerivation(rule, done, schema));
  for (const rule of rules) {
    const derivation = rule.kind === 'combinations' ? combinationDerivation(rule, done) : null;
    if (derivation) done.push(derivation);
  }
  const ordered: Derivation[] = [];
  const place = (derivation: Derivation): void => {
    if (ordered.includes(derivation)) return;
    const { sources } = derivation;
    for (const other of done) if (other.derived.some((name) => sources.includes(name))) place(other);
    ordered.push(derivation);
  };
  done.forEach(place);
  return ordered;
}
