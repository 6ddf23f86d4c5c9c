/**
 * A privacy loss distribution on a grid: the distribution of ln(P / Q) under P, rounded to the pessimistic side by
 * "connect the dots" (Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022, arXiv 2207.04380, Algorithm 1).
 * Mass between two grid points is split between them so that its measure under P and under Q both stay: the hockey
 * stick curve of the result touches the true one at every grid point and lies above it elsewhere.
 */
export interface LossDistribution {
  /** Grid spacing h. */
  readonly step: number;
  /** Loss of `mass[0]` in units of `step`. */
  readonly lowest: number;
  readonly mass: Float64Array;
  /** Mass at loss +infinity: delta at every epsilon. */
  readonly infinite: number;
}

/** Collects the measure of P and Q per grid cell. */
export class LossBuilder {
  readonly #step: number;
  readonly #lowest: number;
  readonly #mass: Float64Array;
  /** 1 - e^-h */
  readonly #gain: number;
  #infinite = 0;

  /** Grid points `lowest` .. `highest`, in units of `step`. */
  constructor(step: number, lowest: number, highest: number) {
    this.#step = step;
    this.#lowest = lowest;
    this.#mass = new Float64Array(highest - lowest + 1);
    this.#gain = -Math.expm1(-step);
  }

  /** Measure `p` under P and `q` under Q whose loss lies between grid points `index` and `index + 1`. */
  addCell(index: number, p: number, q: number): void {
    // p = a + b and q = a e^-l + b e^-(l + h), solved for b.
    const excess = (p - q * Math.exp(index * this.#step)) / this.#gain;
    const upper = Math.min(p, Math.max(0, excess));
    this.#mass[index - this.#lowest] += p - upper;
    this.#mass[index + 1 - this.#lowest] += upper;
  }

  /** Measure `p` under P at one loss inside the grid. */
  addAtom(loss: number, p: number): void {
    const last = this.#lowest + this.#mass.length - 1;
    const index = Math.min(last - 1, Math.max(this.#lowest, Math.floor(loss / this.#step)));
    const share = -Math.expm1(index * this.#step - loss) / this.#gain;
    const upper = p * Math.min(1, Math.max(0, share));
    this.#mass[index - this.#lowest] += p - upper;
    this.#mass[index + 1 - this.#lowest] += upper;
  }

  /** Measure whose loss is below the grid: raised to its first point. */
  addBelow(p: number): void {
    this.#mass[0] += p;
  }

  /** Measure whose loss is above the grid: what Q can cover goes to the last point, the rest to infinity. */
  addAbove(p: number, q: number): void {
    const last = this.#mass.length - 1;
    const covered = Math.min(p, q * Math.exp((this.#lowest + last) * this.#step));
    this.#mass[last] += covered;
    this.#infinite += p - covered;
  }

  addInfinite(p: number): void {
    this.#infinite += p;
  }

  build(): LossDistribution {
    return {
      step: this.#step,
      lowest: this.#lowest,
      mass: this.#mass,
      infinite: Math.min(1, this.#infinite),
    };
  }
}

/**
 * delta at `epsilon`: E[(1 - e^(epsilon - L))+], from the top down. The recursion adds positive terms only:
 * D(l - h) = e^-h D(l) + (1 - e^-h) P(L >= l).
 */
export function deltaAt(loss: LossDistribution, epsilon: number): number {
  const { step, lowest, mass, infinite } = loss;
  let index = mass.length - 1;
  let above = 0;
  let delta = 0;
  for (; index >= 0 && (lowest + index - 1) * step >= epsilon; index--) {
    above += mass[index];
    delta = Math.exp(-step) * delta - Math.expm1(-step) * above;
  }
  const rest = (lowest + index) * step - epsilon;
  if (index >= 0) above += mass[index];
  if (rest > 0) delta = Math.exp(-rest) * delta - Math.expm1(-rest) * above;
  return Math.min(1, infinite + delta);
}

/** Smallest epsilon >= 0 with delta at most `delta`; Infinity where the infinite mass alone is more. */
export function epsilonAt(loss: LossDistribution, delta: number): number {
  const { step, lowest, mass } = loss;
  const target = delta - loss.infinite;
  if (!(target > 0)) return Infinity;
  const keep = Math.exp(-step);
  const gain = -Math.expm1(-step);
  let above = 0;
  let reached = 0; // hockey stick at the current grid point, without the infinite mass
  for (let index = mass.length - 1; index >= 0; index--) {
    above += mass[index];
    const next = keep * reached + gain * above;
    if (next >= target) {
      // Within the cell: e^-x reached + (1 - e^-x) above = target.
      return Math.max(0, (lowest + index) * step + Math.log((above - target) / (above - reached)));
    }
    reached = next;
    if ((lowest + index - 1) * step <= 0) return 0;
  }
  if (above <= target) return 0;
  return Math.max(0, (lowest - 1) * step + Math.log((above - target) / (above - reached)));
}
