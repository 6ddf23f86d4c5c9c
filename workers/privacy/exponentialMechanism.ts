import { HomespunError } from '../errors.ts';
import { bernoulliExp, bernoulliExpBig } from './bernoulli.ts';
import type { SecureRandom } from './csprng.ts';
import { validateEpsilon, validatePositive } from './validate.ts';

/** Grid points a sensitivity: scores are rounded to this. */
const GRID = 4096;
/** Scores further out than this, in sensitivities, could lose a grid point to rounding in the division. */
const LARGEST_SCORE = 2 ** 39;
const SMALLEST_EPSILON = 1e-6;

/**
 * Picks index i with probability proportional to exp(epsilon score_i / (2 sensitivity)) (McSherry and Talwar 2007):
 * epsilon-DP with bounded range, charged as an `exponential` event of the same epsilon. `sensitivity` is the most one
 * row changes any score as computed, rounding of the caller's arithmetic included.
 *
 * Plain rejection rather than permute-and-flip or Gumbel noise: it samples the exponential mechanism itself, whose
 * zCDP cost is epsilon^2 / 8 (permute-and-flip costs a Laplace, four times that), and it is exact: a uniform candidate
 * is kept with a coin of exp(-gap). Scores go to a grid of sensitivity / 4096, on which one row moves them by at most
 * 4097 points; epsilon is rounded down to 16 bits. About as many coins as candidates at worst.
 *
 * Throws `bad-settings` for no candidates, a score that is not finite or far out of range, or bad parameters.
 */
export function exponentialMechanism(
  scores: Float64Array,
  { epsilon, sensitivity }: { readonly epsilon: number; readonly sensitivity: number },
  random: SecureRandom,
): number {
  validateEpsilon(epsilon);
  validatePositive(sensitivity, 'sensitivity');
  if (epsilon < SMALLEST_EPSILON) throw refusal(`Expected epsilon of at least 1e-6, got epsilon=${epsilon}.`);
  const points = gridPoints(scores, sensitivity);
  const best = points.reduce((most, point) => Math.max(most, point), -Infinity);
  const shift = 15 - Math.floor(Math.log2(epsilon));
  const slope = Math.floor(epsilon * 2 ** shift);
  const divisor = 2 ** (shift + 1) * (GRID + 1);
  for (;;) {
    const candidate = random.below(scores.length);
    if (keeps(best - points[candidate], slope, divisor, random)) return candidate;
  }
}

/** A coin of exp(-gap slope / divisor). */
function keeps(gap: number, slope: number, divisor: number, random: SecureRandom): boolean {
  const exponent = gap * slope;
  return exponent <= Number.MAX_SAFE_INTEGER
    ? bernoulliExp(exponent, divisor, random)
    : bernoulliExpBig(BigInt(gap) * BigInt(slope), BigInt(divisor), random);
}

function gridPoints(scores: Float64Array, sensitivity: number): Float64Array {
  if (scores.length === 0) throw refusal('There is nothing to select from.');
  return scores.map((score) => {
    const relative = score / sensitivity;
    if (!(Math.abs(relative) < LARGEST_SCORE)) {
      throw refusal('A score is not finite, or too large beside its sensitivity.');
    }
    return Math.round(relative * GRID);
  });
}

const refusal = (message: string) =>
  new HomespunError({
    code: 'bad-settings',
    message,
    hint: 'Check the candidates and the budget of the selection.',
  });
