import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { Result } from './errors.ts';
import type { AssessmentId, AssessmentOutcome } from './evaluate/assessedTypes.ts';
import type { OnScored, Scorer, ScorerTask } from './scorer.ts';

interface Thread {
  readonly scorer: Remote<Scorer>;
  /** Resolves once the thread is gone. */
  readonly gone: Promise<Result<never>>;
  readonly close: (reason: Result<never>) => void;
}

const crashed: Result<never> = {
  ok: false,
  error: {
    code: 'failed',
    message: 'The thread that computed this stopped unexpectedly, perhaps out of memory.',
  },
};
const stopped: Result<never> = {
  ok: false,
  error: { code: 'stopped', message: 'The assessment was stopped.' },
};

function startThread(): Thread {
  const worker = new Worker(new URL('./scorer.worker.ts', import.meta.url), { type: 'module' });
  const scorer = wrap<Scorer>(worker);
  let close: Thread['close'] = () => undefined;
  const gone = new Promise<Result<never>>((resolve) => {
    close = (reason) => {
      scorer[releaseProxy]();
      worker.terminate();
      resolve(reason);
    };
  });
  worker.onerror = (event) => {
    event.preventDefault();
    close(crashed);
  };
  worker.onmessageerror = () => {
    close(crashed);
  };
  return { scorer, gone, close };
}

/** A scorer in a thread of its own. One that crashes fails its assessment, and the next begins in a fresh thread. */
export class WorkerScorer implements Scorer {
  #task: ScorerTask | null = null;
  #thread: Thread | null = null;

  async take(task: ScorerTask): Promise<void> {
    this.#task = task;
  }

  async assess(id: AssessmentId, onProgress: OnScored): Promise<Result<AssessmentOutcome>> {
    const thread = (this.#thread ??= await this.#begin());
    const work = thread.scorer.assess(id, proxy(onProgress));
    const result = await Promise.race([work, thread.gone]);
    if (result === crashed) this.#thread = null;
    return result;
  }

  end(): void {
    this.#task = null;
    this.#thread?.close(stopped);
    this.#thread = null;
  }

  async #begin(): Promise<Thread> {
    const thread = startThread();
    const task = this.#task;
    if (task) await Promise.race([thread.scorer.take(task), thread.gone]);
    return thread;
  }
}
