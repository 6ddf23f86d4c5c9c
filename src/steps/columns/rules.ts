/** Rules between columns as the page edits them: which columns fit, what to call things, and lists of combinations. */
import type { ChosenRule, ColumnSchema, FoundRule, Rule, RuleCell } from '../../../workers/protocol.ts';

export type RuleKind = Rule['kind'];

export const ruleKinds: readonly { readonly value: RuleKind; readonly label: string }[] = [
  { value: 'order', label: 'One is at most the other' },
  { value: 'sum', label: 'One is the sum of others' },
  { value: 'one-hot', label: 'Exactly one of them is set' },
  { value: 'combinations', label: 'Only some combinations' },
];

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

/** A rule in a line of its own. */
export function ruleLine(rule: Rule): string {
  switch (rule.kind) {
    case 'order':
      return `${rule.low} ${rule.strict ? 'is less than' : 'is at most'} ${rule.high}`;
    case 'sum':
      return `${rule.total} = ${rule.parts.join(' + ')}`;
    case 'one-hot':
      return `Exactly one of ${listed(rule.columns)} is set`;
    case 'combinations':
      return `${listed(rule.columns)}: ${rule.allowed ? `${String(rule.allowed.length)} listed combinations` : 'only combinations that occur'}`;
  }
}

/** Learned columns that a rule of a kind can be about; of an order, those that fit beside `other`. */
export function columnsFor(
  kind: RuleKind,
  columns: readonly ColumnSchema[],
  other: string | null = null,
): ColumnSchema[] {
  const learned = columns.filter(({ treatment }) => treatment === 'learn');
  switch (kind) {
    case 'order': {
      const beside = learned.find(({ name }) => name === other);
      return learned.filter((column) =>
        beside
          ? column !== beside && Boolean(beside.number ? column.number : column.datetime)
          : Boolean(column.number ?? column.datetime),
      );
    }
    case 'sum':
      return learned.filter(({ number }) => number !== undefined);
    case 'one-hot':
      return learned.filter(
        ({ kind: its, number }) =>
          its === 'boolean' || (number !== undefined && number.min >= 0 && number.max <= 1),
      );
    case 'combinations':
      return learned.filter(({ category, number }) => category !== undefined || number !== undefined);
  }
}

/** A rule as far as it is filled in. */
export interface RuleDraft {
  readonly kind: RuleKind;
  /** The lower column of an order, or the total of a sum. */
  readonly first: string;
  readonly second: string;
  readonly strict: boolean;
  /** Parts of a sum, columns of a group or of combinations. */
  readonly names: readonly string[];
  /** Combinations are those of the rows, or those listed. */
  readonly open: boolean;
  readonly list: string;
}

export const emptyDraft = (kind: RuleKind, open: boolean): RuleDraft => ({
  kind,
  first: '',
  second: '',
  strict: false,
  names: [],
  open,
  list: '',
});

/** Between the values of a combination. */
export const listMark = '|';

/** The rule that was filled in, or what is missing. */
export function draftRule(draft: RuleDraft, columns: readonly ColumnSchema[]): Rule | string {
  const { kind, first, second, strict, names, open, list } = draft;
  switch (kind) {
    case 'order':
      return first && second ? { kind, low: first, high: second, strict } : 'Choose both columns.';
    case 'sum': {
      const parts = names.filter((name) => name !== first);
      return first && parts.length >= 2
        ? { kind, total: first, parts }
        : 'Choose the total, and two parts at least.';
    }
    case 'one-hot':
      return names.length >= 2 ? { kind, columns: names } : 'Choose two columns at least.';
    case 'combinations': {
      if (names.length < 2) return 'Choose two columns at least.';
      if (open) return { kind, columns: names, allowed: null };
      const allowed = combinationsIn(list, names, columns);
      return typeof allowed === 'string' ? allowed : { kind, columns: names, allowed };
    }
  }
}

/** Combinations from lines of values, or what is wrong with them. */
function combinationsIn(
  list: string,
  names: readonly string[],
  columns: readonly ColumnSchema[],
): RuleCell[][] | string {
  const lines = list.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'List the combinations, one a line.';
  const isNumber = names.map((name) => columns.find((column) => column.name === name)?.number !== undefined);
  const rows: RuleCell[][] = [];
  for (const [at, line] of lines.entries()) {
    const texts = line.split(listMark).map((text) => text.trim());
    const cells = texts.map((text, c) => (isNumber[c] ? Number(text === '' ? NaN : text) : text));
    const place = `Line ${String(at + 1)}`;
    if (cells.length !== names.length) {
      return `${place} has ${String(cells.length)} values for ${String(names.length)} columns: put “${listMark}” between them.`;
    }
    const wrong = cells.findIndex((cell) => typeof cell === 'number' && !Number.isFinite(cell));
    if (wrong >= 0) return `${place} has no number for ${names[wrong]}.`;
    rows.push(cells);
  }
  return rows;
}

/** One line of the panel: a rule that is kept, or that was found and could be. */
export interface RuleEntry {
  readonly key: string;
  readonly rule: Rule;
  readonly found: FoundRule | null;
  readonly chosen: ChosenRule | null;
}

const keyOf = (rule: Rule): string => JSON.stringify(rule);

/** Rules that are kept or were found, each once. */
export function ruleEntries(chosen: readonly ChosenRule[], found: readonly FoundRule[]): RuleEntry[] {
  const entries = found.map((each): RuleEntry => {
    const key = keyOf(each.rule);
    return {
      key,
      rule: each.rule,
      found: each,
      chosen: chosen.find(({ rule }) => keyOf(rule) === key) ?? null,
    };
  });
  const known = new Set(entries.map(({ key }) => key));
  const others = chosen
    .filter(({ rule }) => !known.has(keyOf(rule)))
    .map((each): RuleEntry => ({ key: keyOf(each.rule), rule: each.rule, found: null, chosen: each }));
  const unique = new Map([...others, ...entries].map((entry) => [entry.key, entry]));
  return [...unique.values()];
}

/** The rules with one more, or without one. */
export const withRule = (
  chosen: readonly ChosenRule[],
  { key, rule }: Pick<RuleEntry, 'key' | 'rule'>,
  on: boolean,
): ChosenRule[] => {
  const others = chosen.filter((each) => keyOf(each.rule) !== key);
  return on ? [...others, { rule, source: 'found' }] : others;
};

/** The rules with one more that the person declares. */
export const withDeclared = (chosen: readonly ChosenRule[], rule: Rule): ChosenRule[] => [
  ...chosen.filter((each) => keyOf(each.rule) !== keyOf(rule)),
  { rule, source: 'declared' },
];

/** The declared rules as the text of a file. */
export const rulesFile = (chosen: readonly ChosenRule[]): string =>
  JSON.stringify({ rules: chosen.map(({ rule }) => rule) }, null, 2);
