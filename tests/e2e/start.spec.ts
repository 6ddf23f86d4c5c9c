import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, fromRoot, test } from './fixtures.ts';

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

test('npm start serves the app with its security headers and prints the address', async ({ page }) => {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [fromRoot('scripts/start.mjs'), '--no-open', '--port', String(port)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const address = await new Promise<string>((told) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /ready at (http:\S+)/.exec(text);
        if (found) told(found[1]);
      });
    });
    expect(address).toContain(String(port));
    const response = await page.goto(address);
    expect(response?.headers()['content-security-policy']).toContain("default-src 'self'");
    await expect(page.getByTestId('choose-file')).toBeVisible();
  } finally {
    child.kill();
  }
});

test('npm start refuses a port that is none', async () => {
  const child = spawn(process.execPath, [fromRoot('scripts/start.mjs'), '--port', 'front'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise((ended) => child.on('close', ended));
  expect(code).toBe(2);
  expect(Buffer.concat(errors).toString()).toContain('--port');
});
