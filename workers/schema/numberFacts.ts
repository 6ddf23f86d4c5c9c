import { cellReader } from '../table/cellText.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawNumberColumn } from '../table/types.ts';
import { byCount, isMissingAmongNumbers, sentinelsOf, type TextCount } from './missing.ts';
import { numericDomainOf } from './numericDomain.ts';
import { decimalsNeeded, numbersAmongTokens } from './numberTexts.ts';
import { scanValues, type ValueScan } from './scan.ts';
import type { NumericDomain } from './types.ts';

/** What a column of numbers holds, before deciding what it is. */
export interface NumberFacts {
  readonly column: RawNumberColumn;
  readonly scan: ValueScan;
  /** Texts that mean "no value", most common first: words, lone codes and sentinel numbers. */
  readonly missing: readonly TextCount[];
  readonly sentinels: ReadonlySet<number>;
  /** Texts that are neither numbers nor missing. */
  readonly words: readonly TextCount[];
  /** Rows with a number that is no sentinel. */
  readonly present: number;
  /** Distinct numbers without sentinels; a lower bound where `scan.capped`. */
  readonly distinct: number;
  /** Null when no number is left. */
  readonly domain: NumericDomain | null;
  readonly whole: boolean;
}

/** Words allowed beside numbers: one code of its own meaning ("N"), or a few rare ones. */
function splitWords(scan: ValueScan, numbers: ReadonlyMap<string, number>) {
  const texts = scan.tokens.filter(({ text }) => !numbers.has(text));
  const missing = texts.filter(({ text }) => isMissingAmongNumbers(text));
  const rest = texts.filter(({ text }) => !isMissingAmongNumbers(text));
  const rows = rest.reduce((sum, { count }) => sum + count, 0);
  const short = rest.every(({ text }) => text.length <= 16 && !/\d/.test(text));
  const few = rest.length === 1 || (rest.length <= 3 && rows < scan.rows * 0.05);
  const lone = short && few && scan.values.length + numbers.size >= 2;
  return lone ? { missing: [...missing, ...rest], words: [] } : { missing, words: rest };
}

/** Exact texts of some values, with their rows. */
function textsOfValues(column: RawNumberColumn, values: ReadonlySet<number>): TextCount[] {
  const found = new Map<string, number>();
  if (values.size === 0) return [];
  const read = cellReader(column);
  for (let i = 0; i < column.values.length; i++) {
    if (column.forms[i] === TOKEN_FORM || !values.has(column.values[i])) continue;
    const text = read(i);
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  return Array.from(found, ([text, count]) => ({ text, count }));
}

/** Takes numbers written unusually into the bounds and decimals. */
function withUnusual(domain: NumericDomain | null, column: RawNumberColumn, values: readonly number[]) {
  if (values.length === 0) return domain;
  const base = domain ?? {
    min: Infinity,
    max: -Infinity,
    decimals: 0,
    fixedDecimals: false,
    format: column.format,
  };
  const decimals = Math.max(base.decimals, ...values.map(decimalsNeeded));
  return {
    ...base,
    min: Math.min(base.min, ...values),
    max: Math.max(base.max, ...values),
    decimals,
    fixedDecimals: base.fixedDecimals && decimals === base.decimals,
  };
}

/** Reads what a column of numbers holds. */
export function numberFactsOf(column: RawNumberColumn): NumberFacts {
  const scan = scanValues(column);
  const unusual = numbersAmongTokens(column);
  const sentinels = new Set(sentinelsOf(scan.values, scan.counts));
  const { missing, words } = splitWords(scan, unusual);
  const sentinelTexts = textsOfValues(column, sentinels);
  const plain = numericDomainOf(column, sentinels);
  const others = [...unusual.values()];
  const absent = [...missing, ...sentinelTexts, ...words].reduce((sum, { count }) => sum + count, 0);
  return {
    column,
    scan,
    missing: [...missing, ...sentinelTexts].sort(byCount),
    sentinels,
    words,
    present: scan.rows - absent,
    distinct: scan.values.length - sentinels.size + unusual.size,
    domain: withUnusual(plain?.domain ?? null, column, others),
    whole: (plain?.whole ?? true) && others.every((value) => Number.isInteger(value)),
  };
}
