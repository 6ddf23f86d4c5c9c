import type { Rule } from './types.ts';

const quoted = (name: string): string => `“${name}”`;
const listed = (names: readonly string[]): string =>
  names.length < 2
    ? names.map(quoted).join('')
    : `${names.slice(0, -1).map(quoted).join(', ')} and ${quoted(names[names.length - 1])}`;

/** A rule as a person says it; tells no values. */
export function ruleWords(rule: Rule): string {
  switch (rule.kind) {
    case 'combinations': {
      const which = rule.allowed
        ? `of ${rule.allowed.length} listed combinations`
        : 'of the combinations found';
      return `${listed(rule.columns)} are one ${which}`;
    }
    case 'order':
      return `${quoted(rule.low)} is ${rule.strict ? 'less than' : 'at most'} ${quoted(rule.high)}`;
    case 'sum':
      return `${quoted(rule.total)} is the sum of ${listed(rule.parts)}`;
    case 'one-hot':
      return `exactly one of ${listed(rule.columns)} is set`;
  }
}

/** Columns that a rule is about, each once. */
export function columnsOf(rule: Rule): string[] {
  switch (rule.kind) {
    case 'order':
      return [rule.low, rule.high];
    case 'sum':
      return [rule.total, ...rule.parts];
    default:
      return [...rule.columns];
  }
}
