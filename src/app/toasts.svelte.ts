export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'good' | 'bad';
  readonly message: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a toast without an action stays, in milliseconds; with an action it stays twice as long. */
const lifeMs = 6000;

/** Short messages at the edge of the page. Never the only place where an error is shown. */
export class Toaster {
  items = $state.raw<readonly Toast[]>([]);
  #next = 1;
  #timers: readonly { readonly id: number; readonly timer: ReturnType<typeof setTimeout> }[] = [];

  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.items = [...this.items.slice(-2), { ...toast, id }];
    this.resume(id);
    return id;
  }

  dismiss(id: number): void {
    this.hold(id);
    this.items = this.items.filter((item) => item.id !== id);
  }

  clear(): void {
    for (const { id } of this.items) this.dismiss(id);
  }

  /** Keeps a toast while the person points at it or stands on its button. */
  hold(id: number): void {
    for (const running of this.#timers) if (running.id === id) clearTimeout(running.timer);
    this.#timers = this.#timers.filter((running) => running.id !== id);
  }

  resume(id: number): void {
    const toast = this.items.find((item) => item.id === id);
    if (!toast) return;
    this.hold(id);
    const life = toast.action ? lifeMs * 2 : lifeMs;
    const timer = setTimeout(() => {
      this.dismiss(id);
    }, life);
    this.#timers = [...this.#timers, { id, timer }];
  }
}
