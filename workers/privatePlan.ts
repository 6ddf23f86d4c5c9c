/** What a private run would release and cost: planned from public facts, before any row is looked at. */
import { HomespunError } from './errors.ts';
import { calibrateNoise } from './privacy/calibrate.ts';
import { type Ledger, type PlannedEvent, planCost, runs } from './privacy/ledger.ts';
import { releaseViews } from './privacy/ledgerView.ts';
import type { AccountantName, BudgetWarning, PrivacyPlan, PrivacyUnit } from './privacy/types.ts';
import {
  publicDelta,
  validateDeltaForRows,
  validateEpsilon,
  validatePositiveInteger,
} from './privacy/validate.ts';
import { cdpRho } from './privacy/zcdp.ts';
import { planProfile, type ProfilePlan } from './profile/privatePlan.ts';
import type { PrivacySettings } from './protocol.ts';
import { ruleWords } from './rules/ruleWords.ts';
import type { ChosenRule } from './rules/types.ts';
import { isSpelledByKind } from './schema/publicSchema.ts';
import type { TableSchema } from './schema/types.ts';
import type { FitOptions, PrivateSize, Synthesizer } from './synthesizers/types.ts';

/** Share of delta for the thresholds of found categories together. */
const failureShare = 0.1;
/** Calibration closes in on the budget to this share: each look costs a composition of all events. */
const tolerance = 1e-3;
/** A category that stands in less than this share of the rows is often of interest. */
const interestingShare = 0.05;

/** Everything a private run may release, and its price. */
export interface RunBudget {
  readonly events: readonly PlannedEvent[];
  readonly profile: ProfilePlan;
  /** Number of the method's first event; those of the profile come before. */
  readonly firstEvent: number;
  readonly profileShare: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
  /** By the accountant over `events`: at most what was asked for. */
  readonly epsilon: number;
  readonly accountant: AccountantName;
}

export const unitOf = ({ person }: PrivacySettings): PrivacyUnit =>
  person ? { kind: 'person', column: person.column, rowsPerPerson: person.rowsPerPerson } : { kind: 'row' };

export const rowsPerUnit = ({ person }: PrivacySettings): number => person?.rowsPerPerson ?? 1;

/** The delta of a run on a file of so many rows. Throws `bad-settings` for one that is too large for them. */
export function deltaFor({ delta }: Pick<PrivacySettings, 'delta'>, rows: number): number {
  if (delta === null) return publicDelta(rows);
  validateDeltaForRows(delta, rows);
  return delta;
}

/** Throws `bad-settings` naming the setting, its value and what is allowed. */
export function checkPrivacy(settings: PrivacySettings, schema: TableSchema, rows: number): void {
  validateEpsilon(settings.epsilon);
  deltaFor(settings, rows);
  const { person, profileShare } = settings;
  if (person) {
    validatePositiveInteger(person.rowsPerPerson, 'rows per person');
    if (!schema.columns.some(({ name }) => name === person.column)) {
      throw new HomespunError({
        code: 'bad-settings',
        message: `There is no column “${person.column}” to tell persons by.`,
        hint: 'Choose the column whose values name the person.',
        column: person.column,
      });
    }
  }
  if (profileShare !== null && !(profileShare > 0 && profileShare < 1)) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `A share of ${profileShare} of the budget for single columns is out of range.`,
      hint: 'Choose a share above 0 and below 1.',
    });
  }
}

/** Throws `bad-settings` for a method without a private form, or a budget that no noise can meet. */
export function budgetRun(
  schema: TableSchema,
  size: PrivateSize,
  synthesizer: Synthesizer,
  options: FitOptions,
  settings: PrivacySettings,
  delta: number,
): RunBudget {
  const { privacy, meta } = synthesizer;
  if (!privacy) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `“${meta.label}” has no private form.`,
      hint: 'Choose another method, or “auto”.',
    });
  }
  const share = privacy.profileShare === 1 ? 1 : (settings.profileShare ?? privacy.profileShare);
  const rho = cdpRho(settings.epsilon, delta);
  const planAt = (noise: number): { profile: ProfilePlan; events: readonly PlannedEvent[] } => {
    const part = rho / noise ** 2;
    const profile = planProfile(schema, {
      rho: part * share,
      failure: delta * failureShare,
      rowsPerUnit: size.rowsPerUnit,
      rowsArePublic: settings.person === null,
    });
    return { profile, events: [...profile.events, ...privacy.events(size, part * (1 - share), options)] };
  };
  const eventsAt = (noise: number) => planAt(noise).events.map(({ event }) => event);
  const { noise, epsilon, accountant } = calibrateNoise(
    eventsAt,
    { epsilon: settings.epsilon, delta },
    tolerance,
  );
  const { profile, events } = planAt(noise);
  const unit = unitOf(settings);
  const firstEvent = profile.events.length;
  return { events, profile, firstEvent, profileShare: share, delta, unit, epsilon, accountant };
}

/** The plan as the page shows it, on top of what the file has paid. */
export function privacyPlan(
  budget: RunBudget,
  ledger: Ledger,
  schema: TableSchema,
  rows: number,
  rules: readonly ChosenRule[],
): PrivacyPlan {
  const { events, profile, delta, unit } = budget;
  const bare = events.map(({ event }) => event);
  const { before, after } = planCost(ledger, bare, budget.epsilon, delta);
  return {
    epsilon: budget.epsilon,
    delta,
    accountant: budget.accountant,
    unit,
    profileShare: budget.profileShare,
    releases: releaseViews(
      events,
      events.map(() => 0),
    ),
    before,
    after,
    earlierRuns: runs(ledger).length,
    warnings: budgetWarnings(profile, schema, rows),
    countNoise: profile.countNoise,
    leastRows: profile.leastRows,
    publicFacts: publicFacts(schema, unit, rules),
    outside: outsideFacts,
  };
}

/** What the budget cannot carry, with what to do about it. */
export function budgetWarnings(profile: ProfilePlan, schema: TableSchema, rows: number): BudgetWarning[] {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  const kindOf = (kind: string): string[] =>
    learned.filter((_, c) => profile.measuring[c] === kind).map(({ name }) => name);
  const open = kindOf('open');
  const staged = kindOf('staged');
  const { leastRows, countNoise } = profile;
  const warnings: BudgetWarning[] = [];
  const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
  if (leastRows !== null && leastRows >= rows) {
    warnings.push({
      severity: 'blocking',
      message: `With this budget a category has to stand in ${whole(leastRows)} rows to be found, and there are ${whole(rows)}: every category would be lost.`,
      hint: 'In Columns, declare the categories of these columns (declared ones cost nothing), merge or drop columns, or raise epsilon.',
      columns: open,
    });
  } else if (leastRows !== null && leastRows > rows * interestingShare) {
    warnings.push({
      severity: 'warning',
      message: `A category has to stand in about ${whole(leastRows)} of ${whole(rows)} rows to be found; rarer ones become “(other)”.`,
      hint: 'Declare the categories that matter: declared ones are kept however rare they are.',
      columns: open,
    });
  }
  if (staged.length > 0 && 8 * countNoise > rows) {
    warnings.push({
      severity: 'blocking',
      message: `The noise on counts, ±${whole(countNoise)} rows, hides where the values of number and date columns lie among ${whole(rows)} rows.`,
      hint: 'Use fewer columns, or raise epsilon. Few declared values (such as whole numbers in narrow bounds) need less.',
      columns: staged,
    });
  } else if (countNoise > rows * interestingShare) {
    warnings.push({
      severity: 'warning',
      message: `Counts carry noise of about ±${whole(countNoise)} rows beside ${whole(rows)} rows: little will be right but the commonest values.`,
      hint: 'Use fewer columns, or raise epsilon.',
      columns: learned.map(({ name }) => name),
    });
  }
  return warnings;
}

const listed = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/** What the guarantee takes as known to everybody. */
export function publicFacts(schema: TableSchema, unit: PrivacyUnit, rules: readonly ChosenRule[]): string[] {
  const known = schema.columns.filter(
    ({ domain, treatment }) => domain === 'declared' && treatment !== 'drop',
  );
  const words = known.filter(isSpelledByKind);
  const declared = known.filter((column) => !isSpelledByKind(column));
  return [
    unit.kind === 'row'
      ? 'the number of rows of the file, and of those held out'
      : 'the number of persons, and the order of magnitude of the number of rows',
    'names, order, kinds and roles of the columns, and how they are written (number format, decimals, date pattern and step, missing tokens, format of identifiers, delimiter, encoding)',
    ...(words.length > 0
      ? [`the two words of the yes-or-no columns ${listed(words.map(({ name }) => name))}`]
      : []),
    ...(declared.length > 0
      ? [`the declared bounds and categories of ${listed(declared.map(({ name }) => name))}`]
      : []),
    ...rules.map(({ rule }) => `the rule, declared and taken as public, that ${ruleWords(rule)}`),
    'the method and its settings',
  ];
}

/** What reads real rows without noise: shown to the owner, and left out of what is exported. */
export const outsideFacts: readonly string[] = [
  'the exact scorecard, and the picture of a column while training: for the owner’s eyes',
  'what the Columns step shows of the file',
];
