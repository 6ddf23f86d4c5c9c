import type { EngineLink } from '../../../src/app/engineLink.ts';
import type { EngineError } from '../../../workers/protocol.ts';
import { FakeEngine } from './fakeEngine.ts';

/** Starts fake engines and keeps them, so that a test can look at each and make the running one crash. */
export class FakeWorkers {
  readonly engines: FakeEngine[] = [];
  readonly #prepare: (engine: FakeEngine) => void;
  crash: (error: EngineError) => void = () => undefined;

  constructor(prepare: (engine: FakeEngine) => void = () => undefined) {
    this.#prepare = prepare;
  }

  readonly start = (): EngineLink => {
    const engine = new FakeEngine();
    this.#prepare(engine);
    this.engines.push(engine);
    let end: (reason: EngineError) => void = () => undefined;
    const ended = new Promise<EngineError>((resolve) => (end = resolve));
    this.crash = end;
    return { engine, ended, end, callable: (onProgress) => onProgress };
  };
}

export const csv = (name = 'small.csv', rows = 12): File => {
  const lines = Array.from(
    { length: rows },
    (_, row) => `${String(row)},${row % 3 ? 'yes' : 'no'},${String(row * 2)}`,
  );
  return new File([`id,answer,amount\n${lines.join('\n')}\n`], name);
};
