import type { Result } from '../../workers/protocol.ts';

export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** One of the tables that come with the app, as a file; `path` is relative to the page. */
export async function sampleFile(path: string): Promise<Result<File>> {
  const name = fileNameOf(path);
  try {
    const response = await fetch(path);
    if (response.ok)
      return { ok: true, value: new File([await response.blob()], name, { type: 'text/csv' }) };
  } catch {
    // Offline before the samples were stored: the same error as a missing file.
  }
  const message = `The sample ${name} could not be loaded.`;
  const hint = 'Reload the page once while online; after that the samples work offline.';
  return { ok: false, error: { code: 'bad-file', message, hint } };
}
