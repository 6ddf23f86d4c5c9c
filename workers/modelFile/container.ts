/**
 * One file for a model: a header of JSON and the numbers as they lie in memory, with a digest over both. Little-endian:
 *
 *     8 bytes   HOMESPUN
 *     4 bytes   version
 *     4 bytes   length of the header in bytes
 *     header    JSON, with the name, type and length of each tensor
 *     tensors   one after the other, each from a multiple of 8 bytes on
 *     32 bytes  SHA-256 of all before
 *
 * The digest tells a damaged file; it is no signature. What is read is checked field by field, and never run.
 */
import { HomespunError } from '../errors.ts';
import { JsonReader } from '../schema/jsonReader.ts';
import { damaged } from '../synthesizers/savedModel.ts';
import type { Tensor } from '../synthesizers/savedTypes.ts';
import { Sha256 } from '../table/sha256.ts';

const magic = 'HOMESPUN';
const version = 1;
const fixedBytes = 16;
const digestBytes = 32;
const mostHeaderBytes = 256 * 2 ** 20;

type TensorType = 'float32' | 'float64' | 'int32';
const bytesOf: Readonly<Record<TensorType, number>> = { float32: 4, float64: 8, int32: 4 };

const typeOf = (tensor: Tensor): TensorType =>
  tensor instanceof Float64Array ? 'float64' : tensor instanceof Float32Array ? 'float32' : 'int32';

const padding = (bytes: number): number => (8 - (bytes % 8)) % 8;

/** Bytes as numbers of a type, copied: they need not be aligned. */
function tensorOf(type: TensorType, bytes: Uint8Array): Tensor {
  const { buffer } = bytes.slice();
  if (type === 'float64') return new Float64Array(buffer);
  return type === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer);
}

/** What is in a model file, as it was read. */
export interface Container {
  readonly header: JsonReader;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The parts of a file, in order. */
export function packContainer(
  header: object,
  tensors: Readonly<Record<string, Tensor>>,
): Uint8Array<ArrayBuffer>[] {
  const entries = Object.entries(tensors);
  const listed = entries.map(([name, tensor]) => ({ name, type: typeOf(tensor), length: tensor.length }));
  const text = new TextEncoder().encode(JSON.stringify({ ...header, tensors: listed }));
  const start = new Uint8Array(fixedBytes);
  start.set(new TextEncoder().encode(magic));
  const view = new DataView(start.buffer);
  view.setUint32(8, version, true);
  view.setUint32(12, text.length, true);
  const parts = [start, text, new Uint8Array(padding(fixedBytes + text.length))];
  for (const [, tensor] of entries) {
    const bytes = new Uint8Array(tensor.byteLength);
    bytes.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
    parts.push(bytes, new Uint8Array(padding(bytes.length)));
  }
  return [...parts, digestOf(parts)];
}

function digestOf(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  const hex = hash.hex();
  return Uint8Array.from({ length: digestBytes }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Throws `bad-file`: no model file, another version, cut short, or changed. */
export function unpackContainer(file: Uint8Array): Container {
  checkStart(file);
  const body = file.subarray(0, file.length - digestBytes);
  const digest = digestOf([body]);
  if (!file.subarray(body.length).every((byte, i) => byte === digest[i])) {
    throw damaged('its content does not match its checksum, so it was cut short or changed');
  }
  const length = viewOf(file).getUint32(12, true);
  if (length > mostHeaderBytes || fixedBytes + length > body.length) throw damaged('its header is too long');
  const header = readHeader(body.subarray(fixedBytes, fixedBytes + length));
  return { header, tensors: readTensors(header, body, fixedBytes + length) };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

function checkStart(file: Uint8Array): void {
  const start = new TextDecoder().decode(file.subarray(0, magic.length));
  if (start !== magic || file.length < fixedBytes + digestBytes) {
    throw new HomespunError({
      code: 'bad-file',
      message: 'This is not a model file.',
      hint: 'Choose a file that was saved with “Save the model”.',
    });
  }
  const found = viewOf(file).getUint32(8, true);
  if (found === version) return;
  throw new HomespunError({
    code: 'bad-file',
    message: `The model file has version ${found}; only version ${version} can be read.`,
    hint: 'Open it with the version of this app that saved it, or fit and save the model again.',
  });
}

function readHeader(bytes: Uint8Array): JsonReader {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return new JsonReader(JSON.parse(text), 'the top', (expected, place) =>
      damaged(`it has no ${expected} at ${place}`),
    );
  } catch {
    throw damaged('its header is not readable');
  }
}

function readTensors(header: JsonReader, body: Uint8Array, start: number): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let at = start + padding(start);
  for (const entry of header.at('tensors').list()) {
    const name = entry.at('name').text();
    const type = entry.at('type').oneOf(['float32', 'float64', 'int32']);
    const length = entry.at('length').number();
    const bytes = length * bytesOf[type];
    if (!Number.isSafeInteger(length) || length < 0 || at + bytes > body.length || tensors.has(name)) {
      throw damaged(`its list of numbers is wrong at “${name}”`);
    }
    tensors.set(name, tensorOf(type, body.subarray(at, at + bytes)));
    at += bytes + padding(bytes);
  }
  if (at !== body.length) throw damaged('it holds more than it says');
  return tensors;
}
