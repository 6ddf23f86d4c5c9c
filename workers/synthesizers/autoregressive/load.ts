import { MarginalCodec } from '../../encode/marginalCodec.ts';
import type { Profile } from '../../profile/types.ts';
import type { JsonReader } from '../../schema/jsonReader.ts';
import { damaged, SavedReader } from '../savedModel.ts';
import { AutoregressiveModel } from './model.ts';
import { AutoregressiveNetwork } from './network.ts';

/** Bounds of sizes in a file: beyond what any fit uses, and below what would fill the memory. */
const most = { bins: 1024, commonShare: 65_536, layer: 4096, depth: 8 };

const wholeAt = (reader: JsonReader, key: string, highest: number): number =>
  SavedReader.whole(reader.at(key), 1, highest);

/** A network that was saved, on no device yet. */
export async function load(saved: SavedReader, profile: Profile): Promise<AutoregressiveModel> {
  const { settings } = saved;
  const codec = new MarginalCodec(profile, {
    bins: wholeAt(settings, 'bins', most.bins),
    commonShare: wholeAt(settings, 'commonShare', most.commonShare),
  });
  const network = new AutoregressiveNetwork({
    widths: codec.sizes,
    hidden: wholeAt(settings, 'hidden', most.layer),
    depth: wholeAt(settings, 'depth', most.depth),
  });
  const parameters = saved.float32('parameters', network.layout.length);
  const shifts = codec.sizes.map((width, c) => Float32Array.from(saved.float64(`shift ${c}`, width)));
  const columns = codec.sizes.length;
  const order = [...saved.codes('order', columns, columns)];
  if (new Set(order).size < columns) throw damaged('a column is made twice');
  return new AutoregressiveModel({ network, parameters }, shifts, { codec, order }, true);
}
