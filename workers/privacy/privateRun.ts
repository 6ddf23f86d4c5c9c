import { HomespunError } from '../errors.ts';
import type { SecureRandom } from './csprng.ts';
import { DiscreteGaussian } from './discreteGaussian.ts';
import { countOf, type PrivacyEvent } from './events.ts';
import { exponentialMechanism } from './exponentialMechanism.ts';
import { addGaussianNoise, gridMargin } from './gaussianNoise.ts';
import type { PlannedEvent } from './ledger.ts';
import type { Charge, Discovered, Mechanisms, SampledStep } from './mechanismTypes.ts';
import { samplePoisson } from './poissonSampling.ts';
import { stabilityThreshold } from './threshold.ts';
import { validatePositive } from './validate.ts';

type Kind<K extends PrivacyEvent['kind']> = Extract<PrivacyEvent, { kind: K }>;

const byText = new Intl.Collator('en', { numeric: true });
/** Natural order, and code points where that leaves two texts equal. */
const naturally = (a: string, b: string): number => byText.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);

/** A use that was not planned or not paid for is a mistake of this program, never of the person. */
const misuse = (message: string): HomespunError =>
  new HomespunError({ code: 'failed', message, hint: 'Nothing was released. Please report this.' });

/**
 * The mechanisms of one run under its plan. Guarantee: all answers together are covered by the events of the plan with
 * the counts that were charged, as composed by the accountant, provided that each unit changes counts and sums by no
 * more than the event's sensitivity.
 */
export class PrivateRun implements Mechanisms {
  readonly #events: readonly PlannedEvent[];
  readonly #random: SecureRandom;
  readonly #charge: Charge;
  readonly #paid: number[];
  readonly #used: number[];

  constructor(events: readonly PlannedEvent[], random: SecureRandom, charge: Charge) {
    this.#events = events;
    this.#random = random;
    this.#charge = charge;
    this.#paid = events.map(() => 0);
    this.#used = events.map(() => 0);
  }

  get charged(): readonly number[] {
    return [...this.#paid];
  }

  async prepay(event: number, count?: number): Promise<void> {
    const planned = this.#planned(event);
    const wanted = count ?? countOf(planned.event) - this.#paid[event];
    if (wanted === 0) return;
    if (this.#paid[event] + wanted > countOf(planned.event)) {
      throw misuse(`More than the planned uses of “${planned.purpose}” were asked for.`);
    }
    await this.#charge(event, wanted);
    this.#paid[event] += wanted;
  }

  noisyCounts(event: number, counts: Float64Array): Float64Array {
    const { sigma } = this.#use(event, 'discreteGaussian');
    requireWhole(counts);
    return new DiscreteGaussian(sigma).addTo(counts, this.#random);
  }

  discover(
    event: number,
    failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered {
    const { delta } = this.#use(failure, 'approxDp');
    const { sigma, sensitivity } = this.#use(event, 'discreteGaussian');
    requireWhole(counts);
    requireWhole(always);
    const noise = new DiscreteGaussian(sigma);
    const threshold = stabilityThreshold(sigma, delta, sensitivity);
    const noisy = noise.addTo(counts, this.#random);
    const found = values
      .map((value, i) => ({ value, count: noisy[i] }))
      .filter(({ count }, i) => counts[i] > 0 && count >= threshold)
      .sort((a, b) => naturally(a.value, b.value));
    return {
      values: found.map(({ value }) => value),
      counts: Float64Array.from(found, ({ count }) => count),
      always: noise.addTo(always, this.#random),
    };
  }

  select(event: number, scores: Float64Array, sensitivity: number): number {
    const { epsilon } = this.#use(event, 'exponential');
    return exponentialMechanism(scores, { epsilon, sensitivity }, this.#random);
  }

  sampledStep(event: number, units: number): SampledStep {
    const { q, sigma } = this.#use(event, 'sampledGaussian');
    const threshold = q * 2 ** 32;
    if (!Number.isInteger(threshold))
      throw misuse('A sampling rate was planned that random bits cannot meet.');
    const random = this.#random;
    let open = true;
    return {
      units: samplePoisson(units, { q, threshold }, random),
      addNoise(sum, sensitivity) {
        if (!open) throw misuse('One step of training asked for its noise twice.');
        open = false;
        validatePositive(sensitivity, 'sensitivity');
        // The grid follows from the noise, and the noise from the sensitivity with the grid's margin: a second round
        // of the margin is on the safe side of the fixed point.
        const margin = gridMargin(sum.length, 2 * sigma * sensitivity);
        addGaussianNoise(sum, sigma * (sensitivity + margin), random);
      },
    };
  }

  #planned(event: number): PlannedEvent {
    const planned = Number.isInteger(event) && event >= 0 ? this.#events.at(event) : undefined;
    if (planned === undefined) throw misuse(`There is no planned event number ${event}.`);
    return planned;
  }

  /** Takes one paid use of an event of this kind. */
  #use<K extends PrivacyEvent['kind']>(event: number, kind: K): Kind<K> {
    const planned = this.#planned(event);
    if (!isKind(planned.event, kind)) throw misuse(`“${planned.purpose}” was planned as another mechanism.`);
    if (this.#used[event] >= this.#paid[event]) throw misuse(`“${planned.purpose}” was not paid for.`);
    this.#used[event]++;
    return planned.event;
  }
}

const isKind = <K extends PrivacyEvent['kind']>(event: PrivacyEvent, kind: K): event is Kind<K> =>
  event.kind === kind;

/** Sensitivities are those of whole counts. */
function requireWhole(counts: Float64Array): void {
  if (!counts.every((count) => Number.isSafeInteger(count))) throw misuse('A count is not a whole number.');
}
