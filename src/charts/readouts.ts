/** What stands under the pointer, in words. */
import type { Associations, Overlay } from '../../workers/protocol.ts';
import { categoryMarks } from './categoryMarks.ts';
import { formatScore, formatShare } from './format.ts';
import type { Frame } from './numericMarks.ts';
import { binLabel } from './scoreWords.ts';
import { measureName } from './tables.ts';

/** Bin or category `index` of an overlay; with `totals`, everything up to the end of the bin. */
export function overlayReadout(
  overlay: Overlay,
  index: number,
  frame: Frame,
  totals: { readonly real: readonly number[]; readonly synthetic: readonly number[] } | null,
): string {
  const say = (what: string, real: number, synthetic: number): string =>
    `${what}: ${formatShare(real)} real, ${formatShare(synthetic)} synthetic`;
  if (overlay.type === 'category') {
    const { row } = categoryMarks(overlay, frame).pairs[index];
    return say(row.label, row.real, row.synthetic);
  }
  if (index >= overlay.real.length) return say('missing', overlay.realMissing, overlay.syntheticMissing);
  const label = binLabel(overlay, index);
  if (totals) {
    return say(`up to ${label.split(' to ')[1]}`, totals.real[index + 1], totals.synthetic[index + 1]);
  }
  return say(label, overlay.real[index], overlay.synthetic[index]);
}

/** One cell of the association maps. */
export function associationReadout(associations: Associations, row: number, column: number): string {
  const { columns, real, synthetic } = associations;
  const cell = row * columns.length + column;
  const pair = `${columns[row]} × ${columns[column]}`;
  if (row === column) return columns[row];
  const gap = synthetic[cell] - real[cell];
  if (Number.isNaN(gap)) return `${pair}: not defined (a column has one value only)`;
  const sign = gap >= 0 ? '+' : '';
  return `${pair} (${measureName(associations, cell)}): real ${formatScore(real[cell])}, synthetic ${formatScore(synthetic[cell])}, difference ${sign}${formatScore(gap)}`;
}
