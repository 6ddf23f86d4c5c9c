import type { ColumnSchema } from '../schema/types.ts';

/** The values that a number or date column may be written with: multiples of a unit between two bounds. */
export interface Grid {
  readonly min: number;
  readonly max: number;
  /** Distance of neighbouring values. */
  readonly unit: number;
  /** The nearest value of the grid at, below or above. Bounds are left to the caller. */
  nearest(value: number): number;
  below(value: number): number;
  above(value: number): number;
}

/** Slack for a decimal that binary numbers cannot hold, in units. */
const slack = 1e-6;

const decimalGrid = (min: number, max: number, decimals: number): Grid => {
  const scale = 10 ** Math.min(decimals, 15);
  return {
    ...{ min, max, unit: 1 / scale },
    nearest: (value) => Math.round(value * scale) / scale,
    below: (value) => Math.floor(value * scale + slack) / scale,
    above: (value) => Math.ceil(value * scale - slack) / scale,
  };
};

const stepGrid = (min: number, max: number, unit: number): Grid => ({
  ...{ min, max, unit },
  nearest: (value) => Math.round(value / unit) * unit,
  below: (value) => Math.floor(value / unit) * unit,
  above: (value) => Math.ceil(value / unit) * unit,
});

/** Throws `TypeError` for a column without numbers or dates. */
export function gridOf({ name, kind, number, datetime }: ColumnSchema): Grid {
  if (number) return decimalGrid(number.min, number.max, kind === 'integer' ? 0 : number.decimals);
  if (datetime) return stepGrid(datetime.min, datetime.max, Math.max(1, datetime.step));
  throw new TypeError(`Column ${name} holds no numbers.`);
}
