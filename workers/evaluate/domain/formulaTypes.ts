import type { Interval, Status } from '../figureTypes.ts';

/** A figure of the person's own, such as `share(readmitted = yes where age >= 65)`. */
export interface DomainFormula {
  readonly text: string;
  /** Share of the real value by which the synthetic one may be off, above 0 and at most 1. */
  readonly tolerance: number;
}

/** A column as formulas see it. */
export interface FormulaColumn {
  readonly name: string;
  readonly type: 'number' | 'datetime' | 'category' | 'text';
  /** Categories in any of the tables; none for other types. */
  readonly labels: readonly string[];
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A value as written: what it means depends on the column. */
export interface Literal {
  readonly text: string;
  readonly form: 'number' | 'date' | 'word' | 'quoted';
  readonly position: number;
}

export interface ColumnName {
  readonly name: string;
  readonly position: number;
}

/** What is asked of a row, as it was parsed. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'missing'; readonly column: ColumnName }
  | {
      readonly kind: 'compare';
      readonly column: ColumnName;
      readonly operator: Comparison;
      /** Where the operator stands. */
      readonly position: number;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly column: ColumnName; readonly values: readonly Literal[] };

export type MeasureName = 'count' | 'share' | 'mean';

/** One figure over rows. */
export interface Measure<C, N> {
  readonly kind: 'measure';
  readonly measure: MeasureName;
  /** What is counted; null for all rows, and for means. */
  readonly condition: C | null;
  /** What the mean is of; null for others. */
  readonly column: N | null;
  /** The rows it is over; null for all. */
  readonly where: C | null;
  /** One figure for each category of this column; null for one of all rows. */
  readonly by: N | null;
  readonly position: number;
}

export type Operator = '+' | '-' | '*' | '/';

export type Expression<C, N> =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'negative'; readonly of: Expression<C, N> }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression<C, N>;
      readonly right: Expression<C, N>;
      readonly position: number;
    }
  | Measure<C, N>;

export type ParsedExpression = Expression<Condition, ColumnName>;

/** A condition on columns that are there, of types that fit. Categories are compared by label. */
export type Test =
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'missing'; readonly column: string }
  /** Numbers and instants, and categories whose labels are all numbers. */
  | {
      readonly kind: 'number';
      readonly column: string;
      readonly operator: Comparison;
      readonly value: number;
    }
  | { readonly kind: 'among'; readonly column: string; readonly values: readonly number[] }
  | { readonly kind: 'labels'; readonly column: string; readonly labels: readonly string[] };

export type CheckedExpression = Expression<Test, string>;

/** A formula that fits the columns. */
export interface CheckedFormula {
  readonly expression: CheckedExpression;
  /** Column whose categories give a figure each; null for a single figure. */
  readonly by: string | null;
  readonly unit: 'share' | 'count' | 'number';
}

/** A figure in one table. */
export interface DomainValue {
  /** NaN where it is not defined. */
  readonly value: number;
  /** 95 %; null where it is not known. */
  readonly interval: Interval | null;
  /** Rows behind the part with the fewest. */
  readonly rows: number;
}

/** A figure in all tables: one line a formula, or one a group. */
export interface DomainLine {
  /** Category of the column after `by`; null without. */
  readonly group: string | null;
  readonly real: DomainValue;
  readonly synthetic: DomainValue;
  /** Real rows never learned from; null without any. */
  readonly holdout: DomainValue | null;
  /** Synthetic over real minus 1; NaN where it is not defined. */
  readonly difference: number;
  /** Holds for all lines of a formula at once, 95 %. */
  readonly differenceInterval: Interval | null;
  /** The same of held-out rows: as good as it gets. NaN without. */
  readonly ceiling: number;
  readonly status: Status;
  readonly note: string;
}

/** Why a formula cannot be computed. */
export interface FormulaProblem {
  readonly message: string;
  readonly hint: string;
  /** 0-based place in the formula. */
  readonly position: number;
}

export interface DomainResult {
  readonly formula: DomainFormula;
  readonly unit: 'share' | 'count' | 'number';
  readonly by: string | null;
  /** None where there is a problem. */
  readonly lines: readonly DomainLine[];
  readonly status: Status;
  readonly note: string;
  readonly problem: FormulaProblem | null;
}

/** What figures of the person's own are of. */
export interface DomainTask {
  readonly formulas: readonly DomainFormula[];
  /** Rows that counts are for: those of the whole real table, of which `train` may be a part. */
  readonly countedRows: number;
}
