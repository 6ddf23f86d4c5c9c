import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { plainShifts } from '../../../workers/synthesizers/autoregressive/calibrate.ts';
import { Conditionals } from '../../../workers/synthesizers/autoregressive/conditionals.ts';
import { fillGaps } from '../../../workers/synthesizers/autoregressive/fillGaps.ts';
import { AutoregressiveModel } from '../../../workers/synthesizers/autoregressive/model.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { FALSE_ALARM } from '../privacy/statistics.ts';
import { codesOf, valuesOf } from './related.ts';
import { chancesOf, codec, expectFit, shares, sizes, table, tally, trained } from './untrained.ts';

const order = [0, 1, 2, 3, 4];
let model: AutoregressiveModel;
let control: RunControl;
let before: number;

beforeAll(async () => {
  await chooseBackend('cpu');
  before = tensorCount();
  control = new RunControl();
  model = new AutoregressiveModel(trained(), plainShifts(shares), { codec, order }, false);
});
afterAll(() => {
  control.close();
  model.dispose();
  expect(tensorCount()).toBe(before);
});

const isMissing = (column: Column, row: number): boolean =>
  column.type === 'category' ? column.codes[row] < 0 : Number.isNaN(valuesOf(column)[row]);

/** The rows without some cells, and where those are. */
function withGaps(whole: Table, isGap: (row: number, column: number) => boolean): [Table, Int32Array[]] {
  const rows = [...Array(whole.rows).keys()];
  const columns = whole.columns.map((column, c): Column => {
    if (column.type === 'category')
      return { ...column, codes: column.codes.map((code, row) => (isGap(row, c) ? -1 : code)) };
    if (column.type === 'text') return column;
    return { ...column, values: column.values.map((value, row) => (isGap(row, c) ? NaN : value)) };
  });
  return [
    { rows: whole.rows, columns },
    whole.columns.map((_, c) => Int32Array.from(rows.filter((row) => isGap(row, c)))),
  ];
}

const impute = (given: Table, gaps: readonly Int32Array[], seed: string | number = 'fill') =>
  model.impute(given, gaps, { rng: seededRng(seed), control });

describe('gaps filled by the autoregressive network', { timeout: 60_000 }, () => {
  it(`have its chances given what is known and what was filled in before (false alarm ${FALSE_ALARM})`, async () => {
    const rows = 20_000;
    // Known: city, in two values; to fill: colour and then price; nothing is known of the rest, nor filled.
    const city = Int32Array.from({ length: rows }, (_, row) => 1 + (row % 2));
    const none = new Int32Array(rows).fill(-1);
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    const never = new Int32Array(0);
    const rules = shares.map((_, c) => (c === 0 || c === 3 ? { shift: plainShifts(shares)[c] } : null));
    const conditionals = new Conditionals(trained(), false);
    const filled = await fillGaps(
      { conditionals, order, rules, control },
      { rows, known: [none, city, none, none, none], gaps: [all, never, never, all, never] },
      seededRng('chances'),
    );
    conditionals.dispose();
    for (const given of [1, 2]) {
      const lead = Uint16Array.of(given);
      const [toColour] = await chancesOf(0, new Map([[1, lead]]));
      const chances: number[] = [];
      for (let colour = 0; colour < sizes[0]; colour++) {
        const known = new Map([[1, lead], [0, Uint16Array.of(colour)]]); // prettier-ignore
        const [toPrice] = await chancesOf(3, known);
        chances.push(...toPrice.map((chance) => chance * toColour[colour]));
      }
      const those = [...all].filter((row) => city[row] === given);
      const cells = those.map((row) => filled[0][row] * sizes[3] + filled[3][row]);
      expectFit(tally(cells, chances.length), chances);
    }
  });

  it('are filled in any pattern, never with a missing value, within the known ones', async () => {
    const whole = takeRows(
      table,
      Int32Array.from({ length: 40 }, (_, row) => row),
    );
    const known = table.columns.map((column) =>
      column.type === 'category' ? new Set<number>(codesOf(column)) : new Set<number>(valuesOf(column)),
    );
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.boolean()), fc.nat(), async (holes, seed) => {
        const cells = Array.from({ length: 200 }, () => holes.next().value);
        const [given, gaps] = withGaps(whole, (row, c) => cells[row * 5 + c]);
        const filled = await impute(given, gaps, seed);
        filled.forEach((column, c) => {
          if (column === null) {
            expect(gaps[c]).toHaveLength(0);
            return;
          }
          const found = column.type === 'category' ? codesOf(column) : valuesOf(column);
          expect(found).toHaveLength(gaps[c].length);
          for (let i = 0; i < found.length; i++) {
            expect(isMissing(column, i)).toBe(false);
            if (c === 2)
              expect(found[i] >= 0 && found[i] < 200 && !(found[i] > 19 && found[i] < 30)).toBe(true);
            else if (c !== 4) expect(known[c].has(found[i])).toBe(true);
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it('fill whole rows of which nothing is known, and leave unknown cells that are no gaps out of account', async () => {
    const [empty, gaps] = withGaps(table, () => true);
    const filled = await impute(empty, gaps);
    expect(filled.map((column) => column?.name)).toEqual(table.columns.map(({ name }) => name));
    const [price] = [filled[3]];
    expect(price && [...valuesOf(price)].some(Number.isNaN)).toBe(false);
    const [given, some] = withGaps(table, (row, c) => c === 0 || (c === 2 && row % 2 === 0));
    const onlyColour = [some[0], ...order.slice(1).map(() => new Int32Array(0))];
    const [colour, ...others] = await impute(given, onlyColour);
    expect(colour && codesOf(colour)).toHaveLength(800);
    expect(others).toEqual([null, null, null, null]);
  });

  it('are the same for the same seed', async () => {
    const [given, gaps] = withGaps(table, (row, c) => (row + c) % 3 === 0);
    expect(await impute(given, gaps, 3)).toEqual(await impute(given, gaps, 3));
    expect(await impute(given, gaps, 3)).not.toEqual(await impute(given, gaps, 4));
  });

  it('stop when they are cancelled', async () => {
    const cancelled = new RunControl();
    const [given, gaps] = withGaps(table, (row, c) => (row + c) % 2 === 0);
    const work = model.impute(given, gaps, { rng: seededRng(1), control: cancelled });
    cancelled.stop('discard');
    await expect(work).rejects.toMatchObject({ code: 'stopped' });
    cancelled.close();
  });
});
