import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarginalCodec } from '../../../workers/encode/marginalCodec.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type {
  CategoryProfile,
  ColumnProfile,
  NumericProfile,
  Profile,
} from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { Table } from '../../../workers/table/types.ts';
import { codesOf, related, valuesOf } from './related.ts';

const noise = fc.constantFrom(undefined, 1, 12, 80);
const missing = fc.constantFrom(0, 0, 0.2, 1);
/** Masses as noise and clamping leave them: many zeros, some heavy ones. At least one is positive. */
const masses = (most: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.constantFrom(0, 0, 0.02, 1, 1, 30), { minLength: 1, maxLength: most })
    .filter((shares) => shares.some((share) => share > 0));

const category = (
  name: string,
  shares: readonly number[],
  blank: number,
  sigma?: number,
): CategoryProfile => {
  const total = shares.reduce((sum, share) => sum + share, 0) / (1 - blank || 1);
  return {
    type: 'category',
    name,
    categories: shares.map((_, i) => `v${i}`),
    mass: Float64Array.from(shares, (share) => (blank < 1 ? share / total : 0)),
    missing: blank,
    noise: sigma,
  };
};

/** Pieces of widths 1 .. 7 with gaps between some. */
const numeric = (name: string, shares: readonly number[], blank: number, sigma?: number): NumericProfile => {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const low = shares.map((_, i) => i * 10);
  return {
    type: 'numeric',
    holds: 'number',
    name,
    low: Float64Array.from(blank < 1 ? low : []),
    high: Float64Array.from(blank < 1 ? low : [], (start, i) => start + (i % 3 === 0 ? 0 : (i % 8) + 2)),
    mass: Float64Array.from(blank < 1 ? shares : [], (share) => share / total),
    missing: blank,
    step: 1,
    noise: sigma,
  };
};

const profiles: fc.Arbitrary<Profile> = fc
  .record({
    rows: fc.integer({ min: 1, max: 5000 }),
    labels: masses(40),
    pieces: masses(120),
    blanks: fc.tuple(missing, missing),
    sigma: noise,
  })
  .map(({ rows, labels, pieces, blanks, sigma }) => ({
    rows,
    columns: [category('label', labels, blanks[0], sigma), numeric('size', pieces, blanks[1], sigma)],
  }));

/** Every code of each column, so often that each value behind it is likely to be drawn. */
const allCodes = ({ sizes }: MarginalCodec, times: number): Int32Array[] =>
  sizes.map((size) => Int32Array.from({ length: Math.max(...sizes) * times }, (_, row) => row % size));

const decoded = (codec: MarginalCodec, codes: readonly Int32Array[], seed = 'cells'): Table => {
  const rng = seededRng(seed);
  return { rows: codes[0].length, columns: codec.draws().map((draws, c) => draws.decode(codes[c], rng)) };
};

describe('codes of marginals', () => {
  it('decode into values that encode to them, whatever noise left of the profile', () => {
    fc.assert(
      fc.property(profiles, (profile) => {
        const codec = new MarginalCodec(profile);
        const codes = allCodes(codec, 20);
        const back = codec.encode(decoded(codec, codes));
        back.forEach((found, c) => expect([...found]).toEqual([...codes[c]]));
      }),
      { numRuns: 200 },
    );
  });

  it('decode into values that have mass, or missing where the profile has that', () => {
    fc.assert(
      fc.property(profiles, (profile) => {
        const codec = new MarginalCodec(profile);
        const [label, size] = decoded(codec, allCodes(codec, 20)).columns;
        const [labels, sizes] = profile.columns;
        if (labels.type !== 'category' || sizes.type !== 'numeric') throw new Error('kinds');
        for (const code of codesOf(label)) {
          if (code < 0) expect(labels.missing).toBeGreaterThan(0);
        }
        for (const value of valuesOf(size)) {
          if (Number.isNaN(value)) expect(sizes.missing).toBeGreaterThan(0);
          else {
            const piece = sizes.low.findLastIndex((low) => low <= value);
            expect(sizes.mass[piece]).toBeGreaterThan(0);
            expect(value).toBeLessThan(Math.max(sizes.high[piece], sizes.low[piece] + 1));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('have counts that sum to the rows, each with a noise of its own', () => {
    fc.assert(
      fc.property(profiles, (profile) => {
        const codec = new MarginalCodec(profile);
        codec.oneWays().forEach(({ counts, sigma }, c) => {
          expect(counts).toHaveLength(codec.sizes[c]);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(profile.rows, 6);
          expect(counts.every((count) => count >= 0)).toBe(true);
          expect(sigma).toHaveLength(codec.sizes[c]);
          expect(sigma.every((deviation) => deviation >= 1)).toBe(true);
        });
      }),
    );
  });

  it('take every row of the table, missing cells too where the profile knows of none', () => {
    const { table, schema } = related(300);
    const profile = profileTable(table, schema);
    const complete = { ...profile, columns: profile.columns.map((column) => ({ ...column, missing: 0 })) };
    for (const each of [profile, complete]) {
      const codec = new MarginalCodec(each);
      codec.encode(table).forEach((codes, c) => {
        expect(codes).toHaveLength(300);
        expect(codes.every((code) => code < codec.sizes[c])).toBe(true);
      });
    }
  });

  it('are few where noise is large, and as many as there are values where there is none', () => {
    const shares = Array.from({ length: 500 }, (_, i) => 1 / (1 + i));
    const sizesAt = (sigma?: number): readonly number[] =>
      new MarginalCodec({
        rows: 10_000,
        columns: [category('c', shares, 0.1, sigma), numeric('n', shares, 0.1, sigma)],
      }).sizes;
    expect(sizesAt()[0]).toBe(501);
    expect(sizesAt()[1]).toBeGreaterThan(50);
    expect(sizesAt()[1]).toBeLessThanOrEqual(65);
    const [some, few] = [sizesAt(10), sizesAt(300)];
    expect(some[0]).toBeLessThan(100);
    expect(some[0]).toBeGreaterThan(20);
    expect(few.every((size, c) => size < some[c])).toBe(true);
    expect(few[0]).toBeGreaterThan(1);
  });

  it('of 500 categories keep the shares of those in the common code (to the row)', () => {
    const shares = Array.from({ length: 500 }, (_, i) => (i < 3 ? 100 : 1));
    const codec = new MarginalCodec({ rows: 797, columns: [category('c', shares, 0, 5)] });
    expect(codec.sizes).toEqual([4]);
    const rows = 497 * 4;
    const [column] = decoded(codec, [new Int32Array(rows).fill(3)]).columns;
    const counts = new Float64Array(500);
    for (const code of codesOf(column)) counts[code]++;
    expect([...counts]).toEqual(shares.map((_, i) => (i < 3 ? 0 : 4)));
    // In random order: rows of one category do not follow each other.
    const together = [...codesOf(column)].filter((code, row, all) => row > 0 && code === all[row - 1]).length;
    expect(together).toBeLessThan(rows / 20);
  });

  it.each<[string, ColumnProfile, readonly unknown[]]>([
    ['one category', category('c', [1], 0), [0]],
    ['one number', numeric('n', [1], 0), [0]],
    ['only missing categories', category('c', [1], 1), [-1]],
    ['only missing numbers', numeric('n', [1], 1), [NaN]],
  ])('of a column with %s are one code', (_, profile, cells) => {
    const codec = new MarginalCodec({ rows: 10, columns: [profile] });
    const certain = codec.oneWays()[0].counts.findIndex((count) => count > 0);
    expect(codec.oneWays()[0].counts[certain]).toBe(10);
    const [column] = decoded(codec, [Int32Array.of(certain)]).columns;
    expect(column.type === 'category' ? [...column.codes] : [...valuesOf(column)]).toEqual(cells);
  });
});
