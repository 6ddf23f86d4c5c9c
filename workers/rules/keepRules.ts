/**
 * Rows of a table made to keep rules: what follows from other cells is computed, and rows that break a rule still are
 * marked to be drawn anew, or mended where too few would be left.
 */
import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { anyMark, countMarks, rowCheck, type RowCheck } from './brokenRows.ts';
import { columnOf, completeRows, entryOf } from './cells.ts';
import { AllowedCombinations } from './combinations.ts';
import { planDerivations, type Derivation } from './derivations.ts';
import { gridOf } from './grid.ts';
import { mendCombinations, mendOneHot, mendOrder, type MendContext } from './mend.ts';
import { columnsOf, ruleWords } from './ruleWords.ts';
import { deriveSum, moveIntoBounds, outOfBounds } from './sums.ts';
import { tellCombinations } from './tellCombinations.ts';
import type { Rule, RuleOutcome, RulesReport } from './types.ts';

/** Rows are rejected as long as this share of them keeps the rules: then nineteen in twenty rows drawn may be in vain. */
export const leastAcceptance = 0.05;

/** The columns that rules are about, copied, so that what the model gave stays as it was. */
function withOwnColumns(table: Table, rules: readonly Rule[]): Table {
  const touched = new Set(rules.flatMap(columnsOf));
  const own = (column: Column): Column => {
    if (!touched.has(column.name) || column.type === 'text') return column;
    return column.type === 'category'
      ? { ...column, codes: column.codes.slice() }
      : { ...column, values: column.values.slice() };
  };
  return { rows: table.rows, columns: table.columns.map(own) };
}

const shareKept = (broken: Uint8Array): number =>
  broken.length === 0 ? 1 : 1 - countMarks(broken) / broken.length;

/** A derivation made ready for many tables. */
interface ReadyDerivation {
  readonly plan: Derivation;
  /** In place. */
  compute(table: Table): void;
  /** Rows whose computed cell leaves its bounds; null where it cannot. */
  outside(table: Table): Uint8Array | null;
}

function readyDerivation(plan: Derivation, schema: TableSchema): ReadyDerivation {
  if (plan.kind === 'combinations') {
    const combinations = new AllowedCombinations(plan.rule, schema);
    return {
      plan,
      compute: (table) => {
        tellCombinations(plan, combinations, table);
      },
      outside: () => null,
    };
  }
  const grid = gridOf(entryOf(schema, plan.derived[0]));
  return {
    plan,
    compute: (table) => {
      deriveSum(plan, table, grid);
    },
    outside: (table) => outOfBounds(plan.derived[0], table, grid),
  };
}

/** A rule made ready, and what became of it. */
interface ReadyRule {
  readonly rule: Rule;
  readonly check: RowCheck;
  /** Where some of its columns are computed from the others. */
  readonly computed?: ReadyDerivation;
  readonly columns: readonly string[];
  /** Rows that broke it as they were drawn. */
  broken: number;
  /** Rows it is about, after sums were computed, and of these those that keep it. */
  met: number;
  kept: number;
}

/** A table in which what follows from other cells is computed. */
export interface Kept {
  readonly table: Table;
  /** 1 for rows that keep every rule. */
  readonly obeys: Uint8Array;
}

/** Keeps rules in the tables that a model draws, one after the other, and counts what that takes. */
export class RuleKeeper {
  readonly #rules: readonly ReadyRule[];
  readonly #schema: TableSchema;
  /** In the order in which they are computed. */
  readonly #computed: readonly ReadyDerivation[];
  /** Rules whose rows are mended: decided by the first table. */
  #mending: ReadonlySet<ReadyRule> | null = null;
  #drawn = 0;
  #rejected = 0;
  #mended = 0;

  /** `rules` as they were checked and settled. */
  constructor(rules: readonly Rule[], schema: TableSchema) {
    this.#schema = schema;
    this.#computed = planDerivations(rules, schema).map((plan) => readyDerivation(plan, schema));
    this.#rules = rules.map((rule) => ({
      rule,
      check: rowCheck(rule, schema),
      computed: this.#computed.find(({ plan }) => plan.rule === rule),
      columns: columnsOf(rule),
      ...{ broken: 0, met: 0, kept: 0 },
    }));
  }

  /** The rows that keep the rules, after what follows was computed and, where too few did, others mended. */
  keep(drawn: Table, rng: Rng): Kept {
    const table = withOwnColumns(
      drawn,
      this.#rules.map(({ rule }) => rule),
    );
    for (const ready of this.#rules) ready.broken += countMarks(ready.check(table));
    this.#derive(table);
    const marks = this.#rules.map((ready) => this.#markOf(ready, table));
    const rejected = this.#rules.map((ready, r) => this.#rejection(ready, marks[r], table, rng));
    const after = this.#settle(table, rejected, rng);
    const before = anyMark(marks, table.rows);
    this.#drawn += table.rows;
    this.#rejected += countMarks(after);
    this.#mended += countMarks(before.map((mark, row) => mark & (1 - after[row])));
    return { table, obeys: after.map((mark) => 1 - mark) };
  }

  /** Mends what is to be mended; returns the rows that are to be drawn anew. */
  #settle(table: Table, rejected: readonly Uint8Array[], rng: Rng): Uint8Array {
    const first = this.#mending === null;
    this.#mending ??= this.#chooseMending(rejected, table.rows);
    const mending = this.#mending;
    const hopeless = anyMark(
      rejected.filter((_, r) => !mending.has(this.#rules[r])),
      table.rows,
    );
    const after = this.#mend(table, mending, hopeless, rng);
    // Mending some rules can break the others: then all are mended.
    if (!first || mending.size === 0 || shareKept(after) >= leastAcceptance) return after;
    this.#mending = new Set(this.#rules);
    return this.#mend(table, this.#mending, new Uint8Array(table.rows), rng);
  }

  /**
   * Rows to draw anew for one rule: those that break it, and as large a share of those it says nothing about, because a
   * cell is missing. Otherwise rows with missing cells would become more, the more often a rule is broken.
   */
  #rejection(ready: ReadyRule, broken: Uint8Array, table: Table, rng: Rng): Uint8Array {
    const complete = completeRows(
      ready.columns.map((name) => columnOf(table, name)),
      table.rows,
    );
    ready.met += countMarks(complete);
    ready.kept += countMarks(complete) - countMarks(broken);
    const acceptance = ready.met > 0 ? ready.kept / ready.met : 1;
    if (acceptance === 1) return broken;
    return broken.map((mark, row) => (mark || complete[row] ? mark : rng.uniform() < acceptance ? 0 : 1));
  }

  /** Of all tables so far. */
  report(): RulesReport {
    const rules = this.#rules.map((ready): RuleOutcome => {
      const mended = this.#mending?.has(ready) ?? false;
      const kept = mended ? 'mended' : ready.computed ? 'computed' : 'rejected';
      return { rule: ruleWords(ready.rule), broken: ready.broken, kept };
    });
    return { drawn: this.#drawn, rejected: this.#rejected, mended: this.#mended, rules };
  }

  #derive(table: Table): void {
    for (const computed of this.#computed) computed.compute(table);
  }

  /** Rows that break a rule; a sum is also broken where the computed column leaves its bounds. */
  #markOf({ check, computed }: ReadyRule, table: Table): Uint8Array {
    const outside = computed?.outside(table);
    return outside ? anyMark([check(table), outside], table.rows) : check(table);
  }

  /** The fewest rules to mend, those that reject most, so that enough rows keep the others. */
  #chooseMending(rejected: readonly Uint8Array[], rows: number): ReadonlySet<ReadyRule> {
    const worstFirst = this.#rules
      .map((ready, r) => ({ ready, marks: rejected[r] }))
      .sort((a, b) => countMarks(b.marks) - countMarks(a.marks));
    const others = (count: number): Uint8Array[] => worstFirst.slice(count).map((each) => each.marks);
    let count = 0;
    while (shareKept(anyMark(others(count), rows)) < leastAcceptance) count++;
    return new Set(worstFirst.slice(0, count).map(({ ready }) => ready));
  }

  /** Mends in place all rows but the hopeless; returns these, and the rows that break a rule still. */
  #mend(table: Table, mending: ReadonlySet<ReadyRule>, hopeless: Uint8Array, rng: Rng): Uint8Array {
    if (mending.size === 0) return hopeless;
    const fixed = new Set(this.#computed.flatMap(({ plan }) => plan.derived));
    const context: MendContext = { schema: this.#schema, rng, fixed };
    // Mending one rule can break another: a chain of orders comes right one step a pass.
    for (let pass = 0; pass < this.#rules.length + 2; pass++) {
      if (!this.#mendOnce(table, mending, hopeless, context)) break;
      this.#derive(table);
    }
    return anyMark([hopeless, ...this.#rules.map((ready) => this.#markOf(ready, table))], table.rows);
  }

  /** Whether any row had to be changed. */
  #mendOnce(
    table: Table,
    mending: ReadonlySet<ReadyRule>,
    hopeless: Uint8Array,
    context: MendContext,
  ): boolean {
    let changed = false;
    for (const ready of mending) {
      const marked = this.#markOf(ready, table);
      for (let row = 0; row < marked.length; row++) if (hopeless[row]) marked[row] = 0;
      if (!marked.includes(1)) continue;
      mendOne(ready, table, marked, context);
      changed = true;
    }
    return changed;
  }
}

function mendOne(
  { rule, computed }: ReadyRule,
  table: Table,
  marked: Uint8Array,
  context: MendContext,
): void {
  switch (rule.kind) {
    case 'combinations':
      return mendCombinations(rule, table, marked, context);
    case 'order':
      return mendOrder(rule, table, marked, context);
    case 'one-hot':
      return mendOneHot(rule, table, marked, context);
    case 'sum':
      if (computed?.plan.kind === 'sum') {
        moveIntoBounds(computed.plan, table, context.schema, marked, context.fixed);
      }
  }
}
