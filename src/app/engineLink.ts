import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { Engine, EngineError } from '../../workers/protocol.ts';

export type RunningEngine = Engine | Remote<Engine>;

/** A running engine and the two ways it can end. */
export interface EngineLink {
  readonly engine: RunningEngine;
  /** Resolves with the reason once the engine is gone. */
  readonly ended: Promise<EngineError>;
  /** Ends it at once, whatever it is doing. */
  end(reason: EngineError): void;
  /** Makes a function fit to be passed to the engine. */
  callable<T>(listener: (word: T) => void): (word: T) => void;
}

/** What is said of a worker that ended without being told to. */
export const crash: EngineError = {
  code: 'failed',
  message: 'The worker that holds your table stopped unexpectedly.',
  hint: 'Your settings and columns are kept. Try again; if it happens again, use fewer rows or another backend.',
};

/** Starts the real engine in its worker. */
export function startWorker(): EngineLink {
  const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' });
  const engine = wrap<Engine>(worker);
  let end: (reason: EngineError) => void = () => undefined;
  const ended = new Promise<EngineError>((resolve) => {
    end = (reason) => {
      engine[releaseProxy]();
      worker.terminate();
      resolve(reason);
    };
  });
  worker.onerror = (event) => {
    event.preventDefault();
    end(crash);
  };
  worker.onmessageerror = () => {
    end(crash);
  };
  return { engine, ended, end, callable: (listener) => proxy(listener) };
}
