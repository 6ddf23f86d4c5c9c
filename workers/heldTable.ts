/** The open table: what is asked of it before a run, and the run that was made of it last. */
import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { checkFormulas, checkJob, need, refuseSearch } from './checkJob.ts';
import { guaranteeOf, privacyReport } from './guarantee.ts';
import type { ModelGuarantee } from './modelFile/modelFile.ts';
import { fitModel, planJob, prepare, protect } from './pipeline.ts';
import { LedgerBook, type LedgerStore } from './privacy/ledgerBook.ts';
import { publicDelta } from './privacy/validate.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { deltaFor } from './privatePlan.ts';
import type {
  ColumnKind,
  ColumnSchema,
  DomainFormula,
  FitReport,
  FoundRules,
  Job,
  LedgerView,
  Opened,
  Plan,
  PrivacyReport,
  Rule,
  SchemaReport,
  TableSchema,
} from './protocol.ts';
import { seededRng } from './random/rng.ts';
import { firstTexts, type RowSource } from './rowSource.ts';
import { checkRules } from './rules/checkRules.ts';
import { findRules } from './rules/findRules.ts';
import { parseRules } from './rules/parseRules.ts';
import { parseSchema } from './schema/parseSchema.ts';
import { retype } from './schema/retype.ts';
import { validateSchema } from './schema/validateSchema.ts';
import { viewsOf } from './schema/views.ts';
import type { FinishedRun, OpenTable, StageContext } from './stageTypes.ts';
import type { SweepSource } from './sweep.ts';
import { cellText } from './table/cellText.ts';

/** A table with its ledger, its schema as confirmed so far, and its last run. */
export class HeldTable {
  readonly #name: string;
  readonly #open: OpenTable;
  readonly #book: LedgerBook;
  #schema: TableSchema;
  #run: FinishedRun | undefined;
  #watched: string | null = null;

  constructor(name: string, open: OpenTable, store: LedgerStore) {
    this.#name = name;
    this.#open = open;
    this.#book = new LedgerBook(open.raw.sha256, store);
    this.#schema = open.schema;
  }

  async opened(): Promise<Omit<Opened, 'seconds'>> {
    const { raw, schema } = this.#open;
    const columns = raw.columns.map((column) => ({ text: (row: number) => cellText(column, row) }));
    return {
      fileName: this.#name,
      bytes: raw.bytes,
      sha256: raw.sha256,
      rows: raw.rows,
      dialect: raw.dialect,
      notices: raw.notices,
      schema,
      views: viewsOf(raw, schema),
      firstRows: firstTexts(columns, raw.rows),
      ledger: await this.#book.view(publicDelta(raw.rows)),
    };
  }

  /** Drops the run: it was made by another schema. */
  setSchema(schema: TableSchema): SchemaReport {
    const notices = validateSchema(schema, this.#open.raw);
    this.dropRun();
    this.#schema = schema;
    return { schema, views: viewsOf(this.#open.raw, schema), notices };
  }

  retype(column: string, kind: ColumnKind): ColumnSchema {
    return retype(this.#open.raw, column, kind);
  }

  parseSchema(json: string): TableSchema {
    return parseSchema(json, this.#open.raw);
  }

  parseProtection(json: string): AnonymisePlan {
    const plan = parsePlan(json);
    checkPlan(plan, this.#schema, null);
    return plan;
  }

  parseRules(json: string): readonly Rule[] {
    const rules = parseRules(json);
    const declared = rules.map((rule) => ({ rule, source: 'declared' as const }));
    checkRules(declared, this.#schema, false);
    return rules;
  }

  findRules(job: Job): FoundRules {
    refuseSearch(job);
    const { train, schema } = prepare(this.#open.raw, this.#schema, job);
    return findRules(train, schema, seededRng(job.seed).fork('rules'));
  }

  checkFormulas(formulas: readonly DomainFormula[], plan: AnonymisePlan | null): void {
    checkFormulas(formulas, plan, this.#schema);
  }

  plan(job: Job): Promise<Plan> {
    this.check(job);
    return planJob({ raw: this.#open.raw, schema: this.#schema }, job, this.#book);
  }

  /** Throws `bad-settings` for a job that does not fit. */
  check(job: Job): void {
    checkJob(job, this.#schema);
  }

  /** Fits a model in place of the one before. `job` was checked. */
  async fit(job: Job, means: PrivacyMeans, context: StageContext): Promise<FitReport> {
    this.dropRun();
    this.#watched = job.watch;
    const { raw } = this.#open;
    const prepared = await protect(prepare(raw, this.#schema, job), job, context);
    const watcher = { column: () => this.#watched };
    const privacy = { ...means, book: this.#book };
    const fitted = await fitModel(prepared, raw.rows, job, watcher, { ...context, privacy });
    this.#run = { job, prepared, fitted };
    return {
      method: fitted.method,
      reason: fitted.reason,
      backend: fitted.backend,
      trainRows: prepared.train.rows,
      holdoutRows: prepared.holdout.rows,
      epochs: fitted.epochs,
      loss: fitted.loss,
      stopped: fitted.stopped,
      seconds: fitted.seconds,
      notices: [...prepared.notices.map((notice) => notice.message), ...fitted.notices],
      privacy: await this.privacyReport(),
      anonymised: prepared.report,
    };
  }

  watch(column: string): void {
    this.#watched = column;
  }

  get run(): FinishedRun | null {
    return this.#run ?? null;
  }

  dropRun(): void {
    this.#run?.fitted.model.dispose();
    this.#run = undefined;
  }

  /** The model that was fitted. */
  source(): RowSource {
    const { fitted, job } = this.#finished();
    const { model, profile, schema, rules } = fitted;
    return { name: this.#name, model, profile, schema, plan: job.anonymise, rules };
  }

  /** For curves over epsilon. `made`: the rows in hand, to stand in for the file's. */
  sweepSource(made: SweepSource['made']): SweepSource {
    return { raw: this.#open.raw, schema: this.#schema, book: this.#book, made };
  }

  privacyReport(): Promise<PrivacyReport | null> {
    return privacyReport(this.#finished().fitted, this.#book);
  }

  /** What the model guarantees, by the ledger as it stands now. */
  guarantee(): Promise<ModelGuarantee | null> {
    const { fitted, job } = this.#finished();
    return guaranteeOf(fitted, this.#schema, job.rules, this.#book);
  }

  ledger(delta: number | null): Promise<LedgerView> {
    return this.#book.view(deltaFor({ delta }, this.#open.raw.rows));
  }

  saveLedger(): Promise<string> {
    return this.#book.save();
  }

  async loadLedger(text: string): Promise<LedgerView> {
    await this.#book.load(text);
    return this.#book.view(publicDelta(this.#open.raw.rows));
  }

  #finished(): FinishedRun {
    return need(this.#run, 'Train a model first.');
  }
}
