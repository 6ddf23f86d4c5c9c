/** A deep audit of the model in hand: the same fit many times over, without some of the rows, and attacked. */
import { shadowAudit } from './evaluate/privacy/shadowAudit.ts';
import type { AuditPlan, ShadowAudit, ShadowFit, ShadowSize } from './evaluate/privacy/shadowTypes.ts';
import { fitModel, fitPrivately, type Prepared } from './pipeline.ts';
import { LedgerBook, memoryStore } from './privacy/ledgerBook.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { ProgressReporter } from './progress.ts';
import type { Job, MethodId } from './protocol.ts';
import { seededRng } from './random/rng.ts';
import type { FinishedRun, Fitted, StageContext } from './stageTypes.ts';
import { takeRows } from './table/takeRows.ts';
import type { Table } from './table/types.ts';

/** Networks would take hours. */
const quickMethods: readonly MethodId[] = ['independent', 'copula', 'mst', 'aim'];
const canaries = 20;
/** With fewer rows the farthest are not far. */
const leastRows = 200;
const fewestShadows = 16;
const mostShadows = 200;
/** Time that as many shadows as possible should keep to, and that the fewest must keep to. */
const wishedSeconds = 90;
const mostSeconds = 1200;
/** Rows that a shadow model makes: more show more of it. */
const leastMade = 5_000;
const mostMade = 20_000;

const madeRows = ({ rows }: Table): number => Math.min(mostMade, Math.max(leastMade, rows));

function reasonAgainst({ prepared, fitted }: FinishedRun, seconds: number): string | null {
  if (!quickMethods.includes(fitted.method)) {
    return `It fits the model over and over: that is for quick methods (${quickMethods.join(', ')}).`;
  }
  if (prepared.train.rows < leastRows) return `It needs ${leastRows} real rows to learn from.`;
  return seconds > mostSeconds
    ? `A single fit takes long here: ${fewestShadows} of them would take ${Math.round(seconds / 60)} minutes.`
    : null;
}

/** How large a deep audit of a run would be, and how long it would take, from the time that the run took. */
export function auditPlan(run: FinishedRun): AuditPlan {
  const { train, profile } = run.fitted.seconds;
  const first = train + profile;
  // Of the first fit up to 0.3 seconds, half at most, went into code that later ones find ready; attacks come on top.
  const each = Math.max(first - 0.3, first / 2) + 0.05 + madeRows(run.prepared.train) / 200_000;
  // Even, as half of them teach the attack.
  const shadows = Math.min(mostShadows, Math.max(fewestShadows, 2 * Math.floor(wishedSeconds / each / 2)));
  const seconds = shadows * each;
  return { canaries, shadows, seconds, reason: reasonAgainst(run, seconds) };
}

/** The rows that stay, told as all: how many are out must not show in the number of rows. */
function withRows({ train, units, ...prepared }: Prepared, kept: Int32Array): Prepared {
  const unitOf = units && kept.map((row) => units.unitOf[row]);
  return {
    ...prepared,
    train: takeRows(train, kept),
    publicRows: train.rows,
    ...(units && unitOf ? { units: { unitOf, count: units.count } } : {}),
  };
}

/** Fits with the budget and the settings of the run. Their ledger is in memory: what is never released costs nothing. */
function shadowFit(
  { prepared, fitted, job }: FinishedRun,
  means: PrivacyMeans,
  context: StageContext,
): ShadowFit {
  const unseen = { column: () => null };
  const { control, now } = context;
  return async (kept, shadow) => {
    const book = new LedgerBook('0'.repeat(64), memoryStore());
    const quiet = {
      control,
      now,
      progress: new ProgressReporter(() => undefined, now),
      privacy: { ...means, book },
    };
    const its: Job = { ...job, method: fitted.method, seed: job.seed + shadow + 1, watch: null };
    const rows = withRows(prepared, kept);
    const choice = { id: fitted.method, reason: fitted.reason };
    const made: Fitted = fitted.budget
      ? await fitPrivately(rows, fitted.budget, choice, its, unseen, quiet)
      : await fitModel(rows, prepared.train.rows, its, unseen, quiet);
    try {
      const rng = seededRng(its.seed).fork('shadow rows');
      return await made.model.sample(madeRows(prepared.train), { rng, control });
    } finally {
      made.model.dispose();
    }
  };
}

/** Exact figures of real rows: the owner's only. Throws `stopped` when cancelled. */
export function deepAudit(
  run: FinishedRun,
  size: ShadowSize,
  means: PrivacyMeans,
  context: StageContext,
): Promise<ShadowAudit> {
  const { prepared, fitted, job } = run;
  const { control, progress, now } = context;
  return shadowAudit(
    {
      train: prepared.train,
      ...(prepared.units ? { unitOf: prepared.units.unitOf } : {}),
      claimed: fitted.budget ? { epsilon: fitted.budget.epsilon, delta: fitted.budget.delta } : null,
      fit: shadowFit(run, means, context),
    },
    size,
    {
      rng: seededRng(job.seed).fork('deep audit'),
      control,
      now,
      onProgress: (done, message) => progress.report('audit', done, message),
    },
  );
}
