/**
 * Rules between columns: what holds in every row, over several of its cells. A rule holds where any of its cells is
 * missing. Plain data.
 */

/** A cell of a category column by its text, of a number column by its value. */
export type RuleCell = string | number;

/** Only some combinations of values. */
export interface CombinationRule {
  readonly kind: 'combinations';
  /** Category or number columns. Where a row has to be mended, the earlier ones stay as they are. */
  readonly columns: readonly string[];
  /** One cell a column, in their order. Null: the combinations of the rows that are learned from. */
  readonly allowed: readonly (readonly RuleCell[])[] | null;
  /** How often each one is, relative to their sum, where a row has to be mended. Absent: as the model draws them. */
  readonly weights?: readonly number[];
}

/** One number or date is at most the other. */
export interface OrderRule {
  readonly kind: 'order';
  readonly low: string;
  readonly high: string;
  /** They are never equal. */
  readonly strict: boolean;
}

/** A number is the sum of others. */
export interface SumRule {
  readonly kind: 'sum';
  readonly total: string;
  readonly parts: readonly string[];
  /** How far off real rows may be. Absent: half a unit of the last decimal of the total. */
  readonly tolerance?: number;
}

/** Exactly one of several yes-or-no columns (or columns of 0 and 1) is set. */
export interface OneHotRule {
  readonly kind: 'one-hot';
  readonly columns: readonly string[];
}

export type Rule = CombinationRule | OrderRule | SumRule | OneHotRule;

/** A rule that rows are to keep, and how it is known. */
export interface ChosenRule {
  readonly rule: Rule;
  /** `declared`: by the person, who knows it without the rows. `found`: in the rows, so it tells something of them. */
  readonly source: 'declared' | 'found';
}

/** A rule that the rows seem to keep. */
export interface FoundRule {
  readonly rule: Rule;
  /** Share 0..1 of the rows looked at that keep it. */
  readonly share: number;
  /** Share that would keep it if its columns had nothing to do with one another. */
  readonly byChance: number;
}

export interface FoundRules {
  readonly rules: readonly FoundRule[];
  /** Rows looked at. */
  readonly rows: number;
}

/** What became of one rule while rows were made. */
export interface RuleOutcome {
  /** The rule in words. */
  readonly rule: string;
  /** Rows that broke it as the model drew them. */
  readonly broken: number;
  /** `rejected`: rows that break it are drawn anew. `mended`: they are changed. `computed`: columns that follow from others are; what breaks it still is drawn anew. */
  readonly kept: 'rejected' | 'mended' | 'computed';
}

/** What keeping the rules took. */
export interface RulesReport {
  /** Rows that the model drew. */
  readonly drawn: number;
  /** Of these, dropped because they break a rule. */
  readonly rejected: number;
  /** Of these, changed so that they break none. */
  readonly mended: number;
  readonly rules: readonly RuleOutcome[];
}
