import { permutation, type Rng } from '../../random/rng.ts';
import type { TableSchema } from '../../schema/types.ts';
import type { Pace } from '../pace.ts';
import { scored, subsample } from '../samples.ts';
import { simultaneousZ } from '../statistics/normal.ts';
import { cut, placed, type AttackCaps, type AttackRows } from './attackRows.ts';
import { classifierAttack } from './classifierAttack.ts';
import { equalShares, nearness, type Copying } from './copying.ts';
import { attributeInference, type InferenceRisks } from './inference.ts';
import { linkability, type Halves } from './linkability.ts';
import { attackResults, distanceAttacks, type Attack, type AttackResult } from './membership.ts';
import { quasiIdentifiers, reidentification, type Reidentification } from './reidentification.ts';
import type { AttackRates } from './risk.ts';
import { jointQueries, singleQueries, singlingOut, tableIndex } from './singlingOut.ts';

/** What every attack needs. */
export interface AttackContext {
  readonly rows: AttackRows;
  readonly schema: TableSchema;
  readonly caps: AttackCaps;
  readonly rng: Rng;
  readonly pace: Pace;
}

export interface Membership {
  readonly attacks: readonly Attack[];
  readonly results: readonly AttackResult[];
  readonly members: number;
  readonly others: number;
  readonly reference: number;
  readonly synthetic: number;
}

/** Held-out rows are cut in two: rows to be told from members, and rows the attacker may look at. */
export async function membershipOf({ rows, caps, rng, pace }: AttackContext): Promise<Membership> {
  const { train, holdout, coder, known } = rows;
  const [others, rest] = cut(holdout, caps.targets, rng.fork('others'));
  const members = placed(train, others.rows, coder, rng.fork('members'));
  const reference = placed(rest, caps.reference, coder, rng.fork('reference'));
  const distances = await distanceAttacks(
    { members: members.rows, others: coder(others), reference: reference.rows, synthetic: known.rows },
    pace,
  );
  const classifier = await classifierAttack(
    { members: members.sample, others, reference: reference.sample, synthetic: known.sample },
    rng,
    pace,
  );
  const attacks = [...distances, classifier];
  return {
    attacks,
    results: attackResults(attacks),
    members: members.rows.count,
    others: others.rows,
    reference: reference.rows.count,
    synthetic: known.rows.count,
  };
}

export interface Inference extends InferenceRisks {
  /** The schema marks the secrets as sensitive; else every column is taken for one. */
  readonly named: boolean;
  readonly targets: number;
}

export async function inferenceOf({ rows, schema, caps, rng, pace }: AttackContext): Promise<Inference> {
  const roles = new Map(schema.columns.map(({ name, role }) => [name, role]));
  const every = rows.train.columns.map((_, c) => c);
  const sensitive = every.filter((c) => roles.get(rows.train.columns[c].name) === 'sensitive');
  const named = sensitive.length > 0;
  const limit = named ? caps.secretTargets : caps.everyColumnTargets;
  const targets = placed(rows.train, limit, rows.coder, rng.fork('targets'));
  const control = placed(rows.holdout, limit, rows.coder, rng.fork('control'));
  const secrets = named ? sensitive : every;
  const risks = await attributeInference(
    targets,
    control,
    rows.known,
    secrets,
    simultaneousZ(secrets.length),
    rng.fork('blind'),
    pace,
  );
  return { ...risks, named, targets: targets.rows.count };
}

export interface SinglingOut {
  /** By statements on one column. Null where no value stands once. */
  readonly single: AttackRates | null;
  /** By statements on three columns. */
  readonly joint: AttackRates | null;
}

const jointWidth = 3;

export async function singlingOutOf({ rows, caps, rng, pace }: AttackContext): Promise<SinglingOut> {
  const [train, holdout, synthetic] = [rows.train, rows.holdout, rows.synthetic].map(tableIndex);
  await pace.breathe();
  const single = singleQueries(synthetic, caps.queries, rng.fork('single'));
  const width = Math.min(jointWidth, rows.train.columns.length);
  const joint = await jointQueries(synthetic, width, caps.queries, rng.fork('joint'), pace);
  return {
    single: single.length > 0 ? await singlingOut(single, train, holdout, 'one column', pace) : null,
    joint: joint.length > 0 ? await singlingOut(joint, train, holdout, `${width} columns`, pace) : null,
  };
}

/** Null with fewer than two columns. */
export async function linkabilityOf({ rows, caps, rng, pace }: AttackContext): Promise<AttackRates | null> {
  const width = rows.train.columns.length;
  if (width < 2) return null;
  const order = [...permutation(width, rng.fork('halves'))];
  const halves: Halves = [order.slice(0, Math.ceil(width / 2)), order.slice(Math.ceil(width / 2))];
  const targets = placed(rows.train, caps.linked, rows.coder, rng.fork('targets'));
  const control = placed(rows.holdout, caps.linked, rows.coder, rng.fork('control'));
  return linkability(targets.rows, control.rows, rows.known.rows, halves, 1, pace);
}

export const reidentificationOf = ({ rows, schema }: AttackContext): Reidentification | null => {
  const quasi = quasiIdentifiers(rows.train, schema);
  return quasi.columns.length === 0
    ? null
    : reidentification(quasi, rows.train, rows.holdout, rows.synthetic);
};

export async function copyingOf({ rows, caps, rng, pace }: AttackContext): Promise<Copying> {
  const { train, holdout, synthetic, coder } = rows;
  const alike = scored(subsample(train, holdout.rows, rng.fork('alike')));
  const [equalToTrain, equalToSomeTrain, equalToHoldout] = equalShares([train, alike, holdout], synthetic);
  await pace.breathe();
  const references = Math.min(2 * caps.reference, holdout.rows);
  return {
    ...(await nearness(
      placed(synthetic, caps.targets, coder, rng.fork('queries')).rows,
      placed(alike, references, coder, rng.fork('near train')).rows,
      placed(holdout, references, coder, rng.fork('near holdout')).rows,
      pace,
    )),
    equalToTrain,
    equalToSomeTrain,
    equalToHoldout,
  };
}
