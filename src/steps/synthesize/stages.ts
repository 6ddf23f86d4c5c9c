/** The way of a run, as the person sees it. */
import type { Overlay, Progress, Scorecard, TableSchema } from '../../../workers/protocol.ts';

export interface Stage {
  readonly id: Progress['stage'];
  readonly label: string;
}

export const stages: readonly Stage[] = [
  { id: 'profile', label: 'Look at each column' },
  { id: 'train', label: 'Learn' },
  { id: 'sample', label: 'Make rows' },
  { id: 'score', label: 'Compare' },
];

/** Place of a stage in the run, -1 before it has begun. */
export function stageIndex(progress: Progress | null): number {
  return progress ? stages.findIndex(({ id }) => id === progress.stage) : -1;
}

/** Columns a model learns: those whose overlay can be watched. */
export function learnedColumns(schema: TableSchema | null): string[] {
  return (schema?.columns ?? [])
    .filter(({ treatment, kind }) => treatment === 'learn' && kind !== 'identifier' && kind !== 'text')
    .map(({ name }) => name);
}

/** The column worth watching first: numbers change shape most visibly while a model learns. */
export function firstWatched(schema: TableSchema | null): string | null {
  const learned = learnedColumns(schema);
  const number = (schema?.columns ?? []).find(
    ({ name, kind }) => learned.includes(name) && (kind === 'decimal' || kind === 'integer'),
  );
  return number?.name ?? learned.at(0) ?? null;
}

/** The final overlay once the table is scored, else the latest one sent while training; null while there is none. */
export function watchedOverlay(
  column: string | null,
  live: Overlay | null,
  scorecard: Scorecard | null,
): Overlay | null {
  const final = scorecard?.columns.find((score) => score.column === column)?.overlay;
  return final ?? (live?.column === column ? live : null);
}
