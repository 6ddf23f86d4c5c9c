import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packContainer, unpackContainer } from '../../../workers/modelFile/container.ts';
import { Sha256 } from '../../../workers/table/sha256.ts';
import { joined } from './files.ts';

const tensors = {
  weights: Float32Array.of(1, -2.5, NaN),
  empty: new Int32Array(0),
  potentials: Float64Array.of(-Infinity, 0.1, 1e-300),
  codes: Int32Array.of(-1, 7),
};
const file = joined(packContainer({ name: 'ü', list: [1, 2] }, tensors));

/** The file with other bytes and a checksum that fits them. */
function signed(body: Uint8Array): Uint8Array {
  const hash = new Sha256();
  hash.update(body);
  const digest = Buffer.from(hash.hex(), 'hex');
  return joined([body, new Uint8Array(digest)]);
}
const body = file.subarray(0, file.length - 32);

describe('the container of a model', () => {
  it('gives back header and numbers, bit by bit', () => {
    const { header, tensors: found } = unpackContainer(file);
    expect([header.at('name').text(), header.at('list').value]).toEqual(['ü', [1, 2]]);
    expect(Object.fromEntries(found)).toEqual(tensors);
  });

  it('takes any numbers', () => {
    fc.assert(
      fc.property(fc.float64Array(), fc.float32Array(), fc.int32Array(), fc.json(), (a, b, c, header) => {
        const read = unpackContainer(joined(packContainer({ header }, { a, b, c })));
        expect(read.header.at('header').text()).toBe(header);
        expect(Object.fromEntries(read.tensors)).toEqual({ a, b, c });
      }),
      { seed: 11 },
    );
  });

  it('is refused when any byte was changed', () => {
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at] ^= 1 << (at % 8);
      expect(() => unpackContainer(changed), String(at)).toThrow(
        expect.objectContaining({ code: 'bad-file' }),
      );
    }
  });

  it('is refused when cut short or made longer, and when it is something else', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => unpackContainer(file.subarray(0, length)), String(length)).toThrow(
        expect.objectContaining({ code: 'bad-file' }),
      );
    }
    expect(() => unpackContainer(joined([file, Uint8Array.of(0)]))).toThrow(/does not match its checksum/);
    expect(() => unpackContainer(new TextEncoder().encode('id,name\n1,Ann\n'.repeat(9)))).toThrow(
      'not a model file',
    );
  });

  it('names a version that it cannot read', () => {
    const later = body.slice();
    later[8] = 2;
    expect(() => unpackContainer(signed(later))).toThrow('version 2; only version 1');
  });

  it('is refused when lengths do not add up, though the checksum fits', () => {
    const long = body.slice();
    new DataView(long.buffer).setUint32(12, body.length, true);
    expect(() => unpackContainer(signed(long))).toThrow('header is too long');
    const short = body.slice();
    new DataView(short.buffer).setUint32(12, 5, true);
    expect(() => unpackContainer(signed(short))).toThrow('header is not readable');
    expect(() => unpackContainer(signed(body.subarray(0, body.length - 8)))).toThrow(
      'list of numbers is wrong',
    );
    expect(() => unpackContainer(signed(joined([body, new Uint8Array(8)])))).toThrow('more than it says');
  });
});
