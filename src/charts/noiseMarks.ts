/** Geometry and words of a distance beside the one that noise alone would give. Pure. */
import { scaleLinear } from 'd3';
import type { ReleasableColumn } from '../../workers/protocol.ts';
import { formatScore } from './format.ts';

export interface NoiseMarks {
  /** Pixels from the left; null where not defined. */
  readonly distance: number | null;
  readonly mean: number | null;
  /** Right end of what noise gives 19 times of 20. */
  readonly upper: number | null;
}

/** The largest figure of some columns: right end of a scale they share. */
export const mostOf = (columns: readonly ReleasableColumn[]): number =>
  columns
    .flatMap(({ distance, noiseAlone }) => [distance, noiseAlone.upper])
    .filter(Number.isFinite)
    .reduce((most, value) => Math.max(most, value), 0.02) * 1.06;

export function noiseMarks(
  { distance, noiseAlone }: ReleasableColumn,
  width: number,
  most: number,
): NoiseMarks {
  const x = scaleLinear([0, most], [0, width]).clamp(true);
  const place = (value: number): number | null => (Number.isFinite(value) ? x(value) : null);
  return { distance: place(distance), mean: place(noiseAlone.mean), upper: place(noiseAlone.upper) };
}

export type NoiseLevel = 'within' | 'beyond' | 'unknown';

/** Whether noise alone explains a distance, 19 times of 20. */
export function noiseLevel({ distance, noiseAlone }: ReleasableColumn): NoiseLevel {
  if (!Number.isFinite(distance) || !Number.isFinite(noiseAlone.upper)) return 'unknown';
  return distance <= noiseAlone.upper ? 'within' : 'beyond';
}

export const noiseWords: Readonly<Record<NoiseLevel, string>> = {
  within: 'within the noise',
  beyond: 'beyond the noise',
  unknown: 'not assessed',
};

/** The bar as one sentence. */
export const noiseSentence = (score: ReleasableColumn): string =>
  `${score.column}: distance ${formatScore(score.distance)} (0 is best); noise alone would give about ` +
  `${formatScore(score.noiseAlone.mean)}, rarely more than ${formatScore(score.noiseAlone.upper)}: ${noiseWords[noiseLevel(score)]}.`;
