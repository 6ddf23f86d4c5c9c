import type {
  Job,
  OnProgress,
  ReadOptions,
  Result,
  RowsWanted,
  SampleRequest,
  Sampled,
  StopMode,
} from '../../workers/protocol.ts';
import { letGo, noComparison } from './comparison.ts';
import type { EngineClient } from './engineClient.ts';
import { defaultPrivacy, followPersonColumn } from './privacySettings.ts';
import { ExportSession } from './exportSession.svelte.ts';
import { sampleFile } from './sampleFile.ts';
import { notReady } from './sessionCore.svelte.ts';
import { noErrors, type Task } from './sessionState.svelte.ts';
import type { Settings } from './settings.ts';
import { defaultSweep } from './sweepChoice.ts';

/** Model files say what they are in their first bytes, whatever their name. */
const modelMark = 'HOMESPUN';

/**
 * The one owner of what the page knows and does. Views read its fields and call its methods; every change goes through
 * `update`, and every word to the engine through `EngineClient`.
 */
export class Session extends ExportSession {
  #file: File | null = null;
  #refusedFile: File | null = null;
  #planTurn = 0;
  /** The job that `plan` is of. */
  #planned: Job | null = null;
  /** The job that `fit` is of. */
  #ran: Job | null = null;

  constructor(engine: EngineClient, settings: Settings) {
    super(engine, settings);
    engine.onLost = () => {
      // A model that was opened is opened again; a model that was fitted is gone.
      if (this.model) this.#forgetRows();
      else if (this.fit) this.update({ stale: 'engine-lost' });
    };
  }

  // The table

  /** Reads a file. On failure the table opened before, if any, stays open. */
  async openFile(file: File, options: ReadOptions = {}): Promise<boolean> {
    if (this.busy) return false;
    this.setError('data', null);
    this.update({ refused: null });
    const result = await this.perform('open', file.name, (report) => this.engine.open(file, options, report));
    if (!result.ok) {
      this.#refusedFile = file;
      this.update({ refused: { name: file.name, options } });
      this.fail('data', result.error);
      return false;
    }
    this.#file = file;
    this.toaster.clear();
    const opened = result.value;
    const { schema, views, ledger } = opened;
    // A guarantee again, whatever was chosen for the file before: going without is a choice made for one file.
    const guarantee = followPersonColumn(defaultPrivacy(this.settings.epsilon), null, schema);
    const none = { epochs: null, watch: null, anonymise: null, rules: [] };
    const job: Job = { ...this.job, privacy: guarantee, ...none };
    this.update({
      model: null,
      opened,
      schema,
      views,
      guarantee,
      job,
      readOptions: options,
      errors: noErrors,
    });
    this.update({ ledger, unitChosen: false });
    this.#forgetFile();
    this.update({
      schemaNotices: [],
      undoStack: [],
      plan: null,
      predicted: null,
      formulas: [],
      foundRules: null,
    });
    this.#forgetResults();
    return true;
  }

  /** Opens a table or a model, whichever the file is. */
  async openAny(file: File): Promise<boolean> {
    if (this.busy) return false;
    const look = await this.perform('open', file.name, async () => {
      const start = await file.slice(0, modelMark.length).text();
      return { ok: true, value: start === modelMark };
    });
    return look.ok && look.value ? this.openModel(file) : this.openFile(file);
  }

  /** Opens a model in place of the table. On failure what was open before stays open. */
  async openModel(file: File): Promise<boolean> {
    if (this.busy) return false;
    this.setError('data', null);
    this.update({ refused: null });
    const { backend } = this.job;
    const result = await this.perform('open', file.name, (report) =>
      this.engine.openModel(file, backend, report),
    );
    if (!result.ok) {
      this.fail('data', result.error);
      return false;
    }
    this.#file = null;
    this.toaster.clear();
    const model = result.value;
    this.#forgetFile();
    this.#forgetResults();
    this.update({ model, opened: null, schema: model.schema, fit: model.fit, errors: noErrors });
    this.update({ views: [], schemaNotices: [], undoStack: [], plan: null, ledger: null });
    return true;
  }

  /** Reads the same file again, differently. */
  async reopen(options: ReadOptions): Promise<boolean> {
    return this.#file ? this.openFile(this.#file, options) : false;
  }

  /** Reads the file that was refused, differently. */
  async retry(options: ReadOptions): Promise<boolean> {
    return this.#refusedFile ? this.openFile(this.#refusedFile, options) : false;
  }

  /** Opens one of the tables that come with the app; `path` is relative to the page. */
  async openSample(path: string): Promise<boolean> {
    if (this.busy) return false;
    const file = await sampleFile(path);
    if (file.ok) return this.openFile(file.value);
    this.update({ refused: null });
    this.setError('data', file.error);
    return false;
  }

  // The run

  /** Changes the job; choices worth remembering are remembered. */
  setJob(change: Partial<Job>): void {
    this.overrideJob(change);
    this.remember(this.job);
    void this.refreshPlan();
  }

  /** Changes the job for this visit only. */
  overrideJob(change: Partial<Job>): void {
    const { privacy = 'none' } = change;
    if (privacy !== 'none') this.update({ guarantee: privacy });
    this.update({ job: { ...this.job, ...change } });
  }

  /** Asks what would run and how long it would take; the latest question wins. */
  async refreshPlan(): Promise<void> {
    if (!this.opened || this.busy) return;
    const turn = ++this.#planTurn;
    this.update({ planning: true });
    await this.schemaSettled();
    const { job } = this;
    const result = await this.engine.plan(job);
    if (turn !== this.#planTurn) return;
    this.update({ planning: false, plan: result.ok ? result.value : null });
    this.#planned = result.ok ? job : null;
    this.setError('synthesize', result.ok ? null : result.error);
  }

  /**
   * Learns, makes as many rows as the file has (or as asked), and scores them. All figures of the scorecard follow after
   * the run has ended, unless `assess` is false.
   */
  async run(request: Partial<SampleRequest> = {}, assess = true): Promise<Result<Sampled>> {
    const { opened, job } = this;
    if (!opened || this.busy) return { ok: false, error: notReady };
    this.#planTurn += 1;
    this.update({ planning: false });
    this.setError('synthesize', null);
    const wish = { rows: opened.rows, tables: 1, seed: job.seed, ...request };
    const result = await this.perform('run', opened.fileName, (report) => this.#stages(job, wish, report));
    // Also a run that failed or was cancelled has paid for what it released.
    await this.refreshLedger();
    if (!result.ok && result.error !== this.errors.columns) this.fail('synthesize', result.error);
    if (result.ok && assess) void this.assess();
    return result;
  }

  async #stages(job: Job, wish: SampleRequest, report: OnProgress): Promise<Result<Sampled>> {
    await this.schemaSettled();
    if (this.errors.columns) return { ok: false, error: this.errors.columns };
    this.#forgetResults();
    const unplanned = await this.#planFirst(job);
    if (unplanned) return unplanned;
    const fit = await this.engine.fit(job, report);
    if (!fit.ok) return fit;
    this.#ran = job;
    this.update({ fit: fit.value });
    this.#task({ stopping: null });
    const sampled = await this.engine.sample(wish, report);
    if (!sampled.ok) return sampled;
    this.update({ sampled: sampled.value });
    this.#task({ stopping: null });
    await this.#score(report);
    return sampled;
  }

  /** Both scorecards of the rows in hand, so far as they are there at once. */
  async #score(report: OnProgress): Promise<void> {
    const scored = await this.engine.score(report);
    this.update({ scorecard: scored.ok ? scored.value : null });
    if (!scored.ok) this.fail('scorecard', scored.error);
    else if (this.#ran) this.enter(this.#ran);
    await this.#scoreReleased();
  }

  /** What a private run will release is known, and on the page, before it starts. */
  async #planFirst(job: Job): Promise<Result<never> | null> {
    if (job.privacy === 'none' || (this.plan && this.#planned === job)) return null;
    const plan = await this.engine.plan(job);
    if (!plan.ok) return plan;
    this.update({ plan: plan.value });
    this.#planned = job;
    return null;
  }

  /** The scorecard that may be passed on, of the rows in hand. */
  async #scoreReleased(): Promise<void> {
    if (!this.fit?.privacy || !this.opened) return;
    const result = await this.engine.releasable();
    this.update({ releasable: result.ok ? result.value : null });
    if (!result.ok) this.fail('scorecard', result.error);
  }

  pause(): void {
    this.#task({ paused: true });
    this.engine.pause();
  }

  resume(): void {
    this.#task({ paused: false });
    this.engine.resume();
  }

  /** `keep` goes on with what was learned so far; `discard` cancels. */
  async stop(mode: StopMode): Promise<void> {
    if (!this.task) return;
    this.#task({ stopping: mode, paused: false });
    await this.engine.stop(mode);
  }

  /** Draws the overlay of another column while training. */
  watch(column: string): void {
    this.overrideJob({ watch: column });
    this.update({ overlay: null });
    if (this.task) this.engine.watch(column);
  }

  #task(change: Partial<Task>): void {
    if (this.task) this.update({ task: { ...this.task, ...change } });
  }

  // The result

  /** Changes what the next rows must fulfil. */
  setWanted(wanted: RowsWanted): void {
    this.update({ wanted });
  }

  /** Makes new tables from the same model; they take the place of the ones before. */
  async generateMore(request: SampleRequest): Promise<Result<Sampled>> {
    if (this.busy || !this.fit) return { ok: false, error: notReady };
    this.setError('export', null);
    const result = await this.perform('generate', '', async (report) => {
      const sampled = await this.engine.sample(request, report);
      if (!sampled.ok) return sampled;
      this.update({ sampled: sampled.value });
      // A model from a file has no real rows beside it.
      if (this.model) return sampled;
      this.forgetAssessment();
      await this.#score(report);
      return sampled;
    });
    if (!result.ok) this.fail('export', result.error);
    else if (this.scorecard && !this.assessed) void this.assess();
    return result;
  }

  /** Asks the engine about itself, once. */
  async loadInfo(): Promise<void> {
    if (this.info) return;
    const result = await this.engine.info();
    if (result.ok) this.update({ info: result.value });
  }

  /** The rows of a model that was opened went with the worker. */
  #forgetRows(): void {
    this.update({ sampled: null });
    if (this.step === 'export') this.go('data');
  }

  /** Figures of a file go with it. */
  #forgetFile(): void {
    this.update({ comparison: noComparison, sweeps: [], sweepChoice: defaultSweep });
  }

  #forgetResults(): void {
    this.update({ fit: null, sampled: null, scorecard: null, releasable: null, imputed: null });
    this.update({ losses: [], charged: [], overlay: null, stale: null, wanted: {} });
    this.update({ comparison: letGo(this.comparison), sweepPlan: null, sweepError: null });
    this.update({ sweepPlanning: false });
    this.forgetAssessment();
  }
}
