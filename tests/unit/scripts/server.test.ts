import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder } from '../../../scripts/server.mjs';

let server: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  const parent = mkdtempSync(join(tmpdir(), 'server-'));
  const folder = join(parent, 'site');
  mkdirSync(folder);
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(
    join(folder, '_headers'),
    "/*\n  Content-Security-Policy: default-src 'self'; a b\n  X-Test: 1\n",
  );
  writeFileSync(join(folder, 'index.html'), `<p>${'home '.repeat(1000)}</p>`);
  writeFileSync(join(folder, 'run.wasm'), new Uint8Array([0, 97, 115, 109]));
  server = await serveFolder(folder);
});
afterAll(() => server.close());

test('the root is index.html, compressed, with the headers of _headers', async () => {
  const response = await fetch(server.url);
  expect(await response.text()).toContain('home home');
  expect(response.headers.get('content-security-policy')).toBe("default-src 'self'; a b");
  expect(response.headers.get('x-test')).toBe('1');
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(Number(response.headers.get('content-length'))).toBeLessThan(500);
});

test('WebAssembly has its type, a missing file is 404', async () => {
  expect((await fetch(`${server.url}run.wasm`)).headers.get('content-type')).toBe('application/wasm');
  expect((await fetch(`${server.url}absent.js`)).status).toBe(404);
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt'])(
  'nothing above the folder is served: %s',
  async (path) => {
    const { port } = new URL(server.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  },
);
