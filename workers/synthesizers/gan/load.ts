import type { JsonReader } from '../../schema/jsonReader.ts';
import type { Profile } from '../../profile/types.ts';
import { loadedDecoding } from '../neural/decoding.ts';
import { SavedReader } from '../savedModel.ts';
import { Generator } from './generator.ts';
import { GanModel } from './model.ts';

/** Widest layer in a file: beyond what any fit uses, and below what would fill the memory. */
const widest = 4096;

const wholeAt = (reader: JsonReader, key: string): number => SavedReader.whole(reader.at(key), 1, widest);

/** A generator that was saved, on no device yet. */
export async function load(saved: SavedReader, profile: Profile): Promise<GanModel> {
  const { settings } = saved;
  const decoding = loadedDecoding(saved, profile);
  const shares = decoding.derived.free.map((column) => decoding.codec.shares[column]);
  const generator = new Generator({
    widths: shares.map((block) => block.length),
    hidden: wholeAt(settings, 'hidden'),
    latent: wholeAt(settings, 'latent'),
  });
  const parameters = saved.float32('parameters', generator.layout.length);
  const shift = saved.float32('shift', generator.width);
  return new GanModel({ generator, parameters, shares }, shift, decoding, true);
}
