import type {
  Assessed,
  AuditPlan,
  CardId,
  DomainFormula,
  EngineError,
  Result,
} from '../../workers/protocol.ts';
import { withCards } from './comparison.ts';
import { PrivacySession } from './privacySession.svelte.ts';

/** The figures of the scorecard that come after its first ones, and the targets they are held against. */
export abstract class AssessSession extends PrivacySession {
  /** The assessment that is running, or the last one. */
  #latest: Promise<unknown> = Promise.resolve();
  #turn = 0;

  /** Computes all figures of the scorecard, beside whatever else is done meanwhile. */
  async assess(): Promise<void> {
    if (!this.scorecard || this.stale) return;
    const turn = ++this.#turn;
    let over = false;
    // Progress comes by a way of its own, and its last word may come after the result.
    const mine = (): boolean => turn === this.#turn && !over;
    this.update({ assessing: { assessments: [], done: 0, secondsLeft: NaN } });
    const work = this.engine.assess(
      { columns: this.predicted, targets: this.settings.targets, formulas: this.formulas },
      (progress) => {
        if (!mine()) return;
        this.update({ assessing: progress });
        if (progress.assessed) this.#take(progress.assessed);
      },
    );
    this.#latest = work;
    const result = await work;
    if (!mine()) return;
    over = true;
    this.update({ assessing: null });
    if (result.ok) this.#take(result.value);
    else this.fail('scorecard', result.error);
  }

  /** Ends the assessment; what was computed stays. */
  stopAssessing(): void {
    if (this.assessing) this.engine.stopAssessing();
  }

  /** Resolves once no assessment is running. */
  async assessmentSettled(): Promise<void> {
    while (this.assessing) await this.#latest;
  }

  /** Changes what a card should reach. Its figures stay as they are. */
  async setTarget(card: CardId, bound: number): Promise<void> {
    this.setSettings({ targets: { ...this.settings.targets, [card]: bound } });
    if (!this.assessed) return;
    const turn = this.#turn;
    const result = await this.engine.retarget(this.settings.targets);
    if (result.ok && turn === this.#turn) this.#take(result.value);
  }

  /** Chooses the columns that models should predict, and assesses anew. */
  async predict(columns: readonly string[]): Promise<void> {
    this.update({ predicted: columns });
    await this.assess();
  }

  /** Adds a figure of the person's own. One that does not fit is refused, and the list stays as it was. */
  async addFormula(formula: DomainFormula): Promise<EngineError | null> {
    const before = this.formulas;
    const result = await this.#measure([...before, formula]);
    const problem = result.ok ? (result.value.details.domain?.at(-1)?.problem ?? null) : result.error;
    if (!problem) return null;
    await this.#measure(before);
    return { code: 'bad-settings', ...problem };
  }

  /** Takes other figures in place of those before. */
  async setFormulas(formulas: readonly DomainFormula[]): Promise<void> {
    const result = await this.#measure(formulas);
    if (!result.ok) this.fail('scorecard', result.error);
  }

  /** Whether the run in hand can be audited by shadow models; null where that is not known. */
  async auditPlan(): Promise<AuditPlan | null> {
    const result = await this.engine.auditPlan();
    return result.ok ? result.value : null;
  }

  /** Audits the run in hand by shadow models; can be stopped, with nothing kept. */
  async deepAudit(): Promise<void> {
    if (!this.assessed || this.busy || this.stale) return;
    const turn = this.#turn;
    const subject = this.opened?.fileName ?? '';
    const result = await this.perform('audit', subject, (report) => this.engine.deepAudit(report));
    if (!result.ok) this.fail('scorecard', result.error);
    else if (turn === this.#turn) this.#take(result.value);
  }

  /** Takes figures for the scorecards to come, after a check that they fit the open table. */
  async planFormulas(formulas: readonly DomainFormula[]): Promise<Result<true>> {
    const result = await this.engine.checkFormulas(formulas, this.job.anonymise);
    if (result.ok) this.update({ formulas });
    return result;
  }

  /** Figures of formulas alone; all others stay as they are. */
  async #measure(formulas: readonly DomainFormula[]): Promise<Result<Assessed>> {
    const turn = this.#turn;
    const result = await this.engine.measure(formulas);
    if (result.ok && turn === this.#turn) {
      this.update({ formulas });
      this.#take(result.value);
    }
    return result;
  }

  #take(assessed: Assessed): void {
    this.update({ assessed, comparison: withCards(this.comparison, assessed) });
  }

  /** Drops what was computed of a table that is gone. */
  protected forgetAssessment(): void {
    this.#turn += 1;
    this.stopAssessing();
    this.update({ assessed: null, assessing: null });
  }
}
