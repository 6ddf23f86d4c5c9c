import { NumericDistribution } from '../../profile/distribution.ts';
import type { CategoryProfile, ColumnProfile, NumericProfile, Profile } from '../../profile/types.ts';
import type { Rng } from '../../random/rng.ts';
import type { Column, Table } from '../../table/types.ts';
import { drawUnder } from '../rejection.ts';
import { nothingMore } from '../savedModel.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { Model, SampleContext } from '../types.ts';

/** Cells drawn between two checkpoints: some ten milliseconds. */
const cellsPerTurn = 100_000;

/** Rows of one column, filled a stretch at a time. */
interface ColumnDraw {
  readonly column: Column;
  fill(from: number, to: number): void;
}

const drawNumbers = (profile: NumericProfile, rows: number, rng: Rng): ColumnDraw => {
  const distribution = new NumericDistribution(profile);
  const values = new Float64Array(rows);
  return {
    column: { type: profile.holds, name: profile.name, values },
    fill(from, to) {
      for (let row = from; row < to; row++) {
        values[row] = rng.uniform() < profile.missing ? NaN : distribution.inverseCdf(rng.uniform());
      }
    },
  };
};

/** Walker's alias method (Vose 1991): each slot holds its own code up to `keep`, another beyond. */
const aliasTable = (shares: Float64Array): { keep: Float64Array; other: Int32Array } => {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const keep = shares.map((share) => (share * shares.length) / total);
  const other = Int32Array.from(shares, (_, code) => code);
  const small: number[] = [];
  const large: number[] = [];
  keep.forEach((share, code) => (share < 1 ? small : large).push(code));
  for (
    let less = small.pop(), more = large.pop();
    less !== undefined && more !== undefined;
    less = small.pop()
  ) {
    other[less] = more;
    keep[more] -= 1 - keep[less];
    if (keep[more] < 1) {
      small.push(more);
      more = large.pop();
    }
  }
  return { keep, other };
};

const drawCategories = (profile: CategoryProfile, rows: number, rng: Rng): ColumnDraw => {
  const { name, categories, mass, missing } = profile;
  const { keep, other } = aliasTable(Float64Array.from([...mass, missing]));
  const codes = new Int32Array(rows);
  return {
    column: { type: 'category', name, categories, codes },
    fill(from, to) {
      for (let row = from; row < to; row++) {
        const slot = rng.int(keep.length);
        const code = rng.uniform() < keep[slot] ? slot : other[slot];
        codes[row] = code === mass.length ? -1 : code;
      }
    },
  };
};

const draw = (profile: ColumnProfile, rows: number, rng: Rng): ColumnDraw =>
  profile.type === 'category' ? drawCategories(profile, rows, rng) : drawNumbers(profile, rows, rng);

/** Holds the profile and nothing else. */
export class IndependentModel implements Model {
  readonly method = 'independent';
  readonly #profile: Profile;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { rng, control, onProgress, conditions } = context;
    if (conditions) return drawUnder((count, each) => this.sample(count, each), conditions, rows, context);
    const columns = this.#profile.columns.map((profile) => draw(profile, rows, rng.fork(profile.name)));
    const stretch = Math.ceil(cellsPerTurn / Math.max(1, columns.length));
    for (let row = 0; row < rows; row += stretch) {
      for (const column of columns) column.fill(row, Math.min(rows, row + stretch));
      onProgress?.(Math.min(1, (row + stretch) / rows));
      await control.checkpoint();
    }
    return { rows, columns: columns.map(({ column }) => column) };
  }

  save(): SavedModel {
    return nothingMore;
  }

  dispose(): void {
    // Plain arrays: the garbage collector frees them.
  }
}
