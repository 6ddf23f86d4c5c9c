import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { measureAll, notAssessed, orNull, shared, type FigureRow } from '../figures.ts';
import { Pace } from '../pace.ts';
import type { ScoredTables } from '../panel.ts';
import type { ScoreContext } from '../scorecard.ts';
import { attackCaps, attackRows, type AttackCaps } from './attackRows.ts';
import * as run from './attacks.ts';
import type { Copying } from './copying.ts';
import * as measured from './privacyFigures.ts';
import type { Reidentification } from './reidentification.ts';
import type { AttackRates } from './risk.ts';
import { rocFigure, type RocFigure } from './rocCurve.ts';

/** What the attacks found, for tables and pictures; null for one that could not be run. */
export interface PrivacyDetails {
  readonly membership: readonly run.Membership['results'][number][] | null;
  /** Curves of the membership attacks. */
  readonly roc: RocFigure | null;
  readonly inference: run.Inference | null;
  readonly singlingOut: run.SinglingOut | null;
  readonly linkability: AttackRates | null;
  readonly reidentification: Reidentification | null;
  readonly copying: Copying | null;
  /** Rows looked at, at most. */
  readonly caps: AttackCaps;
}

export interface PrivacyAssessment {
  readonly figures: readonly Figure[];
  readonly details: PrivacyDetails;
}

/** With fewer held-out rows nothing can be told. */
const leastHoldout = 20;

const reasonAgainst = ({ train, holdout, synthetic }: ScoredTables): string | null => {
  if (holdout.rows === 0) return 'No rows were held out, so no attack has a control.';
  if (holdout.rows < leastHoldout) return `Only ${holdout.rows} rows were held out.`;
  return train.rows < leastHoldout || synthetic.rows === 0 ? 'There are too few rows.' : null;
};

/** Each attack, run when a figure first asks for it. */
const attacksOn = (context: () => Promise<run.AttackContext>) => {
  const attack = <T>(name: string, work: (its: run.AttackContext) => T | Promise<T>) =>
    shared(async () => {
      const its = await context();
      return work({ ...its, rng: its.rng.fork(name) });
    });
  return {
    membership: attack('membership', run.membershipOf),
    inference: attack('inference', run.inferenceOf),
    singlingOut: attack('singling out', run.singlingOutOf),
    linkability: attack('linkability', run.linkabilityOf),
    reidentification: attack('reidentification', run.reidentificationOf),
    copying: attack('copying', run.copyingOf),
  };
};
type Attacks = ReturnType<typeof attacksOn>;

const rowsOf = (
  { membership, inference, singlingOut, linkability, reidentification }: Attacks,
  claimed: measured.ClaimedBudget,
  rows: number,
): FigureRow[] => {
  const { specs } = measured;
  return [
    [specs.membership, async () => measured.membershipAuc(await membership())],
    [specs.membershipFound, async () => measured.membershipFound(await membership())],
    [specs.inference, async () => measured.inferenceRisk(await inference())],
    [specs.inferenceWorst, async () => measured.inferenceWorst(await inference())],
    [specs.singlingOut, async () => measured.singlingOutRisk((await singlingOut()).joint)],
    [specs.singlingOutSingle, async () => measured.singlingOutRisk((await singlingOut()).single)],
    [specs.linkability, async () => measured.linkabilityRisk(await linkability())],
    [specs.reidentification, async () => measured.reidentificationRisk(await reidentification(), rows)],
    [specs.epsilonAudited, async () => measured.auditedMeasured(await membership(), claimed)],
  ];
};

const nothing: Omit<PrivacyDetails, 'caps'> = {
  membership: null,
  roc: null,
  inference: null,
  singlingOut: null,
  linkability: null,
  reidentification: null,
  copying: null,
};

/**
 * Attacks the synthetic table as an outsider would, each with held-out rows as its control. A passed attack says that
 * this attack did not succeed, not that the table is anonymous.
 * @param claimed the guarantee of the run; null without differential privacy.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessPrivacy(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
  claimed: measured.ClaimedBudget = null,
  caps: AttackCaps = attackCaps,
): Promise<PrivacyAssessment> {
  const { rng, control, now } = context;
  const pace = new Pace(control, now);
  const reason = reasonAgainst(tables);
  const attackContext = shared(async () => ({
    rows: await attackRows(tables, caps, rng.fork('rows'), pace),
    schema,
    caps,
    rng,
    pace,
  }));
  const attacks = attacksOn(attackContext);
  const rows = rowsOf(attacks, claimed, tables.train.rows).map(([spec, measure]): FigureRow => [
    spec,
    () => (reason === null ? measure() : notAssessed(reason)),
  ]);
  const { epsilonClaimed } = measured.specs;
  rows.splice(-1, 0, [epsilonClaimed, () => measured.claimedMeasured(claimed, tables.train.rows)]);
  const figures = await measureAll(rows, context);
  return {
    figures,
    details: reason === null ? await detailsOf(attacks, claimed, caps) : { ...nothing, caps },
  };
}

const detailsOf = async (
  attacks: Attacks,
  claimed: measured.ClaimedBudget,
  caps: AttackCaps,
): Promise<PrivacyDetails> => {
  const membership = await orNull(attacks.membership());
  return {
    membership: membership?.results ?? null,
    roc: membership && rocFigure(membership.attacks, claimed),
    inference: await orNull(attacks.inference()),
    singlingOut: await orNull(attacks.singlingOut()),
    linkability: await orNull(attacks.linkability()),
    reidentification: await orNull(attacks.reidentification()),
    copying: await orNull(attacks.copying()),
    caps,
  };
};
