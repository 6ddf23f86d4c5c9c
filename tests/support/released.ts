import { defaultTargets } from '../../src/app/settings.ts';
import { type EnginePrivacy, HomespunEngine } from '../../workers/engine.ts';
import type { Result } from '../../workers/errors.ts';
import type { Job, Progress, TableSchema } from '../../workers/protocol.ts';
import { knownPrivacy } from './privacy.ts';

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

/** What a private run lets out, each as text. */
export type Released = Readonly<Record<string, string>>;

export interface ReleaseRequest {
  readonly csv: string;
  readonly job: Job;
  /** The schema to confirm, from the one that was proposed. */
  readonly confirm: (proposed: TableSchema) => TableSchema;
  readonly mechanisms: EnginePrivacy['mechanisms'];
}

export const privateJob: Job = {
  method: 'independent',
  privacy: { epsilon: 20, delta: null, person: null, profileShare: null },
  holdout: 0.2,
  seed: 7,
  backend: 'auto',
  epochs: null,
  watch: null,
  anonymise: null,
  rules: [],
};

/** A clock that moves on by a second at every look, so that no report of progress is held back. */
const ticking = (): (() => number) => {
  let time = 0;
  return () => (time += 1000);
};

const fileOf = (csv: string): File => new File([csv], 'visits.csv');

/** The engine's proposal for a table. */
export async function proposed(csv: string): Promise<TableSchema> {
  const engine = new HomespunEngine(ticking(), knownPrivacy());
  return value(await engine.open(fileOf(csv), {}, () => undefined)).schema;
}

/** Takes a table the whole way and returns everything that leaves the owner's hands. */
export async function released({ csv, job, confirm, mechanisms }: ReleaseRequest): Promise<Released> {
  const engine = new HomespunEngine(ticking(), knownPrivacy(1, { mechanisms }));
  const progress: string[] = [];
  const see = (report: Progress): void => void progress.push(withoutTimes(report));
  const { schema } = value(await engine.open(fileOf(csv), {}, () => undefined));
  value(await engine.setSchema(confirm(schema)));
  const plan = value(await engine.plan(job));
  const fit = value(await engine.fit(job, see));
  const sampled = value(await engine.sample({ rows: 150, tables: 2, seed: 3 }, see));
  const files = [];
  for (const table of [0, 1]) files.push(value(await engine.write({ table, escapeFormulas: true }, see)));
  const texts = await Promise.all(files.map(({ blob }) => blob.text()));
  const scorecard = value(await engine.releasable());
  const model = value(await engine.saveModel());
  const wish = { scope: 'releasable', escapeFormulas: true, targets: defaultTargets } as const;
  const report = value(await engine.report(wish, see));
  const { releases, delta, epsilon, before, after, publicFacts, outside } = plan.privacy ?? {};
  return {
    plan: JSON.stringify([plan.method, plan.reason, plan.epochs, plan.backend]),
    price: JSON.stringify([releases, delta, epsilon, before, after, publicFacts, outside]),
    progress: progress.join('\n'),
    fit: JSON.stringify([fit.method, fit.reason, fit.epochs, fit.loss, fit.stopped, fit.notices]),
    schema: JSON.stringify(fit.privacy?.schema),
    scorecard: JSON.stringify(scorecard),
    firstRows: JSON.stringify([sampled.columns, sampled.firstRows]),
    fileNames: files.map(({ fileName }) => fileName).join('\n'),
    firstTable: texts[0],
    secondTable: texts[1],
    report: Object.values(report).join('\n'),
    statement: value(await engine.statement()),
    model: Buffer.from(await model.blob.arrayBuffer()).toString('base64'),
    ledger: bodiesOf(value(await engine.saveLedger())),
  };
}

const withoutTimes = ({ stage, done, message, charged, training }: Progress): string => {
  const { epoch, epochs, loss } = training ?? {};
  return JSON.stringify([stage, done, message, charged, epoch, epochs, loss]);
};

/**
 * The records of a saved ledger. The hash that names its file, and those of the chain that begins with it, are left out:
 * by the hash a ledger knows its file, which is why it stays with the owner.
 */
function bodiesOf(ledger: string): string {
  const [, ...records] = ledger.trimEnd().split('\n');
  return records.map((line) => String(JSON.parse(line).body)).join('\n');
}

/** Names of the artefacts in which two releases differ. */
export const differences = (one: Released, other: Released): string[] =>
  Object.keys(one).filter((artefact) => one[artefact] !== other[artefact]);
