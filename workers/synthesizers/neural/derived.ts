import type { Tokens } from './tokens.ts';

/**
 * How many times a dependency must have had the chance to be broken, were the two columns unrelated, before none
 * seen is taken for a rule: chance would spare it with probability below e^-30.
 */
const leastChances = 30;

/** A column whose token is known from another's: `map` gives it for each token of `source`. */
interface Rule {
  readonly source: number;
  readonly map: Uint16Array;
}

/**
 * Columns that another column determines in every row, such as a code beside its label or a region beside its
 * district. The network learns only the others, so that made rows never break such a rule.
 * Finding them looks at the rows themselves, so under differential privacy it would cost budget.
 */
export class DerivedColumns {
  readonly #rules: readonly (Rule | undefined)[];
  /** Columns left to learn, in order. */
  readonly free: readonly number[];

  private constructor(rules: readonly (Rule | undefined)[]) {
    this.#rules = rules;
    this.free = rules.flatMap((rule, column) => (rule ? [] : [column]));
  }

  /** The rules, each with the column that it gives. */
  get rules(): (Rule & { readonly column: number })[] {
    return this.#rules.flatMap((rule, column) => (rule ? [{ ...rule, column }] : []));
  }

  /** Rules that were found earlier. Throws a RangeError for a source that the column could determine in turn. */
  static of(
    rules: readonly (Rule & { readonly column: number })[],
    shares: readonly Float64Array[],
  ): DerivedColumns {
    const all: (Rule | undefined)[] = shares.map(() => undefined);
    for (const { column, source, map } of rules) {
      if (!precedes(source, column, shares)) throw new RangeError('Columns cannot determine each other.');
      all[column] = { source, map };
    }
    return new DerivedColumns(all);
  }

  /** All columns are learned: costs no look at the rows. */
  static none(columns: number): DerivedColumns {
    return new DerivedColumns(new Array<undefined>(columns).fill(undefined));
  }

  static found(tokens: Tokens, shares: readonly Float64Array[]): DerivedColumns {
    const rules: (Rule | undefined)[] = tokens.map(() => undefined);
    tokens.forEach((_, column) => {
      for (let source = 0; source < tokens.length && !rules[column]; source++) {
        if (
          !precedes(source, column, shares) ||
          !isStrong(shares[source], shares[column], tokens[0].length)
        ) {
          continue;
        }
        const map = ruleBetween(tokens[source], tokens[column], shares[source].length, shares[column]);
        if (map) rules[column] = { source, map };
      }
    });
    return new DerivedColumns(rules);
  }

  /** All columns' tokens from those of the free ones. */
  complete(free: readonly Int32Array[]): Int32Array[] {
    const whole: (Int32Array | undefined)[] = this.#rules.map(() => undefined);
    this.free.forEach((column, i) => (whole[column] = free[i]));
    const columnOf = (column: number): Int32Array => {
      const known = whole[column];
      if (known) return known;
      const rule = this.#rules[column];
      if (!rule) throw new Error('A column is neither learned nor derived.');
      const made = columnOf(rule.source).map((token) => rule.map[token]);
      whole[column] = made;
      return made;
    };
    return this.#rules.map((_, column) => columnOf(column));
  }
}

/** Wider columns determine narrower ones, the first of equals the later: so no two determine each other. */
const precedes = (source: number, column: number, shares: readonly Float64Array[]): boolean => {
  const more = shares[source].length - shares[column].length;
  return more > 0 || (more === 0 && source < column);
};

/** Whether the rows put the rule to the test often enough: expected breaks, were the columns independent. */
const isStrong = (source: Float64Array, column: Float64Array, rows: number): boolean => {
  const used = source.reduce((count, share) => count + (share > 0 ? 1 : 0), 0);
  const disagree = 1 - column.reduce((sum, share) => sum + share * share, 0);
  return (rows - used) * disagree >= leastChances;
};

/** The token of `column` for each token of `source`, or nothing when some row breaks the rule. */
function ruleBetween(
  source: Uint16Array,
  column: Uint16Array,
  width: number,
  shares: Float64Array,
): Uint16Array | undefined {
  const unseen = shares.length;
  const map = new Uint16Array(width).fill(unseen);
  for (let row = 0; row < source.length; row++) {
    const known = map[source[row]];
    if (known === unseen) map[source[row]] = column[row];
    else if (known !== column[row]) return undefined;
  }
  const usual = shares.indexOf(Math.max(...shares));
  return map.map((token) => (token === unseen ? usual : token));
}
