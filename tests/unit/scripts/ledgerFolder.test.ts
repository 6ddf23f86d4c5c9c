import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdLedger, LedgerError } from '../../../scripts/ledgerFolder.mjs';

const sha256 = 'ab'.repeat(32);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'homespun-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (at = folder) => holdLedger(at, sha256, 'epsilon 1 for each row');

test('a ledger that was kept is there for the next run, one file a data set', () => {
  const first = hold(join(folder, 'made', 'when', 'missing'));
  expect(first.text).toBeNull();
  first.keep('one\n');
  first.keep('one\ntwo\n');
  first.release();
  const second = hold(join(folder, 'made', 'when', 'missing'));
  expect(second.text).toBe('one\ntwo\n');
  second.release();
  expect(readdirSync(join(folder, 'made', 'when', 'missing'))).toEqual([`${sha256}.ledger`]);
});

test.skipIf(process.platform === 'win32')('nobody else may read it', () => {
  const held = hold(join(folder, 'own'));
  held.keep('one\n');
  held.release();
  expect(statSync(held.path).mode & 0o077).toBe(0);
  expect(statSync(join(folder, 'own')).mode & 0o077).toBe(0);
});

test('two runs cannot have it at once', () => {
  const first = hold();
  expect(() => hold()).toThrow(/going on/);
  first.release();
  hold().release();
});

test('a run that was killed before it could write stays in the way, with what it may have released', () => {
  const lock = join(folder, `${sha256}.ledger.lock`);
  // No process has this number: Linux gives out less, and Windows none that is odd.
  writeFileSync(lock, JSON.stringify({ pid: 2 ** 31 - 1, intent: 'epsilon 3 for each row' }));
  expect(() => hold()).toThrow(LedgerError);
  expect(() => hold()).toThrow(/epsilon 3 for each row/);
  expect(() => hold()).toThrow(lock);
  rmSync(lock);
  hold().release();
});

test('releasing twice does not free the ledger of the next run', () => {
  const first = hold();
  first.release();
  const second = hold();
  first.release();
  expect(existsSync(`${second.path}.lock`)).toBe(true);
  second.release();
});

test('a folder that cannot be made is named with its option', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => hold(join(file, 'ledgers'))).toThrow('--ledger');
  expect(readFileSync(file, 'utf8')).toBe('');
});
