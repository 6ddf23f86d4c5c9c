/** What the engine refuses before it starts. */
import { plannedSchema } from './anonymise/anonymise.ts';
import { checkPlan } from './anonymise/checkPlan.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { HomespunError } from './errors.ts';
import { checkFormula, checkWords, columnsOfSchema, mostFormulas } from './evaluate/domain/checkFormula.ts';
import type { DomainFormula } from './evaluate/domain/formulaTypes.ts';
import { readableSchema } from './prepare.ts';
import { unitOf } from './privatePlan.ts';
import { validateEpsilon } from './privacy/validate.ts';
import { checkRules } from './rules/checkRules.ts';
import { checkConditions } from './synthesizers/conditions.ts';
import { checkTemperature } from './synthesizers/temperature.ts';
import type { MethodId, Model } from './synthesizers/types.ts';
import type { ImputeRequest, Job, SampleRequest, SweepRequest, TableSchema } from './protocol.ts';

const largestTable = 50_000_000;
const mostTables = 100;

/** Throws `not-ready` where an earlier step has not been done. */
export const need = <T>(value: T | undefined, message: string): T => {
  if (value === undefined) throw new HomespunError({ code: 'not-ready', message });
  return value;
};

const demand = (holds: boolean, message: string, hint: string): void => {
  if (!holds) throw new HomespunError({ code: 'bad-settings', message, hint });
};

/** Throws `bad-settings` for settings out of range, or a protection plan or rules that do not fit the table or the guarantee. */
export function checkJob(job: Job, schema: TableSchema): void {
  const { holdout, seed, privacy, anonymise, rules } = job;
  demand(
    holdout >= 0 && holdout <= 0.5,
    `A holdout share of ${holdout} is out of range.`,
    'Choose a share between 0 and 0.5.',
  );
  demand(Number.isSafeInteger(seed), `The seed ${seed} is not a whole number.`, 'Choose a whole number.');
  const unit = privacy === 'none' ? null : unitOf(privacy).kind;
  const readable = readableSchema(schema, job);
  if (anonymise) checkPlan(anonymise, readable, unit);
  checkRules(rules, plannedSchema(readable, anonymise), unit !== null);
}

/** Throws `bad-settings`, with the place, for a formula that cannot be computed of this table. */
export function checkFormulas(
  formulas: readonly DomainFormula[],
  plan: AnonymisePlan | null,
  schema: TableSchema,
): void {
  demand(
    formulas.length <= mostFormulas,
    `${formulas.length} formulas are too many.`,
    `Write ${mostFormulas} at most.`,
  );
  // A plan may make other columns of them: then whether the words fit is seen once they are made.
  const columns = columnsOfSchema(schema);
  for (const formula of formulas) {
    if (plan === null) checkFormula(formula, columns);
    else checkWords(formula);
  }
}

const mostBudgets = 12;

/** Throws `bad-settings` for a sweep of no budget, too many, or one out of range, or without a guarantee to sweep. */
export function checkSweep({ epsilons, job }: SweepRequest): void {
  demand(
    epsilons.length >= 1 && epsilons.length <= mostBudgets,
    `${epsilons.length} budgets cannot be tried in turn.`,
    `Choose from 1 to ${mostBudgets} values of epsilon.`,
  );
  epsilons.forEach((epsilon) => validateEpsilon(epsilon));
  demand(
    job.privacy !== 'none',
    'A curve over epsilon needs a guarantee to vary.',
    'Choose a run with differential privacy.',
  );
}

/** `method`: of the model that the rows are made of. */
export function checkSample(
  { rows, tables, seed, conditions, temperature }: SampleRequest,
  method: MethodId,
): void {
  const whole = (value: number, most: number): boolean =>
    Number.isSafeInteger(value) && value >= 1 && value <= most;
  demand(whole(rows, largestTable), `${rows} rows cannot be made.`, 'Choose from 1 to 50,000,000 rows.');
  demand(whole(tables, mostTables), `${tables} tables cannot be made.`, 'Choose from 1 to 100 tables.');
  demand(Number.isSafeInteger(seed), `The seed ${seed} is not a whole number.`, 'Choose a whole number.');
  if (conditions) checkConditions(conditions);
  if (temperature !== undefined) checkTemperature(temperature, method);
}

/** Throws `bad-settings` for a model that cannot fill gaps, or whose columns are not those of files. */
export function checkImpute({ seed, temperature }: ImputeRequest, { model, plan }: FillingModel): void {
  demand(Number.isSafeInteger(seed), `The seed ${seed} is not a whole number.`, 'Choose a whole number.');
  if (temperature !== undefined) checkTemperature(temperature, model.method);
  demand(
    model.impute !== undefined,
    `A model of the method “${model.method}” cannot fill gaps.`,
    'Learn one with the method “autoregressive” (“Column by column”).',
  );
  demand(
    plan === null,
    'The model was learned from protected columns, so cells of a file mean something else to it.',
    'Learn a model without protection to fill gaps.',
  );
}

interface FillingModel {
  readonly model: Model;
  readonly plan: AnonymisePlan | null;
}

export function checkTable(table: number, { tables }: SampleRequest): void {
  demand(
    Number.isInteger(table) && table >= 0 && table < tables,
    `There is no table ${table + 1}.`,
    `Choose a table from 1 to ${tables}.`,
  );
}

/** Refuses to look for rules for a run with a guarantee: what is found tells something of the rows. */
export const refuseSearch = ({ privacy }: Job): void =>
  demand(
    privacy === 'none',
    'Rules found in the rows would tell something of them, which no guarantee covers.',
    'Declare the rules that you know without the data.',
  );
