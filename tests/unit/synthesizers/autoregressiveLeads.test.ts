import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { learningRateAt } from '../../../workers/nn/learningRate.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { Conditionals } from '../../../workers/synthesizers/autoregressive/conditionals.ts';
import { ledShare, Leads } from '../../../workers/synthesizers/autoregressive/leads.ts';
import { drawMasks } from '../../../workers/synthesizers/autoregressive/masks.ts';
import { AutoregressiveNetwork } from '../../../workers/synthesizers/autoregressive/network.ts';
import { AutoregressiveTrainee } from '../../../workers/synthesizers/autoregressive/trainee.ts';

const rows = 8000;
/** Whole rows, in order. */
const which = (): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);
const sharesOf = (codes: Uint16Array, width: number): Float64Array => {
  const shares = new Float64Array(width);
  for (const code of codes) shares[code] += 1 / codes.length;
  return shares;
};
/** Columns with a code of 1 %, with four equally common codes, and with one code of 20 % and one that nobody has. */
const codes = [
  Uint16Array.from(which(), (row) => +(row % 100 !== 0)),
  Uint16Array.from(which(), (row) => row % 4),
  Uint16Array.from(which(), (row) => (row % 5 === 0 ? 0 : 2)),
];
const shares = [sharesOf(codes[0], 2), sharesOf(codes[1], 4), sharesOf(codes[2], 3)];

describe('columns that lead', () => {
  it('come with rare codes as if these were common, within bounds (five standard deviations)', () => {
    const leads = new Leads({ codes, shares, ordered: [0, 0, 0] });
    const rng = seededRng('rows');
    const wanted = [
      [0.2 / 1.19, 0.99 / 1.19],
      [0.25, 0.25, 0.25, 0.25],
      [1 / 3 / (1 / 3 + 0.8), 0, 0.8 / (1 / 3 + 0.8)],
    ];
    const draws = 20_000;
    wanted.forEach((chances, column) => {
      const counts = chances.map(() => 0);
      for (let draw = 0; draw < draws; draw++) counts[codes[column][leads.row(column, -1, rng)]]++;
      counts.forEach((count, code) => {
        expect(Math.abs(count / draws - chances[code])).toBeLessThan(0.0177);
      });
    });
  });

  it('are the target every other time, and categories more often than numbers (five standard deviations)', () => {
    const four = [...codes, codes[0]];
    const leads = new Leads({
      codes: four,
      shares: [...shares, shares[0]],
      ordered: [9, 9, 0, 9],
      target: 3,
    });
    const rng = seededRng('leads');
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 20_000; draw++) counts[leads.column(rng)]++;
    const wanted = [1 / 16, 1 / 16, 1 / 4 + 1 / 16, 1 / 2 + 1 / 16];
    counts.forEach((count, column) => {
      expect(Math.abs(count / 20_000 - wanted[column])).toBeLessThan(0.0176);
    });
  });

  it('are shown first, then the others in order; all other rows stay as they are', () => {
    const leads = new Leads({ codes, shares, ordered: [9, 0, 9], target: 1 });
    const led = { leads, rows: new Int32Array(rows).fill(-1) };
    const order = [2, 0, 1];
    const { known, weights } = drawMasks(rows, order, 0, seededRng('led'), led);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (led.rows[row] < 0) continue;
      count++;
      const shown = order.filter((c) => known[row * 3 + c] === 1);
      // One is the lead; a second is the first of the order that is not.
      expect([1, 2]).toContain(shown.length);
      if (shown.length === 2) expect(shown).toContain(2);
      const total = weights.subarray(row * 3, row * 3 + 3).reduce((sum, each) => sum + each, 0);
      expect(total).toBeCloseTo(3, 5);
    }
    expect(Math.abs(count / rows - ledShare)).toBeLessThan(0.025);
  });
});

describe('a class of 1 % that is all that is known of a row', () => {
  beforeAll(() => chooseBackend('cpu'));

  it('says what rows of it are like', async () => {
    // Fifteen columns, each of which says the class in nine of ten rows.
    const learned = 2000;
    const rng = seededRng('rare');
    const label = Uint16Array.from({ length: learned }, (_, row) => +(row % 100 === 0));
    const others = Array.from({ length: 15 }, () =>
      label.map((code) => (rng.uniform() < 0.9 ? code : 1 - code)),
    );
    const columns = [...others, label];
    const network = new AutoregressiveNetwork({ widths: columns.map(() => 2), hidden: 24, depth: 1 });
    const lesson = {
      codes: columns,
      order: [...columns.keys()],
      shares: columns.map((column) => sharesOf(column, 2)),
      ordered: columns.map(() => 0),
      target: 15,
    };
    const steps = 1500;
    const trainee = new AutoregressiveTrainee(network, lesson, steps, rng);
    trainee.load(undefined);
    for (let step = 0; step < steps; step++) {
      const batch = Int32Array.from({ length: 100 }, () => rng.int(learned));
      trainee.step(batch, step, learningRateAt(4e-3, step / steps, step)).dispose();
    }
    const parameters = await trainee.averaged();
    trainee.unload();

    const conditionals = new Conditionals({ network, parameters }, false);
    const likelyOnes = async (known: number): Promise<number> => {
      const chances: number[] = [];
      for (let column = 0; column < 15; column++) {
        await conditionals.fill(new Map([[15, Uint16Array.of(known)]]), [column], (_, logits) => {
          chances.push(1 / (1 + Math.exp(logits[0] - logits[1])));
          return Uint16Array.of(0);
        });
      }
      return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
    };
    // .1 and .9 in the rows; without leads .30 is learned of the 20 rare ones.
    expect(await likelyOnes(0)).toBeLessThan(0.15);
    expect(await likelyOnes(1)).toBeGreaterThan(0.55);
    conditionals.dispose();
  });
});
