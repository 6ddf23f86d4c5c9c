/** Models as files: the one in hand saved, another opened in place of a table. */
import { HomespunError } from './errors.ts';
import {
  readModelFile,
  writeModelFile,
  type ModelGuarantee,
  type StoredModel,
} from './modelFile/modelFile.ts';
import { chooseBackend } from './nn/backends.ts';
import type { BackendChoice, BackendId, OpenedModel, PrivacyReport, SavedFile } from './protocol.ts';
import { modelName, type RowSource } from './rowSource.ts';
import type { StageContext } from './stageTypes.ts';

/** Beyond this a file is no model that could have been saved in a tab. */
const mostBytes = 2 ** 30;

/** A model that was opened, and what computes it. */
export type HeldModel = StoredModel & { readonly backend: BackendId | null };

export function saveFitted(source: RowSource, guarantee: ModelGuarantee | null): SavedFile {
  const parts = writeModelFile({ ...source, guarantee });
  return { blob: new Blob(parts, { type: 'application/octet-stream' }), fileName: modelName(source.name) };
}

export async function openModelFile(
  file: Blob,
  backend: BackendChoice,
  { progress, control }: StageContext,
): Promise<HeldModel> {
  if (file.size > mostBytes) {
    throw new HomespunError({
      code: 'bad-file',
      message: 'The file is too large for a model.',
      hint: 'Choose a file that was saved with “Save the model”.',
    });
  }
  progress.report('read', 0, 'Reading the model');
  const bytes = new Uint8Array(await file.arrayBuffer());
  await control.checkpoint();
  let chosen: BackendId | null = null;
  const stored = await readModelFile(bytes, async () => {
    chosen = (await chooseBackend(backend)).id;
  });
  progress.report('read', 1, 'Read the model');
  return { ...stored, backend: chosen };
}

/** What the page is told of a model that was opened. */
export function openedModel(
  { name: fileName, size: bytes }: Pick<File, 'name' | 'size'>,
  { name, model, profile, schema, guarantee, backend }: HeldModel,
): OpenedModel {
  return {
    ...{ fileName, bytes, name, schema },
    rows: Math.max(1, Math.round(profile.rows)),
    fit: {
      method: model.method,
      reason: 'It was opened from a file.',
      backend,
      ...{ trainRows: 0, holdoutRows: 0, epochs: 0, loss: [], stopped: false },
      seconds: { profile: 0, train: 0 },
      notices: [],
      privacy: guarantee && reportOf(guarantee, schema),
      anonymised: null,
    },
  };
}

const reportOf = (
  { epsilon, delta, unit, totals, unprotected }: ModelGuarantee,
  schema: PrivacyReport['schema'],
): PrivacyReport => ({
  ...{ epsilon, delta, unit, schema },
  ledger: { dataset: '', delta, totals, unprotected, runs: [] },
});
