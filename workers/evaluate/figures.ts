import { HomespunError } from '../errors.ts';
import type { ScoreContext } from './scorecard.ts';
import { statusOf, type Figure, type Interval, type Status, type Target } from './assessment.ts';

/** What a figure is, before it is measured. */
export type FigureSpec = Pick<Figure, 'id' | 'card' | 'label' | 'meaning' | 'unit'>;

/** What was measured. A status is given only where the interval does not say it. */
export interface Measured {
  readonly value: number;
  readonly interval?: Interval | null;
  readonly target?: Target;
  readonly ceiling?: number;
  readonly floor?: number;
  readonly status?: Status;
  readonly note?: string;
  readonly rows: number;
}

export const notAssessed = (note: string, rows = 0): Measured => ({
  value: NaN,
  status: 'not-assessed',
  note,
  rows,
});

/**
 * Measures one figure and times it. What goes wrong in it stays in it, as a figure of status `error`; only `stopped`
 * is thrown on.
 */
export async function guarded(
  spec: FigureSpec,
  now: () => number,
  measure: () => Measured | Promise<Measured>,
): Promise<Figure> {
  const start = now();
  try {
    const { interval = null, ceiling = NaN, floor = NaN, status, ...measured } = await measure();
    return {
      ...spec,
      ...measured,
      interval,
      ceiling,
      floor,
      status: status ?? statusOf(measured.value, interval, measured.target),
      seconds: (now() - start) / 1000,
    };
  } catch (cause) {
    if (cause instanceof HomespunError && cause.code === 'stopped') throw cause;
    const note = cause instanceof Error ? cause.message : String(cause);
    const nothing = { value: NaN, interval: null, ceiling: NaN, floor: NaN, rows: 0 };
    return { ...spec, ...nothing, status: 'error', note, seconds: (now() - start) / 1000 };
  }
}

/** Work that several figures share: done when the first asks for it. */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= work());
}

/**
 * The target of a distance: `score` of the way from its floor (0) to its ceiling (1). Without held-out rows there is
 * none: how far fresh real rows are by chance is not known, and a bound from 0 would fail the best table of few rows.
 */
export const againstMarks = (
  score: number,
  { ceiling, floor }: { readonly ceiling: number; readonly floor: number },
  note?: string,
): Pick<Measured, 'target' | 'status' | 'note'> =>
  Number.isNaN(ceiling)
    ? { status: 'not-assessed', note: 'No rows were held out, so there is no mark to hold it against.' }
    : { target: { bound: ceiling + (1 - score) * Math.max(0, floor - ceiling), better: 'lower' }, note };

/** A figure and how it is measured. */
export type FigureRow = readonly [FigureSpec, () => Measured | Promise<Measured>];

/** Measures figures one after the other. */
export async function measureAll(
  rows: readonly FigureRow[],
  { now, onProgress }: Pick<ScoreContext, 'now' | 'onProgress'>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [spec, measure] of rows) {
    onProgress(figures.length / rows.length, spec.label);
    figures.push(await guarded(spec, now, measure));
  }
  return figures;
}

/** What the work found, or null where it failed: the figures say why. Throws only `stopped`. */
export const orNull = <T>(work: Promise<T>): Promise<T | null> =>
  work.catch((cause: unknown) => {
    if (cause instanceof HomespunError && cause.code === 'stopped') throw cause;
    return null;
  });
