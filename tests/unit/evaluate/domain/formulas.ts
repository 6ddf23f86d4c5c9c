import fc from 'fast-check';
import type {
  ColumnName,
  Comparison,
  Condition,
  Expression,
  Literal,
  Measure,
} from '../../../../workers/evaluate/domain/formulaTypes.ts';

/** Columns of the random tables, and values that stand in them. */
export const labels = ['yes', 'no', 'two words'] as const;
export const wards = ['Surgery', 'Eye', '7'] as const;
export const columnNames = ['age', 'stay days', 'readmitted', 'ward'] as const;
const bare = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const at = { position: 0 } as const;
const column = (name: string): ColumnName => ({ name, ...at });
const number = (value: number): Literal => ({ text: String(value), form: 'number', ...at });
const quoted = (text: string): Literal => ({ text, form: 'quoted', ...at });

const numeric = fc.constantFrom('age', 'stay days').map(column);
const small = fc.integer({ min: -3, max: 6 }).map(number);
const categorical = fc.oneof(
  fc.record({ name: fc.constant('readmitted'), value: fc.constantFrom<string>(...labels) }),
  fc.record({ name: fc.constant('ward'), value: fc.constantFrom<string>(...wards) }),
);
const operators: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];

const test: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(numeric, fc.constantFrom(...operators), small).map(([of, operator, value]): Condition => ({
    kind: 'compare',
    column: of,
    operator,
    value,
    ...at,
  })),
  fc
    .tuple(categorical, fc.constantFrom<Comparison>('=', '!='))
    .map(([{ name, value }, operator]): Condition => ({
      kind: 'compare',
      column: column(name),
      operator,
      value: quoted(value),
      ...at,
    })),
  fc
    .tuple(numeric, fc.array(small, { minLength: 1, maxLength: 3 }))
    .map(([of, values]): Condition => ({ kind: 'in', column: of, values })),
  categorical.map(({ name, value }): Condition => ({
    kind: 'in',
    column: column(name),
    values: [quoted(value)],
  })),
  fc.constantFrom(...columnNames).map((name): Condition => ({ kind: 'missing', column: column(name) })),
);

export const condition: fc.Arbitrary<Condition> = fc.letrec<{ all: Condition }>((tie) => ({
  all: fc.oneof(
    { maxDepth: 3 },
    test,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: tie('all'), right: tie('all') }),
    fc.record({ kind: fc.constant('not' as const), of: tie('all') }),
  ),
})).all;

type Parsed = Expression<Condition, ColumnName>;
const grouping = (grouped: boolean) => fc.constant(grouped ? column('ward') : null);

const measure = (grouped: boolean): fc.Arbitrary<Measure<Condition, ColumnName>> => {
  const common = {
    kind: fc.constant('measure' as const),
    where: fc.option(condition),
    by: grouping(grouped),
    position: fc.constant(0),
  };
  return fc.oneof(
    fc.record({
      ...common,
      measure: fc.constant('count' as const),
      condition: fc.option(condition),
      column: fc.constant(null),
    }),
    fc.record({ ...common, measure: fc.constant('share' as const), condition, column: fc.constant(null) }),
    fc.record({
      ...common,
      measure: fc.constant('mean' as const),
      condition: fc.constant(null),
      column: numeric,
    }),
  );
};

/** Any formula over the columns, as a tree. */
export const formula = (grouped: boolean): fc.Arbitrary<Parsed> =>
  fc.letrec<{ all: Parsed }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 3 },
      measure(grouped),
      fc.integer({ min: 0, max: 9 }).map((value): Parsed => ({ kind: 'number', value })),
      fc.record({ kind: fc.constant('negative' as const), of: tie('all') }),
      fc.record({
        kind: fc.constant('operation' as const),
        operator: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
        left: tie('all'),
        right: tie('all'),
        position: fc.constant(0),
      }),
    ),
  })).all;

const name = ({ name: text }: ColumnName): string => (bare.test(text) ? text : `\`${text}\``);
const value = ({ text, form }: Literal): string => (form === 'quoted' ? `'${text}'` : text);

/** A condition as text, with brackets only where the ranks of or, and, not ask for them. */
export function writeCondition(of: Condition, rank = 0): string {
  const inBrackets = (text: string, own: number): string => (own < rank ? `(${text})` : text);
  switch (of.kind) {
    case 'or':
      return inBrackets(`${writeCondition(of.left, 0)} or ${writeCondition(of.right, 1)}`, 0);
    case 'and':
      return inBrackets(`${writeCondition(of.left, 1)} AND ${writeCondition(of.right, 2)}`, 1);
    case 'not':
      return `not ${writeCondition(of.of, 2)}`;
    case 'missing':
      return `${name(of.column)} is missing`;
    case 'compare':
      return `${name(of.column)} ${of.operator} ${value(of.value)}`;
    case 'in':
      return `${name(of.column)} in (${of.values.map(value).join(', ')})`;
  }
}

function writeMeasure({
  measure: what,
  column: of,
  condition: counted,
  where,
  by,
}: Parsed & { kind: 'measure' }) {
  const parts = [
    of ? name(of) : '',
    counted ? writeCondition(counted) : '',
    by ? `by ${name(by)}` : '',
    where ? `where ${writeCondition(where)}` : '',
  ];
  return `${what}(${parts.filter((part) => part !== '').join(' ')})`;
}

/** A formula as text, with brackets only where the ranks of the operators ask for them. */
export function write(of: Parsed, rank = 0): string {
  switch (of.kind) {
    case 'number':
      return String(of.value);
    case 'negative':
      return `-${write(of.of, 2)}`;
    case 'measure':
      return writeMeasure(of);
    case 'operation': {
      const own = of.operator === '+' || of.operator === '-' ? 0 : 1;
      const text = `${write(of.left, own)} ${of.operator} ${write(of.right, own + 1)}`;
      return own < rank ? `(${text})` : text;
    }
  }
}
