import type { SecureRandom } from './csprng.ts';
import { validatePositive, validatePositiveInteger } from './validate.ts';

/** A sampling rate that 32 random bits meet exactly. */
export interface PoissonRate {
  /** A row is in where its 32 bits are below this: an integer from 1 to 2^32. */
  readonly threshold: number;
  /** threshold / 2^32, exact in a double: what the accountant must be given. */
  readonly q: number;
}

/**
 * The rate nearest to `expectedBatch` rows out of `rows` (both public). Throws `bad-settings` where the batch is not
 * positive or larger than the table.
 */
export function poissonRate(expectedBatch: number, rows: number): PoissonRate {
  validatePositiveInteger(rows, 'rows');
  validatePositive(expectedBatch, 'batch');
  const threshold = Math.max(1, Math.min(2 ** 32, Math.round((expectedBatch / rows) * 2 ** 32)));
  return { threshold, q: threshold / 2 ** 32 };
}

const CHUNK_WORDS = 4096;

/**
 * One Poisson batch: ascending row numbers, each row of 0 .. rows - 1 in independently with probability exactly
 * `rate.q`. The size varies and may be 0; rows are never dropped to make it fit, which would void the accounting.
 * Eight bits settle nearly every row; the other 24 are drawn only where those tie with the threshold.
 */
export function samplePoisson(rows: number, rate: PoissonRate, random: SecureRandom): Uint32Array {
  const lead = Math.floor(rate.threshold / 2 ** 24);
  const rest = rate.threshold % 2 ** 24;
  const spread = 8 * Math.sqrt(rows * rate.q) + 64;
  let chosen = new Uint32Array(Math.min(rows, Math.ceil(rows * rate.q + spread)));
  let count = 0;
  const words = new Uint32Array(CHUNK_WORDS);
  const bytes = new Uint8Array(words.buffer);
  for (let start = 0; start < rows; start += bytes.length) {
    random.fill(words);
    const end = Math.min(bytes.length, rows - start);
    for (let i = 0; i < end; i++) {
      const byte = bytes[i];
      if (byte > lead || (byte === lead && random.uint32() >>> 8 >= rest)) continue;
      if (count === chosen.length) chosen = grown(chosen, rows);
      chosen[count++] = start + i;
    }
  }
  return chosen.slice(0, count);
}

function grown(values: Uint32Array<ArrayBuffer>, limit: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.min(limit, values.length * 2 + 64));
  larger.set(values);
  return larger;
}
