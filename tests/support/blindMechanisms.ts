import { countOf } from '../../workers/privacy/events.ts';
import type { PlannedEvent } from '../../workers/privacy/ledger.ts';
import type { Charge, Discovered, Mechanisms, SampledStep } from '../../workers/privacy/mechanismTypes.ts';
import { type Rng, seededRng } from '../../workers/random/rng.ts';

/** What a call handed to the mechanisms: everything that a private run takes from real rows. */
export type Asked =
  | { readonly kind: 'counts'; readonly event: number; readonly counts: Float64Array }
  | {
      readonly kind: 'discover';
      readonly event: number;
      readonly rows: ReadonlyMap<string, number>;
      readonly always: Float64Array;
    }
  | {
      readonly kind: 'select';
      readonly event: number;
      readonly scores: Float64Array;
      readonly sensitivity: number;
    }
  | { readonly kind: 'step'; readonly event: number; readonly units: number };

/** Half the cells about empty, the others up to some hundred rows: what noisy counts look like. */
const blindCount = (rng: Rng): number =>
  rng.int(2) === 0 ? rng.int(11) - 5 : Math.floor(Math.exp(rng.uniform() * 6));

/**
 * Histograms longer than this look for the range of a column; they hold rows in one stretch: ordinary magnitudes and
 * years. Were they full, later rounds would have cells so wide that all rows of any table fell in one.
 */
const rangeCells = 130;

/**
 * Mechanisms that never look: each answer is fixed by the number of the call, its event and the length asked for. What
 * a run releases under them must be the same for every table with the same public facts. `asked` keeps what was handed
 * in.
 */
export class BlindMechanisms implements Mechanisms {
  readonly asked: Asked[] = [];
  readonly #events: readonly PlannedEvent[];
  readonly #charge: Charge;
  readonly #charged: number[];
  #calls = 0;

  constructor(events: readonly PlannedEvent[], charge: Charge) {
    this.#events = events;
    this.#charge = charge;
    this.#charged = events.map(() => 0);
  }

  get charged(): readonly number[] {
    return [...this.#charged];
  }

  async prepay(event: number, count?: number): Promise<void> {
    const wanted = count ?? countOf(this.#events[event].event) - this.#charged[event];
    if (wanted === 0) return;
    await this.#charge(event, wanted);
    this.#charged[event] += wanted;
  }

  noisyCounts(event: number, counts: Float64Array): Float64Array {
    this.asked.push({ kind: 'counts', event, counts: counts.slice() });
    return this.#counts(event, counts.length);
  }

  discover(
    event: number,
    _failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered {
    const rows = new Map(values.map((value, i) => [value, counts[i]]));
    this.asked.push({ kind: 'discover', event, rows, always: always.slice() });
    const named = ['first', 'second', 'third'].map((text) => `${text} of call ${this.#calls}`);
    const found = this.#rng(event);
    return {
      values: named,
      counts: Float64Array.from(named, () => 20 + found.int(200)),
      always: this.#counts(event, always.length),
    };
  }

  select(event: number, scores: Float64Array, sensitivity: number): number {
    this.asked.push({ kind: 'select', event, scores: scores.slice(), sensitivity });
    return this.#rng(event).int(scores.length);
  }

  sampledStep(event: number, units: number): SampledStep {
    this.asked.push({ kind: 'step', event, units });
    const rng = this.#rng(event);
    const chosen = Uint32Array.from({ length: units }, (_, unit) => unit).filter(() => rng.int(4) === 0);
    return {
      units: chosen,
      addNoise: (sum) => {
        for (let i = 0; i < sum.length; i++) sum[i] = rng.normal();
      },
    };
  }

  #counts(event: number, length: number): Float64Array {
    const rng = this.#rng(event);
    return Float64Array.from({ length }, (_, cell) =>
      length > rangeCells && !(cell > 0.49 * length && cell < 0.63 * length) ? 0 : blindCount(rng),
    );
  }

  #rng(event: number): Rng {
    return seededRng(`call ${this.#calls++} event ${event}`);
  }
}

/** Blind, but for one event that is answered with the exact counts: the leak that a blind run has to show. */
export class LeakyMechanisms extends BlindMechanisms {
  readonly #leak: number;

  constructor(events: readonly PlannedEvent[], charge: Charge, leak: number) {
    super(events, charge);
    this.#leak = leak;
  }

  override noisyCounts(event: number, counts: Float64Array): Float64Array {
    const blind = super.noisyCounts(event, counts);
    return event === this.#leak ? counts : blind;
  }

  override discover(
    event: number,
    failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered {
    const blind = super.discover(event, failure, values, counts, always);
    return event === this.#leak ? { values, counts, always } : blind;
  }
}

/** Blind, but the list of found categories is handed on, each with the same count. */
export class ListLeakingMechanisms extends BlindMechanisms {
  override discover(
    event: number,
    failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered {
    const blind = super.discover(event, failure, values, counts, always);
    return { ...blind, values, counts: new Float64Array(values.length).fill(50) };
  }
}
