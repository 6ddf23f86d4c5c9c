import type { Imputed, ImputeRequest, Result } from '../../workers/protocol.ts';
import { RuleSession } from './ruleSession.svelte.ts';
import { notReady } from './sessionCore.svelte.ts';

/** Gaps of other files, filled from the model in hand. */
export abstract class GapSession extends RuleSession {
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
