import { expect } from 'vitest';
import { MarginalCodec } from '../../../workers/encode/marginalCodec.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import {
  Conditionals,
  type ColumnCodes,
  type TrainedNetwork,
} from '../../../workers/synthesizers/autoregressive/conditionals.ts';
import { AutoregressiveNetwork } from '../../../workers/synthesizers/autoregressive/network.ts';
import { resolutionFor } from '../../../workers/synthesizers/autoregressive/settings.ts';
import { gTest } from '../privacy/statistics.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

export const day = 86_400_000;
export const colours = ['red', 'green', 'blue', 'grey'];
const cities = ['a', 'b', 'c', 'never'];

/** One shape of every kind of column; nothing has a size between 20 and 29, and nobody lives in the last city. */
const real = () => {
  const rng = seededRng('conditions');
  const rows = Array.from({ length: 800 }, () => rng.int(4));
  return tableOf(
    categories('colour', rows, colours),
    categories(
      'city',
      rows.map((c) => (c + rng.int(2)) % 3),
      cities,
    ),
    numbers(
      'size',
      rows.map((c) => (c < 2 ? rng.int(20) : 30 + rng.int(170))),
    ),
    numbers(
      'price',
      rows.map(() => (rng.int(3) === 0 ? NaN : rng.int(4))),
    ),
    instants(
      'seen',
      rows.map(() => day * rng.int(3000)),
    ),
  );
};

export const { table, schema } = real();
export const codec = new MarginalCodec(profileTable(table, schema), resolutionFor(800, 5));
export const { sizes, shares } = codec;

/** A network that nobody trained, but whose columns depend on each other as its weights happen to be. */
export const trained = (): TrainedNetwork => {
  const network = new AutoregressiveNetwork({ widths: sizes, hidden: 12, depth: 2 });
  const rng = seededRng('weights');
  const parameters = initialValues(network.initial(shares, rng)).map((value) => value + 0.3 * rng.normal());
  return { network, parameters };
};

/** P(column = code | known) for every row of `known`, by the network itself. */
export async function chancesOf(
  column: number,
  known: ReadonlyMap<number, ColumnCodes>,
  temperature = 1,
): Promise<Float64Array[]> {
  const conditionals = new Conditionals(trained(), false);
  const chances: Float64Array[] = [];
  await conditionals.fill(known, [column], (_, logits) => {
    const width = sizes[column];
    const rows = logits.length / width;
    for (let row = 0; row < rows; row++) {
      const weights = Float64Array.from({ length: width }, (__, code) =>
        shares[column][code] > 0 ? Math.exp(logits[row * width + code] / temperature) : 0,
      );
      const total = weights.reduce((sum, weight) => sum + weight);
      chances.push(weights.map((weight) => weight / total));
    }
    return new Uint16Array(rows);
  });
  conditionals.dispose();
  return chances;
}

/** Counts against chances, where something can be at all. */
export function expectFit(counts: readonly number[], chances: readonly number[]): void {
  counts.forEach((count, cell) => chances[cell] === 0 && expect(count).toBe(0));
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  const possible = [...chances.keys()].filter((cell) => chances[cell] > 0);
  const { statistic, limit } = gTest(
    possible.map((cell) => counts[cell]),
    possible.map((cell) => chances[cell] / total),
  );
  expect(statistic).toBeLessThan(limit);
}

export const tally = (cells: Iterable<number>, size: number): number[] => {
  const counts = new Array<number>(size).fill(0);
  for (const cell of cells) counts[cell]++;
  return counts;
};
