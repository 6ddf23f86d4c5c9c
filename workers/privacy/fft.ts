/**
 * Complex radix-2 FFT over Float64Array, length a power of two. The forward transform takes natural order to
 * bit-reversed order and the inverse takes it back, so no pass is spent on reordering; in between, frequency f sits at
 * the bit reversal of f, and -f at `mirror` of it.
 */
export class Fft {
  readonly length: number;
  /** cos and -sin of 2 pi j / (2 m) at [m + j], for every half size m: each stage reads its own run. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(length: number) {
    if (length < 2 || !Number.isInteger(Math.log2(length))) {
      throw new RangeError(`Expected an FFT length that is a power of two, got ${length}.`);
    }
    this.length = length;
    this.#cos = new Float64Array(length);
    this.#sin = new Float64Array(length);
    this.#fillTwiddles();
  }

  #fillTwiddles(): void {
    const [cos, sin] = [this.#cos, this.#sin];
    const half = this.length / 2;
    for (let j = 0; j < half; j++) {
      const angle = (Math.PI * j) / half;
      cos[half + j] = Math.cos(angle);
      sin[half + j] = -Math.sin(angle);
    }
    for (let i = half - 1; i > 0; i--) {
      const m = 1 << (31 - Math.clz32(i));
      const source = 2 * m + 2 * (i - m);
      cos[i] = cos[source];
      sin[i] = sin[source];
    }
  }

  /** In place; the result is in bit-reversed order. */
  forward(re: Float64Array, im: Float64Array): void {
    const [cos, sin, length] = [this.#cos, this.#sin, this.length];
    for (let m = length / 2; m >= 1; m >>= 1) {
      for (let block = 0; block < length; block += 2 * m) {
        for (let j = 0; j < m; j++) {
          const a = block + j;
          const b = a + m;
          const dr = re[a] - re[b];
          const di = im[a] - im[b];
          re[a] += re[b];
          im[a] += im[b];
          re[b] = dr * cos[m + j] - di * sin[m + j];
          im[b] = dr * sin[m + j] + di * cos[m + j];
        }
      }
    }
  }

  /** In place, from bit-reversed order; not divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void {
    const [cos, sin, length] = [this.#cos, this.#sin, this.length];
    for (let m = 1; m < length; m <<= 1) {
      for (let block = 0; block < length; block += 2 * m) {
        for (let j = 0; j < m; j++) {
          const a = block + j;
          const b = a + m;
          const br = re[b] * cos[m + j] + im[b] * sin[m + j];
          const bi = im[b] * cos[m + j] - re[b] * sin[m + j];
          re[b] = re[a] - br;
          im[b] = im[a] - bi;
          re[a] += br;
          im[a] += bi;
        }
      }
    }
  }
}

/**
 * Position of frequency -f where `position` holds f in bit-reversed order: negation keeps the lowest set bit of f and
 * flips all above it, which reversed means: keep the highest set bit of the position and flip all below.
 */
export function mirror(position: number): number {
  return position === 0 ? 0 : 3 * (1 << (31 - Math.clz32(position))) - 1 - position;
}
