import { fileSave } from 'browser-fs-access';

/** Hands a blob to the browser's own downloads. */
export function saveByLink(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has its own hold on the data once it has started, which it has within a turn of the event loop.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/**
 * Asks where to save (where the browser can ask; else a plain download), then writes. The question comes first, while
 * the click still counts, and the file may still be on its way. Resolves to false when the person closes the dialog.
 */
export async function saveByDialog(file: Promise<Blob>, fileName: string): Promise<boolean> {
  const dot = fileName.lastIndexOf('.');
  try {
    await fileSave(file, { fileName, extensions: dot > 0 ? [fileName.slice(dot)] : [] });
    return true;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') return false;
    throw cause;
  }
}
