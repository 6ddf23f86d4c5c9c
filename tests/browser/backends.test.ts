/**
 * One suite for all backends, in a real module worker of a real browser. Graphics are drawn in software here, so this
 * shows that the numbers are right, not that they come fast.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedLosses } from '../../workers/nn/selfTest.ts';
import type { BackendId } from '../../workers/protocol.ts';
import type { LossyFit } from './lossyFits.ts';
import type { LongRun } from './longRuns.ts';
import type { Answer, Ask, Check } from './tensor.worker.ts';

const backends: readonly BackendId[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

/** One worker a backend: its shaders are compiled once, which takes longest where graphics are drawn in software. */
class Bench {
  readonly #worker = new Worker(new URL('./tensor.worker.ts', import.meta.url), { type: 'module' });

  ask(check: Check, backend: BackendId, onProgress?: () => void): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === 'progress') onProgress?.();
        else if (data.kind === 'done') resolve(data.found);
        else reject(new Error(`${data.code}: ${data.message}`));
      };
      this.#worker.onerror = (event) => reject(new Error(event.message));
      this.#worker.postMessage({ check, backend } satisfies Ask);
    });
  }

  stop(): void {
    this.#worker.postMessage({ stop: true } satisfies Ask);
  }

  close(): void {
    this.#worker.terminate();
  }
}

const lossyFits: readonly LossyFit[] = ['plain autoregressive', 'plain gan', 'private autoregressive'];

const seenLosses = new Map<BackendId, number[]>();

describe.each(backends)('%s', (backend) => {
  let bench: Bench;
  beforeAll(() => {
    bench = new Bench();
  });
  afterAll(() => bench.close());

  it('computes every operation as plain loops do', async () => {
    const { errors } = await bench.ask('operations', backend);
    expect(Object.keys(Object(errors)).length).toBeGreaterThan(20);
    for (const [name, error] of Object.entries(Object(errors))) expect(error, name).toBeLessThan(1e-4);
  });

  it('computes layers of odd shapes, blocks, sums and steps as plain loops do, and leaves no tensor', async () => {
    const { errors } = await bench.ask('layers', backend);
    expect(Object.keys(Object(errors)).length).toBeGreaterThan(50);
    for (const [name, error] of Object.entries(Object(errors))) expect(error, name).toBeLessThan(1e-4);
  }, 300_000);

  it('trains to the same losses as double precision, to 4 digits', async () => {
    const { losses } = await bench.ask('losses', backend);
    const seen: number[] = Array.from(Object(losses));
    expect(seen).toHaveLength(20);
    expectedLosses.forEach((loss, step) => expect(Math.abs(seen[step] / loss - 1)).toBeLessThan(1e-4));
    seenLosses.set(backend, seen);
  });

  it('sums clipped gradients as plain loops do, and nothing of rows that are not finite', async () => {
    const { error, wild, left } = await bench.ask('clipped', backend);
    expect(error).toBeLessThan(1e-4);
    expect(wild).toBe(0);
    expect(left).toBe(0);
  });

  it('keeps no tensor per step and none after', async () => {
    expect(await bench.ask('leaks', backend)).toEqual({ counts: 1, left: 0 });
  });

  it('lets a run be cancelled within a second, and frees what it held', async () => {
    let askedAt = NaN;
    const found = await bench.ask('cancel', backend, () => {
      if (askedAt > 0) return;
      askedAt = performance.now();
      bench.stop();
    });
    expect(performance.now() - askedAt).toBeLessThan(1000);
    expect(found).toEqual({ code: 'stopped', left: 0 });
  });

  if (backend === 'webgpu' || backend === 'webgl') {
    it('goes on elsewhere when its device is lost, to the same result', async () => {
      const found = await bench.ask('device-loss', backend);
      expect(found).toMatchObject({ endedOn: 'wasm', notices: 1, epochs: 12, losses: 12 });
      expect(found.worst).toBeLessThan(5e-3);
    });

    it('goes on elsewhere in private training, with no step taken twice', async () => {
      const found = await bench.ask('private-device-loss', backend);
      expect(found).toMatchObject({ endedOn: 'wasm', notices: 1 });
      expect(found.worst).toBeLessThan(5e-3);
    });
  }

  if (backend === 'webgpu') {
    it.each(lossyFits)(
      'fits on elsewhere when its device is lost, to whole rows, each step paid once: %s',
      async (fit) => {
        const found = await bench.ask(fit, backend);
        expect(found).toMatchObject({ endedOn: 'wasm', notices: 1, stopped: false, rows: 40, fits: true });
        expect(found.charged).toBe(found.planned);
        expect(found.left).toBe(0);
      },
      300_000,
    );
  }
});

describe('together', () => {
  it('all four see the same losses over twenty steps, to 4 digits', () => {
    expect([...seenLosses.keys()]).toEqual(backends);
    const [first, ...others] = [...seenLosses.values()];
    for (const losses of others) {
      losses.forEach((loss, step) => expect(Math.abs(loss / first[step] - 1)).toBeLessThan(1e-4));
    }
  });

  it('a VAE on WebAssembly learns how columns go together, repeats itself, and frees all', async () => {
    const bench = new Bench();
    try {
      const { redAmongMissing, repeats, left } = await bench.ask('vae', 'wasm');
      // Were the columns independent, a quarter of the missing prices would be of red things.
      expect(redAmongMissing).toBeGreaterThan(0.6);
      expect(repeats).toBe(true);
      expect(left).toBe(0);
    } finally {
      bench.close();
    }
  });

  it('every network, plain and private, holds as much after thousands of steps as after 10', async () => {
    const benches = [new Bench(), new Bench()];
    try {
      const runs = await Promise.all([
        benches[0].ask('long-plain', 'cpu'),
        benches[1].ask('long-private', 'cpu'),
      ]);
      for (const each of runs) {
        expect(Object.keys(each)).toEqual(['vae', 'autoregressive', 'gan']);
        for (const [name, { before, early, late, after }] of Object.entries<LongRun>(Object(each))) {
          expect(late, name).toEqual(early);
          expect(after, name).toEqual(before);
        }
      }
    } finally {
      benches.forEach((bench) => bench.close());
    }
  }, 300_000);

  it('"auto" prefers WebAssembly to graphics drawn in software', async () => {
    const bench = new Bench();
    try {
      expect(await bench.ask('auto', 'wasm')).toMatchObject({ id: 'wasm', active: 'wasm' });
    } finally {
      bench.close();
    }
  });
});
