import type { Session } from './session.svelte.ts';

/** Id of the one file input of the page. */
export const fileInputId = 'file-input';

/** Opens the browser's file dialog. */
export function chooseFile(): void {
  document.getElementById(fileInputId)?.click();
}

/** Text from the clipboard as a file, or null when it holds no table: one line has no rows. */
export function pastedFile(text: string): File | null {
  if (text.trim().split(/\r\n|\r|\n/).length < 2) return null;
  return new File([text], text.includes('\t') ? 'pasted.tsv' : 'pasted.csv', { type: 'text/plain' });
}

/** Whether opening another table would take something away that was made here. */
export const holdsWork = (session: Session): boolean =>
  session.sampled !== null || session.undoStack.length > 0;

/**
 * Takes files in from everywhere: the input, a drop, the clipboard, a sample. Where work would be lost it waits for the
 * person's word: `pending` holds what to do then.
 */
export class Intake {
  readonly #session: Session;
  pending = $state.raw<(() => Promise<void>) | null>(null);

  constructor(session: Session) {
    this.#session = session;
  }

  openFile(file: File): void {
    this.#offer(async () => {
      this.#session.go('data');
      await this.#session.openAny(file);
    });
  }

  /** Opens a sample; with `quickEpochs`, goes all the way to a synthetic table in that many passes over the rows. */
  openSample(path: string, quickEpochs: number | null): void {
    this.#offer(async () => {
      const opened = await this.#session.openSample(path);
      if (!opened || quickEpochs === null) return;
      const { epochs } = this.#session.job;
      this.#session.go('synthesize');
      this.#session.overrideJob({ epochs: quickEpochs });
      await this.#session.run();
      this.#session.overrideJob({ epochs });
    });
  }

  confirm(): void {
    void this.pending?.();
    this.pending = null;
  }

  #offer(work: () => Promise<void>): void {
    if (this.#session.busy) {
      this.#session.toaster.show({
        tone: 'info',
        message: 'Wait until the current task has ended, or stop it.',
      });
    } else if (holdsWork(this.#session)) {
      this.pending = work;
    } else {
      void work();
    }
  }
}
