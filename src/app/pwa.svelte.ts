import { registerSW } from 'virtual:pwa-register';

/** Fired by Chromium when the app may be installed; not in the DOM types. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<void>;
}

const isInstallPrompt = (event: Event): event is InstallPromptEvent => 'prompt' in event;

/** Offline readiness, updates and installing. An update waits until the person takes it; nothing reloads by itself. */
export class Pwa {
  offlineReady = $state(false);
  updateWaiting = $state(false);
  #prompt = $state.raw<InstallPromptEvent | null>(null);
  #takeOver: () => Promise<void> = () => Promise.resolve();

  get installable(): boolean {
    return this.#prompt !== null;
  }

  /** Registers the service worker (a build only) and listens for the browser's offer to install. Returns the undo. */
  start(): () => void {
    this.offlineReady = navigator.serviceWorker?.controller != null;
    this.#takeOver = registerSW({
      onNeedRefresh: () => (this.updateWaiting = true),
      onOfflineReady: () => (this.offlineReady = true),
      // Another tab took the update: this one is told, and reloads when its person says so.
      onNeedReload: () => (this.updateWaiting = true),
    });
    const offer = (event: Event): void => {
      if (!isInstallPrompt(event)) return;
      event.preventDefault();
      this.#prompt = event;
    };
    const installed = (): void => {
      this.#prompt = null;
    };
    addEventListener('beforeinstallprompt', offer);
    addEventListener('appinstalled', installed);
    return () => {
      removeEventListener('beforeinstallprompt', offer);
      removeEventListener('appinstalled', installed);
    };
  }

  /** Reloads into the waiting version. The caller makes sure that nothing runs. */
  async update(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration();
    const waiting = registration?.waiting;
    if (!waiting) {
      location.reload();
      return;
    }
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload();
    });
    await this.#takeOver();
  }

  async install(): Promise<void> {
    await this.#prompt?.prompt();
    this.#prompt = null;
  }
}
