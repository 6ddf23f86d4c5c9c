/** Serves a built folder on this machine the way a static host would: compressed, with the headers of `_headers`. */
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** @type {Readonly<Record<string, string>>} */
const mediaTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** The headers `_headers` gives to every path. @param {string} folder @returns {Record<string, string>} */
export function hostHeaders(folder) {
  const lines = readFileSync(join(folder, '_headers'), 'utf8').split('\n');
  const forAll = lines.slice(lines.indexOf('/*') + 1);
  const end = forAll.findIndex((line) => !line.startsWith('  '));
  const pairs = forAll.slice(0, end < 0 ? undefined : end).map((line) => line.trim().split(/:\s+(.*)/s));
  return Object.fromEntries(pairs.map(([name, value]) => [name, value]));
}

/** File below the folder for a request path, or null. @param {string} folder @param {string} url */
function fileFor(folder, url) {
  const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
  if (!file.startsWith(folder + sep)) return null;
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

/** Bytes and headers of a file; compressed once. @param {string} file */
function read(file) {
  const type = mediaTypes[extname(file)] ?? 'application/octet-stream';
  const bytes = readFileSync(file);
  return type === 'image/png' ? { type, bytes, packed: null } : { type, bytes, packed: gzipSync(bytes) };
}

/**
 * @param {string} folder
 * @param {number} [port] 0 for any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serveFolder(folder, port = 0) {
  const common = { ...hostHeaders(folder), 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
  /** @type {Map<string, ReturnType<typeof read>>} */
  const files = new Map();
  const server = createServer((request, response) => {
    const file = fileFor(folder, request.url ?? '/');
    if (!file) {
      response.writeHead(404, common).end();
      return;
    }
    const { type, bytes, packed } = files.get(file) ?? read(file);
    files.set(file, { type, bytes, packed });
    const packs = packed && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const body = packs ? packed : bytes;
    response.writeHead(200, {
      ...common,
      'Content-Type': type,
      'Content-Length': body.length,
      ...(packs && { 'Content-Encoding': 'gzip' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      resolve({ url: `http://127.0.0.1:${bound}/`, close });
    });
  });
}
