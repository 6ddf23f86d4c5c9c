import type { LedgerView, Plan, PrivacySettings, Result } from '../../workers/protocol.ts';
import { ColumnSession } from './columnSession.svelte.ts';
import { notReady } from './sessionCore.svelte.ts';
import { withGuarantee, withKnownRules } from './privacySettings.ts';

/** The budget of the next run, and the record of what runs on the open file have released. */
export abstract class PrivacySession extends ColumnSession {
  /** Asks what would run; every change of the budget changes that. */
  abstract refreshPlan(): Promise<void>;

  /** Changes the budget of the next run. Going without a guarantee is for `chooseGuarantee` alone. */
  setPrivacy(change: Partial<PrivacySettings>): void {
    const guarantee = { ...this.guarantee, ...change };
    this.update({ guarantee, job: withGuarantee(this.job, guarantee) });
    if (change.person !== undefined) this.update({ unitChosen: true });
    if (change.epsilon !== undefined) this.setSettings({ epsilon: change.epsilon });
    if (change.delta !== undefined) void this.refreshLedger();
    void this.refreshPlan();
  }

  /** With a guarantee, or without: for the open file only, and forgotten with it. */
  chooseGuarantee(wanted: boolean): void {
    const { rules } = this.job;
    this.update({ job: withKnownRules({ ...this.job, privacy: wanted ? this.guarantee : 'none' }) });
    if (this.job.rules.length < rules.length) {
      const message =
        'Rules that come from the rows are left out: a run with a guarantee keeps declared ones.';
      this.toaster.show({ tone: 'info', message });
    }
    void this.refreshPlan();
  }

  /** Reads again what the open file has paid. */
  async refreshLedger(): Promise<void> {
    const file = this.opened;
    if (!file) return;
    const result = await this.engine.ledger(this.guarantee.delta);
    if (result.ok && this.opened === file) this.update({ ledger: result.value });
  }

  /** The ledger as the text of a file. */
  async saveLedger(): Promise<Result<string>> {
    return this.opened ? this.engine.saveLedger() : { ok: false, error: notReady };
  }

  /** Takes a ledger saved earlier for the open file. */
  async loadLedger(text: string): Promise<Result<LedgerView>> {
    if (!this.opened || this.busy) return { ok: false, error: notReady };
    const result = await this.engine.loadLedger(text);
    if (!result.ok) return result;
    this.update({ ledger: result.value });
    await this.refreshLedger();
    void this.refreshPlan();
    return result;
  }

  /** What the private table in hand guarantees, as text to pass on with it. */
  async statement(): Promise<Result<string>> {
    return this.fit?.privacy ? this.engine.statement() : { ok: false, error: notReady };
  }
}

/** Whether nothing useful could come out of a plan, so that it must not be started. */
export const isBlocked = (plan: Plan | null): boolean =>
  plan?.privacy?.warnings.some(({ severity }) => severity === 'blocking') ?? false;
