import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { fitPrivately, type Prepared } from '../../../workers/pipeline.ts';
import type { PrivacyMeans } from '../../../workers/privateFit.ts';
import { budgetRun, type RunBudget } from '../../../workers/privatePlan.ts';
import { SecureRandom } from '../../../workers/privacy/csprng.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { LedgerBook, memoryStore } from '../../../workers/privacy/ledgerBook.ts';
import type { Charge, Discovered, Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { ProgressReporter } from '../../../workers/progress.ts';
import type { Job, PrivacySettings } from '../../../workers/protocol.ts';
import { independent } from '../../../workers/synthesizers/independent/fit.ts';
import {
  binomialTails,
  epsilonByGaussian,
  epsilonByOneRun,
  epsilonByRates,
  proportionAtLeast,
  proportionAtMost,
  ratesAt,
} from '../../support/audit.ts';
import { privateJob } from '../../support/released.ts';
import { categories, tableOf } from '../profile/tables.ts';

/*
 * Audits of whole private fits on real randomness. A bound is above the epsilon of a correct program with probability
 * `ALARM` at most. Persons are the unit, with one row each: the number of rows is then no public fact, and a person
 * is taken out by leaving the row out.
 */
const ALARM = 1e-4;
const DELTA = 1e-3;

const random = SecureRandom.system();
const DATASET = '5'.repeat(64);

type Make = PrivacyMeans['mechanisms'];
const real: Make = (events, charge) => new PrivateRun(events, random, charge);
/** The noise of every count divided: what is drawn is not what is charged. */
const withNoiseOver =
  (factor: number): Make =>
  (events, charge) =>
    new PrivateRun(
      events.map((planned): PlannedEvent =>
        planned.event.kind === 'discreteGaussian'
          ? { ...planned, event: { ...planned.event, sigma: planned.event.sigma / factor } }
          : planned,
      ),
      random,
      charge,
    );

/** One planned event is answered exactly: its noise was forgotten. */
class Forgetful extends PrivateRun {
  readonly #forgotten: number;

  constructor(events: readonly PlannedEvent[], charge: Charge, forgotten: number) {
    super(events, random, charge);
    this.#forgotten = forgotten;
  }

  override noisyCounts(event: number, counts: Float64Array): Float64Array {
    return event === this.#forgotten ? counts : super.noisyCounts(event, counts);
  }
}

/** Every count is answered twice and charged once: the mean of both answers has less noise. */
class Twice implements Mechanisms {
  readonly #first: PrivateRun;
  readonly #second: PrivateRun;

  constructor(events: readonly PlannedEvent[], charge: Charge) {
    this.#first = new PrivateRun(events, random, charge);
    this.#second = new PrivateRun(events, random, () => Promise.resolve());
  }

  get charged(): readonly number[] {
    return this.#first.charged;
  }

  async prepay(event: number, count?: number): Promise<void> {
    await this.#first.prepay(event, count);
    await this.#second.prepay(event, count);
  }

  noisyCounts(event: number, counts: Float64Array): Float64Array {
    const second = this.#second.noisyCounts(event, counts);
    return this.#first.noisyCounts(event, counts).map((count, i) => (count + second[i]) / 2);
  }

  discover(...question: Parameters<Mechanisms['discover']>): Discovered {
    const [first, second] = [this.#first.discover(...question), this.#second.discover(...question)];
    const counts = first.counts.map((count, i) => {
      const again = second.values.indexOf(first.values[i]);
      return again < 0 ? count : (count + second.counts[again]) / 2;
    });
    return { ...first, counts };
  }

  select(...question: Parameters<Mechanisms['select']>): number {
    return this.#first.select(...question);
  }

  sampledStep(...question: Parameters<Mechanisms['sampledStep']>): ReturnType<Mechanisms['sampledStep']> {
    return this.#first.sampledStep(...question);
  }
}

const settings = (epsilon: number, delta: number): PrivacySettings => ({
  epsilon,
  delta,
  person: { column: 'who', rowsPerPerson: 1 },
  profileShare: null,
});

const budgetFor = (
  { schema, table }: ReturnType<typeof tableOf>,
  units: number,
  epsilon: number,
  delta: number,
) =>
  budgetRun(
    schema,
    { units, rowsPerUnit: 1, columns: table.columns.length, epsilon, delta },
    independent,
    { epochs: null },
    settings(epsilon, delta),
    delta,
  );

/** One private fit, ledger and all. */
async function profileOf(
  { table, schema }: ReturnType<typeof tableOf>,
  units: number,
  budget: RunBudget,
  mechanisms: Make,
): Promise<Profile> {
  const holdout = { rows: 0, columns: [] };
  const unitOf = Int32Array.from({ length: table.rows }, (_, row) => row);
  const prepared: Prepared = { train: table, holdout, schema, units: { unitOf, count: units }, notices: [] };
  const job: Job = { ...privateJob, privacy: settings(budget.epsilon, budget.delta), holdout: 0 };
  const control = new RunControl();
  const { profile } = await fitPrivately(
    prepared,
    budget,
    { id: 'independent', reason: '' },
    job,
    { column: () => null },
    {
      control,
      progress: new ProgressReporter(
        () => undefined,
        () => 0,
      ),
      now: () => 0,
      privacy: {
        mechanisms,
        clock: () => 0,
        runName: () => 'audit',
        book: new LedgerBook(DATASET, memoryStore()),
      },
    },
  );
  control.close();
  return profile;
}

/** Rows that the profile gives a category beyond the mean of its others: moves by one with the target. */
function excess({ rows, columns }: Profile, c: number, category: string): number {
  const column = columns[c];
  if (column.type !== 'category') throw new Error('a category column was expected');
  const target = column.categories.indexOf(category);
  const mass = target < 0 ? 0 : column.mass[target];
  const others = column.mass.reduce((sum, share) => sum + share, 0) - mass;
  return rows * (mass - others / Math.max(1, column.mass.length - (target < 0 ? 0 : 1)));
}

const letters = 'abcdefghijkl'.split('');
type World = ReturnType<typeof tableOf>;

/** Every person in even numbers of everything, and with the target one more of each first category. */
function world(persons: number, target: boolean, found: boolean): World {
  const codes = (count: number): number[] => [
    ...Array.from({ length: persons }, (_, row) => row % count),
    ...(target ? [0] : []),
  ];
  const declared = (name: string): ReturnType<typeof categories> => {
    const described = categories(name, codes(12), letters);
    return { ...described, schema: { ...described.schema, domain: 'declared' } };
  };
  const columns = [declared('first'), declared('second')];
  return tableOf(...columns, ...(found ? [categories('found', codes(8), letters.slice(0, 8))] : []));
}

/** Statistics of one profile, each with how much it moves with the target: all columns together, and the first. */
const statistics: readonly ((profile: Profile) => { readonly seen: number; readonly moves: number })[] = [
  (profile) => ({
    seen: profile.columns.reduce((sum, _, c) => sum + excess(profile, c, 'a'), 0),
    moves: profile.columns.length,
  }),
  (profile) => ({ seen: excess(profile, 0, 'a'), moves: 1 }),
];
/** Fixed before anything is seen, as shares of the way from the world without to the world with the target. */
const thresholds = [0.3, 0.5, 0.7];

interface Bounds {
  readonly rates: number;
  readonly gaussian: number;
}

/** Lower bounds on the epsilon of a whole private fit, from so many fits in each of two worlds. */
async function bounds(
  worlds: { readonly with: World; readonly without: World },
  units: number,
  budget: RunBudget,
  runs: number,
  mechanisms: Make,
): Promise<Bounds> {
  const drawn = async (of: World): Promise<number[][]> => {
    const seen: number[][] = statistics.map(() => []);
    for (let run = 0; run < runs; run++) {
      const profile = await profileOf(of, units, budget, mechanisms);
      statistics.forEach((statistic, s) => seen[s].push(statistic(profile).seen / statistic(profile).moves));
    }
    return seen;
  };
  const [present, absent] = [await drawn(worlds.with), await drawn(worlds.without)];
  const rates = statistics.flatMap((_, s) =>
    ratesAt(present[s], absent[s], thresholds, ALARM / statistics.length),
  );
  return { rates: epsilonByRates(rates, DELTA), gaussian: epsilonByGaussian(rates, DELTA) };
}

describe('in two worlds, with one person and without', () => {
  const persons = 192;
  const setting = (found: boolean) => {
    const worlds = { with: world(persons, true, found), without: world(persons, false, found) };
    return { worlds, budget: budgetFor(worlds.with, persons + 1, 6, DELTA) };
  };
  const { worlds, budget } = setting(true);
  const listed = budget.profile.numbers.listed ?? NaN;
  const audit = (runs: number, mechanisms: Make): Promise<Bounds> =>
    bounds(worlds, persons + 1, budget, runs, mechanisms);

  test('a private fit is within what it claims, and not far within', async () => {
    const { rates, gaussian } = await audit(1000, real);
    expect(rates).toBeLessThanOrEqual(budget.epsilon);
    expect(gaussian).toBeLessThanOrEqual(budget.epsilon);
    expect(gaussian).toBeGreaterThan(budget.epsilon / 3);
  }, 120_000);

  test('a quarter of the noise is caught', async () => {
    expect((await audit(300, withNoiseOver(4))).gaussian).toBeGreaterThan(2 * budget.epsilon);
  }, 120_000);

  test('an event without its noise is caught', async () => {
    const forgetful: Make = (events, charge) => new Forgetful(events, charge, listed);
    expect((await audit(300, forgetful)).gaussian).toBeGreaterThan(budget.epsilon);
  }, 120_000);

  test('two answers for one charge are caught', async () => {
    const declared = setting(false);
    const twice: Make = (events, charge) => new Twice(events, charge);
    const { gaussian } = await bounds(declared.worlds, persons + 1, declared.budget, 2000, twice);
    expect(gaussian).toBeGreaterThan(declared.budget.epsilon);
  }, 120_000);
});

describe('in one run, with every other person', () => {
  const canaries = 10_000;
  const delta = 1e-7;
  const labels = Array.from({ length: canaries }, (_, canary) => `canary ${canary}`);
  const all = tableOf(categories('canary', [...labels.keys()], labels));
  const schema = {
    ...all.schema,
    columns: all.schema.columns.map((column) => ({ ...column, domain: 'declared' as const })),
  };
  const budget = budgetFor({ ...all, schema }, canaries, 2, delta);

  /** Each person has a category alone, and is there by a coin: those with the largest shares are guessed to be. */
  async function bound(mechanisms: Make): Promise<number> {
    const isIn = Array.from({ length: canaries }, () => random.below(2) === 1);
    const { table } = tableOf(
      categories(
        'canary',
        [...labels.keys()].filter((canary) => isIn[canary]),
        labels,
      ),
    );
    const { columns } = await profileOf({ table, schema }, canaries, budget, mechanisms);
    const [column] = columns;
    if (column.type !== 'category') throw new Error('a category column was expected');
    const order = [...labels.keys()].sort((a, b) => column.mass[b] - column.mass[a]);
    const guesses = 800;
    const right = order.slice(0, guesses).filter((canary) => isIn[canary]).length;
    return epsilonByOneRun({ canaries, guesses, right }, delta, ALARM);
  }

  test('a private fit is within what it claims', async () => {
    expect(await bound(real)).toBeLessThanOrEqual(budget.epsilon);
  });

  test('a quarter of the noise is caught', async () => {
    expect(await bound(withNoiseOver(4))).toBeGreaterThan(budget.epsilon);
  });
});

describe('the bounds themselves', () => {
  test('Clopper-Pearson ends are where the binomial tail is alpha', () => {
    for (const [k, n] of [
      [1, 10],
      [7, 10],
      [10, 10],
      [480, 1000],
    ]) {
      expect(binomialTails(n, proportionAtLeast(k, n, 1e-3))[k]).toBeCloseTo(1e-3, 6);
      expect(1 - binomialTails(n, proportionAtMost(k, n, 1e-3))[k + 1]).toBeCloseTo(k === n ? 1 : 1e-3, 6);
    }
    expect([proportionAtLeast(0, 5, 0.1), proportionAtMost(5, 5, 0.1)]).toEqual([0, 1]);
  });

  test('randomised response, which is at its epsilon exactly, is bounded close below it', () => {
    const epsilon = 1;
    const draws = (yes: number): number[] =>
      Array.from({ length: 20_000 }, () => (random.uint53() < yes * 2 ** 53 ? 1 : 0));
    const yes = 1 / (1 + Math.exp(-epsilon));
    const bound = epsilonByRates(ratesAt(draws(yes), draws(1 - yes), [1], ALARM), 0);
    expect(bound).toBeLessThanOrEqual(epsilon);
    expect(bound).toBeGreaterThan(0.85);
    const right = draws(yes).filter((draw) => draw === 1).length;
    const oneRun = epsilonByOneRun({ canaries: 20_000, guesses: 20_000, right }, 0, ALARM);
    expect(oneRun).toBeLessThanOrEqual(epsilon);
    expect(oneRun).toBeGreaterThan(0.85);
  });
});
