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
    env: { ...process.env, XDG_DATA_HOME: join(folder, 'data'), ...env },
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
  const files = ['out.csv', 'schema.json', 'score.json', 'report.html'].map((name) => join(folder, name));
  const [out, schema, score, report] = files;
  const { code, stdout, stderr } = await synth([
    ...[sample, '--out', out, '--method', 'vae', '--epochs', '3', '--rows', '700', '--backend', 'wasm'],
    ...['--epsilon', 'none'],
    ...['--target', 'left_company', '--write-schema', schema, '--scorecard', score, '--report', report],
    ...['--seed', '5'],
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
    unit: null,
    epsilonTotal: null,
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
  const page = readFileSync(report, 'utf8');
  for (const part of ['<svg', 'Utility', 'Privacy Protection', 'SHA-256']) expect(page).toContain(part);
  expect(page).not.toMatch(/<(script|link|img)[^>]*(src|href)=/);
});

test('equal seeds give equal tables, a saved schema is taken, quiet is quiet', async () => {
  const schema = join(folder, 'again.json');
  const outs = ['a.csv', 'b.csv', 'c.csv'].map((name) => join(folder, name));
  const common = [sample, '--method', 'independent', '--epsilon', 'none', '--rows', '200', '--quiet'];
  const first = await synth([...common, '--out', outs[0], '--write-schema', schema]);
  const second = await synth([...common, '--out', outs[1], '--schema', schema]);
  const third = await synth([...common, '--out', outs[2], '--seed', '2']);
  expect([first.code, second.code, third.code]).toEqual([0, 0, 0]);
  expect(first.stderr).toBe('');
  const [a, b, c] = outs.map((path) => readFileSync(path, 'utf8'));
  expect(b).toBe(a);
  expect(c).not.toBe(a);
});

/** What a private run left behind for the sample: its ledger, and what may hold it. */
const ledgersIn = (data: string): string[] => {
  const ledgers = join(data, 'homespun', 'ledgers');
  return existsSync(ledgers) ? readdirSync(ledgers) : [];
};

test('without a word on it a run has a guarantee: statement, ledger, and runs that add up', async () => {
  const data = join(folder, 'adding up');
  const [out, score] = ['private.csv', 'private.json'].map((name) => join(folder, name));
  const line = [sample, '--out', out, '--method', 'independent', '--scorecard', score];
  const first = await synth(line, { XDG_DATA_HOME: data });
  expect(first.stderr).toContain('With differential privacy: epsilon 1 for each row');
  expect(first.code).toBe(0);
  const told = JSON.parse(first.stdout);
  expect(told).toMatchObject({ unit: 'row', delta: 1e-5 });
  expect(told.epsilon).toBeGreaterThan(0.5);
  expect(told.epsilon).toBeLessThanOrEqual(1);
  expect(told.epsilonTotal).toBeCloseTo(told.epsilon, 6);
  expect(readFileSync(`${out}.privacy.txt`, 'utf8')).toContain('PRIVACY STATEMENT');
  expect(linesOf(readFileSync(out, 'utf8')).length).toBeGreaterThan(1);
  const releasable = JSON.parse(readFileSync(score, 'utf8'));
  expect(releasable.guarantee).toMatchObject({ epsilon: told.epsilon, unit: { kind: 'row' } });
  expect(releasable).not.toHaveProperty('pairDistance');
  expect(ledgersIn(data)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.ledger$/)]);

  const again = await synth([...line, '--epsilon', '0.5', '--quiet'], { XDG_DATA_HOME: data });
  expect(again.code).toBe(0);
  expect(again.stderr).toBe('');
  expect(JSON.parse(again.stdout).epsilonTotal).toBeGreaterThan(told.epsilon);
  expect(readFileSync(`${out}.privacy.txt`, 'utf8')).toMatch(/2 runs on the same data/);
  expect(ledgersIn(data)).toHaveLength(1);
});

test('a sweep on rows made and on a public table costs nothing; one on the real rows is charged', async () => {
  const data = join(folder, 'sweeps');
  const stays = fromRoot('static/samples/hospital_stays.csv');
  const line = [sample, '--out', join(folder, 'swept.csv'), '--method', 'independent', '--rows', '500'];
  const of = async (...more: string[]) => {
    const { code, stdout, stderr } = await synth([...line, ...more], { XDG_DATA_HOME: data });
    expect(code, stderr).toBe(0);
    return { told: JSON.parse(stdout), stderr };
  };
  const made = await of('--sweep', '3,1');
  expect(made.told.sweep).toMatchObject({ rows: 'made', method: 'independent', refused: [] });
  const points: { epsilon: number; similarity: { value: number } }[] = made.told.sweep.points;
  expect(points.map(({ epsilon }) => epsilon)).toEqual([1, 3]);
  for (const { similarity } of points) expect(similarity.value).toBeGreaterThan(0.3);
  expect(made.told.epsilonTotal).toBeCloseTo(made.told.epsilon, 6);
  expect(made.stderr).toContain('costs nothing');

  const explored = await of('--sweep', '1', '--sweep-rows', stays, '--epsilon', 'none');
  expect(explored.told.sweep).toMatchObject({ rows: 'public', table: 'hospital_stays.csv' });
  expect(explored.stderr).toContain('exploration');

  const charged = await of('--sweep', '1', '--sweep-rows', 'file');
  expect(charged.told.sweep).toMatchObject({ rows: 'file', epsilonTotal: charged.told.epsilonTotal });
  // Composed, three runs at epsilon 1 cost more than half as much again as one.
  expect(charged.told.epsilonTotal).toBeGreaterThan(1.5 * charged.told.epsilon);
  expect(readFileSync(join(folder, 'swept.csv.privacy.txt'), 'utf8')).toMatch(/3 runs on the same data/);
  expect(charged.stderr).toMatch(/do not pass on: --sweep-rows file/);

  const refused = await synth([...line, '--sweep', '1', '--epsilon', 'none']);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('--sweep-rows FILE.csv');
});

test('persons are protected where a column names them', async () => {
  const payments = fromRoot('static/samples/card_payments.csv');
  const out = join(folder, 'persons.csv');
  const { code, stdout } = await synth([
    ...[payments, '--out', out, '--method', 'independent', '--rows', '100', '--quiet'],
    ...['--person', 'account', '--rows-per-person', '3', '--ledger', join(folder, 'own ledgers')],
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 100, unit: 'person' });
  expect(readdirSync(join(folder, 'own ledgers'))).toHaveLength(1);
  expect(readFileSync(`${out}.privacy.txt`, 'utf8')).toContain('"account"');
});

test('a ledger that was damaged stops the run before anything is released', async () => {
  const data = join(folder, 'damaged');
  const line = [sample, '--out', join(folder, 'no.csv'), '--method', 'independent', '--quiet'];
  expect((await synth(line, { XDG_DATA_HOME: data })).code).toBe(0);
  rmSync(join(folder, 'no.csv'));
  const [name] = ledgersIn(data);
  const path = join(data, 'homespun', 'ledgers', name);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, -20));
  const refused = await synth(line, { XDG_DATA_HOME: data });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(name);
  expect(existsSync(join(folder, 'no.csv'))).toBe(false);
  expect(ledgersIn(data)).toEqual([name]);
});

test('a protection plan is followed, and said in the JSON line; one that does not fit ends with 2', async () => {
  const [out, plan] = [join(folder, 'protected.csv'), join(folder, 'plan.json')];
  const columns = [
    { column: 'employee_no', generalise: { type: 'remove', phase: 'before' } },
    { column: 'salary_eur', generalise: { type: 'bins', width: 10_000, write: 'lower', phase: 'after' } },
  ];
  const kAnonymity = { quasiIdentifiers: ['salary_eur', 'gender'], k: 5, small: 'suppress', phase: 'after' };
  writeFileSync(plan, JSON.stringify({ columns, kAnonymity }));
  const common = [sample, '--out', out, '--method', 'independent', '--quiet', '--epsilon', 'none'];
  common.push('--protect', plan);
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

test('rules between columns are kept, told in the JSON line and stated; open ones need no guarantee', async () => {
  const [out, file] = [join(folder, 'ruled.csv'), join(folder, 'rules.json')];
  const allowed = ['woman', 'man'].map((gender) => [gender, '0']);
  const rules = [{ kind: 'combinations', columns: ['gender', 'left_company'], allowed }];
  writeFileSync(file, JSON.stringify({ rules }));
  const common = [sample, '--out', out, '--method', 'independent', '--quiet', '--rules', file];
  const { code, stdout } = await synth([...common, '--epsilon', '3', '--rows', '400']);
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told.rules[0].broken).toBeGreaterThan(0);
  expect(told.rowsDrawn).toBeGreaterThanOrEqual(400);
  expect(readFileSync(`${out}.privacy.txt`, 'utf8')).toContain('declared and taken as public');
  const [header, ...lines] = linesOf(readFileSync(out, 'utf8')).map((line) => line.split(','));
  expect(lines).toHaveLength(400);
  for (const cells of lines) {
    const [gender, left] = ['gender', 'left_company'].map((name) => cells[header.indexOf(name)]);
    expect(gender === '' || left === '' || (left === '0' && ['woman', 'man'].includes(gender))).toBe(true);
  }

  writeFileSync(
    file,
    JSON.stringify({ rules: [{ kind: 'combinations', columns: ['gender', 'left_company'] }] }),
  );
  const refused = await synth([...common, '--epsilon', '3']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('combinations from the rows');
});

test('rows under conditions, exactly, and named in the JSON line; conditions that cannot be end with 2', async () => {
  const out = join(folder, 'wanted.csv');
  const common = [sample, '--out', out, '--quiet', '--rows', '200'];
  const { code, stdout } = await synth([
    ...[...common, '--method', 'mst', '--epsilon', '5', '--condition', 'salary_eur=20000..40000'],
    ...['--condition', 'department=Support|Sales', '--balance', 'left_company=0:1,1:3'],
  ]);
  expect(code).toBe(0);
  const told = JSON.parse(stdout);
  expect(told.conditions).toHaveLength(3);
  expect(told.acceptance).toBeNull();
  const [header, ...rows] = linesOf(readFileSync(out, 'utf8')).map((line) => line.split(','));
  const cells = (name: string) => rows.map((row) => row[header.indexOf(name)]);
  expect(cells('left_company').filter((text) => text === '1')).toHaveLength(150);
  expect(cells('department').every((text) => ['Support', 'Sales'].includes(text))).toBe(true);
  expect(cells('salary_eur').every((text) => Number(text) >= 20_000 && Number(text) <= 40_000)).toBe(true);
  expect(readFileSync(`${out}.privacy.txt`, 'utf8')).toContain('Column “salary_eur” is from 20000 to 40000.');

  const refused = await synth([...common, '--epsilon', 'none', '--condition', 'department=Nowhere']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('department');
});

test('a model is saved after a run, and makes rows without the table; a damaged one ends with 3', async () => {
  const [out, model] = [join(folder, 'fitted.csv'), join(folder, 'staff.homespun')];
  const common = ['--rows', '150', '--seed', '4', '--quiet'];
  const fitted = await synth([sample, '--out', out, '--method', 'mst', '--model', model, ...common]);
  expect(fitted.code).toBe(0);
  expect(JSON.parse(fitted.stdout).model).toBe(model);
  const again = join(folder, 'again.csv');
  const made = await synth(['--from-model', model, '--out', again, ...common]);
  expect(made.stderr).toBe('');
  expect(made.code).toBe(0);
  const { epsilon, method, rows } = JSON.parse(made.stdout);
  expect([epsilon, method, rows]).toEqual([JSON.parse(fitted.stdout).epsilon, 'mst', 150]);
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'));
  expect(readFileSync(`${again}.privacy.txt`, 'utf8')).toContain('PRIVACY STATEMENT');

  const bytes = readFileSync(model);
  bytes[bytes.length - 40] ^= 1;
  writeFileSync(model, bytes);
  const refused = await synth(['--from-model', model, '--out', join(folder, 'no.csv'), ...common]);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('does not match its checksum');
});

test('gaps of a file are filled from a model, other cells byte for byte, and rows made at a temperature', async () => {
  const [model, out, gaps, filled, cold] = [
    'ar.homespun',
    'ar.csv',
    'gaps.csv',
    'filled.csv',
    'cold.csv',
  ].map((name) => join(folder, name));
  const fitted = await synth([
    ...[sample, '--out', out, '--model', model, '--method', 'autoregressive', '--epsilon', 'none'],
    ...['--epochs', '2', '--rows', '50', '--backend', 'wasm', '--temperature', '0.5', '--quiet'],
  ]);
  expect(fitted.code).toBe(0);
  expect(JSON.parse(fitted.stdout).temperature).toBe(0.5);
  const [header, ...lines] = linesOf(readFileSync(sample, 'utf8')).slice(0, 41);
  const column = header.split(',').indexOf('department');
  const given = lines.map((line, row) =>
    line
      .split(',')
      .map((cell, c) => (c !== column ? cell : row % 2 === 0 ? '' : `"${cell}"`))
      .join(','),
  );
  // Line ends and quotes are not those that the app would write, and must stay.
  writeFileSync(gaps, [header, ...given].join('\r\n'));
  const from = ['--from-model', model, '--backend', 'wasm', '--quiet'];
  const done = await synth([...from, '--impute', gaps, '--out', filled]);
  expect(done.stderr).toBe('');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ rows: 40, method: 'autoregressive', output: filled });
  expect(JSON.parse(done.stdout).filled.department).toBe(20);
  const found = readFileSync(filled, 'utf8').split('\r\n');
  expect(found).toHaveLength(41);
  given.forEach((line, row) => {
    const cells = found[row + 1].split(',');
    line.split(',').forEach((cell, c) => {
      if (cell !== '') expect(cells[c]).toBe(cell);
      else if (c > 1) expect(cells[c]).toMatch(/^\w+/);
    });
  });
  const rows = await synth([...from, '--rows', '30', '--temperature', '0.3', '--out', cold]);
  expect(JSON.parse(rows.stdout).temperature).toBe(0.3);
  for (const wrong of [
    ['--temperature', '3'],
    ['--rows', '3'],
    ['--condition', 'a=b'],
  ]) {
    const refused = await synth([...from, '--impute', gaps, '--out', filled, ...wrong]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(wrong[0]);
  }
});

for (const [option, code] of [
  ['--epsilon=0', 2],
  ['--delta=0.5', 2],
  ['--person=nobody', 3],
  ['--rows-per-person=0', 2],
  ['--from-model=m.homespun', 2],
] as const) {
  test(`${option} is refused, not ignored`, async () => {
    const line = [sample, '--out', join(folder, 'no.csv'), '--quiet', option];
    const { code: ended, stdout, stderr } = await synth(line);
    expect(ended).toBe(code);
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

// It looks into /proc.
if (process.platform === 'linux') {
  test('Ctrl-C ends the run and leaves no process behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'homespun-interrupt-'));
    const data = join(folder, 'interrupted');
    const parameters = [sample, '--out', join(folder, 'no.csv'), '--method', 'vae', '--epochs', '5000'];
    const child = spawn(process.execPath, [fromRoot('scripts/synth.mjs'), ...parameters], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: temporary, XDG_DATA_HOME: data },
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
    // What was charged until then is on record, and the next run may have the ledger.
    expect(ledgersIn(data)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.ledger$/)]);
    rmSync(temporary, { recursive: true, force: true });
  });
}
