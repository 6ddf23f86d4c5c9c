import type { Pace } from '../pace.ts';
import { wilsonRate } from '../statistics/proportions.ts';
import { nearest } from './nearest.ts';
import { residualRisk, type AttackRates } from './risk.ts';
import { project, type Rows } from './rowSpace.ts';

/** The columns two data holders know of the same people. */
export type Halves = readonly [readonly number[], readonly number[]];

/** Rows whose k nearest synthetic rows by one half of the columns and by the other have one in common. */
export async function linkedRows(
  targets: Rows,
  synthetic: Rows,
  [one, two]: Halves,
  k: number,
  pace: Pace,
): Promise<number> {
  const first = await nearest(project(targets, one), project(synthetic, one), k, pace);
  const second = await nearest(project(targets, two), project(synthetic, two), k, pace);
  let linked = 0;
  for (let start = 0; start < first.indices.length; start += k) {
    const others = second.indices.subarray(start, start + k);
    if (first.indices.subarray(start, start + k).some((index) => index >= 0 && others.includes(index)))
      linked++;
  }
  return linked;
}

/**
 * Linkability: whether a synthetic row tells two data holders, who know half of the columns each, that their records
 * are of one person (Giomi and others 2023, section 4.2). The control are rows the generator never saw.
 */
export async function linkability(
  targets: Rows,
  control: Rows,
  synthetic: Rows,
  halves: Halves,
  k: number,
  pace: Pace,
): Promise<AttackRates> {
  const linked = await linkedRows(targets, synthetic, halves, k, pace);
  const controls = await linkedRows(control, synthetic, halves, k, pace);
  const attack = wilsonRate(linked, targets.count);
  const its = wilsonRate(controls, control.count);
  return {
    name: 'linkability',
    attacks: targets.count,
    controls: control.count,
    attack: attack.rate,
    control: its.rate,
    // Two random sets of k synthetic rows have one in common.
    baseline: 1 - (1 - Math.min(1, k / synthetic.count)) ** k,
    ...residualRisk(attack, its),
  };
}
