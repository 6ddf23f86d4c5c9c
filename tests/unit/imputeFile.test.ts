import { beforeAll, describe, expect, it } from 'vitest';
import { HomespunEngine } from '../../workers/engine.ts';
import { chooseBackend } from '../../workers/nn/backends.ts';
import type { Imputed, ImputeRequest, Job, Result } from '../../workers/protocol.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { knownPrivacy } from '../support/privacy.ts';
import { value } from '../support/released.ts';

const ignore = (): void => undefined;
const towns = ['Ebb', 'Fallow', 'Garth', 'Holm'];
const goods = ['rope', 'salt', 'tar', 'wool'];

/** The good follows from the town in 95 of 100 rows, the price from the good; ids are never learned. */
const rowsOf = (rows: number): string[][] => {
  const rng = seededRng('towns');
  return Array.from({ length: rows }, (_, row) => {
    const town = rng.int(4);
    const good = rng.int(20) === 0 ? rng.int(4) : town;
    const price = 100 * good + rng.int(5);
    const day = `2024-0${1 + good}-1${rng.int(3)}`;
    return [`T${1000 + row}`, towns[town], goods[good], String(price), day, rng.int(9) === 0 ? '' : 'yes'];
  });
};
const header = ['id', 'town', 'good', 'price', 'day', 'paid'];
const csvOf = (rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((cells) => cells.join(',')).join('\n') + '\n';

const job: Job = {
  method: 'autoregressive',
  privacy: 'none',
  holdout: 0,
  seed: 1,
  backend: 'cpu',
  epochs: 30,
  watch: null,
  anonymise: null,
  rules: [],
};

let engine: HomespunEngine;
const impute = async (text: string, more: Partial<ImputeRequest> = {}): Promise<Result<Imputed>> =>
  engine.impute(new File([text], 'gaps.csv'), { seed: 3, escapeFormulas: true, ...more }, ignore);
const textOf = async (result: Result<Imputed>): Promise<string> => value(result).blob.text();
const cellsOf = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

async function learned(
  method: Job['method'],
  rows: readonly string[][],
  more: Partial<Job> = {},
): Promise<void> {
  engine = new HomespunEngine(() => performance.now(), knownPrivacy(1));
  value(await engine.open(new File([csvOf(rows)], 'towns.csv'), {}, ignore));
  value(await engine.fit({ ...job, method, ...more }, ignore));
}

describe('a file with gaps', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
    await learned('autoregressive', rowsOf(300));
  }, 60_000);

  const whole = rowsOf(600).slice(300);

  it('gets values that follow from the other cells of their rows, and keeps all others', async () => {
    const given = whole.map((cells, row) =>
      cells.map((cell, c) => (c > 1 && (row + c) % 3 === 0 ? '' : cell)),
    );
    const result = await impute(csvOf(given));
    const filled = cellsOf(await textOf(result));
    let [agreeing, asked] = [0, 0];
    given.forEach((cells, row) =>
      cells.forEach((cell, c) => {
        if (cell !== '') {
          expect(filled[row][c]).toBe(cell);
          return;
        }
        expect(filled[row][c]).not.toBe('');
        if (c !== 2) return;
        asked++;
        if (filled[row][2] === whole[row][2]) agreeing++;
      }),
    );
    expect(asked).toBe(100);
    // Price and day tell the good; drawn without looking at them a quarter would agree: 25 of 100, 60 by 8 deviations.
    expect(agreeing).toBeGreaterThan(60);
    const { filled: counts, fileName, rows, notices } = value(result);
    expect(fileName).toBe('gaps-filled.csv');
    expect(rows).toBe(300);
    expect(counts.map(({ column }) => column)).toEqual(header.slice(1));
    expect(counts[1].cells).toBe(100);
    expect(counts[0].cells).toBe(0);
    expect(notices.map(({ message }) => message)).toEqual([
      'The model has not learned “id”: left as they are.',
    ]);
  });

  it('gives numbers and dates such as rows like them have', async () => {
    const given = whole.map((cells) => [...cells.slice(0, 3), '', '', cells[5]]);
    const filled = cellsOf(await textOf(await impute(csvOf(given))));
    const near = filled.filter(([, , good, price, day]) => {
      const g = goods.indexOf(good);
      return Math.abs(Number(price) - 100 * g) <= 5 && day.startsWith(`2024-0${1 + g}-1`);
    });
    // Were they drawn on their own, a sixteenth would be.
    expect(near.length / filled.length).toBeGreaterThan(0.3);
  });

  it('may be empty in all rows, have one row, or columns in another order and others beside', async () => {
    const empty = csvOf(whole.map(([id]) => [id, '', '', '', '', '']));
    const filled = cellsOf(await textOf(await impute(empty)));
    expect(filled.flat().every((cell) => cell !== '')).toBe(true);
    expect(filled.every(([, town, good]) => towns.includes(town) && goods.includes(good))).toBe(true);
    const one = 'more,paid,price,good,day,town\nkept,,,wool,,\n';
    const text = await textOf(await impute(one));
    expect(text).toMatch(/^more,paid,price,good,day,town\nkept,yes,\d+,wool,2024-0\d-\d\d,\w+\n$/);
  });

  it('keeps what the model does not know, says so, and does not look at it', async () => {
    const rows = whole.slice(0, 20).map((cells) => [cells[0], 'Elsewhere', cells[2], 'dear', '', cells[5]]);
    const result = await impute(csvOf(rows));
    cellsOf(await textOf(result)).forEach((cells) =>
      expect(cells.slice(1, 4)).toEqual(['Elsewhere', cells[2], 'dear']),
    );
    const messages = value(result).notices.map(({ column, message }) => `${String(column)}: ${message}`);
    expect(messages).toContainEqual(expect.stringMatching(/^town: 20 cells .*does not know/));
    expect(messages).toContainEqual(expect.stringMatching(/^price: 20 cells .*does not know/));
  });

  it('without gaps comes back as it is, to the byte', async () => {
    const text =
      '"id",town,"good",price,day,paid\r\nT1,"Ebb",rope, 7 ,2024-01-11,yes\r\n\r\nT2,Holm,tar,201,2024-03-12,yes';
    expect(await textOf(await impute(text))).toBe(text);
  });

  it('is filled alike for the same seed, otherwise for another seed or temperature', async () => {
    const gaps = csvOf(whole.slice(0, 40).map((cells) => [cells[0], '', '', '', '', '']));
    const [first, again, other, cold] = [
      await textOf(await impute(gaps)),
      await textOf(await impute(gaps)),
      await textOf(await impute(gaps, { seed: 4 })),
      await textOf(await impute(gaps, { temperature: 0.3 })),
    ];
    expect(again).toBe(first);
    expect(new Set([first, other, cold]).size).toBe(3);
  });

  it.each<readonly [string, string, string, RegExp]>([
    ['lacks a learned column', 'id,town,good,price,day\nT1,,rope,3,\n', 'bad-file', /no column “paid”/],
    ['has one column', 'town\nEbb\n""\n', 'bad-file', /no column|one column/],
    ['has no rows', 'id,town,good,price,day,paid\n', 'bad-file', /no rows/],
    ['is no table', '', 'bad-file', /empty/],
  ])('is refused when it %s', async (_, text, code, message) => {
    const result = await impute(text);
    expect(result).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(message) } });
  });

  it.each<readonly [string, Partial<ImputeRequest>]>([
    ['a temperature out of range', { temperature: 3 }],
    ['no number for it', { temperature: NaN }],
    ['half a seed', { seed: 0.5 }],
  ])('is refused with %s', async (_, more) => {
    expect(await impute(csvOf(whole), more)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
  });

  it('is filled by a model that was saved and opened again as by the one it was', async () => {
    const gaps = csvOf(whole.map((cells) => [...cells.slice(0, 2), '', cells[3], '', '']));
    const first = await textOf(await impute(gaps));
    const { blob, fileName } = value(await engine.saveModel());
    value(await engine.openModel(new File([blob], fileName), 'cpu', ignore));
    expect(await textOf(await impute(gaps))).toBe(first);
  });
});

describe('a model that cannot fill gaps', () => {
  it('says so, and that a temperature is not for it', async () => {
    await learned('independent', rowsOf(120));
    const result = await impute(csvOf(rowsOf(5)));
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-settings', hint: /autoregressive/ } });
    const request = { rows: 5, tables: 1, seed: 1 };
    const sample = (temperature: number) => engine.sample({ ...request, temperature }, ignore);
    expect(await sample(0.5)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
    expect(await sample(1)).toMatchObject({ ok: true });
  });
});
