import { activeBackend, replaceBackend } from './chooseBackend.ts';
import { DeviceWatch } from './deviceLoss.ts';

/** Something kept on the device between uses. It is put there when it is first used, and again after a loss. */
export class Resident<T extends { dispose(): void }> {
  readonly #load: () => T;
  readonly #survives: boolean;
  #on: { readonly value: T; readonly watch: DeviceWatch } | undefined;

  /** `survives`: change the backend when the device is lost, instead of failing; for use outside training only. */
  constructor(load: () => T, survives: boolean) {
    this.#load = load;
    this.#survives = survives;
  }

  /** Works with what is on the device; from the start again on the next backend when the device is lost on the way. */
  async use<R>(work: (value: T) => Promise<R>): Promise<R> {
    for (;;) {
      const { value, watch } = (this.#on ??= { value: this.#load(), watch: new DeviceWatch() });
      if (!this.#survives) return work(value);
      const outcome = await watch.guard(() => work(value));
      if (outcome !== 'lost') return outcome.value;
      const lost = activeBackend();
      this.dispose();
      if (lost) await replaceBackend(lost);
    }
  }

  /** Frees it; a later use puts it on the device again. */
  dispose(): void {
    this.#on?.value.dispose();
    this.#on = undefined;
  }
}
