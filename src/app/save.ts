import { fileSave, supported } from 'browser-fs-access';

/** Hands a blob to the browser's own downloads. */
export function saveByLink(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download takes its own hold on the data when it starts; a slow "save as" question may delay that.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

/** Whether the browser can ask where to save. */
export const canAsk = supported;

/**
 * Asks where to save and writes there. Writing a large table takes longer than a click counts for; then the browser
 * refuses to ask, and the file goes to the downloads. Resolves to false when the person closed the dialog.
 */
export async function saveByDialog(blob: Blob, fileName: string): Promise<boolean> {
  const dot = fileName.lastIndexOf('.');
  try {
    await fileSave(blob, { fileName, extensions: dot > 0 ? [fileName.slice(dot)] : [] });
    return true;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') return false;
    saveByLink(blob, fileName);
    return true;
  }
}

/** 'visits.csv' -> 'visits-synthetic': the name of everything that goes with a synthetic table. */
export function stemOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return `${dot > 0 ? fileName.slice(0, dot) : fileName}-synthetic`;
}

/** Hands text to the browser's own downloads. */
export function saveText(text: string, fileName: string): void {
  saveByLink(new Blob([text], { type: 'text/plain' }), fileName);
}
