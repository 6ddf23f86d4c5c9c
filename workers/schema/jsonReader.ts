import type { HomespunError } from '../errors.ts';
import { badFile } from './checkSchema.ts';

/** The error for a file that does not hold at a place what it should. */
export type Refusal = (expected: string, place: string) => HomespunError;

const badSchemaFile: Refusal = (expected, place) =>
  badFile(`The schema file has no ${expected} at ${place}.`, 'Correct the file, or save a new one.');

/** A value of a JSON file with the place it stands at, for messages ('column “age”, number'). */
export class JsonReader {
  readonly value: unknown;
  readonly place: string;
  readonly #refusal: Refusal;

  constructor(value: unknown, place: string, refusal = badSchemaFile) {
    this.value = value;
    this.place = place;
    this.#refusal = refusal;
  }

  #fail(expected: string): never {
    throw this.#refusal(expected, this.place);
  }

  #fields(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#fail('object');
    return Object.fromEntries(Object.entries(value));
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#fields(), key) && this.#fields()[key] !== undefined;
  }

  at(key: string): JsonReader {
    const fields = this.#fields();
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return new JsonReader(value, `${this.place}, ${key}`, this.#refusal);
  }

  /** Refuses a field of another name: one that is misspelt would have no effect. */
  only(keys: readonly string[]): this {
    if (Object.keys(this.#fields()).every((key) => keys.includes(key))) return this;
    return this.#fail(`fields but ${keys.join(', ')}`);
  }

  /** `read` of the field, or `otherwise` where the file does not have it. */
  optional<T>(key: string, otherwise: T, read: (reader: JsonReader) => T): T {
    return this.has(key) ? read(this.at(key)) : otherwise;
  }

  list(): JsonReader[] {
    if (!Array.isArray(this.value)) return this.#fail('list');
    return this.value.map(
      (item: unknown, i) => new JsonReader(item, `${this.place}, entry ${i + 1}`, this.#refusal),
    );
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#fail('text');
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.#fail('number');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.#fail('true or false');
  }

  oneOf<T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((candidate) => candidate === this.value);
    return found ?? this.#fail(`one of ${allowed.map((word) => JSON.stringify(word)).join(', ')}`);
  }

  texts(): string[] {
    return this.list().map((item) => item.text());
  }
}
