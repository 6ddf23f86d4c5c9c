import { untrack } from 'svelte';
import type { EngineError, Job, OnProgress, Progress, Result } from '../../workers/protocol.ts';
import type { EngineClient } from './engineClient.ts';
import { defaultPrivacy } from './privacySettings.ts';
import { defaultJob, SessionState, type StepErrors, type Task } from './sessionState.svelte.ts';
import { saveSettings, type Settings } from './settings.ts';
import { stepOf, steps, type StepId } from './steps.ts';
import { withSweep } from './sweepChoice.ts';
import { Toaster } from './toasts.svelte.ts';

export const notReady: EngineError = {
  code: 'not-ready',
  message: 'Something else is still running, or no table is open.',
  hint: 'Wait for it to finish, or stop it first.',
};

/** What every part of the session shares: the gateway, the steps, the settings, and one task at a time. */
export class SessionCore extends SessionState {
  readonly toaster = new Toaster();
  protected readonly engine: EngineClient;
  #listeners: readonly OnProgress[] = [];

  constructor(engine: EngineClient, settings: Settings) {
    super();
    this.engine = engine;
    const guarantee = defaultPrivacy(settings.epsilon);
    this.update({ settings, guarantee, job: { ...defaultJob(settings), privacy: guarantee } });
  }

  /** The gateway: the only place where state changes. Untracked, so an effect that calls it never depends on it. */
  protected update(change: Partial<SessionState>): void {
    untrack(() => Object.assign(this, change));
  }

  /** Opens a step, where it can be opened; the address follows. */
  go(step: StepId): void {
    if (!this.can(step)) return;
    this.update({ step });
    if (typeof location !== 'undefined' && stepOf(location.hash) !== step) location.hash = `#/${step}`;
  }

  /** Follows an address typed, or the back button; a step that cannot be opened yet leads to the last that can. */
  follow(hash: string): void {
    const wished = stepOf(hash) ?? 'data';
    const end = steps.findIndex((step) => step.id === wished);
    const open = steps.slice(0, end + 1).filter((step) => this.can(step.id));
    this.go(open.at(-1)?.id ?? 'data');
  }

  setSettings(change: Partial<Settings>): void {
    const settings = { ...this.settings, ...change };
    this.update({ settings });
    saveSettings(settings);
  }

  /** Calls `listener` with every word of every task until the returned function is called. */
  onProgress(listener: OnProgress): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Runs one task to its end; the page shows it meanwhile. */
  protected async perform<T>(
    kind: Task['kind'],
    subject: string,
    work: (report: OnProgress) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    this.update({ task: { kind, subject, paused: false, stopping: null }, progress: null });
    let over = false;
    try {
      return await work((progress) => {
        // The last word may come after the result.
        if (!over) this.#hear(progress);
      });
    } finally {
      over = true;
      this.update({ task: null });
    }
  }

  #hear(progress: Progress): void {
    const { training, overlay, charged, swept } = progress;
    this.update({ progress });
    if (overlay) this.update({ overlay });
    if (charged) this.update({ charged });
    if (swept) this.update({ sweeps: withSweep(this.sweeps, swept) });
    // A private run has no loss to show: it would be a figure of real rows without noise.
    if (training && Number.isFinite(training.loss) && training.epoch !== this.losses.at(-1)?.epoch) {
      this.update({ losses: [...this.losses, { epoch: training.epoch, loss: training.loss }] });
    }
    for (const listener of this.#listeners) listener(progress);
  }

  /** The settings worth remembering of a job. */
  protected remember({ method, backend, holdout, seed }: Job): void {
    this.setSettings({ method, backend, holdout, seed });
  }

  protected setError(step: keyof StepErrors, error: EngineError | null): void {
    this.update({ errors: { ...this.errors, [step]: error } });
  }

  /** Shows why something ended. A stop the person asked for is not an error. */
  protected fail(step: keyof StepErrors, error: EngineError): void {
    if (error.code === 'stopped') this.toaster.show({ tone: 'info', message: error.message });
    else this.setError(step, error);
  }
}
