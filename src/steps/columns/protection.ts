/** The protection plan as the page edits it: what fits a column, where parameters start, and what to call things. */
import type {
  AnonymisePlan,
  ColumnProtection,
  ColumnSchema,
  Generalisation,
  Job,
  KAnonymity,
  Period,
  Perturbation,
  Phase,
} from '../../../workers/protocol.ts';

interface Choice<T> {
  readonly value: T;
  readonly label: string;
}
export type Coarser = Generalisation['type'] | 'none';
export type Distortion = Perturbation['type'] | 'none';

export const phases: readonly Choice<Phase>[] = [
  { value: 'before', label: 'Before synthesis' },
  { value: 'after', label: 'After synthesis' },
];
/** With a guarantee the real rows can take little: what is done to synthetic ones is free. */
export const startingPhase = (privacy: Job['privacy']): Phase => (privacy === 'none' ? 'before' : 'after');

export const phaseHints: Readonly<Record<Phase, string>> = {
  before: 'Changes the real rows that are learned from.',
  after: 'Changes the synthetic rows.',
};

export const periods: readonly Choice<Period>[] = [
  { value: 'week', label: 'Week' },
  { value: 'month', label: 'Month' },
  { value: 'quarter', label: 'Quarter' },
  { value: 'year', label: 'Year' },
  { value: 'decade', label: 'Decade' },
];

const coarserLabels: Readonly<Record<Coarser, string>> = {
  none: 'As it is',
  bins: 'Bins of a width',
  'equal-bins': 'A number of equal bins',
  prefix: 'First characters only',
  period: 'Start of a period',
  rare: 'Rare values as “(other)”',
  remove: 'Removed',
};
const distortionLabels: Readonly<Record<Distortion, string>> = {
  none: 'Not at all',
  noise: 'Random noise',
  'rank-swap': 'Swapped with similar rows',
  pram: 'Exchanged by chance',
};

/** An action as it stands in a report. */
export const actionWords: Readonly<Record<Generalisation['type'] | Perturbation['type'], string>> = {
  remove: 'removed',
  bins: 'in bins',
  'equal-bins': 'in equal bins',
  prefix: 'first characters only',
  period: 'start of the period',
  rare: 'rare values merged',
  noise: 'random noise',
  pram: 'exchanged by chance',
  'rank-swap': 'swapped with similar rows',
};

function coarserFor({ kind, treatment, role }: ColumnSchema): Coarser[] {
  const remove: Coarser[] = role === 'target' ? [] : ['remove'];
  if (treatment !== 'learn') return ['none', ...remove];
  switch (kind) {
    case 'integer':
    case 'decimal':
      return ['none', 'bins', 'equal-bins', ...remove];
    case 'category':
      return ['none', 'prefix', 'rare', ...remove];
    case 'datetime':
      return ['none', 'period', ...remove];
    default:
      return ['none', ...remove];
  }
}

function distortionFor({ kind, treatment }: ColumnSchema): Distortion[] {
  if (treatment !== 'learn') return ['none'];
  if (kind === 'category' || kind === 'boolean') return ['none', 'pram'];
  return kind === 'integer' || kind === 'decimal' || kind === 'datetime'
    ? ['none', 'noise', 'rank-swap']
    : ['none'];
}

/** What is chosen stays in the list, also where the column was changed so that it does not fit any more. */
const choices = <T extends string>(
  fitting: readonly T[],
  chosen: T,
  labels: Readonly<Record<T, string>>,
): Choice<T>[] => [
  ...fitting.map((value) => ({ value, label: labels[value] })),
  ...(fitting.includes(chosen) ? [] : [{ value: chosen, label: `${labels[chosen]} (does not fit)` }]),
];
export const coarserChoices = (column: ColumnSchema, chosen: Coarser): Choice<Coarser>[] =>
  choices(coarserFor(column), chosen, coarserLabels);
export const distortionChoices = (column: ColumnSchema, chosen: Distortion): Choice<Distortion>[] =>
  choices(distortionFor(column), chosen, distortionLabels);

/** The largest of 1, 2 and 5 times a power of ten that cuts the range in ten bins or more; at least the step. */
export function niceWidth(range: number, step: number): number {
  const wished = Math.max(range / 10, step);
  const power = 10 ** Math.floor(Math.log10(wished));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= wished) ?? 1;
  return Math.max(step, Number((factor * power).toPrecision(1)));
}

/** A choice with parameters to start from. */
export function startingCoarser(
  type: Coarser,
  { kind, number }: ColumnSchema,
  phase: Phase,
): Generalisation | undefined {
  const { min, max, decimals } = number ?? { min: 0, max: 1, decimals: 0 };
  const step = kind === 'integer' ? 1 : 10 ** -decimals;
  switch (type) {
    case 'none':
      return undefined;
    case 'bins':
      return { type, width: niceWidth(max - min, step), origin: 0, write: 'middle', phase };
    case 'equal-bins':
      return {
        type,
        bins: Math.max(1, Math.min(10, Math.floor((max - min) / step))),
        min,
        max,
        write: 'middle',
        phase,
      };
    case 'prefix':
      return { type, characters: 2, phase };
    case 'period':
      return { type, period: 'month', phase };
    case 'rare':
      return { type, rows: 10, phase };
    case 'remove':
      return { type, phase };
  }
}

export function startingDistortion(type: Distortion, phase: Phase): Perturbation | undefined {
  switch (type) {
    case 'none':
      return undefined;
    case 'noise':
      return { type, deviation: 0.02, of: 'range', phase };
    case 'pram':
      return { type, keep: 0.9, draw: 'shares', phase };
    case 'rank-swap':
      return { type, percent: 5, phase };
  }
}

const emptyPlan: AnonymisePlan = { columns: [], kAnonymity: null };

/** A plan that does nothing is no plan. */
const planOrNull = (plan: AnonymisePlan): AnonymisePlan | null =>
  plan.columns.length === 0 && plan.kAnonymity === null ? null : plan;

export const protectionOf = (plan: AnonymisePlan | null, column: string): ColumnProtection =>
  plan?.columns.find((entry) => entry.column === column) ?? { column };

/** The plan with one column's entry in place of the one it had; an entry without an action leaves it. */
export function withColumn(plan: AnonymisePlan | null, entry: ColumnProtection): AnonymisePlan | null {
  const { columns, kAnonymity } = plan ?? emptyPlan;
  const others = columns.filter(({ column }) => column !== entry.column);
  const acts = entry.generalise !== undefined || entry.perturb !== undefined;
  return planOrNull({ columns: acts ? [...others, entry] : others, kAnonymity });
}

export const withAnonymity = (
  plan: AnonymisePlan | null,
  kAnonymity: KAnonymity | null,
): AnonymisePlan | null => planOrNull({ ...(plan ?? emptyPlan), kAnonymity });

/** Columns k-anonymity can go by: learned, and in the table by then. */
export function groupColumns(
  columns: readonly ColumnSchema[],
  plan: AnonymisePlan | null,
  phase: Phase,
): ColumnSchema[] {
  return columns.filter(({ name, treatment }) => {
    const action = protectionOf(plan, name).generalise;
    const gone = action?.type === 'remove' && (phase === 'after' || action.phase === 'before');
    return treatment === 'learn' && !gone;
  });
}

/** k-anonymity to start from: the columns that have the roles. */
export function startingAnonymity(
  columns: readonly ColumnSchema[],
  plan: AnonymisePlan | null,
  phase: Phase,
): KAnonymity {
  const named = (role: ColumnSchema['role']): string[] =>
    groupColumns(columns, plan, phase)
      .filter((column) => column.role === role)
      .map(({ name }) => name);
  const sensitive = named('sensitive');
  return {
    quasiIdentifiers: named('quasi-identifier'),
    k: 5,
    l: sensitive.length > 0 ? 2 : null,
    sensitive,
    small: 'suppress',
    phase,
  };
}

const added = (names: readonly string[], name: string, on: boolean): string[] =>
  on ? [...names.filter((other) => other !== name), name] : names.filter((other) => other !== name);

/** A column taken in among the quasi-identifiers or out of them; it cannot be sensitive too. */
export const withQuasiIdentifier = (asked: KAnonymity, name: string, on: boolean): KAnonymity =>
  diverse({
    ...asked,
    quasiIdentifiers: added(asked.quasiIdentifiers, name, on),
    sensitive: on ? added(asked.sensitive, name, false) : asked.sensitive,
  });

export const withSensitive = (asked: KAnonymity, name: string, on: boolean): KAnonymity =>
  diverse({
    ...asked,
    sensitive: added(asked.sensitive, name, on),
    quasiIdentifiers: on ? added(asked.quasiIdentifiers, name, false) : asked.quasiIdentifiers,
  });

/** l belongs to sensitive columns: it comes with the first and goes with the last. */
const diverse = (asked: KAnonymity): KAnonymity => ({
  ...asked,
  l: asked.sensitive.length === 0 ? null : (asked.l ?? 2),
});
