import { epsilonOf } from './accountant.ts';
import { describeEvent } from './describe.ts';
import { countOf, type PrivacyEvent, withCount } from './events.ts';
import { rdpOf } from './rdp.ts';
import { type Ledger, type PlannedEvent, type RunSummary, runs, spent, unprotectedRuns } from './ledger.ts';
import type { LedgerView, ReleaseView, RunView } from './types.ts';

/** The order of the Renyi divergence by which shares of a budget are told: costs add up there. */
const ORDER = 8;

/** What an event costs by itself, on a scale on which costs of a run add up. */
const costOf = (event: PrivacyEvent): number => rdpOf([event], Float64Array.of(ORDER)).rdp[0];

/** Planned releases of one run in words, with what of each was charged and its share of the budget. */
export function releaseViews(events: readonly PlannedEvent[], charged: readonly number[]): ReleaseView[] {
  const costs = events.map(({ event }) => costOf(event));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return events.map(({ purpose, event }, i) => ({
    purpose,
    mechanism: describeEvent(event),
    planned: countOf(event),
    charged: charged[i] ?? 0,
    share: total > 0 ? costs[i] / total : 0,
  }));
}

const chargedEvents = ({ plan, charged }: RunSummary): PrivacyEvent[] =>
  plan.events.map(({ event }, i) => withCount(event, charged[i]));

const runView = (summary: RunSummary, epsilon: number): RunView => {
  const { plan, charged, outcome } = summary;
  const { run, label, startedAt, unit, events } = plan;
  return { run, label, startedAt, outcome, unit, epsilon, releases: releaseViews(events, charged) };
};

/** The ledger as the page shows it, at a public delta. */
export function ledgerView(ledger: Ledger, delta: number): LedgerView {
  const summaries = runs(ledger);
  const totals = spent(ledger, delta);
  // A single run has what all have: composing it again would take as long once more.
  const epsilon = (summary: RunSummary): number =>
    summaries.length === 1 ? totals[0].epsilon : epsilonOf(chargedEvents(summary), delta).epsilon;
  return {
    dataset: ledger.dataset,
    delta,
    totals,
    runs: summaries.map((summary) => runView(summary, epsilon(summary))),
    unprotected: unprotectedRuns(ledger),
  };
}
