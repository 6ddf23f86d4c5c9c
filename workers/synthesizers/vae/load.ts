import type { JsonReader } from '../../schema/jsonReader.ts';
import type { Profile } from '../../profile/types.ts';
import { damaged, SavedReader } from '../savedModel.ts';
import { DerivedColumns } from './derived.ts';
import { VaeModel } from './model.ts';
import { VaeNetwork } from './network.ts';
import { TokenCodec } from './tokens.ts';

/** Bounds of sizes in a file: beyond what any fit uses, and below what would fill the memory. */
const most = { bins: 1024, commonShare: 65_536, layer: 4096, decodings: 16 };

const wholeAt = (reader: JsonReader, key: string, highest: number): number =>
  SavedReader.whole(reader.at(key), 1, highest);

/** A network that was saved, on no device yet. */
export async function load(saved: SavedReader, profile: Profile): Promise<VaeModel> {
  const { settings } = saved;
  const resolution = {
    bins: wholeAt(settings, 'bins', most.bins),
    commonShare: wholeAt(settings, 'commonShare', most.commonShare),
  };
  const codec = new TokenCodec(profile, resolution);
  const derived = derivedOf(saved, codec.shares);
  const network = new VaeNetwork({
    widths: derived.free.map((column) => codec.widths[column]),
    hidden: wholeAt(settings, 'hidden', most.layer),
    latent: wholeAt(settings, 'latent', most.layer),
  });
  const parameters = saved.float32('parameters', network.layout.length);
  const shifts = Array.from({ length: wholeAt(settings, 'decodings', most.decodings) }, (_, i) =>
    saved.float32(`shift ${i}`, network.width),
  );
  return new VaeModel({ network, parameters }, shifts, { codec, derived }, true);
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
