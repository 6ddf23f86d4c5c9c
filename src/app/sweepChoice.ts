/** What the next curve over epsilon is of, and the curves that are there. */
import type { MethodId, Sweep, SweepRequest } from '../../workers/protocol.ts';
import { epsilonLimits } from './privacySettings.ts';
import { fileNameOf } from './sampleFile.ts';
import { samples } from './samples.ts';

/** A table that anybody may see: one that comes with the app, by its path, or a file that is declared to be public. */
export type PublicTable = string | File;

export interface SweepChoice {
  readonly rows: SweepRequest['rows'];
  /** Of `public`; null where the person has not chosen: a sample other than the open file. */
  readonly publicTable: PublicTable | null;
  readonly method: MethodId;
  readonly epsilons: readonly number[];
}

export const defaultSweep: SweepChoice = {
  rows: 'made',
  publicTable: null,
  method: 'mst',
  epsilons: [0.1, 0.3, 1, 3, 10],
};

/** The public table that is meant. */
export const publicTableOf = ({ publicTable }: SweepChoice, openName: string): PublicTable =>
  publicTable ?? samples.find(({ path }) => fileNameOf(path) !== openName)?.path ?? samples[0].path;

const mostEpsilons = 12;

/** Numbers as they are typed, with commas, semicolons or spaces between; or what is wrong with them. */
export function parseEpsilons(text: string): readonly number[] | string {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const numbers = [...new Set(parts.map(Number))].sort((a, b) => a - b);
  const { least, most } = epsilonLimits;
  if (numbers.length === 0) return 'Enter one value at least, such as 1.';
  if (numbers.length > mostEpsilons) return `Enter ${String(mostEpsilons)} values at most.`;
  return numbers.every((number) => number >= least && number <= most)
    ? numbers
    : `Enter numbers from ${String(least)} to ${String(most)}, with commas between.`;
}

const marksOf = ({ rows, publicName, marks }: Sweep): string => JSON.stringify([rows, publicName, marks]);

/** With a curve as far as it is: it takes the place of an earlier one of its method, held against the same rows. */
export const withSweep = (sweeps: readonly Sweep[], sweep: Sweep): Sweep[] => [
  ...sweeps.filter(
    ({ method, ...its }) => method !== sweep.method || marksOf({ method, ...its }) !== marksOf(sweep),
  ),
  sweep,
];

/** Curves that were held against the same rows, which alone may be drawn together; latest first. */
export function comparableSweeps(sweeps: readonly Sweep[]): Sweep[][] {
  const groups = new Map<string, Sweep[]>();
  for (const sweep of sweeps) {
    const key = marksOf(sweep);
    groups.set(key, [...(groups.get(key) ?? []), sweep]);
  }
  return [...groups.values()].reverse();
}
