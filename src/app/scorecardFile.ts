import type {
  Assessed,
  FitReport,
  PrivacyReport,
  ReleasableScorecard,
  Scorecard,
} from '../../workers/protocol.ts';

const write = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

/** The scorecard that may be passed on, with the guarantee it stands under, as the text of a JSON file. */
export function releasableFile(
  scorecard: ReleasableScorecard,
  { epsilon, delta, unit }: PrivacyReport,
): string {
  return write({ guarantee: { epsilon, delta, unit }, ...scorecard });
}

/** The exact scorecard, all figures that were computed included, as the text of a JSON file that says what it is. */
export function exactFile(
  scorecard: Scorecard,
  { privacy }: Pick<FitReport, 'privacy'>,
  assessed: Assessed | null,
): string {
  const guarantee = privacy === null ? 'none: made without differential privacy' : 'none: outside it';
  return write({ guarantee, warning: 'Computed from real rows, without noise.', ...scorecard, assessed });
}
