/** The numbers behind each chart, as a table anyone can read or copy. */
import type { Associations, Overlay, ReleasableScorecard } from '../../workers/protocol.ts';
import { barRows } from './categoryMarks.ts';
import { formatNumber, formatScore, formatShare, formatShareGap } from './format.ts';
import { differences } from './heatmapMarks.ts';
import type { LossPoint } from './lossMarks.ts';
import { binLabel } from './scoreWords.ts';

export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Shares of real and synthetic rows in each bin or category, and their difference. */
export function overlayTable(overlay: Overlay): ChartTable {
  const line = (label: string, real: number, synthetic: number): string[] => [
    label,
    formatShare(real),
    formatShare(synthetic),
    formatShareGap(synthetic - real),
  ];
  const head = [overlay.column, 'Real', 'Synthetic', 'Difference'];
  if (overlay.type === 'category') {
    return { head, rows: barRows(overlay).map((row) => line(row.label, row.real, row.synthetic)) };
  }
  const rows = overlay.real.map((real, bin) => line(binLabel(overlay, bin), real, overlay.synthetic[bin]));
  if (overlay.realMissing > 0 || overlay.syntheticMissing > 0) {
    rows.push(line('missing', overlay.realMissing, overlay.syntheticMissing));
  }
  return { head, rows };
}

const measureNames = {
  pearson: 'Pearson',
  'cramers-v': 'Cramér’s V',
  'correlation-ratio': 'correlation ratio',
  self: 'self',
} as const;

/** Every pair once, largest difference first, at most `limit`. */
export function associationTable(associations: Associations, limit = 500): ChartTable {
  const { columns, real, synthetic, measures } = associations;
  const gaps = differences(real, synthetic);
  const cells: number[] = [];
  for (let row = 0; row < columns.length; row++) {
    for (let column = row + 1; column < columns.length; column++) cells.push(row * columns.length + column);
  }
  const size = (cell: number): number => (Number.isNaN(gaps[cell]) ? -1 : Math.abs(gaps[cell]));
  cells.sort((a, b) => size(b) - size(a));
  const rows = cells
    .slice(0, limit)
    .map((cell) => [
      `${columns[Math.floor(cell / columns.length)]} × ${columns[cell % columns.length]}`,
      measureNames[measures[cell]],
      formatScore(real[cell]),
      formatScore(synthetic[cell]),
      formatScore(gaps[cell]),
    ]);
  return { head: ['Pair', 'Measure', 'Real', 'Synthetic', 'Difference'], rows };
}

/** Name of the measure of one cell. */
export function measureName(associations: Associations, cell: number): string {
  return measureNames[associations.measures[cell]];
}

/** Loss over the epochs, thinned to about 200 lines. */
export function lossTable(loss: readonly LossPoint[]): ChartTable {
  const every = Math.max(1, Math.ceil(loss.length / 200));
  const rows = loss
    .map((point): [string, string] => [String(Number(point.epoch.toFixed(2))), formatNumber(point.loss)])
    .filter((_, i) => i % every === 0 || i === loss.length - 1);
  return { head: ['Epoch', 'Loss'], rows };
}

type Links = ReleasableScorecard['synthetic']['associations'];

/** Every pair of one table once, strongest first; pairs without a link are left out. */
function linkedPairs({ columns, measures, values }: Links): {
  readonly pair: readonly [string, string];
  readonly measure: Links['measures'][number];
  readonly value: number;
}[] {
  const pairs = columns.flatMap((first, i) =>
    columns.slice(i + 1).map((second, k) => {
      const cell = i * columns.length + i + 1 + k;
      return { pair: [first, second] as const, measure: measures[cell], value: values[cell] };
    }),
  );
  return pairs
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

export const strongestLink = (
  links: Links,
): { readonly pair: readonly [string, string]; readonly value: number } | null =>
  linkedPairs(links).at(0) ?? null;

/** Links of one table, strongest first, at most `limit`. */
export function linkTable(links: Links, limit = 500): ChartTable {
  const rows = linkedPairs(links)
    .slice(0, limit)
    .map(({ pair, measure, value }) => [
      `${pair[0]} × ${pair[1]}`,
      measureNames[measure],
      formatScore(value),
    ]);
  return { head: ['Pair', 'Measure', 'Synthetic'], rows };
}
