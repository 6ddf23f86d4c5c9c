/**
 * `npm start [-- --port N] [--no-open]`: installs and builds what is missing, then serves the app on this machine.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';

const firstPort = 4173;
const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, open: { type: 'boolean' } },
      allowNegative: true,
    });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port > 0 && port < 65536)) {
      refuse('--port takes a whole number from 1 to 65535.');
    }
    return { port, open: values.open ?? mayOpenBrowser() };
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}\nOptions: --port N, --no-open`);
  }
}

/** A browser is opened for a person at a screen, not in scripts, containers or over SSH. */
function mayOpenBrowser() {
  const screen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  return Boolean(process.stdout.isTTY) && !process.env.CI && screen;
}

async function main() {
  const { port, open } = readOptions();
  if (ensurePackages(root)) console.log('Packages installed.');
  if (await ensureBuild(root)) console.log('App built.');
  const { preview } = await import('vite');
  const server = await preview({
    root,
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    preview: { port: port ?? firstPort, strictPort: port !== null, open },
  });
  const [address] = server.resolvedUrls?.local ?? [];
  console.log(`\nHomespun is ready at ${address}\nIt works offline after the first visit. Stop with Ctrl-C.`);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
