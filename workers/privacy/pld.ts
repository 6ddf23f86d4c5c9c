import { type PrivacyEvent, countOf, normaliseEvents } from './events.ts';
import { Fft, mirror } from './fft.ts';
import { type LossDistribution, deltaAt, epsilonAt } from './lossDistribution.ts';
import { hasLossDistribution, type LossPair, lossPair, lossRange } from './pldMechanisms.ts';
import { validateDelta, validateNonNegative } from './validate.ts';

/** Grid spacing of the first attempt, in nats; any spacing gives a valid bound, a finer one a tighter. */
const FIRST_STEP = 1e-4;
/** A coarser grid than this says too little; the RDP bound serves instead. */
const COARSEST_STEP = 0.1;
/** A single release that can lose more than this many nats protects nobody, and e^loss would overflow. */
const MAX_LOSS = 500;
/** Grid points at most, and how many are cheap enough to be used anyway. */
const MAX_CELLS = 2 ** 20 - 4;
const CHEAP_CELLS = 2 ** 17;
/** Chance that the composed loss leaves the window, each side; counted as infinite loss. */
const WINDOW_TAIL = 1e-15;
/** Below this the rounding of a double-precision FFT is no longer small beside delta. */
export const MIN_PLD_DELTA = 1e-9;

/** The composed loss of a ledger in both directions. */
export interface ComposedLoss {
  readonly remove: LossDistribution;
  readonly add: LossDistribution;
}

/**
 * The composition of heterogeneous events, or undefined where one of them has no loss distribution on an affordable
 * grid. REMOVE and ADD stay apart to the end: their maximum is taken over the results, never in between.
 * The grid is coarsened where losses spread wide, and refined where that is cheap: rounding a loss to the grid adds up
 * to step^2 / 4 to its variance each time, which many steps of tiny loss would feel. `step` fixes the first spacing
 * and rules refinement out.
 */
export function composeLoss(events: readonly PrivacyEvent[], step?: number): ComposedLoss | undefined {
  const { events: merged, delta } = normaliseEvents(events);
  if (!merged.every(hasLossDistribution)) return undefined;
  const ranges = merged.map(lossRange);
  if (ranges.some(({ low, high }) => Math.max(-low, high) > MAX_LOSS)) return undefined;
  const widest = Math.max(0, ...ranges.map(({ low, high }) => high - low));
  let refine = step === undefined;
  let spacing = coarsen(step ?? FIRST_STEP, widest);
  while (spacing <= COARSEST_STEP) {
    const parts = merged.map((event) => ({ pair: lossPair(event, spacing), count: countOf(event) }));
    const remove = windowOf(
      parts.map(({ pair, count }) => ({ loss: pair.remove, count })),
      spacing,
    );
    const add = parts.every(isSymmetric)
      ? remove
      : windowOf(
          parts.map(({ pair, count }) => ({ loss: pair.add, count })),
          spacing,
        );
    const cells = Math.max(remove.highest - remove.lowest, add.highest - add.lowest);
    const spare = CHEAP_CELLS / Math.max(cells, widest / spacing);
    if (cells > MAX_CELLS) {
      spacing = coarsen(spacing, cells * spacing);
    } else if (refine && spare >= 2) {
      spacing /= 2 ** Math.min(6, Math.floor(Math.log2(spare)));
    } else return convolve(parts, remove.lowest, add.lowest, cells, spacing, delta);
    refine = false;
  }
  return undefined;
}

const coarsen = (step: number, width: number): number =>
  width / step <= MAX_CELLS ? step : step * 2 ** Math.ceil(Math.log2(width / step / MAX_CELLS));

/**
 * Smallest epsilon at `delta`, an upper bound; undefined where `delta` is under the floor of double precision or the
 * events have no loss distribution. `step` as in `composeLoss`.
 */
export function pldEpsilon(
  events: readonly PrivacyEvent[],
  delta: number,
  step?: number,
): number | undefined {
  validateDelta(delta);
  if (delta < MIN_PLD_DELTA) return undefined;
  const composed = composeLoss(events, step);
  return composed && Math.max(epsilonAt(composed.remove, delta), epsilonAt(composed.add, delta));
}

/** Smallest delta at `epsilon`, an upper bound that never falls below the rounding it may contain. */
export function pldDelta(events: readonly PrivacyEvent[], epsilon: number): number | undefined {
  validateNonNegative(epsilon, 'epsilon');
  const composed = composeLoss(events);
  return composed && Math.max(deltaAt(composed.remove, epsilon), deltaAt(composed.add, epsilon));
}

interface Repeated {
  readonly loss: LossDistribution;
  readonly count: number;
}

interface Window {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Grid points between which the composed loss stays but for `WINDOW_TAIL` on each side: Chernoff's bound
 * P(L >= u) <= exp(K(t) - t u) at a ladder of t, with K the sum of the log moment generating functions. Each side is
 * convex in t, so the ladder ends once both get worse.
 */
function windowOf(parts: readonly Repeated[], step: number): Window {
  let lowest = 0;
  let highest = 0;
  for (const { loss, count } of parts) {
    lowest += count * loss.lowest;
    highest += count * (loss.lowest + loss.mass.length - 1);
  }
  const budget = -Math.log(WINDOW_TAIL);
  for (let t = 2 ** -8; t <= 2 ** 12; t *= 2) {
    let [up, down] = [budget, budget];
    for (const { loss, count } of parts) {
      const [rising, falling] = logMoments(loss, t);
      up += count * rising;
      down += count * falling;
    }
    const [top, bottom] = [Math.ceil(up / (t * step)), Math.floor(-down / (t * step))];
    if (top >= highest && bottom <= lowest && t > 1) break;
    highest = Math.min(highest, top);
    lowest = Math.max(lowest, bottom);
  }
  return { lowest, highest: Math.max(lowest, highest) };
}

/** ln E[e^(t L)] and ln E[e^(-t L)] over finite L, by Horner's rule from the ends the exponents favour. */
function logMoments({ step, lowest, mass }: LossDistribution, t: number): readonly [number, number] {
  const ratio = Math.exp(-t * step);
  const last = mass.length - 1;
  let rising = 0;
  let falling = 0;
  for (let i = 0; i <= last; i++) {
    rising = rising * ratio + mass[i];
    falling = falling * ratio + mass[last - i];
  }
  // Where the sum has underflowed this t gives no bound.
  const usable = (sum: number) => (sum > 1e-280 ? Math.log(sum) : Infinity);
  return [usable(rising) + t * step * (lowest + last), usable(falling) - t * step * lowest];
}

interface Part {
  readonly pair: LossPair;
  readonly count: number;
}

/** Both directions are one distribution: there is no need to compose it twice. */
const isSymmetric = ({ pair }: Part): boolean => pair.remove === pair.add;

/** A real sequence's spectrum in the order the FFT leaves it; positions j > `mirror(j)` are not filled: see there. */
class Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;

  constructor(length: number) {
    this.re = new Float64Array(length).fill(1);
    this.im = new Float64Array(length);
  }
}

/**
 * Multiplies the spectra of all parts, each to the power of its count. Two real sequences travel as the real and the
 * imaginary half of one complex transform: REMOVE and ADD, or two parts where the directions are the same. Mass that
 * leaves the window wraps around; it is at most the window's tails, which are counted as infinite loss.
 */
function convolve(
  parts: readonly Part[],
  removeLowest: number,
  addLowest: number,
  cells: number,
  step: number,
  delta: number,
): ComposedLoss {
  const length = 2 ** Math.max(1, Math.ceil(Math.log2(cells + 1)));
  const symmetric = parts.every(isSymmetric);
  const remove = new Spectrum(length);
  const add = symmetric ? remove : new Spectrum(length);
  const fft = new Fft(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  for (const [first, second] of symmetric ? inTwos(parts) : bothWays(parts)) {
    wrap(first.loss, re);
    if (second) wrap(second.loss, im);
    else im.fill(0);
    fft.forward(re, im);
    multiplyPowers(remove, add, re, im, first.count, second?.count ?? 0);
  }
  join(remove, symmetric ? undefined : add, re, im);
  fft.inverse(re, im);
  const finish = (wrapped: Float64Array, lowest: number, side: keyof LossPair) =>
    unwrap(
      wrapped,
      lowest,
      step,
      parts.map(({ pair, count }) => ({ loss: pair[side], count })),
      delta,
    );
  const removed = finish(re, removeLowest, 'remove');
  return { remove: removed, add: symmetric ? removed : finish(im, addLowest, 'add') };
}

type Two = readonly [Repeated, Repeated | undefined];

const inTwos = (parts: readonly Part[]): Two[] =>
  parts.flatMap((_, i): Two[] => {
    const [first, second] = parts.slice(i, i + 2).map(({ pair, count }) => ({ loss: pair.remove, count }));
    return i % 2 === 0 ? [[first, second]] : [];
  });

const bothWays = (parts: readonly Part[]): Two[] =>
  parts.map(({ pair, count }) => [
    { loss: pair.remove, count },
    { loss: pair.add, count },
  ]);

/** Lays the mass out modulo the length of `into`. */
function wrap({ lowest, mass }: LossDistribution, into: Float64Array): void {
  const length = into.length;
  into.fill(0);
  let at = ((lowest % length) + length) % length;
  for (const value of mass) {
    into[at] += value;
    at = at + 1 === length ? 0 : at + 1;
  }
}

/** Below this a spectral value is nothing beside the rounding of the transform. */
const NEGLIGIBLE = 1e-40;

/** Splits the joint transform into its two halves and multiplies their powers into the spectra. */
function multiplyPowers(
  first: Spectrum,
  second: Spectrum,
  re: Float64Array,
  im: Float64Array,
  firstCount: number,
  secondCount: number,
): void {
  for (let j = 0; j < re.length; j++) {
    const k = mirror(j);
    if (j > k) continue;
    multiplyPower(first, j, (re[j] + re[k]) / 2, (im[j] - im[k]) / 2, firstCount);
    multiplyPower(second, j, (im[j] + im[k]) / 2, (re[k] - re[j]) / 2, secondCount);
  }
}

/**
 * (re + i im)[j] *= (x + i y)^count, by repeated squaring: each of the count - 1 products that this stands for adds at
 * most sqrt(5) units of 2^-53. A power under `NEGLIGIBLE` is 0.
 */
function multiplyPower({ re, im }: Spectrum, j: number, x: number, y: number, count: number): void {
  let a = re[j];
  let b = im[j];
  if (a === 0 && b === 0) return;
  for (let left = count; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      const before = a;
      a = before * x - b * y;
      b = before * y + b * x;
    }
    const square = x * x - y * y;
    y = 2 * x * y;
    x = square;
  }
  const negligible = a * a + b * b < NEGLIGIBLE * NEGLIGIBLE;
  re[j] = negligible ? 0 : a;
  im[j] = negligible ? 0 : b;
}

/** One complex spectrum whose inverse has the first real sequence as its real and the second as its imaginary half. */
function join(first: Spectrum, second: Spectrum | undefined, re: Float64Array, im: Float64Array): void {
  for (let j = 0; j < re.length; j++) {
    const k = mirror(j);
    if (j > k) continue;
    const [x, y] = [first.re[j], first.im[j]];
    const [u, v] = second ? [second.re[j], second.im[j]] : [0, 0];
    [re[j], im[j]] = [x - v, y + u];
    if (k !== j) [re[k], im[k]] = [x + v, u - y];
  }
}

/** Bound on the rounding error of a spectral value per composed step, in units of its size: 8 units of 2^-53. */
const SPECTRAL_ROUNDING = 8 * 2 ** -53;

/** The composed mass from the wrapped inverse transform, with everything uncertain moved to infinite loss. */
function unwrap(
  wrapped: Float64Array,
  lowest: number,
  step: number,
  parts: readonly Repeated[],
  delta: number,
): LossDistribution {
  const length = wrapped.length;
  const mass = new Float64Array(length);
  let square = 0;
  let at = ((lowest % length) + length) % length;
  for (let i = 0; i < length; i++) {
    const value = (wrapped[at] / length) * (1 - delta);
    mass[i] = Math.max(0, value);
    square += value * value;
    at = at + 1 === length ? 0 : at + 1;
  }
  let logFinite = Math.log1p(-delta);
  let steps = 0;
  for (const { loss, count } of parts) {
    logFinite += count * Math.log1p(-loss.infinite);
    steps += count;
  }
  // Parseval: the error of all cells together is at most sqrt(length) times their root sum of squares.
  const rounding = Math.sqrt(length * square) * SPECTRAL_ROUNDING * (steps + Math.log2(length));
  const infinite = Math.min(1, -Math.expm1(logFinite) + 2 * WINDOW_TAIL + rounding);
  return { step, lowest, mass, infinite };
}
