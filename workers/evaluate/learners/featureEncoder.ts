import { HomespunError } from '../../errors.ts';
import type { Table } from '../../table/types.ts';
import type { ScoredColumn } from '../binning.ts';
import { scored } from '../samples.ts';
import { binsOf, type FeatureBins } from './binFeatures.ts';
import { designColumnOf, type DesignColumn } from './designColumns.ts';
import type { BinnedTable, Design, Features } from './types.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const mismatch = (name: string): HomespunError =>
  new HomespunError({
    code: 'bad-schema',
    message: `Column “${name}” is not the same in the tables to compare.`,
    hint: 'Make the synthetic table again from this file.',
    column: name,
  });

interface EncodedColumn {
  readonly train: ScoredColumn['type'];
  readonly bins: FeatureBins;
  readonly design: DesignColumn;
}

/** Turns rows into numbers for learners, by what the training rows hold and nothing else. */
export class FeatureEncoder {
  readonly #columns: readonly EncodedColumn[];

  constructor(train: readonly ScoredColumn[]) {
    this.#columns = train.map((column) => ({
      train: column.type,
      bins: binsOf(column),
      design: designColumnOf(column),
    }));
  }

  /** Names of the features, in order. */
  get names(): string[] {
    return this.#columns.map(({ bins }) => bins.name);
  }

  /** Feature that each column of a design belongs to. */
  get designOwners(): Int32Array {
    return Int32Array.from(this.#columns.flatMap(({ design }, at) => Array<number>(design.width).fill(at)));
  }

  /** Both forms; each is made when it is first asked for. Throws `bad-schema` where a column is absent or of another type. */
  encode(table: Table): Features {
    const found = this.#find(table);
    let [binned, design]: [BinnedTable | null, Design | null] = [null, null];
    const { rows } = table;
    const makeBinned = (): BinnedTable => this.#bin(found, rows);
    const makeDesign = (): Design => this.#design(found, rows);
    return {
      rows,
      get binned() {
        return (binned ??= makeBinned());
      },
      get design() {
        return (design ??= makeDesign());
      },
    };
  }

  #find({ columns }: Table): ScoredColumn[] {
    const byName = new Map(columns.map((column) => [column.name, column]));
    return this.#columns.map(({ train, bins }) => {
      const column = byName.get(bins.name);
      if (column === undefined || column.type === 'text' || column.type !== train) throw mismatch(bins.name);
      return column;
    });
  }

  #bin(found: readonly ScoredColumn[], rows: number): BinnedTable {
    const codes = new Uint8Array(found.length * rows);
    this.#columns.forEach(({ bins }, at) => bins.write(found[at], codes, at * rows));
    return { rows, codes, features: this.#columns.map(({ bins }) => bins) };
  }

  #design(found: readonly ScoredColumn[], rows: number): Design {
    const slots = sum(this.#columns.map(({ design }) => design.slots));
    const width = sum(this.#columns.map(({ design }) => design.width));
    const design: Design = {
      rows,
      slots,
      width,
      columns: new Int32Array(rows * slots),
      values: new Float64Array(rows * slots),
    };
    let [slot, first] = [0, 0];
    for (const [at, { design: column }] of this.#columns.entries()) {
      column.write(found[at], design, slot, first);
      slot += column.slots;
      first += column.width;
    }
    return design;
  }
}

/** An encoder fitted on all columns of a table that are not text, but those named in `without`. */
export function fitEncoder(train: Table, without: ReadonlySet<string>): FeatureEncoder {
  return new FeatureEncoder(scored(train).columns.filter(({ name }) => !without.has(name)));
}
