import type { PrivacyUnit } from '../privacy/types.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import { checkGeneralisation, checkPerturbation } from './checkActions.ts';
import { refuseDependentActions } from './checkPrivate.ts';
import { refusal } from './refusal.ts';
import type { AnonymisePlan, ColumnProtection, KAnonymity, Phase } from './types.ts';

/**
 * Refuses a plan that cannot be followed on this schema, or that would void a differential-privacy guarantee.
 * Throws `bad-settings` with the column and what to do: an action that does not fit the kind or is out of range, a
 * column that is absent, named twice or removed before it is needed, k < 2, no quasi-identifier, l without a sensitive
 * column, and under differential privacy everything 'before' whose effect on a row depends on other rows.
 * @param unit what differential privacy will protect, by which the model learns; null without it
 */
export function checkPlan(plan: AnonymisePlan, schema: TableSchema, unit: PrivacyUnit['kind'] | null): void {
  const entries = new Map(schema.columns.map((entry) => [entry.name, entry]));
  const seen = new Set<string>();
  for (const asked of plan.columns) {
    if (seen.has(asked.column)) {
      throw refusal(
        asked.column,
        `“${asked.column}” stands twice in the protection plan.`,
        'Keep one entry.',
      );
    }
    seen.add(asked.column);
    checkColumn(asked, entryOf(entries, asked.column));
  }
  refuseNothingLeft(plan, schema);
  if (plan.kAnonymity) checkAnonymity(plan.kAnonymity, plan, entries);
  if (unit) refuseDependentActions(plan, entries, unit);
}

function entryOf(entries: ReadonlyMap<string, ColumnSchema>, name: string): ColumnSchema {
  const entry = entries.get(name);
  if (entry) return entry;
  throw refusal(
    name,
    `The protection plan names a column “${name}”, which the table does not have.`,
    'Use the names of the columns, or leave the entry out.',
  );
}

function checkColumn(asked: ColumnProtection, entry: ColumnSchema): void {
  const { generalise, perturb } = asked;
  if (!generalise && !perturb) {
    throw refusal(entry.name, `The protection plan does nothing to “${entry.name}”.`, 'Leave the entry out.');
  }
  if (generalise) checkGeneralisation(generalise, entry);
  if (!perturb) return;
  checkPerturbation(perturb, entry);
  if (generalise?.type === 'remove' && !(generalise.phase === 'after' && perturb.phase === 'before')) {
    const message = `“${entry.name}” is removed, so there is nothing left to distort.`;
    throw refusal(entry.name, message, 'Choose one of the two.');
  }
}

const isRemoved = (plan: AnonymisePlan, name: string, by: Phase): boolean => {
  const action = plan.columns.find(({ column }) => column === name)?.generalise;
  return action?.type === 'remove' && (by === 'after' || action.phase === 'before');
};

function refuseNothingLeft(plan: AnonymisePlan, schema: TableSchema): void {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  if (learned.length === 0 || learned.some(({ name }) => !isRemoved(plan, name, 'after'))) return;
  throw refusal(
    learned[0].name,
    `Without “${learned[0].name}” and the other columns the plan removes, nothing is left to learn from.`,
    'Keep one column at least.',
  );
}

function checkAnonymity(
  asked: KAnonymity,
  plan: AnonymisePlan,
  entries: ReadonlyMap<string, ColumnSchema>,
): void {
  const { quasiIdentifiers, sensitive, k, l, phase } = asked;
  if (!Number.isSafeInteger(k) || k < 2) {
    throw refusal(null, `k-anonymity with k = ${k} protects nobody.`, 'Choose a whole number from 2 on.');
  }
  if (quasiIdentifiers.length === 0) {
    const hint = 'Choose the columns that together could point to a person, such as age and postcode.';
    throw refusal(null, 'k-anonymity has no quasi-identifier to go by.', hint);
  }
  for (const name of [...quasiIdentifiers, ...sensitive]) {
    checkGroupColumn(entryOf(entries, name), isRemoved(plan, name, phase));
  }
  const twice = [...quasiIdentifiers, ...sensitive].find((name, at, all) => all.indexOf(name) < at);
  if (twice !== undefined) {
    const message = `“${twice}” stands twice among the quasi-identifiers and sensitive columns.`;
    throw refusal(twice, message, 'Make it one of the two.');
  }
  checkDiversity(l, sensitive);
}

function checkGroupColumn(entry: ColumnSchema, removed: boolean): void {
  if (entry.treatment !== 'learn') {
    const message = `“${entry.name}” is not learned, so k-anonymity cannot go by it.`;
    throw refusal(entry.name, message, 'Choose columns that are learned.');
  }
  if (removed) {
    const message = `“${entry.name}” is removed before k-anonymity could go by it.`;
    throw refusal(entry.name, message, 'Leave it out of the quasi-identifiers and sensitive columns.');
  }
}

function checkDiversity(l: number | null, sensitive: readonly string[]): void {
  if (l === null) {
    if (sensitive.length === 0) return;
    throw refusal(
      sensitive[0],
      `“${sensitive[0]}” is named as sensitive, but not how many of its values a class must have.`,
      'Give l.',
    );
  }
  if (!Number.isSafeInteger(l) || l < 2) {
    throw refusal(
      null,
      `l-diversity with l = ${l} asks for nothing.`,
      'Choose a whole number from 2 on, or none.',
    );
  }
  if (sensitive.length === 0) {
    throw refusal(null, 'l-diversity has no sensitive column to go by.', 'Choose one, or ask for no l.');
  }
}
