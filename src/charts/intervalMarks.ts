/** Geometry of values with their intervals: a line each, in groups. */
import { scaleLinear } from 'd3';
import { fitLabel } from './format.ts';
import type { Tick } from './numericMarks.ts';

export interface IntervalValue {
  readonly series: 'real' | 'held-out' | 'synthetic';
  readonly name: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

export interface IntervalGroup {
  readonly label: string;
  readonly values: readonly IntervalValue[];
}

export interface PlacedValue extends IntervalValue {
  readonly x: number;
  readonly y: number;
  readonly whisker: readonly [number, number] | null;
}

export interface IntervalMarks {
  readonly groups: readonly {
    readonly label: string;
    readonly y: number;
    readonly values: readonly PlacedValue[];
  }[];
  readonly ticks: readonly Tick[];
  readonly labelRoom: number;
  readonly height: number;
  readonly bottom: number;
}

const line = 18;
const gap = 10;

/** Marks on the scale `domain`, `width` pixels wide and as high as the values need. */
export function intervalMarks(
  groups: readonly IntervalGroup[],
  domain: readonly [number, number],
  width: number,
  write: (value: number) => string,
): IntervalMarks {
  const labelRoom = Math.min(180, width * 0.36);
  const x = scaleLinear(domain, [labelRoom + 8, width - 26]).clamp(true);
  let top = 6;
  const placed = groups.map(({ label, values }) => {
    const start = top;
    top += values.length * line + gap;
    return {
      label: fitLabel(label, labelRoom - 8, 12),
      y: start + (values.length * line) / 2,
      values: values.map((value, i) => ({
        ...value,
        x: x(value.value),
        y: start + (i + 0.5) * line,
        whisker: value.interval && ([x(value.interval[0]), x(value.interval[1])] as const),
      })),
    };
  });
  const bottom = top;
  return {
    groups: placed,
    ticks: x.ticks(width < 480 ? 3 : 6).map((tick) => ({ at: x(tick), label: write(tick) })),
    labelRoom,
    bottom,
    height: bottom + 24,
  };
}
