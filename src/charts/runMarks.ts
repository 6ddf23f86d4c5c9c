/** Geometry of one score of several runs: a line each, on one scale. Pure. */
import { scaleLinear } from 'd3';
import { fitLabel } from './format.ts';
import type { Tick } from './numericMarks.ts';

export interface RunValue {
  readonly name: string;
  /** NaN where there is none. */
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  readonly best: boolean;
}

export interface PlacedRun {
  readonly label: string;
  readonly y: number;
  readonly x: number | null;
  readonly whisker: readonly [number, number] | null;
  readonly best: boolean;
}

export interface RunMarks {
  readonly runs: readonly PlacedRun[];
  /** Where real rows stand. */
  readonly reference: number;
  readonly ticks: readonly Tick[];
  readonly labelRoom: number;
  readonly bottom: number;
  readonly height: number;
}

const line = 26;
const top = 8;

/** From `domain`, widened to hold every value, its interval and the reference. */
export function runMarks(
  runs: readonly RunValue[],
  domain: readonly [number, number],
  reference: number,
  width: number,
  write: (value: number) => string,
): RunMarks {
  const labelRoom = Math.min(110, width * 0.36);
  const all = [...domain, reference, ...runs.flatMap(({ value, interval }) => [value, ...(interval ?? [])])];
  const finite = all.filter(Number.isFinite);
  const x = scaleLinear([Math.min(...finite), Math.max(...finite)], [labelRoom + 10, width - 20]);
  const bottom = top + runs.length * line;
  return {
    runs: runs.map(({ name, value, interval, best }, i) => ({
      label: fitLabel(name, labelRoom - 6, 12),
      y: top + (i + 0.5) * line,
      x: Number.isFinite(value) ? x(value) : null,
      whisker: interval && [x(interval[0]), x(interval[1])],
      best,
    })),
    reference: x(reference),
    ticks: x.ticks(width < 320 ? 3 : 5).map((tick) => ({ at: x(tick), label: write(tick) })),
    labelRoom,
    bottom,
    height: bottom + 24,
  };
}
