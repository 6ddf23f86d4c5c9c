/** What a score means, in words. A number never stands alone: it is read between its ceiling and its floor. */
import type { Overlay, Referenced } from '../../workers/protocol.ts';
import {
  datetimeFormat,
  decimalsOf,
  formatNumber,
  formatScore,
  formatShare,
  instantFormat,
} from './format.ts';

export type Level = 'as-real' | 'close' | 'partly' | 'lost' | 'unknown';

export interface Verdict {
  readonly level: Level;
  /** Two or three words. */
  readonly label: string;
  /** How far from real rows (0) towards random ones (1); NaN where there is nothing to measure against. */
  readonly position: number;
}

/** Ceiling and floor closer than this cannot tell good from bad. */
const INDISTINCT = 0.01;

export const levelLabels: Readonly<Record<Level, string>> = {
  'as-real': 'as good as real rows',
  close: 'close to real rows',
  partly: 'partly kept',
  lost: 'mostly lost',
  unknown: 'not assessed',
};

/** So far beyond real rows nobody would see a difference, however near random rows are. */
const UNSEEN = 0.02;

const levelOf = (position: number, beyond: number): Level =>
  position <= 0.05
    ? 'as-real'
    : position <= 0.25 || beyond <= UNSEEN
      ? 'close'
      : position <= 0.6
        ? 'partly'
        : 'lost';

/** Reads a distance (0 best) between its ceiling (real holdout) and floor (shuffled or random). */
export function verdict(score: Referenced): Verdict {
  const { value, ceiling, floor } = score;
  const reach = floor - ceiling;
  if (![value, ceiling, floor].every(Number.isFinite)) {
    return { level: 'unknown', label: levelLabels.unknown, position: NaN };
  }
  if (reach < INDISTINCT) {
    const level = value <= Math.max(ceiling, floor) + UNSEEN ? 'unknown' : 'lost';
    return { level, label: level === 'unknown' ? 'cannot tell' : levelLabels.lost, position: NaN };
  }
  const position = (value - ceiling) / reach;
  const level = levelOf(position, value - ceiling);
  return { level, label: levelLabels[level], position };
}

/** The score with its marks as one sentence, for a label or a readout. */
export function scoreSentence(name: string, score: Referenced, floorName: string): string {
  const marks = [
    Number.isFinite(score.ceiling)
      ? `real holdout rows score ${formatScore(score.ceiling)}`
      : 'no holdout to compare with',
    ...(Number.isFinite(score.floor) ? [`${floorName} ${formatScore(score.floor)}`] : []),
  ];
  return `${name} ${formatScore(score.value)} (0 is best; ${marks.join(', ')}): ${verdict(score).label}.`;
}

const middle = (quantiles: readonly number[]): number => quantiles[Math.floor(quantiles.length / 2)];

/** A value of a column, no finer than a quarter of a bin: more would claim a precision the overlay does not have. */
function valueFormat(overlay: Extract<Overlay, { type: 'numeric' | 'datetime' }>): (value: number) => string {
  const span = overlay.edges[overlay.edges.length - 1] - overlay.edges[0];
  if (overlay.type === 'datetime') return instantFormat(span);
  const decimals = decimalsOf(span / Math.max(1, overlay.real.length) / 4);
  return (value) => formatNumber(Number(value.toFixed(decimals)));
}

function numericFinding(overlay: Extract<Overlay, { type: 'numeric' | 'datetime' }>): string {
  const write = valueFormat(overlay);
  const real = middle(overlay.realQuantiles);
  const synthetic = middle(overlay.syntheticQuantiles);
  if (!Number.isFinite(real) || !Number.isFinite(synthetic)) return 'There are no values to compare.';
  const [a, b] = [write(real), write(synthetic)];
  return a === b
    ? `The middle value is ${a} in both tables.`
    : `The middle value is ${a} in the real rows and ${b} in the synthetic ones.`;
}

function categoryFinding(overlay: Extract<Overlay, { type: 'category' }>): string {
  const gaps = overlay.labels.map((_, i) => Math.abs(overlay.real[i] - overlay.synthetic[i]));
  if (gaps.length === 0) return 'There are no values to compare.';
  const worst = gaps.indexOf(Math.max(...gaps));
  const shares = `${formatShare(overlay.real[worst])} of real rows, ${formatShare(overlay.synthetic[worst])} of synthetic`;
  return `The largest difference is “${overlay.labels[worst]}”: ${shares}.`;
}

/** What an overlay shows, in one sentence: the caption of its chart. */
export function overlayFinding(overlay: Overlay): string {
  const finding = overlay.type === 'category' ? categoryFinding(overlay) : numericFinding(overlay);
  const gap = Math.abs(overlay.realMissing - overlay.syntheticMissing);
  if (gap < 0.005) return finding;
  return `${finding} Missing: ${formatShare(overlay.realMissing)} real, ${formatShare(overlay.syntheticMissing)} synthetic.`;
}

/** How a bin of a numeric or datetime overlay is called. */
export function binLabel(overlay: Extract<Overlay, { type: 'numeric' | 'datetime' }>, bin: number): string {
  const { edges } = overlay;
  if (bin >= edges.length - 1) return 'missing';
  const width = edges[bin + 1] - edges[bin];
  const write =
    overlay.type === 'datetime'
      ? width > 300 * 86_400_000
        ? datetimeFormat(edges[edges.length - 1] - edges[0])
        : instantFormat(width)
      : (value: number) => formatNumber(value, width);
  return `${write(edges[bin])} to ${write(edges[bin + 1])}`;
}
