import type {
  Job,
  LedgerView,
  PrivacyPlan,
  PrivacySettings,
  PrivacyUnit,
  ReleasableScorecard,
  ReleaseView,
  RunView,
} from '../../../workers/protocol.ts';

const delta = 1e-6;

const unitOf = ({ person }: PrivacySettings): PrivacyUnit =>
  person ? { kind: 'person', ...person } : { kind: 'row' };

const releases: readonly ReleaseView[] = [
  {
    purpose: 'one-way counts of 9 category columns',
    mechanism: 'discrete Gaussian mechanism, sigma 21, sensitivity 1',
    planned: 9,
    charged: 0,
    share: 0.22,
  },
  {
    purpose: 'counts on a grid of 5 number columns',
    mechanism: 'discrete Gaussian mechanism, sigma 28, sensitivity 1',
    planned: 5,
    charged: 0,
    share: 0.13,
  },
  {
    purpose: 'training steps',
    mechanism: 'Poisson-sampled Gaussian mechanism (DP-SGD), rate 0.0102, noise multiplier 1.31',
    planned: 1000,
    charged: 0,
    share: 0.65,
  },
];

/** The ledger of a fake engine: epsilons are added up, which is what an accountant never does. */
export class FakeLedger {
  runs: RunView[] = [];
  unprotected = 0;

  view(at: number | null = null): LedgerView {
    const epsilon = this.runs.reduce((sum, run) => sum + run.epsilon, 0);
    const spent = { epsilon, accountant: 'rdp' } as const;
    const column = this.runs.every(({ unit }) => unit.kind === 'person')
      ? this.runs.map(({ unit }) => (unit.kind === 'person' ? unit.column : '')).at(0)
      : undefined;
    const rows = { unit: 'row', ...spent } as const;
    return {
      dataset: 'f'.repeat(64),
      delta: at ?? delta,
      totals: column === undefined ? [rows] : [{ unit: 'person', column, ...spent }, rows],
      runs: this.runs,
      unprotected: this.unprotected,
    };
  }

  plan(job: Job): PrivacyPlan | null {
    if (job.privacy === 'none') return null;
    const { epsilon, profileShare } = job.privacy;
    const before = this.runs.reduce((sum, run) => sum + run.epsilon, 0);
    return {
      epsilon,
      delta: job.privacy.delta ?? delta,
      accountant: 'pld',
      unit: unitOf(job.privacy),
      profileShare: profileShare ?? 0.35,
      releases,
      before,
      after: before + epsilon,
      earlierRuns: this.runs.length,
      warnings: [],
      countNoise: 21 / epsilon,
      leastRows: 150 / epsilon,
      publicFacts: ['column names and types', 'the number of rows'],
      outside: ['the exact scorecard', 'the watched column'],
    };
  }

  /** Enters a run that charges `share` of every planned release. */
  open(job: Job): void {
    if (job.privacy === 'none') {
      this.unprotected++;
      return;
    }
    this.runs = [
      ...this.runs,
      {
        run: `run ${String(this.runs.length + 1)}`,
        label: job.method,
        startedAt: 1_790_000_000_000 + this.runs.length * 3_600_000,
        outcome: 'open',
        unit: unitOf(job.privacy),
        epsilon: 0,
        releases,
      },
    ];
  }

  /** Charges the running run up to a share of its plan; returns the uses charged. */
  charge(job: Job, share: number): number[] {
    const charged = releases.map(({ planned }, i) => (i < 2 ? planned : Math.ceil(planned * share)));
    if (job.privacy !== 'none') {
      const { epsilon } = job.privacy;
      this.#change({
        epsilon: epsilon * share,
        releases: releases.map((release, i) => ({ ...release, charged: charged[i] })),
      });
    }
    return charged;
  }

  close(outcome: 'finished' | 'stopped' | 'failed'): void {
    this.#change({ outcome });
  }

  #change(change: Partial<RunView>): void {
    this.runs = this.runs.map((run) => (run.outcome === 'open' ? { ...run, ...change } : run));
  }
}

/** A scorecard of two columns: one within its noise, one beyond it. */
export const fakeReleasable = (rows: number): ReleasableScorecard => ({
  columns: [
    { column: 'amount', distance: 0.09, noiseAlone: { mean: 0.03, upper: 0.041 } },
    { column: 'answer', distance: 0.011, noiseAlone: { mean: 0.012, upper: 0.019 } },
  ],
  meanDistance: 0.05,
  meanNoiseAlone: 0.021,
  synthetic: {
    rows,
    missing: [
      { column: 'amount', share: 0.04 },
      { column: 'answer', share: 0 },
    ],
    target: {
      column: 'answer',
      classes: [
        { label: 'yes', share: 0.7 },
        { label: 'no', share: 0.3 },
      ],
    },
    associations: {
      columns: ['amount', 'answer'],
      measures: ['self', 'correlation-ratio', 'correlation-ratio', 'self'],
      values: [1, 0.4, 0.4, 1],
    },
  },
  notes: [],
});
