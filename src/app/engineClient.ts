import type {
  AnonymisePlan,
  Assessed,
  AssessRequest,
  AuditPlan,
  BackendChoice,
  CardTargets,
  ColumnKind,
  ColumnSchema,
  DomainFormula,
  EngineError,
  EngineInfo,
  FitReport,
  FoundRules,
  Imputed,
  ImputeRequest,
  Job,
  LedgerView,
  OnAssessed,
  OnProgress,
  Opened,
  OpenedModel,
  Plan,
  ReadOptions,
  ReleasableScorecard,
  ReportFiles,
  ReportRequest,
  Result,
  Rule,
  SampleRequest,
  Sampled,
  SavedFile,
  SchemaReport,
  Scorecard,
  StopMode,
  Sweep,
  SweepPlan,
  SweepRequest,
  TableSchema,
  WriteOptions,
  Written,
} from '../../workers/protocol.ts';
import { crash, startWorker, type EngineLink, type RunningEngine } from './engineLink.ts';

type Call<T> = (engine: RunningEngine, link: EngineLink) => Promise<Result<T>>;

const failed = (error: EngineError): Result<never> => ({ ok: false, error });
const quiet: OnProgress = () => undefined;

/**
 * The page's only way to the worker: one call at a time, errors always as data, and a worker that is lost (crashed, or
 * ended because a stop went unanswered) is started again with the same file and schema before the next call.
 */
export class EngineClient {
  readonly #start: () => EngineLink;
  readonly #graceMs: number;
  #link: EngineLink | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #pending: Promise<unknown> | null = null;
  /** Opens again what is open. */
  #reopen: ((onProgress: OnProgress) => Call<unknown>) | null = null;
  #schema: TableSchema | null = null;
  /** Whether the running engine has it open. */
  #holds = false;
  /** Called when an engine is gone, and with it the model and the sampled tables. */
  onLost: () => void = () => undefined;

  /** `graceMs`: how long a cancelled call may take to answer before its worker is ended. */
  constructor(start: () => EngineLink = startWorker, graceMs = 700) {
    this.#start = start;
    this.#graceMs = graceMs;
  }

  info(): Promise<Result<EngineInfo>> {
    return this.#queue((engine) => engine.info());
  }

  async open(file: File, options: ReadOptions, onProgress: OnProgress): Promise<Result<Opened>> {
    const opening = (report: OnProgress): Call<Opened> => {
      return (engine, link) => engine.open(file, options, link.callable(report));
    };
    const result = await this.#queueBare(opening(onProgress));
    this.#holds = result.ok;
    if (result.ok) {
      this.#reopen = opening;
      this.#schema = null;
    } else if (this.#reopen) {
      // Opening drops what was open before, also when it fails: that table is read again when next needed.
      this.onLost();
    }
    return result;
  }

  /** On failure what was open before stays open. */
  async openModel(file: File, backend: BackendChoice, onProgress: OnProgress): Promise<Result<OpenedModel>> {
    const opening = (report: OnProgress): Call<OpenedModel> => {
      return (engine, link) => engine.openModel(file, backend, link.callable(report));
    };
    const result = await this.#queueBare(opening(onProgress));
    if (result.ok) {
      this.#holds = true;
      this.#reopen = opening;
      this.#schema = null;
    }
    return result;
  }

  impute(file: File, request: ImputeRequest, onProgress: OnProgress): Promise<Result<Imputed>> {
    return this.#queue((engine, link) => engine.impute(file, request, link.callable(onProgress)), onProgress);
  }

  saveModel(): Promise<Result<SavedFile>> {
    return this.#queue((engine) => engine.saveModel());
  }

  async setSchema(schema: TableSchema): Promise<Result<SchemaReport>> {
    const result = await this.#queue((engine) => engine.setSchema(schema));
    if (result.ok) this.#schema = schema;
    return result;
  }

  retype(column: string, kind: ColumnKind): Promise<Result<ColumnSchema>> {
    return this.#queue((engine) => engine.retype(column, kind));
  }

  parseSchema(json: string): Promise<Result<TableSchema>> {
    return this.#queue((engine) => engine.parseSchema(json));
  }

  parseProtection(json: string): Promise<Result<AnonymisePlan>> {
    return this.#queue((engine) => engine.parseProtection(json));
  }

  parseRules(json: string): Promise<Result<readonly Rule[]>> {
    return this.#queue((engine) => engine.parseRules(json));
  }

  findRules(job: Job): Promise<Result<FoundRules>> {
    return this.#queue((engine) => engine.findRules(job));
  }

  plan(job: Job): Promise<Result<Plan>> {
    return this.#queue((engine) => engine.plan(job));
  }

  fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>> {
    return this.#queue((engine, link) => engine.fit(job, link.callable(onProgress)), onProgress);
  }

  sample(request: SampleRequest, onProgress: OnProgress): Promise<Result<Sampled>> {
    return this.#queue((engine, link) => engine.sample(request, link.callable(onProgress)), onProgress);
  }

  score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    return this.#queue((engine, link) => engine.score(link.callable(onProgress)), onProgress);
  }

  /** Passes the queue: it goes on in threads of its own while the engine does other things. */
  assess(request: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>> {
    return this.#aside((engine, link) => engine.assess(request, link.callable(onAssessed)));
  }
  stopAssessing(): void {
    this.#tell((engine) => engine.stopAssessing());
  }
  retarget(targets: CardTargets): Promise<Result<Assessed>> {
    return this.#aside((engine) => engine.retarget(targets));
  }

  measure(formulas: readonly DomainFormula[]): Promise<Result<Assessed>> {
    return this.#queue((engine) => engine.measure(formulas));
  }
  auditPlan(): Promise<Result<AuditPlan>> {
    return this.#queue((engine) => engine.auditPlan());
  }
  deepAudit(onProgress: OnProgress): Promise<Result<Assessed>> {
    return this.#queue((engine, link) => engine.deepAudit(link.callable(onProgress)), onProgress);
  }
  checkFormulas(formulas: readonly DomainFormula[], plan: AnonymisePlan | null): Promise<Result<true>> {
    return this.#queue((engine) => engine.checkFormulas(formulas, plan));
  }

  releasable(): Promise<Result<ReleasableScorecard>> {
    return this.#queue((engine) => engine.releasable());
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#queue((engine, link) => engine.write(options, link.callable(onProgress)), onProgress);
  }

  report(request: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>> {
    return this.#queue((engine, link) => engine.report(request, link.callable(onProgress)), onProgress);
  }

  planSweep(request: SweepRequest): Promise<Result<SweepPlan>> {
    return this.#queue((engine) => engine.planSweep(request));
  }

  sweep(request: SweepRequest, onProgress: OnProgress): Promise<Result<Sweep>> {
    return this.#queue((engine, link) => engine.sweep(request, link.callable(onProgress)), onProgress);
  }

  ledger(delta: number | null): Promise<Result<LedgerView>> {
    return this.#queue((engine) => engine.ledger(delta));
  }

  statement(): Promise<Result<string>> {
    return this.#queue((engine) => engine.statement());
  }

  saveLedger(): Promise<Result<string>> {
    return this.#queue((engine) => engine.saveLedger());
  }

  loadLedger(text: string): Promise<Result<LedgerView>> {
    return this.#queue((engine) => engine.loadLedger(text));
  }

  /** Control calls pass the queue: they are for the call that is running. */
  watch(column: string): void {
    this.#tell((engine) => engine.watch(column));
  }
  pause(): void {
    this.#tell((engine) => engine.pause());
  }
  resume(): void {
    this.#tell((engine) => engine.resume());
  }

  /**
   * Stops the running call. Keeping waits as long as it takes, since ending the worker would lose what was learned;
   * discarding ends the worker when it has not answered in time.
   */
  async stop(mode: StopMode): Promise<void> {
    const pending = this.#pending;
    const link = this.#link;
    if (!pending || !link) return;
    this.#tell((engine) => engine.stop(mode));
    if (mode === 'keep') return;
    const late = new Promise<boolean>((resolve) =>
      setTimeout(() => {
        resolve(true);
      }, this.#graceMs),
    );
    if (await Promise.race([late, pending.then(() => false)])) {
      link.end({ code: 'stopped', message: 'The run was cancelled.' });
    }
  }

  /** Ends the worker and forgets the file. */
  close(): void {
    this.#reopen = null;
    this.#schema = null;
    this.#holds = false;
    this.#link?.end({ code: 'stopped', message: 'The table was closed.' });
  }

  #tell(message: (engine: RunningEngine) => Promise<void>): void {
    // A control message that finds no one to answer it has nothing left to control.
    if (this.#link) message(this.#link.engine).catch(() => undefined);
  }

  /** Asks the running engine beside the queue; there is nothing to ask one that is gone. */
  async #aside<T>(call: Call<T>): Promise<Result<T>> {
    const link = this.#link;
    if (!link) return failed({ code: 'not-ready', message: 'The worker that made the table is gone.' });
    const work = call(link.engine, link).catch(() => failed(crash));
    return Promise.race([work, link.ended.then(failed)]);
  }

  #queue<T>(call: Call<T>, onProgress: OnProgress = quiet): Promise<Result<T>> {
    const turn = this.#turn.then(() => this.#perform(call, onProgress));
    this.#turn = turn;
    return turn;
  }

  /** For opening, which needs nothing that was there before. */
  #queueBare<T>(call: Call<T>): Promise<Result<T>> {
    const turn = this.#turn.then(() => this.#answer(call, this.#connect()));
    this.#turn = turn;
    return turn;
  }

  async #perform<T>(call: Call<T>, onProgress: OnProgress): Promise<Result<T>> {
    const lost = await this.#restore(onProgress);
    return lost ? failed(lost) : this.#answer(call, this.#connect());
  }

  #connect(): EngineLink {
    if (this.#link) return this.#link;
    const link = this.#start();
    this.#link = link;
    void link.ended.then(() => {
      if (this.#link !== link) return;
      this.#link = null;
      this.#holds = false;
      this.onLost();
    });
    return link;
  }

  async #answer<T>(call: Call<T>, link: EngineLink): Promise<Result<T>> {
    const work = call(link.engine, link).catch((cause: unknown) =>
      failed({ ...crash, message: cause instanceof Error ? cause.message : crash.message }),
    );
    const pending = Promise.race([work, link.ended.then(failed)]);
    this.#pending = pending;
    const result = await pending;
    if (this.#pending === pending) this.#pending = null;
    return result;
  }

  /** Gives a fresh engine the file and schema the lost one had. Returns the error where that fails. */
  async #restore(onProgress: OnProgress): Promise<EngineError | null> {
    const reopen = this.#reopen;
    if (this.#holds || !reopen) return null;
    const link = this.#connect();
    const opened = await this.#answer(reopen(onProgress), link);
    if (!opened.ok) return opened.error;
    this.#holds = true;
    const schema = this.#schema;
    if (!schema) return null;
    const taken = await this.#answer((engine) => engine.setSchema(schema), link);
    return taken.ok ? null : taken.error;
  }
}
