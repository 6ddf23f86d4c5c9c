import type { ProtectedRows } from './anonymise/synthetic.ts';
import { checkTable, need } from './checkJob.ts';
import type { Assessed } from './evaluate/assessedTypes.ts';
import { scorecardFigures } from './evaluate/distances.ts';
import { HomespunError } from './errors.ts';
import type { PrivacyMeans } from './privateFit.ts';
import type { ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import {
  askedShares,
  assessmentTask,
  measureFormulas,
  runFacts,
  scoreReleased,
  scoreTable,
} from './pipeline.ts';
import type {
  AssessRequest,
  AuditPlan,
  CardTargets,
  DomainFormula,
  OnAssessed,
  PrivacyReport,
  ReportFiles,
  ReportRequest,
  WriteOptions,
  Written,
} from './protocol.ts';
import { exactReport, releasableReport } from './reporting.ts';
import {
  comparableRows,
  conditionLines,
  withNote,
  writeOne,
  type Made,
  type RowSource,
} from './rowSource.ts';
import { Scoring, type ScoringMeans } from './scoring.ts';
import { auditPlan, deepAudit } from './shadowFits.ts';
import type { FinishedRun, StageContext } from './stageTypes.ts';

/** What a report says besides the run and its rows. */
export interface ReportFacts {
  readonly privacy: PrivacyReport | null;
  readonly statement: string | null;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

type WrittenFacts = Pick<Written, 'fileName' | 'rows' | 'columns' | 'sha256'>;

/** The rows that were made last, and what is done with them: scored, written, reported on. */
export class RowsInHand {
  readonly #source: RowSource;
  readonly #made: Made;
  /** Of the model, where it was fitted to the open table: without it there are no real rows to compare with. */
  readonly #run: FinishedRun | null;
  #scorecard: Scorecard | undefined;
  #scoring: Scoring | undefined;
  /** The first table as it was written last. */
  #written: (WrittenFacts & { readonly escapeFormulas: boolean }) | undefined;

  constructor(source: RowSource, made: Made, run: FinishedRun | null) {
    this.#source = source;
    this.#made = made;
    this.#run = run;
  }

  /** Lines for the privacy statement. */
  get conditions(): readonly string[] {
    return conditionLines(this.#source, this.#made);
  }

  async score(context: StageContext): Promise<Scorecard> {
    const { prepared, job } = this.#finished();
    const rows = await comparableRows(this.#source, this.#made, context);
    this.#scorecard = withNote(await scoreTable(prepared, rows, job.seed, context), this.#made);
    return this.#scorecard;
  }

  /** All figures, after `score`, beside other work; a new assessment ends the one before. */
  assess(means: ScoringMeans, request: AssessRequest, onAssessed: OnAssessed): Promise<Assessed> {
    const run = this.#finished();
    const scorecard = this.#scored();
    this.stopAssessing();
    const { made, plain, conditions } = this.#made;
    const shares = askedShares(conditions);
    const { task, predicted } = assessmentTask(run, plain ?? made, request, shares && { made, shares });
    const facts = runFacts(run, scorecard, predicted);
    const scoring = new Scoring(means, facts, request.targets, scorecardFigures(scorecard));
    this.#scoring = scoring;
    return scoring.run(task, onAssessed);
  }

  stopAssessing(): void {
    this.#scoring?.stop();
  }

  retarget(targets: CardTargets): Assessed {
    return need(this.#scoring, 'Nothing was assessed yet.').retarget(targets);
  }

  /** Figures of the person's own, in place of those that were computed before. */
  async measure(formulas: readonly DomainFormula[], context: StageContext): Promise<Assessed> {
    const scoring = need(this.#scoring, 'Nothing was assessed yet.');
    const rows = this.#made.plain ?? this.#made.made;
    const domain = await measureFormulas(this.#finished(), rows, formulas, context);
    return scoring.renew('domain', { figures: [], details: { domain } });
  }

  auditPlan(): AuditPlan {
    return auditPlan(this.#finished());
  }

  /** Attacks many fits like the one in hand: minutes, and nothing of them is released. */
  async audit(means: PrivacyMeans, context: StageContext): Promise<Assessed> {
    const scoring = need(this.#scoring, 'Nothing was assessed yet.');
    const run = this.#finished();
    const plan = auditPlan(run);
    if (plan.reason !== null) throw new HomespunError({ code: 'bad-settings', message: plan.reason });
    return scoring.add({ shadow: await deepAudit(run, plan, means, context) });
  }

  async releasable(context: StageContext): Promise<ReleasableScorecard> {
    const { fitted, job } = this.#finished();
    const budget = need(fitted.budget, 'This model was made without differential privacy.');
    const rows = await comparableRows(this.#source, this.#made, context);
    return withNote(await scoreReleased(fitted, budget, rows.table, job, context), this.#made);
  }

  /** Rows that may stand in for the real ones at no cost. Throws `not-ready` where no guarantee covers them. */
  standIn(context: StageContext): Promise<ProtectedRows> {
    need(
      this.#finished().fitted.budget,
      'Only rows that were made under differential privacy can stand in for the real ones.',
    );
    return comparableRows(this.#source, this.#made, context);
  }

  async write(options: WriteOptions, context: StageContext): Promise<Written> {
    checkTable(options.table, this.#made.request);
    const written = await writeOne(this.#source, this.#made, options, context);
    const { fileName, rows, columns, sha256 } = written;
    const { table, escapeFormulas } = options;
    if (table === 0) this.#written = { fileName, rows, columns, sha256, escapeFormulas };
    return written;
  }

  async report(
    { scope, escapeFormulas, targets }: ReportRequest,
    facts: ReportFacts,
    context: StageContext,
  ): Promise<ReportFiles> {
    const { job, fitted } = this.#finished();
    if (this.#written?.escapeFormulas !== escapeFormulas) {
      await this.write({ table: 0, escapeFormulas }, context);
    }
    const { method, epochs, backend } = fitted;
    const output = need(this.#written, 'The table could not be written.');
    const material = { ...facts, job, request: this.#made.request, method, epochs, backend, output };
    return scope === 'exact'
      ? exactReport(material, this.#scored(), this.#scoring?.retarget(targets) ?? null, targets)
      : releasableReport(material, await this.releasable(context));
  }

  #finished(): FinishedRun {
    return need(this.#run ?? undefined, 'Train a model first.');
  }

  #scored(): Scorecard {
    return need(this.#scorecard, 'Score the synthetic rows first.');
  }
}
