import type { ColumnKind, TableSchema } from '../../workers/protocol.ts';
import { followPersonColumn, withGuarantee } from './privacySettings.ts';
import { patchColumns, patchEach, replaceColumn, type ColumnPatch } from './schemaEdits.ts';
import { SessionCore } from './sessionCore.svelte.ts';

const undoDepth = 100;

/** The person's edits of the schema: applied at once on the page, sent to the engine behind it, and undoable. */
export class ColumnSession extends SessionCore {
  /** True while an edit has not reached the engine yet. */
  #dirty = false;
  #pushing: Promise<void> | null = null;

  setColumn(name: string, patch: ColumnPatch, what?: string): void {
    this.setColumns([name], patch, what);
  }

  /** Changes some columns at once, as one step of undo. `what` names the edit in the toast. */
  setColumns(names: readonly string[], patch: ColumnPatch, what = 'Column changed'): void {
    if (this.schema && !this.busy) this.#edit(patchColumns(this.schema, names, patch), what);
  }

  /** Changes some columns, each in its own way, as one step of undo. */
  setColumnsBy(edits: readonly { readonly name: string; readonly patch: ColumnPatch }[], what: string): void {
    if (this.schema && !this.busy) this.#edit(patchEach(this.schema, edits), what);
  }

  /** Reads columns as another kind; the engine works out the new domains. */
  async setKind(names: readonly string[], kind: ColumnKind): Promise<void> {
    if (!this.schema || this.busy) return;
    await this.schemaSettled();
    let schema = this.schema;
    for (const name of names) {
      const entry = await this.engine.retype(name, kind);
      if (!entry.ok) {
        this.fail('columns', entry.error);
        return;
      }
      schema = replaceColumn(schema, entry.value);
    }
    this.#edit(
      schema,
      names.length === 1 ? 'Kind changed' : `Kind of ${String(names.length)} columns changed`,
    );
  }

  undo(): void {
    const before = this.undoStack.at(-1);
    if (!before || this.busy) return;
    this.update({ undoStack: this.undoStack.slice(0, -1) });
    this.#take(before);
    this.toaster.show({ tone: 'info', message: 'Undone.' });
  }

  /** Back to what was proposed when the file was opened. */
  resetSchema(): void {
    if (this.opened && !this.busy) this.#edit(this.opened.schema, 'Columns reset to the proposal');
  }

  /** The schema as the text of a file. It holds column names and domains, never rows. */
  schemaJson(): string {
    return JSON.stringify(this.schema, null, 2);
  }

  /** Takes a schema saved earlier. Resolves to whether it fits the open table. */
  async loadSchema(json: string): Promise<boolean> {
    if (this.busy) return false;
    const result = await this.engine.parseSchema(json);
    if (!result.ok) {
      this.fail('columns', result.error);
      return false;
    }
    this.#edit(result.value, 'Schema loaded');
    await this.schemaSettled();
    return this.errors.columns === null;
  }

  /** Resolves once the engine has taken, or refused, the latest edit. */
  async schemaSettled(): Promise<void> {
    while (this.#pushing) await this.#pushing;
  }

  #edit(schema: TableSchema, what: string): void {
    if (!this.schema) return;
    this.update({ undoStack: [...this.undoStack, this.schema].slice(-undoDepth) });
    this.#take(schema);
    const run = (): void => {
      this.undo();
    };
    this.toaster.show({ tone: 'info', message: `${what}.`, action: { label: 'Undo', run } });
  }

  #take(schema: TableSchema): void {
    const guarantee = followPersonColumn(this.guarantee, this.schema, schema);
    this.update({ guarantee, job: withGuarantee(this.job, guarantee) });
    this.update({ foundRules: null });
    this.update({ schema, stale: this.sampled ? 'columns-changed' : this.stale });
    this.#dirty = true;
    this.#pushing ??= this.#push();
  }

  /** Sends the latest schema, and again while newer edits have come in: edits never queue up behind the engine. */
  async #push(): Promise<void> {
    this.update({ checking: true });
    while (this.#dirty && this.schema) {
      this.#dirty = false;
      const result = await this.engine.setSchema(this.schema);
      if (this.#dirty) continue;
      if (result.ok) {
        const { schema, views, notices } = result.value;
        this.update({ schema, views, schemaNotices: notices });
        this.setError('columns', null);
      } else {
        this.setError('columns', result.error);
      }
    }
    this.#pushing = null;
    this.update({ checking: false });
  }
}
