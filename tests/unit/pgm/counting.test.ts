import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { cellsOf, distinctCliques } from '../../../workers/pgm/cliques.ts';
import { countCliques, countCliquesPaced } from '../../../workers/pgm/counting.ts';
import type { Clique, Codes } from '../../../workers/pgm/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { cellOf, subset } from './brute.ts';

interface Sample {
  readonly sizes: number[];
  readonly columns: Codes[];
  readonly cliques: Clique[];
}

function randomSample(seed: number, rows: number): Sample {
  const rng = seededRng(seed);
  const sizes = Array.from({ length: 5 }, () => 1 + rng.int(6));
  const kinds = [Uint8Array, Uint16Array, Int32Array];
  const columns = sizes.map((size, i) => new kinds[i % 3](rows).map(() => rng.int(size)));
  const cliques = distinctCliques(Array.from({ length: 8 }, () => subset(5, 4, rng)));
  return { sizes, columns, cliques };
}

function naive({ sizes, columns, cliques }: Sample, from: number, to: number): Float64Array[] {
  return cliques.map((clique) => {
    const table = new Float64Array(cellsOf(sizes, clique));
    for (let row = from; row < to; row++) {
      table[
        cellOf(
          sizes,
          clique,
          columns.map((codes) => codes[row]),
        )
      ]++;
    }
    return table;
  });
}

test('counts equal a naive count for cliques of any size, in any kind of array', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 9000 }), (seed, rows) => {
      const sample = randomSample(seed, rows);
      const from = Math.floor(rows / 3);
      const { columns, sizes, cliques } = sample;
      expect(countCliques(columns, sizes, cliques)).toEqual(naive(sample, 0, rows));
      expect(countCliques(columns, sizes, cliques, from, rows)).toEqual(naive(sample, from, rows));
    }),
    { numRuns: 25 },
  );
});

test('the empty clique counts all rows', () => {
  expect(countCliques([new Uint8Array(9)], [3], [[]])).toEqual([Float64Array.of(9)]);
});

test('the paced count is the same, reports progress and can be cancelled', async () => {
  const sample = randomSample(7, 600_000);
  const { columns, sizes, cliques } = sample;
  const control = new RunControl();
  const shares: number[] = [];
  const counts = await countCliquesPaced(columns, sizes, cliques, control, (done) => shares.push(done));
  expect(counts).toEqual(countCliques(columns, sizes, cliques));
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[shares.length - 1]).toBe(1);
  control.stop('discard');
  await expect(countCliquesPaced(columns, sizes, cliques, control)).rejects.toMatchObject({
    code: 'stopped',
  });
  control.close();
});

test.each([[[1, 0]], [[0, 0]], [[5]], [[-1]], [[0.5]]])('refuses the clique %j', (clique) => {
  expect(() => countCliques([new Uint8Array(2), new Uint8Array(2)], [2, 2], [clique])).toThrow(RangeError);
});
