/** Attacks of the scorecard as lists for charts and tables. */
import type { Interval, PrivacyDetails } from '../../../workers/protocol.ts';

type Rates = NonNullable<PrivacyDetails['linkability']>;

/** Columns whose inference is drawn: the ones at most risk. */
const mostSecrets = 6;

/** Attacks with a control, those on single columns worst first. */
export function attackRates({ inference, singlingOut, linkability }: PrivacyDetails): Rates[] {
  const secrets = [...(inference?.secrets ?? [])].sort((a, b) => b.risk - a.risk).slice(0, mostSecrets);
  return [singlingOut?.single, singlingOut?.joint, linkability, ...secrets].filter(
    (rates) => rates !== null && rates !== undefined,
  );
}

/** Wilson's 95% interval of a share of `trials` (Wilson 1927). */
export function wilson(share: number, trials: number): Interval | null {
  if (!Number.isFinite(share) || trials <= 0) return null;
  const z = 1.959964;
  const centre = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
