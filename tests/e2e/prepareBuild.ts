import { fileURLToPath } from 'node:url';
import { ensureBuild } from '../../scripts/build.mjs';

/** The tests look at the built app: build it when its sources changed. */
export default async function prepareBuild(): Promise<void> {
  await ensureBuild(fileURLToPath(new URL('../..', import.meta.url)));
}
