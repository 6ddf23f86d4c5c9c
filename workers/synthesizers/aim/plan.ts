import type { PlannedEvent } from '../../privacy/ledger.ts';
import { exponentialEpsilonOfRho, sigmaOfRho } from '../../privacy/zcdp.ts';
import type { PrivateSize, PrivateSynthesis } from '../types.ts';
import { candidateCount } from './candidates.ts';

/** Share of what is left after the profile that picks tables to count; the rest counts them. */
const selectShare = 0.13;
/** Most rounds: each fits the model anew. */
const mostRounds = 16;
const picksPerRound = 3;

/**
 * Tables that are counted: more where the budget can carry them, about .9 a column where rows x epsilon is 4,000, twice
 * as many where it is ten times that, and never more than there are. Measured on Adult at epsilon .1, 1 and 10. From
 * public facts alone.
 */
export function tablesOf({ columns, units, epsilon, rowsPerUnit, target }: PrivateSize): number {
  const strength = Math.max(1, units * epsilon) / (4000 * rowsPerUnit);
  const perColumn = Math.min(4, Math.max(0.5, 0.9 * strength ** 0.3));
  const affordable = Math.max(columns - 1, Math.round(columns * perColumn));
  return Math.min(affordable, candidateCount(columns, target));
}

/** Tables counted in each round: several share a fit of the model. */
export function roundsOf(tables: number): number[] {
  const picks = Math.max(picksPerRound, Math.ceil(tables / mostRounds));
  const rounds = Math.ceil(tables / picks);
  return Array.from({ length: rounds }, (_, round) => Math.min(picks, tables - round * picks));
}

/** Two events, in order: choices of tables, and their counts. */
function events(size: PrivateSize, rho: number): PlannedEvent[] {
  const tables = tablesOf(size);
  if (tables === 0) return [];
  const { rowsPerUnit } = size;
  return [
    {
      purpose: `choice of ${tables} tables of two or three columns`,
      event: {
        kind: 'exponential',
        epsilon: exponentialEpsilonOfRho((rho * selectShare) / tables),
        count: tables,
      },
    },
    {
      purpose: `counts of ${tables} tables of two or three columns`,
      event: {
        kind: 'discreteGaussian',
        sigma: rowsPerUnit * sigmaOfRho((rho * (1 - selectShare)) / tables),
        sensitivity: rowsPerUnit,
        count: tables,
      },
    },
  ];
}

export const privacy: PrivateSynthesis = { profileShare: 0.3, events };
