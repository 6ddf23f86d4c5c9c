import type { JsonReader } from '../../schema/jsonReader.ts';
import type { Profile } from '../../profile/types.ts';
import { loadedDecoding } from '../neural/decoding.ts';
import { SavedReader } from '../savedModel.ts';
import { VaeModel } from './model.ts';
import { VaeNetwork } from './network.ts';

/** Bounds of sizes in a file: beyond what any fit uses, and below what would fill the memory. */
const most = { layer: 4096, decodings: 16 };

const wholeAt = (reader: JsonReader, key: string, highest: number): number =>
  SavedReader.whole(reader.at(key), 1, highest);

/** A network that was saved, on no device yet. */
export async function load(saved: SavedReader, profile: Profile): Promise<VaeModel> {
  const { settings } = saved;
  const decoding = loadedDecoding(saved, profile);
  const { codec, derived } = decoding;
  const network = new VaeNetwork({
    widths: derived.free.map((column) => codec.widths[column]),
    hidden: wholeAt(settings, 'hidden', most.layer),
    latent: wholeAt(settings, 'latent', most.layer),
  });
  const parameters = saved.float32('parameters', network.layout.length);
  const shifts = Array.from({ length: wholeAt(settings, 'decodings', most.decodings) }, (_, i) =>
    saved.float32(`shift ${i}`, network.width),
  );
  return new VaeModel({ network, parameters }, shifts, decoding, true);
}
