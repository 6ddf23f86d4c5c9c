import { describe, expect, test } from 'vitest';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';
import {
  charge,
  chargeAll,
  closeRun,
  type Ledger,
  openLedger,
  planCost,
  planRun,
  runs,
  spent,
} from '../../../workers/privacy/ledger.ts';
import type { PrivacyUnit } from '../../../workers/privacy/types.ts';
import { parseLedger, serialiseLedger } from '../../../workers/privacy/ledgerFile.ts';
import { privacyStatement } from '../../../workers/privacy/privacyStatement.ts';
import { ONE_OF_EACH } from './events.ts';

const DELTA = 1e-6;
const DATASET = 'ab'.repeat(32);
const counts: PrivacyEvent = { kind: 'discreteGaussian', sigma: 20, sensitivity: 1, count: 14 };
const training: PrivacyEvent = { kind: 'sampledGaussian', q: 0.01, sigma: 1.2, steps: 500 };
const person: PrivacyUnit = { kind: 'person', column: 'patient', rowsPerPerson: 4 };

const plan = (run: string, unit: PrivacyUnit = { kind: 'row' }) => ({
  run,
  label: `vae ${run}`,
  unit,
  events: [
    { purpose: 'one-way counts', event: counts },
    { purpose: 'training', event: training },
  ],
  startedAt: 1_700_000_000_000,
});
const start = (run: string, ledger: Ledger = openLedger(DATASET), unit?: PrivacyUnit) =>
  planRun(ledger, plan(run, unit));
const finish = (run: string, ledger?: Ledger, unit?: PrivacyUnit) =>
  closeRun(chargeAll(start(run, ledger, unit), run), run, 'finished');
const epsilon = (ledger: Ledger) => spent(ledger, DELTA)[0].epsilon;

describe('charging', () => {
  test('a plan costs nothing until it is charged', () => {
    expect(epsilon(start('a'))).toBe(0);
  });

  test('a run cut off has paid for what it charged, and no more', () => {
    let ledger = charge(start('a'), 'a', 0, 14);
    for (let block = 0; block < 3; block++) ledger = charge(ledger, 'a', 1, 100);
    expect(runs(ledger)).toMatchObject([{ charged: [14, 300], outcome: 'open' }]);
    const executed: PrivacyEvent[] = [counts, { ...training, steps: 300 }];
    expect(epsilon(ledger)).toBe(epsilonOf(executed, DELTA).epsilon);
    expect(epsilon(ledger)).toBeLessThan(epsilon(chargeAll(ledger, 'a')));
  });

  test('a finished run has paid its plan exactly, however it was charged', () => {
    const whole = finish('a');
    const pieces = chargeAll(charge(charge(start('a'), 'a', 1, 7), 'a', 0, 3), 'a');
    expect(epsilon(pieces)).toBe(epsilon(whole));
    expect(epsilon(whole)).toBe(epsilonOf([counts, training], DELTA).epsilon);
  });

  test('every charge raises what is spent', () => {
    let ledger = start('a');
    let before = 0;
    for (let block = 0; block < 4; block++) {
      ledger = charge(ledger, 'a', 1, 100);
      expect(epsilon(ledger)).toBeGreaterThan(before);
      before = epsilon(ledger);
    }
  });

  test('a ledger is never changed in place', () => {
    const planned = start('a');
    const copy = structuredClone(planned);
    finish('b', charge(planned, 'a', 0, 1));
    expect(planned).toEqual(copy);
  });

  test.each<[string, (ledger: Ledger) => Ledger]>([
    ['more than planned', (ledger) => charge(ledger, 'a', 0, 15)],
    ['more than is left', (ledger) => charge(charge(ledger, 'a', 1, 400), 'a', 1, 101)],
    ['a negative count', (ledger) => charge(ledger, 'a', 0, -1)],
    ['half an event', (ledger) => charge(ledger, 'a', 0, 0.5)],
    ['an event that was not planned', (ledger) => charge(ledger, 'a', 2, 1)],
    ['a run that was not planned', (ledger) => charge(ledger, 'b', 0, 1)],
    ['a closed run', (ledger) => charge(closeRun(ledger, 'a', 'stopped'), 'a', 0, 1)],
    ['the end of a closed run', (ledger) => closeRun(closeRun(ledger, 'a', 'stopped'), 'a', 'finished')],
    ['a second plan of the same name', (ledger) => start('a', ledger)],
    ['an empty plan', (ledger) => planRun(ledger, { ...plan('b'), events: [] })],
    ['persons of no rows', (ledger) => start('b', ledger, { ...person, rowsPerPerson: 0 })],
    ['a start that is no date', (ledger) => planRun(ledger, { ...plan('b'), startedAt: NaN })],
    [
      'an event out of range',
      (ledger) => planRun(ledger, { ...plan('b'), events: [{ purpose: 'x', event: { ...training, q: 2 } }] }),
    ],
  ])('%s is refused', (_, act) => {
    expect(() => act(start('a'))).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  });

  test.each(['', 'abc', 'G'.repeat(64)])('a data set named "%s" is refused', (dataset) => {
    expect(() => openLedger(dataset)).toThrow('SHA-256');
  });
});

describe('runs on the same data', () => {
  const two = finish('b', finish('a'));

  test('add up, to less than the sum of their epsilons', () => {
    const one = epsilon(finish('a'));
    expect(epsilon(two)).toBeGreaterThan(one);
    expect(epsilon(two)).toBeLessThan(2 * one);
  });

  test('are foreseen: the plan shows what it costs alone, before and after', () => {
    const cost = planCost(finish('a'), [counts, training], epsilon(finish('a')), DELTA);
    expect(cost.before).toBe(cost.alone);
    expect(cost.after).toBe(epsilon(two));
  });

  test('protect persons only where all of them do, by the same column', () => {
    const units = (ledger: Ledger) => spent(ledger, DELTA).map(({ unit, column }) => [unit, column]);
    const persons = finish('b', finish('a', undefined, person), { ...person, rowsPerPerson: 2 });
    expect(units(persons)).toEqual([
      ['person', 'patient'],
      ['row', undefined],
    ]);
    expect(units(finish('c', persons))).toEqual([['row', undefined]]);
    expect(units(finish('c', persons, { ...person, column: 'ward' }))).toEqual([['row', undefined]]);
  });
});

describe('the ledger as a file', () => {
  const every = planRun(openLedger(DATASET), {
    ...plan('all', person),
    events: ONE_OF_EACH.map((event) => ({ purpose: event.kind, event })),
  });
  const full = closeRun(charge(charge(finish('b', every), 'all', 0, 1), 'all', 1, 7), 'all', 'stopped');

  test('comes back as it was, charges of a cut-off run included', async () => {
    for (const ledger of [openLedger(DATASET), start('a'), charge(start('a'), 'a', 1, 5), full]) {
      const { text, head } = await serialiseLedger(ledger);
      expect(await parseLedger(text, head)).toEqual(ledger);
    }
  });

  test('with any one character changed is refused, or reads the same', async () => {
    const { text, head } = await serialiseLedger(full);
    for (let at = 0; at < text.length; at += 13) {
      const other = text[at] === '0' ? '1' : '0';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      await expect(parseLedger(changed, head), `at ${at}`).rejects.toMatchObject({ code: 'bad-file' });
    }
  });

  test('with a line left out, repeated, or moved is refused, naming the line', async () => {
    const { text } = await serialiseLedger(full);
    const lines = text.trimEnd().split('\n');
    const swapped = [...lines];
    [swapped[2], swapped[3]] = [swapped[3], swapped[2]];
    const cases = [
      [...lines.slice(0, 2), ...lines.slice(3)],
      [...lines.slice(0, 3), lines[2], ...lines.slice(3)],
      swapped,
    ];
    for (const [i, changed] of cases.entries()) {
      const line = i === 1 ? 4 : 3;
      await expect(parseLedger(changed.join('\n'))).rejects.toMatchObject({ code: 'bad-file', line });
    }
  });

  test('cut short shows where the last hash was kept', async () => {
    const { text, head } = await serialiseLedger(full);
    const short = text.trimEnd().split('\n').slice(0, -1).join('\n');
    await expect(parseLedger(short, head)).rejects.toMatchObject({ code: 'bad-file' });
    expect(runs(await parseLedger(short))).toHaveLength(2); // without it, a chain cut at its end is whole
  });

  /** A file with a proper chain around any bodies: what someone who recomputes the hashes could write. */
  const rechained = async (records: readonly unknown[]) =>
    (await serialiseLedger(Object.assign({ ...openLedger(DATASET) }, { records }))).text;

  test.each<[string, unknown]>([
    ['a charge beyond the plan', { type: 'charge', run: 'a', event: 0, count: 15 }],
    ['a negative charge', { type: 'charge', run: 'a', event: 0, count: -5 }],
    ['a charge without a count', { type: 'charge', run: 'a', event: 0 }],
    ['a record of unknown type', { type: 'refund', run: 'a' }],
    ['an unknown outcome', { type: 'close', run: 'a', outcome: 'forgotten' }],
    [
      'an unknown kind of event',
      { type: 'plan', plan: { ...plan('b'), events: [{ purpose: '', event: { kind: 'x' } }] } },
    ],
    [
      'an event out of range',
      { type: 'plan', plan: { ...plan('b'), events: [{ purpose: '', event: { ...training, sigma: 0 } }] } },
    ],
    ['an unknown unit', { type: 'plan', plan: { ...plan('b'), unit: { kind: 'ward' } } }],
    ['no record at all', null],
  ])('with %s is refused even under fresh hashes', async (_, body) => {
    const records = [...start('a').records, body];
    await expect(parseLedger(await rechained(records))).rejects.toMatchObject({ code: 'bad-file', line: 3 });
  });

  test.each(['', 'not json', '{}', '{"hash":"","body":"{}"}'])('of "%s" is refused', async (text) => {
    await expect(parseLedger(text)).rejects.toMatchObject({ code: 'bad-file', line: 1 });
  });
});

describe('the privacy statement', () => {
  const scope = { delta: DELTA, publicFacts: ['column names and types'], outside: ['the exact scorecard'] };
  const lines = (ledger: Ledger) => privacyStatement(ledger, scope);
  const ledger = closeRun(charge(charge(start('a'), 'a', 0, 14), 'a', 1, 120), 'a', 'stopped');

  test('names epsilon, delta, unit, adjacency, accountant, each event, what is public and what is outside', () => {
    const text = lines(ledger).join('\n');
    for (const part of [
      'Guarantee for each row: epsilon = ',
      'delta = 0.000001',
      'zero-out',
      'privacy loss distributions',
      '14 x discrete Gaussian mechanism, sigma 20, sensitivity 1',
      '120 x Poisson-sampled Gaussian mechanism (DP-SGD), rate 0.01, noise multiplier 1.2 (of 500 planned)',
      'stopped early',
      '2023-11-14T22:13:20.000Z',
      'column names and types',
      'the exact scorecard',
      'A person with several rows is protected less',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('does not hold the hash of the file, by which guesses about its rows could be tested', () => {
    expect(lines(ledger).join('\n')).not.toContain(DATASET);
  });

  test('prints an epsilon that is never below the computed one', () => {
    const [, value] = /epsilon = ([\d.]+)/.exec(lines(ledger).join('\n')) ?? [];
    expect(Number(value)).toBeGreaterThanOrEqual(epsilon(ledger));
    expect(Number(value)).toBeLessThan(epsilon(ledger) + 0.001);
  });

  test('gives plain odds that match epsilon', () => {
    const [, sure] = /at most ([\d.]+) % sure/.exec(lines(ledger).join('\n')) ?? [];
    expect(Number(sure) / 100).toBeCloseTo(1 / (1 + Math.exp(-epsilon(ledger))), 2);
  });

  test('warns where runs add up, and speaks of persons where all runs protect them', () => {
    expect(lines(ledger).join('\n')).not.toContain('WARNING');
    expect(lines(finish('b', ledger)).join('\n')).toContain('WARNING: 2 runs on the same data add up');
    const persons = lines(finish('a', undefined, person)).join('\n');
    expect(persons).toContain('each person named by column "patient"');
    expect(persons).not.toContain('protected less');
  });

  test('says that no guarantee holds where failures are as likely as delta', () => {
    const event: PrivacyEvent = { kind: 'approxDp', epsilon: 0, delta: DELTA, count: 1 };
    const planned = planRun(openLedger(DATASET), { ...plan('a'), events: [{ purpose: 'threshold', event }] });
    expect(lines(chargeAll(planned, 'a'))).toContain('No guarantee holds for each row at delta = 0.000001.');
  });
});
