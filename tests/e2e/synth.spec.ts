import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, fromRoot, test } from './fixtures.ts';
import { linesOf } from './pages.ts';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function synth(parameters: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [fromRoot('scripts/synth.mjs'), ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((ended) => {
    child.on('close', (code) =>
      ended({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homespun-synth-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

const sample = fromRoot('static/samples/staff_pay.csv');

test('a table comes out, with one line of JSON about it', async () => {
  const files = ['out.csv', 'schema.json', 'score.json'].map((name) => join(folder, name));
  const [out, schema, score] = files;
  const { code, stdout, stderr } = await synth([
    ...[sample, '--out', out, '--method', 'vae', '--epochs', '3', '--rows', '700', '--backend', 'wasm'],
    ...['--target', 'left_company', '--write-schema', schema, '--scorecard', score, '--seed', '5'],
  ]);
  expect(stderr).toContain('Without differential privacy');
  expect(stderr).toMatch(/train .*%/);
  expect(code).toBe(0);
  expect(linesOf(stdout)).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: 700,
    columns: 14,
    method: 'vae',
    backend: 'wasm',
    epsilon: 'none',
    delta: null,
    output: out,
  });
  const { seconds, peakMemoryBytes } = JSON.parse(stdout);
  for (const stage of ['open', 'profile', 'train', 'sample', 'score', 'write', 'total']) {
    expect(seconds[stage], stage).toBeGreaterThanOrEqual(0);
  }
  if (process.platform !== 'win32') expect(peakMemoryBytes).toBeGreaterThan(50_000_000);
  const lines = linesOf(readFileSync(out, 'utf8'));
  expect(lines).toHaveLength(701);
  expect(lines[0]).toBe(linesOf(readFileSync(sample, 'utf8'))[0]);
  const roles: { columns: { name: string; role: string }[] } = JSON.parse(readFileSync(schema, 'utf8'));
  expect(roles.columns.find((column) => column.name === 'left_company')?.role).toBe('target');
  expect(JSON.parse(readFileSync(score, 'utf8')).columns.length).toBeGreaterThan(5);
});

test('equal seeds give equal tables, a saved schema is taken, quiet is quiet', async () => {
  const schema = join(folder, 'again.json');
  const outs = ['a.csv', 'b.csv', 'c.csv'].map((name) => join(folder, name));
  const common = [sample, '--method', 'independent', '--rows', '200', '--quiet'];
  const first = await synth([...common, '--out', outs[0], '--write-schema', schema]);
  const second = await synth([...common, '--out', outs[1], '--schema', schema]);
  const third = await synth([...common, '--out', outs[2], '--seed', '2']);
  expect([first.code, second.code, third.code]).toEqual([0, 0, 0]);
  expect(first.stderr).toBe('');
  const [a, b, c] = outs.map((path) => readFileSync(path, 'utf8'));
  expect(b).toBe(a);
  expect(c).not.toBe(a);
});

test('a protection plan is followed, and said in the JSON line; one that does not fit ends with 2', async () => {
  const [out, plan] = [join(folder, 'protected.csv'), join(folder, 'plan.json')];
  const columns = [
    { column: 'employee_no', generalise: { type: 'remove', phase: 'before' } },
    { column: 'salary_eur', generalise: { type: 'bins', width: 10_000, write: 'lower', phase: 'after' } },
  ];
  const kAnonymity = { quasiIdentifiers: ['salary_eur', 'gender'], k: 5, small: 'suppress', phase: 'after' };
  writeFileSync(plan, JSON.stringify({ columns, kAnonymity }));
  const common = [sample, '--out', out, '--method', 'independent', '--quiet', '--protect', plan];
  const { code, stdout } = await synth([...common, '--rows', '300']);
  expect(code).toBe(0);
  const { protected: done, rows } = JSON.parse(stdout);
  expect(done.after.kAnonymity.kReached).toBeGreaterThanOrEqual(5);
  const [header, ...lines] = linesOf(readFileSync(out, 'utf8')).map((line) => line.split(','));
  expect(lines).toHaveLength(rows);
  expect(header).not.toContain('employee_no');
  const salaries = lines.map((cells) => cells[header.indexOf('salary_eur')]);
  expect(salaries.every((salary) => Number(salary) % 10_000 === 0)).toBe(true);

  writeFileSync(plan, JSON.stringify({ columns: [{ column: 'gender', generalise: columns[1].generalise }] }));
  const refused = await synth(common);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('gender');
});

for (const option of ['--epsilon=1', '--delta=1e-6', '--person=id', '--report=r.html', '--model=m.json']) {
  test(`${option} is refused with exit code 2, not ignored`, async () => {
    const { code, stdout, stderr } = await synth([sample, '--out', join(folder, 'no.csv'), option]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(option.split('=')[0]);
  });
}

test('wrong usage ends with 2', async () => {
  expect((await synth([])).code).toBe(2);
  expect((await synth([sample, '--out', join(folder, 'absent', 'no.csv')])).code).toBe(2);
});

test('bad input ends with 3 and says what and where', async () => {
  const absent = await synth([join(folder, 'absent.csv'), '--out', join(folder, 'no.csv')]);
  expect(absent.code).toBe(3);
  expect(absent.stderr).toContain('absent.csv');

  const broken = join(folder, 'broken.csv');
  writeFileSync(broken, `a,b\n1,2\n"3,4\n${'5,6\n'.repeat(200)}`);
  const refused = await synth([broken, '--out', join(folder, 'no.csv'), '--quiet']);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/line 3/i);
  expect(refused.stdout).toBe('');

  const unknown = await synth([sample, '--out', join(folder, 'no.csv'), '--target', 'nobody', '--quiet']);
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain('nobody');
  expect(existsSync(join(folder, 'no.csv'))).toBe(false);
});

test('a browser that does not start ends with 4', async () => {
  const { code, stdout } = await synth([sample, '--out', join(folder, 'no.csv'), '--quiet'], {
    CHROMIUM_PATH: process.execPath,
  });
  expect(code).toBe(4);
  expect(stdout).toBe('');
});

/** Processes whose command line names the folder of this run. */
const processesOf = (marker: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
      } catch {
        return false; // ended meanwhile
      }
    });

test('Ctrl-C ends the run and leaves no process behind', async () => {
  test.skip(process.platform !== 'linux', 'looks into /proc');
  const temporary = mkdtempSync(join(tmpdir(), 'homespun-interrupt-'));
  const parameters = [sample, '--out', join(folder, 'no.csv'), '--method', 'vae', '--epochs', '5000'];
  const child = spawn(process.execPath, [fromRoot('scripts/synth.mjs'), ...parameters], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: temporary },
  });
  await new Promise<void>((training) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('train')) training();
    });
  });
  expect(processesOf(temporary).length, 'the browser runs').toBeGreaterThan(0);
  child.kill('SIGINT');
  const code = await new Promise((ended) => child.on('close', ended));
  expect(code).toBe(130);
  await expect.poll(() => processesOf(temporary)).toEqual([]);
  rmSync(temporary, { recursive: true, force: true });
});
