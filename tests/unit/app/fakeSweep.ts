import type { Sweep, SweepRequest } from '../../../workers/protocol.ts';

/** A curve after `done` budgets, rising with epsilon between its marks. */
export function fakeSweep({ rows, publicFile, job, epsilons }: SweepRequest, done: number): Sweep {
  const scoreAt = (epsilon: number) => {
    const value = 0.5 + 0.4 * (epsilon / (1 + epsilon));
    return { value, interval: [value - 0.02, value + 0.02] as const };
  };
  return {
    rows,
    publicName: publicFile?.name ?? null,
    method: job.method === 'auto' ? 'mst' : job.method,
    marks: {
      utility: {
        column: 'answer',
        measure: 'ROC AUC',
        ceiling: { value: 0.92, interval: [0.9, 0.94] },
        floor: 0.5,
      },
      similarity: { ceiling: 0.97, floor: 0.6 },
    },
    epsilons,
    points: epsilons.slice(0, done).map((epsilon) => ({
      epsilon,
      utility: scoreAt(epsilon),
      similarity: scoreAt(epsilon),
      seconds: 1,
    })),
    refused: [],
    stopped: done < epsilons.length,
    trainRows: 10,
    holdoutRows: 2,
    notes: [],
    seconds: done,
  };
}
