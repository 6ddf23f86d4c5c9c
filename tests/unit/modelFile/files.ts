import { packContainer, unpackContainer } from '../../../workers/modelFile/container.ts';

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The header of a model file. */
export const headerOf = (file: Uint8Array): Record<string, Json> =>
  JSON.parse(JSON.stringify(unpackContainer(file).header.value));

/** The file with another header, as whole as one that was saved so. */
export function withHeader(file: Uint8Array, header: Record<string, Json>): Uint8Array<ArrayBuffer> {
  return joined(packContainer(header, Object.fromEntries(unpackContainer(file).tensors)));
}
