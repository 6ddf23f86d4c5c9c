import type { SecureRandom } from './csprng.ts';
import { normalTail } from './special.ts';
import { validatePositive } from './validate.ts';

/*
 * Gaussian noise for clipped gradient sums, in bulk.
 *
 * Floating point: noise added in floats can give the sum away by its low bits, however good the noise is (Mironov 2012;
 * Jin et al. 2021, arXiv 2112.05307). Here both the sum and the noise are multiples of one power of two, so their sum
 * is exact and every output is possible for every input; rounding it to a float afterwards is post-processing.
 *  - The sum is rounded to the grid first: its L2 sensitivity grows by `gridMargin` (at most one point a coordinate).
 *  - Rounding continuous noise to the grid commutes with adding a grid value, so the release is a rounded continuous
 *    Gaussian mechanism: the Gaussian's accounting holds as it is.
 *  - The sampler works in doubles with 53 random bits a draw, a grid point spans at least 2^32 of its values, and its
 *    tail reaches beyond 13 standard deviations (mass under 1e-38): what separates it from an ideal Gaussian is a
 *    relative 2^-30 or so a coordinate and shows in no digit of epsilon.
 */

/** Grid points a standard deviation: 2^19 to 2^20. Noise up to 13 standard deviations then fits the 24 bits of f32. */
const GRID_BITS = 19;

/** Spacing of the grid for noise of standard deviation `std`: a power of two. */
export function noiseGrid(std: number): number {
  validatePositive(std, 'std');
  return 2 ** (Math.floor(Math.log2(std)) - GRID_BITS);
}

/** What rounding a sum of `dimensions` coordinates to the grid adds to its L2 sensitivity; in units of the sum. */
export function gridMargin(dimensions: number, std: number): number {
  return Math.sqrt(dimensions) * noiseGrid(std);
}

const LAYERS = 256;
/** Where the tail begins so that 256 layers have equal area (Marsaglia and Tsang 2000); solved to 25 digits. */
const TAIL_START = 3.65415288536100877;

const density = (x: number): number => Math.exp(-0.5 * x * x);

/**
 * Ziggurat layers: [0] is the base strip with the tail folded in, [1] = TAIL_START, ... , [256] = 0. Every layer has
 * area f(r) r + the tail's integral.
 */
const layerEdges: Float64Array = (() => {
  const tailArea = Math.sqrt(2 * Math.PI) * normalTail(TAIL_START);
  const area = TAIL_START * density(TAIL_START) + tailArea;
  const edges = new Float64Array(LAYERS + 1);
  edges[0] = area / density(TAIL_START);
  edges[1] = TAIL_START;
  for (let i = 2; i < LAYERS; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(density(edges[i - 1]) + area / edges[i - 1]));
  }
  return edges;
})();
const layerHeights: Float64Array = layerEdges.map(density);
/** A 53-bit integer below this lies in the part of layer i that is wholly under the curve. */
const innerLimits = new Float64Array(LAYERS).map((_, i) => (layerEdges[i + 1] / layerEdges[i]) * 2 ** 53);
const layerScales = new Float64Array(LAYERS).map((_, i) => layerEdges[i] / 2 ** 53);

/** A uniform on (0, 1] from 53 bits. */
const openUniform = (random: SecureRandom): number => (random.uint53() + 1) / 2 ** 53;

/** The tail beyond TAIL_START (Marsaglia 1964). */
function sampleTail(random: SecureRandom): number {
  for (;;) {
    const beyond = -Math.log(openUniform(random)) / TAIL_START;
    if (-2 * Math.log(openUniform(random)) >= beyond * beyond) return TAIL_START + beyond;
  }
}

/** Whether a point outside the inner part of its layer is under the curve. */
function underCurve(layer: number, x: number, random: SecureRandom): boolean {
  const [low, high] = [layerHeights[layer], layerHeights[layer + 1]];
  return low + openUniform(random) * (high - low) < density(x);
}

/** The magnitude of a normal given a layer and 53 bits, or -1 where this try fails. */
function outerDraw(layer: number, x: number, random: SecureRandom): number {
  if (layer === 0) return sampleTail(random);
  return underCurve(layer, x, random) ? x : -1;
}

const CHUNK_DRAWS = 4096;

/** Standard normals in chunks, through arrays of fixed size: a few nanoseconds a draw. */
class NormalSource {
  readonly values = new Float64Array(CHUNK_DRAWS);
  readonly #words = new Uint32Array(2 * CHUNK_DRAWS);
  #at = 2 * CHUNK_DRAWS;
  readonly #random: SecureRandom;

  constructor(random: SecureRandom) {
    this.#random = random;
  }

  /** Draws the next chunk into `values`. */
  next(): void {
    const [values, words] = [this.values, this.#words];
    let at = this.#at;
    for (let done = 0; done < CHUNK_DRAWS; at += 2) {
      if (at === words.length) {
        this.#random.fill(words);
        at = 0;
      }
      const low = words[at];
      const layer = low & 255;
      const bits = (low >>> 11) * 4294967296 + words[at + 1];
      let x = bits * layerScales[layer];
      if (bits >= innerLimits[layer]) x = outerDraw(layer, x, this.#random);
      // Bit 8 is the sign; a branch on it would be mispredicted every other time.
      if (x >= 0) values[done++] = x * (1 - ((low >>> 7) & 2));
    }
    this.#at = at;
  }
}

/**
 * x + MAGIC - MAGIC is the integer nearest to x, for |x| < 2^51, since doubles there are spaced by 1: half the time that
 * Math.round takes.
 */
const MAGIC = 1.5 * 2 ** 52;
const MAGIC_LIMIT = 2 ** 51;

/**
 * Fills `out` with N(0, std^2) noise on the grid `noiseGrid(std)`, exact in f32. To be added to a sum rounded to the
 * same grid: `round(sum / grid) * grid + noise`, in f32 on any backend, is a function of the exact total.
 */
export function fillGaussianNoise(out: Float32Array, std: number, random: SecureRandom): void {
  const grid = noiseGrid(std);
  const scale = std / grid;
  const source = new NormalSource(random);
  const { values } = source;
  for (let start = 0; start < out.length; start += CHUNK_DRAWS) {
    source.next();
    const end = Math.min(CHUNK_DRAWS, out.length - start);
    for (let i = 0; i < end; i++) out[start + i] = (values[i] * scale + MAGIC - MAGIC) * grid;
  }
}

/** Rounds `sum` to the grid and adds N(0, std^2) noise, in place and exactly but for the last rounding to a float. */
export function addGaussianNoise(sum: Float32Array | Float64Array, std: number, random: SecureRandom): void {
  const grid = noiseGrid(std);
  const scale = std / grid;
  // Exact, as the grid is a power of two.
  const perUnit = 1 / grid;
  const source = new NormalSource(random);
  const { values } = source;
  for (let start = 0; start < sum.length; start += CHUNK_DRAWS) {
    source.next();
    const end = Math.min(CHUNK_DRAWS, sum.length - start);
    for (let i = 0; i < end; i++) {
      const points = sum[start + i] * perUnit;
      const whole = Math.abs(points) < MAGIC_LIMIT ? points + MAGIC - MAGIC : Math.round(points);
      sum[start + i] = (whole + (values[i] * scale + MAGIC - MAGIC)) * grid;
    }
  }
}
