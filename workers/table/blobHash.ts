import type { RunControl } from '../control.ts';
import { Sha256 } from './sha256.ts';

const chunkBytes = 4 * 1024 * 1024;

/** SHA-256 of a blob, hex, without holding it whole. Throws `stopped` when cancelled. */
export async function sha256Of(blob: Blob, control: RunControl): Promise<string> {
  const hash = new Sha256();
  for (let start = 0; start < blob.size; start += chunkBytes) {
    hash.update(new Uint8Array(await blob.slice(start, start + chunkBytes).arrayBuffer()));
    await control.checkpoint();
  }
  return hash.hex();
}
