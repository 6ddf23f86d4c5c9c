import type { Interval } from '../assessment.ts';
import type { Rate } from '../statistics/proportions.ts';

/** What an attack gained over the same attack on people who were not in the data. */
export interface Risk {
  readonly risk: number;
  readonly interval: Interval;
}

const clipped = (number: number): number => Math.max(0, Math.min(1, number));

/**
 * Residual risk (a - c) / (1 - c) of an attack's success rate a over the control's c, with the interval of the delta
 * method (Giomi and others 2023, anonymeter, section 3).
 */
export function residualRisk(attack: Rate, control: Rate): Risk {
  const room = 1 - control.rate;
  if (room <= 0) return { risk: 0, interval: [0, 1] };
  const risk = (attack.rate - control.rate) / room;
  const error = Math.hypot(attack.error / room, (control.error * (attack.rate - 1)) / (room * room));
  return { risk: clipped(risk), interval: [clipped(risk - error), clipped(risk + error)] };
}

/** Raw rates of an attack: a risk of 0 may hide a control that succeeded far more often. */
export interface AttackRates {
  readonly name: string;
  /** Rows or statements attacked, and those of the control. */
  readonly attacks: number;
  readonly controls: number;
  readonly attack: number;
  readonly control: number;
  /** A guess that knows nothing of the row. NaN where there is none. */
  readonly baseline: number;
  readonly risk: number;
  readonly interval: Interval;
}
