import type { Profile } from '../../profile/types.ts';
import type { Rng } from '../../random/rng.ts';
import type { Table } from '../../table/types.ts';
import { damaged, SavedReader } from '../savedModel.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { SampleContext } from '../types.ts';
import { DerivedColumns } from './derived.ts';
import { TokenCodec } from './tokens.ts';

/** How rows of tokens become a table. */
export interface TokenDecoding {
  readonly codec: TokenCodec;
  readonly derived: DerivedColumns;
}

/** Rows made at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
export const rowsAtOnce = 1000;

/**
 * A table of `rows` rows: tokens of the free columns as `make` draws them, one array a column, columns that others
 * determine, and a cell for each token.
 */
export async function tableOf(
  { codec, derived }: TokenDecoding,
  rows: number,
  { rng, control, onProgress }: SampleContext,
  make: (count: number, rng: Rng) => Promise<Int32Array[]>,
): Promise<Table> {
  const making = rng.fork('rows');
  const tokens = derived.free.map(() => new Int32Array(rows));
  for (let done = 0; done < rows; done += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - done);
    const part = await make(count, making);
    part.forEach((column, c) => tokens[c].set(column, done));
    onProgress?.((done + count) / rows);
    await control.checkpoint();
  }
  return codec.decode(derived.complete(tokens), rng.fork('cells'));
}

/** What `loadedDecoding` makes the same decoding of, beside the profile. */
export function savedDecoding({ codec, derived }: TokenDecoding): SavedModel {
  const maps = derived.rules.map(({ column, map }) => [`map ${column}`, Int32Array.from(map)] as const);
  return {
    settings: {
      ...codec.resolution,
      rules: derived.rules.map(({ column, source }) => ({ column, source })),
    },
    tensors: Object.fromEntries(maps),
  };
}

/** Bounds of sizes in a file: beyond what any fit uses, and below what would fill the memory. */
const most = { bins: 1024, commonShare: 65_536 };

/** Throws `bad-file` for what does not fit the profile. */
export function loadedDecoding(saved: SavedReader, profile: Profile): TokenDecoding {
  const { settings } = saved;
  const codec = new TokenCodec(profile, {
    bins: SavedReader.whole(settings.at('bins'), 1, most.bins),
    commonShare: SavedReader.whole(settings.at('commonShare'), 1, most.commonShare),
  });
  return { codec, derived: derivedOf(saved, codec.shares) };
}

function derivedOf(saved: SavedReader, shares: readonly Float64Array[]): DerivedColumns {
  const last = shares.length - 1;
  const rules = saved.settings
    .at('rules')
    .list()
    .map((rule) => {
      const column = SavedReader.whole(rule.at('column'), 0, last);
      const source = SavedReader.whole(rule.at('source'), 0, last);
      const map = saved.codes(`map ${column}`, shares[source].length, shares[column].length);
      return { column, source, map: Uint16Array.from(map) };
    });
  try {
    return DerivedColumns.of(rules, shares);
  } catch (cause) {
    if (cause instanceof RangeError) throw damaged('two of its columns determine each other');
    throw cause;
  }
}
