import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCodec } from '../../../workers/encode/bins.ts';
import { normalCdf, normalQuantile } from '../../../workers/encode/normal.ts';
import { TableCodec, drawCodes } from '../../../workers/encode/tableCodec.ts';
import { fromUniform, rankToUniform, toMidUniform, toUniform } from '../../../workers/encode/uniform.ts';
import { NumericDistribution } from '../../../workers/profile/distribution.ts';
import { numericProfile } from '../../../workers/profile/numericProfile.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const rng = (purpose: string) => seededRng('encode').fork(purpose);

const distributionOf = (values: Float64Array, decimals: number): NumericDistribution =>
  new NumericDistribution(
    numericProfile('x', 'number', values, { min: -1e6, max: 1e6, step: 1 / 10 ** decimals }),
  );

const columnOfNumbers = fc.integer({ min: 0, max: 3 }).chain((decimals) =>
  fc
    .array(
      fc.oneof(
        fc.constant(0),
        fc.constant(NaN),
        fc.integer({ min: -5000, max: 5000 }).map((cents) => cents / 10 ** decimals),
      ),
      { minLength: 1, maxLength: 500 },
    )
    .map((values) => ({ decimals, values: Float64Array.from(values) })),
);

describe('normal distribution', () => {
  it('matches published quantiles', () => {
    const known = [
      [0.975, 1.959963984540054],
      [0.5, 0],
      [0.001, -3.090232306167813],
      [1e-20, -9.262340089798409],
    ];
    for (const [u, z] of known) expect(normalQuantile(u)).toBeCloseTo(z, 12);
  });

  it('has a quantile that inverts its distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (u) => {
        expect(Math.abs(normalCdf(normalQuantile(u)) - u)).toBeLessThan(1e-14);
      }),
    );
  });
});

describe('uniform ranks of a numeric column', () => {
  it('come back as the very values, missing included', () => {
    fc.assert(
      fc.property(columnOfNumbers, ({ values, decimals }) => {
        const distribution = distributionOf(values, decimals);
        const ranks = toUniform(distribution, values, rng('ranks'));
        for (const u of ranks) expect(Number.isNaN(u) || (u > 0 && u < 1)).toBe(true);
        expect(fromUniform(distribution, ranks)).toEqual(values);
        expect(fromUniform(distribution, toMidUniform(distribution, values))).toEqual(values);
      }),
    );
  });

  it('decode monotonically, in bounds and on the grid', () => {
    fc.assert(
      fc.property(columnOfNumbers, ({ values, decimals }) => {
        const distribution = distributionOf(values, decimals);
        const ranks = Float64Array.from({ length: 201 }, (_, i) => i / 200);
        const decoded = fromUniform(distribution, ranks);
        const [min, max] = distribution.range;
        decoded.forEach((value, i) => {
          if (distribution.pieces === 0) return expect(value).toBeNaN();
          expect(value).toBe(Number(value.toFixed(decimals)));
          expect(value).toBeGreaterThanOrEqual(i === 0 ? min : decoded[i - 1]);
          expect(value).toBeLessThanOrEqual(max);
        });
      }),
    );
  });

  it('are uniform for rows of the profile (false alarm below 1e-6)', () => {
    const random = rng('uniformity');
    const values = Float64Array.from({ length: 10_000 }, () =>
      random.uniform() < 0.4 ? 0 : Math.round(random.normal() * 1e4),
    );
    const sorted = toUniform(distributionOf(values, 0), values, random).sort();
    const gap = sorted.reduce((worst, u, i) => Math.max(worst, Math.abs(u - (i + 0.5) / sorted.length)), 0);
    // Kolmogorov: P(gap > 2.7 / sqrt(n)) = 2 exp(-2 * 2.7^2) < 1e-6.
    expect(gap).toBeLessThan(2.7 / Math.sqrt(sorted.length));
  });

  it('stay within (0, 1) for values the profile never saw', () => {
    const distribution = distributionOf(Float64Array.of(1, 2, 3), 0);
    const ranks = toUniform(distribution, Float64Array.of(-50, 50), rng('outside'));
    expect(ranks[0]).toBeGreaterThan(0);
    expect(ranks[1]).toBeLessThan(1);
    expect([...fromUniform(distribution, ranks)]).toEqual([1, 3]);
  });
});

describe('rankToUniform', () => {
  it('gives evenly spaced uniforms in the order of the sample', () => {
    const ranks = rankToUniform(Float64Array.of(30, NaN, 10, 20), rng('even'));
    expect([...ranks]).toEqual([2.5 / 3, NaN, 0.5 / 3, 1.5 / 3]);
  });

  it('breaks ties at random', () => {
    const ranks = rankToUniform(new Float64Array(100), rng('ties'));
    expect([...ranks]).not.toEqual([...ranks].sort((a, b) => a - b));
    expect([...ranks].sort((a, b) => a - b)[99]).toBe(0.995);
  });

  it('maps any sample exactly onto the marginal of a profile', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 40 ? 0 : i < 90 ? 5 : 9));
    const distribution = distributionOf(values, 0);
    const random = rng('sample');
    const sample = Float64Array.from({ length: 100 }, () => random.normal());
    const mapped = fromUniform(distribution, rankToUniform(sample, random));
    expect(mapped.sort()).toEqual(values);
  });
});

describe('quantile bins', () => {
  it('give back values of their own bin, and atoms exactly', () => {
    fc.assert(
      fc.property(columnOfNumbers, fc.integer({ min: 1, max: 30 }), ({ values, decimals }, most) => {
        const profile = numericProfile('x', 'number', values, {
          min: -1e6,
          max: 1e6,
          step: 1 / 10 ** decimals,
        });
        const codec = binCodec(profile, most);
        expect(codec.size).toBeLessThanOrEqual(most + 1);
        const codes = codec.encode({ type: 'number', name: 'x', values });
        const decoded = codec.decode(codes, rng('bins'));
        expect(codec.encode(decoded)).toEqual(codes);
      }),
    );
  });

  it('hold the shares of the rows in them', () => {
    const random = rng('shares');
    const values = Float64Array.from({ length: 1000 }, () =>
      random.uniform() < 0.2 ? NaN : random.int(1000),
    );
    const profile = numericProfile('x', 'number', values, { min: 0, max: 999, step: 1 });
    const codec = binCodec(profile, 20);
    const counts = new Float64Array(codec.size);
    for (const code of codec.encode({ type: 'number', name: 'x', values })) counts[code]++;
    counts.forEach((count, code) => expect(codec.shares[code]).toBeCloseTo(count / 1000, 10));
    expect(codec.missing).toBe(codec.size - 1);
  });
});

describe('bins of a noisy profile', () => {
  const mass = fc.array(fc.constantFrom(0, 0, 0, 0.001, 1, 5), { minLength: 1, maxLength: 120 });
  const noisy = mass
    .filter((masses) => masses.some((share) => share > 0))
    .map((masses) => {
      const total = masses.reduce<number>((sum, share) => sum + share, 0);
      return {
        type: 'numeric',
        holds: 'number',
        name: 'x',
        low: Float64Array.from(masses, (_, i) => i * 10),
        high: Float64Array.from(masses, (_, i) => i * 10 + 10),
        mass: Float64Array.from(masses, (share) => share / total),
        missing: 0,
        step: 1,
      } as const;
    });

  it('are no more than asked for, take every value and missing cells, and decode where there is mass', () => {
    fc.assert(
      fc.property(noisy, fc.integer({ min: 3, max: 40 }), (profile, most) => {
        const codec = binCodec(profile, most);
        expect(codec.size).toBeLessThanOrEqual(most);
        const pieces = profile.mass.length;
        const values = Float64Array.from({ length: pieces + 1 }, (_, i) => (i === pieces ? NaN : i * 10 + 3));
        const codes = codec.encode({ type: 'number', name: 'x', values });
        expect(codes.every((code) => code >= 0 && code < codec.size)).toBe(true);
        expect(codec.shares[codes[pieces]]).toBe(Math.max(...codec.shares));
        const made = codec.decode(codes, rng('noisy'));
        if (made.type !== 'number') throw new Error('decoded to another type');
        made.values.forEach((value) => expect(profile.mass[Math.floor(value / 10)]).toBeGreaterThan(0));
      }),
    );
  });
});

describe('decoded bins', () => {
  it('have the marginal of the profile (false alarm below 1e-6)', () => {
    const random = rng('marginal');
    const values = Float64Array.from({ length: 10_000 }, () => Math.round(Math.exp(random.normal()) * 1e4));
    const distribution = distributionOf(values, 0);
    const codec = binCodec(distribution.profile, 8);
    const decoded = codec.decode(codec.encode({ type: 'number', name: 'x', values }), random);
    if (decoded.type !== 'number') throw new Error('type');
    const sorted = decoded.values.sort();
    const gap = sorted.reduce(
      (worst, value, i) =>
        value === sorted[i + 1]
          ? worst
          : Math.max(worst, Math.abs(distribution.cdf(value) - (i + 1) / sorted.length)),
      0,
    );
    // Kolmogorov, as above; the bins' own shares are exact, so the gap is smaller still.
    expect(gap).toBeLessThan(2.7 / Math.sqrt(sorted.length));
  });
});

const mixed = (): ReturnType<typeof tableOf> => {
  const random = rng('mixed');
  const rows = 300;
  const values = (draw: () => number) => Array.from({ length: rows }, draw);
  return tableOf(
    numbers(
      'gain',
      values(() => (random.uniform() < 0.5 ? 0 : random.uniform() < 0.2 ? NaN : random.int(10_000))),
    ),
    categories(
      'colour',
      values(() => random.int(4) - 1),
      ['red', 'green', 'blue'],
    ),
    instants(
      'seen',
      values(() => 86_400_000 * random.int(2000)),
    ),
    numbers('empty', new Float64Array(rows).fill(NaN)),
    categories('never', new Int32Array(rows).fill(-1), []),
    numbers('same', new Float64Array(rows).fill(7)),
  );
};

/** The matrix's columns as a perfect network would give them back. */
const outputsOf = (codec: TableCodec, table: Table) => {
  const encoded = codec.encode(table, rng('encode'));
  const { layout } = codec;
  const rowIndex = Int32Array.from({ length: table.rows }, (_, row) => table.rows - 1 - row);
  const matrix = new Float32Array(table.rows * layout.width);
  codec.encodeRows(encoded, rowIndex, matrix);
  const outputs = layout.blocks.map((block) => {
    if (block.kind === 'codes') return drawCodes(matrix, layout.width, block, rng('draw')).reverse();
    return Float32Array.from({ length: table.rows }, (_, row) => {
      const at = row * layout.width + block.offset;
      return block.width === 2 && matrix[at + 1] === 1 ? NaN : matrix[at];
    }).reverse();
  });
  return { matrix, outputs };
};

describe('matrix of a table', () => {
  it.each([['score' as const], [{ bins: 500 }]])('decodes to the table it came from (%j)', (numeric) => {
    const { table, schema } = mixed();
    const codec = new TableCodec(profileTable(table, schema), numeric);
    const { matrix, outputs } = outputsOf(codec, table);
    expect(matrix.every((value) => Number.isFinite(value))).toBe(true);
    const decoded = codec.decode(outputs, rng('decode'));
    expect(decoded.rows).toBe(table.rows);
    for (const name of ['colour', 'empty', 'never', 'same']) {
      const at = table.columns.findIndex((column) => column.name === name);
      expect(decoded.columns[at]).toEqual(table.columns[at]);
    }
    const { columns } = codec.decode(outputs, rng('again'));
    expect(columns.map((column) => column.type)).toEqual(table.columns.map((column) => column.type));
  });

  it('gives numbers back from scores within a float of their rank', () => {
    const { table, schema } = mixed();
    const profile = profileTable(table, schema);
    const codec = new TableCodec(profile, 'score');
    const [gain] = codec.decode(outputsOf(codec, table).outputs, rng('decode')).columns;
    const [real] = table.columns;
    const [described] = profile.columns;
    if (gain.type !== 'number' || real.type !== 'number' || described.type !== 'numeric')
      throw new Error('types');
    const distribution = new NumericDistribution(described);
    gain.values.forEach((value, row) => {
      if (Number.isNaN(real.values[row])) return expect(value).toBeNaN();
      expect(Math.abs(distribution.cdf(value) - distribution.cdf(real.values[row]))).toBeLessThan(1e-3);
    });
  });

  it('has one 1 in each block of codes', () => {
    const { table, schema } = mixed();
    const codec = new TableCodec(profileTable(table, schema), { bins: 10 });
    const { matrix } = outputsOf(codec, table);
    const sum = matrix.reduce((total, value) => total + value, 0);
    expect(sum).toBe(table.rows * table.columns.length);
    expect(codec.layout.blocks.reduce((width, block) => width + block.width, 0)).toBe(codec.layout.width);
  });
});

describe('drawCodes', () => {
  it('draws codes with the given probabilities (false alarm below 1e-6)', () => {
    const rows = 20_000;
    const matrix = Float32Array.from({ length: rows * 4 }, (_, i) => [9, 0.2, 0, 0.8][i % 4]);
    const codes = drawCodes(matrix, 4, { offset: 1, width: 3 }, rng('codes'));
    const ones = codes.reduce((count, code) => count + Number(code === 2), 0);
    expect(codes.includes(1)).toBe(false);
    // Five standard deviations of a binomial.
    expect(Math.abs(ones / rows - 0.8)).toBeLessThan(5 * Math.sqrt(0.16 / rows));
  });
});
