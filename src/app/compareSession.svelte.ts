import type { Job, Result, Sweep, SweepRequest } from '../../workers/protocol.ts';
import { AssessSession } from './assessSession.svelte.ts';
import { changed, entered, without } from './comparison.ts';
import { sampleFile } from './sampleFile.ts';
import { notReady } from './sessionCore.svelte.ts';
import { defaultSettings } from './settings.ts';
import { publicTableOf, withSweep, type SweepChoice } from './sweepChoice.ts';

/** Runs side by side, and what other budgets would give. */
export abstract class CompareSession extends AssessSession {
  #sweepTurn = 0;

  /** Changes the job for this visit only. */
  abstract overrideJob(change: Partial<Job>): void;

  /** Enters the table that was just scored; its cards follow as they are computed. */
  protected enter(job: Job): void {
    const { fit, sampled, scorecard, schema, comparison } = this;
    if (!fit || !sampled || !scorecard || !schema) return;
    const facts = { job, fit, sampled, scorecard, schema, at: Date.now() };
    // Curves of made rows that stood in are of rows that are gone.
    const sweeps = this.sweeps.filter(({ rows }) => rows !== 'made');
    this.update({ comparison: entered(comparison, facts), sweeps });
  }

  renameRun(id: number, name: string): void {
    const trimmed = name.trim();
    if (trimmed !== '') this.update({ comparison: changed(this.comparison, id, { name: trimmed }) });
  }

  hideRun(id: number, hidden: boolean): void {
    this.update({ comparison: changed(this.comparison, id, { hidden }) });
  }

  removeRun(id: number): void {
    this.update({ comparison: without(this.comparison, id) });
  }

  /** Goes back to the settings of a run. Its rows are gone: they would have to be made again, at the price of a run. */
  takeSettings(id: number): void {
    const run = this.comparison.runs.find((one) => one.id === id);
    if (!run || this.busy) return;
    this.overrideJob(run.job);
    void this.refreshPlan();
    this.go('synthesize');
  }

  /** Synthetic rows under a guarantee, of the run in hand, are there to stand in for the real ones. */
  get canStandIn(): boolean {
    return this.fit?.privacy != null && this.sampled !== null && this.stale === null;
  }

  /** Changes the next curve. */
  setSweep(change: Partial<SweepChoice>): void {
    this.#sweepTurn += 1;
    this.update({ sweepChoice: { ...this.sweepChoice, ...change }, sweepPlan: null, sweepError: null });
    this.update({ sweepPlanning: false });
    this.settleSweep();
  }

  /**
   * Makes the choice fit what is there. A curve that costs nothing is planned at once; the price of another is worked out
   * when it is asked for, as that may take seconds.
   */
  settleSweep(): void {
    const { sweepChoice, sweepPlan, sweepPlanning } = this;
    if (this.busy) return;
    if (sweepChoice.rows === 'made' && !this.canStandIn) this.setSweep({ rows: 'file' });
    else if (sweepChoice.rows !== 'file' && !sweepPlan && !sweepPlanning) void this.planSweep();
  }

  /** Asks what the chosen curve would take and cost; the latest question wins. */
  async planSweep(): Promise<void> {
    if (!this.opened || this.busy) return;
    const turn = ++this.#sweepTurn;
    this.update({ sweepPlan: null, sweepError: null, sweepPlanning: true });
    await this.schemaSettled();
    const request = await this.#sweepRequest();
    const result = request.ok ? await this.engine.planSweep(request.value) : request;
    if (turn !== this.#sweepTurn) return;
    this.update({
      sweepPlanning: false,
      sweepPlan: result.ok ? result.value : null,
      sweepError: result.ok ? null : result.error,
    });
  }

  /**
   * Tries the chosen budgets in turn; the curve grows meanwhile. The run in hand stays. Resolves with the curve as well as
   * showing it.
   */
  async sweep(): Promise<Result<Sweep>> {
    const request = await this.#sweepRequest();
    if (!this.opened || this.busy) return { ok: false, error: notReady };
    if (!request.ok) {
      this.update({ sweepError: request.error });
      return request;
    }
    // What the file has paid changes with it: the next one is planned anew.
    this.update({ sweepPlan: null, sweepError: null });
    const wish = request.value;
    const result = await this.perform('sweep', '', (report) => this.engine.sweep(wish, report));
    if (result.ok) this.update({ sweeps: withSweep(this.sweeps, result.value) });
    else if (result.error.code === 'stopped') this.fail('scorecard', result.error);
    else this.update({ sweepError: result.error });
    if (wish.rows === 'file') {
      // Also a sweep that failed or was stopped has paid for what it released.
      await this.refreshLedger();
      void this.refreshPlan();
    }
    return result;
  }

  /** The public table as a file; null where none is asked for. */
  async #publicFile(): Promise<Result<File | null>> {
    if (this.sweepChoice.rows !== 'public') return { ok: true, value: null };
    const table = publicTableOf(this.sweepChoice, this.tableName);
    return typeof table === 'string' ? sampleFile(table) : { ok: true, value: table };
  }

  async #sweepRequest(): Promise<Result<SweepRequest>> {
    const file = await this.#publicFile();
    return file.ok ? { ok: true, value: this.#requestOf(file.value) } : file;
  }

  #requestOf(publicFile: File | null): SweepRequest {
    const { rows, method, epsilons } = this.sweepChoice;
    const { job, guarantee } = this;
    return {
      rows,
      publicFile,
      epsilons,
      job: {
        ...job,
        method,
        privacy: guarantee,
        // Scores need rows that were held out.
        holdout: job.holdout || defaultSettings.holdout,
        epochs: null,
        watch: null,
        anonymise: null,
      },
      target: this.predicted?.at(0) ?? this.assessed?.targets.at(0) ?? null,
    };
  }
}
