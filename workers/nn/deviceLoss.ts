import { backend } from '@tensorflow/tfjs-core';
import { HomespunError } from '../errors.ts';

/** Watches the device behind the active backend; WebAssembly and plain JavaScript have none to lose. */
export class DeviceWatch {
  #lost = false;
  /** Settles only when the device is gone. */
  readonly lost: Promise<void>;

  constructor() {
    this.lost = deviceLost().then(() => {
      this.#lost = true;
    });
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** The result of `work`, or `lost` when the device goes first. Errors of a device that is gone count as loss. */
  async guard<T>(work: () => T | Promise<T>): Promise<{ value: T } | 'lost'> {
    const running = (async () => ({ value: await work() }))();
    try {
      return await Promise.race([running, this.lost.then((): 'lost' => 'lost')]);
    } catch (cause) {
      if (!(cause instanceof HomespunError) && (await this.#settledLoss())) return 'lost';
      throw cause;
    } finally {
      // When the loss came first, what the work says later is of no interest.
      running.catch(() => undefined);
    }
  }

  /** Whether the device is gone, once the browser has had a turn to say so: errors come before the news. */
  async #settledLoss(): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return this.#lost;
  }
}

/** What the person is told when training goes on elsewhere. */
export const deviceLossNotice = (step: number, backendName = 'the same engine'): string =>
  `The graphics processor went away; training went on from step ${step} on ${backendName}.`;

function deviceLost(): Promise<unknown> {
  const active = backend();
  if ('device' in active && typeof GPUDevice !== 'undefined' && active.device instanceof GPUDevice) {
    return active.device.lost;
  }
  return contextLost(active);
}

/** WebGL says it by an event of its canvas. */
const contextLost = (active: object): Promise<unknown> =>
  new Promise((resolve) => {
    if (!('gpgpu' in active) || typeof WebGL2RenderingContext === 'undefined') return;
    const { gpgpu } = active;
    if (typeof gpgpu !== 'object' || gpgpu === null || !('gl' in gpgpu)) return;
    const { gl } = gpgpu;
    if (!(gl instanceof WebGL2RenderingContext)) return;
    if (gl.isContextLost()) resolve(undefined);
    if (!('canvas' in gl) || !(gl.canvas instanceof EventTarget)) return;
    gl.canvas.addEventListener('webglcontextlost', resolve, { once: true });
  });
