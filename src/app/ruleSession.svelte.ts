import type { AnonymisePlan, ChosenRule, Result, Rule } from '../../workers/protocol.ts';
import { CompareSession } from './compareSession.svelte.ts';
import { notReady } from './sessionCore.svelte.ts';

/** What rows are to be besides what the model makes them: protected, and true to rules between columns. */
export abstract class RuleSession extends CompareSession {
  /** Takes a protection plan from JSON for this visit, where it fits the open table. */
  async loadProtection(json: string): Promise<Result<AnonymisePlan>> {
    if (this.busy) return { ok: false, error: notReady };
    await this.schemaSettled();
    const result = await this.engine.parseProtection(json);
    if (result.ok) this.update({ job: { ...this.job, anonymise: result.value } });
    return result;
  }

  /** Changes the rules that rows are to keep. */
  setRules(rules: readonly ChosenRule[]): void {
    if (this.busy) return;
    this.update({ job: { ...this.job, rules } });
    void this.refreshPlan();
  }

  /** Takes rules from JSON, as declared, beside those there are; where the open table can keep them. */
  async loadRules(json: string): Promise<Result<readonly Rule[]>> {
    if (this.busy) return { ok: false, error: notReady };
    await this.schemaSettled();
    const result = await this.engine.parseRules(json);
    this.setError('columns', result.ok ? null : result.error);
    if (!result.ok) return result;
    const declared = result.value.map((rule): ChosenRule => ({ rule, source: 'declared' }));
    const read = result.value.map((rule) => JSON.stringify(rule));
    const others = this.job.rules.filter(({ rule }) => !read.includes(JSON.stringify(rule)));
    this.setRules([...others, ...declared]);
    return result;
  }

  /** Looks for rules in the rows that would train; for runs without a guarantee alone. */
  async findRules(): Promise<void> {
    if (this.busy || !this.opened || this.job.privacy !== 'none') return;
    await this.schemaSettled();
    const { schema, job } = this;
    const result = await this.perform('look', '', () => this.engine.findRules(job));
    if (this.schema !== schema) return;
    this.setError('columns', result.ok ? null : result.error);
    this.update({ foundRules: result.ok ? result.value : null });
  }
}
