import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chacha20 } from '../../../workers/privacy/chacha20.ts';

const words = (text: string): number[] => text.split(/\s+/).map((word) => parseInt(word, 16));

describe('ChaCha20', () => {
  test('RFC 8439, section 2.3.2', () => {
    const key = new Uint32Array(Uint8Array.from({ length: 32 }, (_, i) => i).buffer);
    const out = new Uint32Array(16);
    chacha20(key, Uint32Array.of(0x09000000, 0x4a000000, 0), 1, out);
    expect([...out]).toEqual(
      words(
        'e4e7f110 15593bd1 1fdd0f50 c47120a3 c7f4d1c7 0368c033 9aaa2204 4e6cd4c3 ' +
          '466482d2 09aa9f07 05d7c214 a2028bd9 d19c12b5 b94e16de e883d0cb 4e3c50a2',
      ),
    );
  });

  test('RFC 8439, appendix A.1, vectors 1 and 2: two blocks under the zero key', () => {
    const out = new Uint32Array(32);
    chacha20(new Uint32Array(8), new Uint32Array(3), 0, out);
    expect([...out]).toEqual(
      words(
        'ade0b876 903df1a0 e56a5d40 28bd8653 b819d2bd 1aed8da0 ccef36a8 c70d778b ' +
          '7c5941da 8d485751 3fe02477 374ad8b8 f4b8436a 1ca11815 69b687c3 8665eeb2 ' +
          'bee7079f 7a385155 7c97ba98 0d082d73 a0290fcb 6965e348 3e53c612 ed7aee32 ' +
          '7621b729 434ee69c b03371d5 d539d874 281fed31 45fb0a51 1f0ae1ac 6f4d794b',
      ),
    );
  });

  test('equals another implementation for any key, nonce and counter', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const wordArray = (length: number) => fc.array(word, { minLength: length, maxLength: length });
    const counter = fc.integer({ min: 0, max: 2 ** 32 - 4 });
    fc.assert(
      fc.property(wordArray(8), wordArray(3), counter, (key, nonce, start) => {
        const ours = new Uint32Array(48);
        chacha20(Uint32Array.from(key), Uint32Array.from(nonce), start, ours);
        const iv = Uint32Array.from([start, ...nonce]);
        const cipher = createCipheriv(
          'chacha20',
          new Uint8Array(Uint32Array.from(key).buffer),
          new Uint8Array(iv.buffer),
        );
        const theirs = cipher.update(new Uint8Array(192));
        expect(new Uint8Array(ours.buffer)).toEqual(new Uint8Array(theirs));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('refuses keys, nonces and outputs of other sizes', () => {
    const [key, nonce, out] = [new Uint32Array(8), new Uint32Array(3), new Uint32Array(16)];
    expect(() => chacha20(new Uint32Array(7), nonce, 0, out)).toThrow(RangeError);
    expect(() => chacha20(key, new Uint32Array(4), 0, out)).toThrow(RangeError);
    expect(() => chacha20(key, nonce, 0, new Uint32Array(15))).toThrow(RangeError);
  });
});
