import { describeEvent } from './describe.ts';
import { countOf } from './events.ts';
import { type Ledger, type RunSummary, runs, spent, unprotectedRuns } from './ledger.ts';
import type { Spent } from './types.ts';

/** What the statement cannot know from the ledger. */
export interface StatementScope {
  readonly delta: number;
  /** What was taken as public, in words: "column names and types", "the bounds typed in for age". */
  readonly publicFacts: readonly string[];
  /** What reads real rows and is not covered, in words: "the exact scorecard". */
  readonly outside: readonly string[];
}

/** Up, never down: a printed epsilon must not be below the computed one. */
const printed = (epsilon: number): string =>
  Number.isFinite(epsilon) ? (Math.ceil(epsilon * 1000 - 1e-9) / 1000).toString() : 'unbounded';

const ACCOUNTANTS = {
  rdp: 'Renyi differential privacy (Mironov 2017; conversion of Canonne, Kamath and Steinke 2020)',
  pld: 'privacy loss distributions, connect-the-dots (Doroshenko et al. 2022)',
  'analytic-gaussian': 'the exact Gaussian bound (Balle and Wang 2018)',
} as const;

/**
 * The guarantee as lines of plain text, for a lawyer and a statistician to read: what holds, for whom, against what, by
 * which accountant, each event behind it, what was public, what is not covered.
 */
export function privacyStatement(ledger: Ledger, scope: StatementScope): string[] {
  const totals = spent(ledger, scope.delta);
  const summaries = runs(ledger);
  return [
    'PRIVACY STATEMENT',
    '',
    ...totals.flatMap((total) => guarantee(total, scope.delta)),
    ...(totals.some(({ unit }) => unit === 'person') ? [] : ROWS_ONLY),
    '',
    // Not the hash of the file: with it anyone could test guesses about the rows, which no guarantee would cover.
    'Data set: one file, whose ledger stays with its owner.',
    'Neighbouring data sets: one unit replaced by one that counts nowhere (zero-out; the same figures hold for adding or removing a unit).',
    `Accountant: ${ACCOUNTANTS[totals[0].accountant]}. All events of all runs on this data set are composed together.`,
    '',
    ...withoutGuarantee(unprotectedRuns(ledger)),
    ...repeated(summaries),
    ...summaries.flatMap(runLines),
    '',
    'Taken as public, and not protected:',
    ...bullets(scope.publicFacts),
    'Outside the guarantee (computed from real data without noise):',
    ...bullets(scope.outside),
  ];
}

const bullets = (items: readonly string[]): string[] =>
  items.length === 0 ? ['  - nothing'] : items.map((item) => `  - ${item}`);

const ROWS_ONLY = [
  'This protects single rows. A person with several rows is protected less, by about the number of their rows times epsilon.',
];

function guarantee({ unit, column, epsilon }: Spent, delta: number): string[] {
  const whom =
    unit === 'row' ? 'each row' : `each person named by column "${column ?? ''}", with all their rows`;
  if (!Number.isFinite(epsilon)) return [`No guarantee holds for ${whom} at delta = ${delta}.`];
  const sure = Math.ceil(1000 / (1 + Math.exp(-epsilon))) / 10;
  return [
    `Guarantee for ${whom}: epsilon = ${printed(epsilon)}, delta = ${delta} (differential privacy).`,
    `In plain odds: someone who gives even chances that ${unit === 'row' ? 'a row' : 'a person'} is in the data can become at most ${sure} % sure from what was released, except with probability about ${delta}.`,
  ];
}

const withoutGuarantee = (count: number): string[] =>
  count === 0
    ? []
    : [
        `WARNING: ${count} further run${count === 1 ? ' on the same data was' : 's on the same data were'} made without differential privacy. The figures above do not cover what ${count === 1 ? 'it' : 'they'} gave away.`,
        '',
      ];

const repeated = (summaries: readonly RunSummary[]): string[] =>
  summaries.length > 1
    ? [
        `WARNING: ${summaries.length} runs on the same data add up; the figures above cover them together.`,
        '',
      ]
    : [];

const OUTCOMES = {
  finished: 'finished',
  stopped: 'stopped early; what it charged counts',
  failed: 'failed; what it charged counts',
  open: 'not closed; what it charged counts',
} as const;

function runLines({ plan, charged, outcome }: RunSummary): string[] {
  const lines = plan.events.map(({ purpose, event }, i) => {
    const planned = countOf(event);
    const share = charged[i] === planned ? '' : ` (of ${planned} planned)`;
    return `  - ${purpose}: ${charged[i]} x ${describeEvent(event)}${share}`;
  });
  const started = new Date(plan.startedAt).toISOString();
  return [`Run "${plan.label}", started ${started}, ${OUTCOMES[outcome]}:`, ...lines];
}
