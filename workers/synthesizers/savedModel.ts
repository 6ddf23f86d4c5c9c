import { HomespunError } from '../errors.ts';
import type { JsonReader } from '../schema/jsonReader.ts';
import type { SavedModel, Tensor } from './savedTypes.ts';

/** A model file that does not hold what a model needs. */
export const damaged = (what: string): HomespunError =>
  new HomespunError({
    code: 'bad-file',
    message: `The model file is damaged: ${what}.`,
    hint: 'Take another copy of the file, or fit and save the model again.',
  });

const lacks = (name: string): HomespunError => damaged(`the numbers “${name}” are not as they should be`);

/** What a method reads back of a model it saved. Every method throws `bad-file` where something is not as it should be. */
export class SavedReader {
  readonly settings: JsonReader;
  readonly #tensors: ReadonlyMap<string, Tensor>;

  constructor(settings: JsonReader, tensors: ReadonlyMap<string, Tensor>) {
    this.settings = settings;
    this.#tensors = tensors;
  }

  /** `length` numbers, all finite. */
  float32(name: string, length: number): Float32Array {
    const found = this.#tensors.get(name);
    if (!(found instanceof Float32Array) || found.length !== length || !found.every(Number.isFinite)) {
      throw lacks(name);
    }
    return found;
  }

  /** `length` numbers below infinity. */
  float64(name: string, length: number): Float64Array {
    const found = this.#tensors.get(name);
    const fits = found instanceof Float64Array && found.length === length;
    if (!fits || !found.every((value) => value < Infinity)) throw lacks(name);
    return found;
  }

  /** As many numbers as there are, all finite. */
  finite(name: string): Float64Array {
    const found = this.#tensors.get(name);
    if (!(found instanceof Float64Array) || !found.every(Number.isFinite)) throw lacks(name);
    return found;
  }

  /** `length` whole numbers of 0 or more and below `bound`. */
  codes(name: string, length: number, bound: number): Int32Array {
    const found = this.#tensors.get(name);
    const fits = found instanceof Int32Array && found.length === length;
    if (!fits || !found.every((code) => code >= 0 && code < bound)) throw lacks(name);
    return found;
  }

  /** A whole number from `low` to `high`. */
  static whole(reader: JsonReader, low: number, high: number): number {
    const value = reader.number();
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw damaged(`${reader.place} is not a whole number from ${low} to ${high}`);
  }
}

/** For models that are their profile alone. */
export const nothingMore: SavedModel = { settings: {}, tensors: {} };
