import type {
  Imputed,
  ImputeRequest,
  ReportFiles,
  ReportRequest,
  Result,
  SavedFile,
  Written,
} from '../../workers/protocol.ts';
import { RuleSession } from './ruleSession.svelte.ts';
import { notReady } from './sessionCore.svelte.ts';

/** Files that come of a run: tables, the model, reports, and other files whose gaps are filled. */
export abstract class ExportSession extends RuleSession {
  /** One of the tables (0-based) as a file. */
  async write(table: number): Promise<Result<Written>> {
    if (this.busy || !this.sampled) return { ok: false, error: notReady };
    this.setError('export', null);
    const { escapeFormulas } = this.settings;
    const result = await this.perform('write', '', (report) =>
      this.engine.write({ table, escapeFormulas }, report),
    );
    if (!result.ok) this.fail('export', result.error);
    return result;
  }

  /** The model in hand as a file. */
  async saveModel(): Promise<Result<SavedFile>> {
    return this.busy || !this.fit || this.stale ? { ok: false, error: notReady } : this.engine.saveModel();
  }

  /** A report on the first table; `exact` has figures of real rows, outside any guarantee. */
  async report(scope: ReportRequest['scope']): Promise<Result<ReportFiles>> {
    if (this.busy || !this.sampled) return { ok: false, error: notReady };
    this.setError('scorecard', null);
    const { escapeFormulas, targets } = this.settings;
    const result = await this.perform('write', '', (report) =>
      this.engine.report({ scope, escapeFormulas, targets }, report),
    );
    if (!result.ok) this.fail('scorecard', result.error);
    return result;
  }

  /** Whether the model in hand can fill gaps. */
  get fillsGaps(): boolean {
    return this.fit?.method === 'autoregressive' && this.stale === null;
  }

  /** Fills the gaps of a file; what was filled before is forgotten. */
  async fillGaps(file: File, request: Partial<ImputeRequest> = {}): Promise<Result<Imputed>> {
    if (this.busy || !this.fit || this.stale) return { ok: false, error: notReady };
    this.setError('export', null);
    this.update({ imputed: null });
    const { escapeFormulas } = this.settings;
    const wish = { seed: this.job.seed, escapeFormulas, ...request };
    const result = await this.perform('fill', file.name, (report) => this.engine.impute(file, wish, report));
    if (result.ok) this.update({ imputed: result.value });
    else this.fail('export', result.error);
    return result;
  }
}
