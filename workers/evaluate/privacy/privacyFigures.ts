import type { Target } from '../assessment.ts';
import { notAssessed, type FigureSpec, type Measured } from '../figures.ts';
import type { Inference, Membership } from './attacks.ts';
import { auditedEpsilon } from './epsilonBound.ts';
import { largestOf } from './membership.ts';
import type { Reidentification } from './reidentification.ts';
import { residualRisk, type AttackRates } from './risk.ts';

/** The guarantee a run gave, or null for a run without differential privacy. */
export type ClaimedBudget = { readonly epsilon: number; readonly delta: number } | null;

export const membershipTarget: Target = { bound: 0.55, better: 'lower' };
export const riskTarget: Target = { bound: 0.1, better: 'lower' };

const spec = (id: string, unit: FigureSpec['unit'], label: string, meaning: string): FigureSpec => ({
  id: `privacy.${id}`,
  card: 'privacy',
  unit,
  label,
  meaning,
});

export const specs = {
  membership: spec(
    'membership',
    'score',
    'Membership told (AUC)',
    'How well the best of several attacks tells rows that were learned from held-out ones: 0.5 is guessing, 1 is always right.',
  ),
  membershipFound: spec(
    'membershipFound',
    'share',
    'Members found at 1 % false alarms',
    'Share of learned rows that the best attack finds when it wrongly names 1 in 100 held-out rows: 1 % is guessing.',
  ),
  inference: spec(
    'inference',
    'share',
    'Attribute inference',
    'How much more often a value is guessed right from the nearest synthetic row for learned rows than for held-out ones.',
  ),
  inferenceWorst: spec(
    'inferenceWorst',
    'share',
    'Attribute inference, worst column',
    'The same for the column where it is largest; with an interval that holds for all columns at once.',
  ),
  singlingOut: spec(
    'singlingOut',
    'share',
    'Singling out, several columns',
    'How much more often a statement that fits one synthetic row fits just one learned row than one row of a like table never seen.',
  ),
  singlingOutSingle: spec(
    'singlingOutSingle',
    'share',
    'Singling out, one column',
    'The same for values that stand in one synthetic row only.',
  ),
  linkability: spec(
    'linkability',
    'share',
    'Linking records',
    'How much more often a synthetic row links the two halves of a learned row than those of a held-out one.',
  ),
  reidentification: spec(
    'reidentification',
    'share',
    'Unique people reproduced',
    'How much more often a combination of known facts that one learned row has alone stands in the synthetic table than for rows never seen.',
  ),
  epsilonClaimed: spec(
    'epsilonClaimed',
    'number',
    'Epsilon guaranteed',
    'The differential privacy the run guarantees: whoever is in the data changes any outcome’s chance by a factor of e to this at most.',
  ),
  epsilonAudited: spec(
    'epsilonAudited',
    'number',
    'Epsilon shown by attack, at least',
    'With 95 % confidence epsilon is at least this, by the best membership attack; 0 means that the attacks showed nothing.',
  ),
} as const;

/** Members needed before a rate at 1 % false alarms says anything. */
const leastForLowRate = 500;

export const membershipAuc = ({ results, members, others }: Membership): Measured => {
  const largest = largestOf(results.map(({ auc: value, interval }) => ({ value, interval })));
  const name = results.find(({ auc }) => auc === largest.value)?.name ?? '';
  return {
    ...largest,
    target: membershipTarget,
    ceiling: 0.5,
    note: `By ${name}, best of ${results.length} attacks; the interval holds for all at once.`,
    rows: members + others,
  };
};

export const membershipFound = ({ results, members, others }: Membership): Measured => {
  if (others < leastForLowRate) {
    return notAssessed(
      `A rate at 1 % false alarms needs ${2 * leastForLowRate} held-out rows or more.`,
      members + others,
    );
  }
  const largest = largestOf(
    results.map(({ found: value, foundInterval: interval }) => ({ value, interval })),
  );
  return {
    ...largest,
    target: riskTarget,
    ceiling: 0.01,
    note: `Largest of ${results.length} attacks; the interval holds for all at once.`,
    rows: members + others,
  };
};

const ratesNote = ({ attack, control }: AttackRates): string =>
  `Right for ${percent(attack)} of learned rows and ${percent(control)} of others.`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The risk of the attack that knows nothing. */
const floorOf = ({ baseline, control }: AttackRates): number =>
  residualRisk({ rate: baseline, error: 0 }, { rate: control, error: 0 }).risk;

export const riskMeasured = (rates: AttackRates, note = ratesNote(rates)): Measured => ({
  value: rates.risk,
  interval: rates.interval,
  target: riskTarget,
  ceiling: 0,
  floor: floorOf(rates),
  note,
  rows: rates.attacks + rates.controls,
});

const worstOf = (secrets: readonly AttackRates[]): AttackRates =>
  secrets.reduce((worst, rates) => (rates.risk > worst.risk ? rates : worst));

const largestRisk = (secrets: readonly AttackRates[]): Measured => {
  const worst = worstOf(secrets);
  return {
    ...riskMeasured(worst, `Largest for “${worst.name}”. ${ratesNote(worst)}`),
    ...largestOf(secrets.map(({ risk: value, interval }) => ({ value, interval }))),
  };
};

/** Sensitive columns one by one where there are any; else all columns together, which bears a small interval. */
export const inferenceRisk = ({ named, secrets, together }: Inference): Measured =>
  named
    ? largestRisk(secrets)
    : riskMeasured(
        together,
        `No column is marked sensitive, so each was taken for one. ${ratesNote(together)}`,
      );

/**
 * A risk that informs only, as even rows never seen cannot keep the bound: unless it is surely beyond it. Without this
 * the attack that tells least would decide.
 */
const informing = (measured: Measured, why: string): Measured =>
  (measured.interval?.[0] ?? 0) > riskTarget.bound
    ? measured
    : { ...measured, target: undefined, note: [measured.note, why].join(' ') };

export const inferenceWorst = ({ named, secrets }: Inference): Measured => {
  const largest = largestRisk(secrets);
  return named
    ? largest
    : informing(
        largest,
        'Over every column it is too rough to pass: the guess is often right for others too.',
      );
};

export const singlingOutRisk = (rates: AttackRates | null): Measured =>
  rates === null
    ? notAssessed('No statement of this kind fits just one synthetic row.')
    : riskMeasured(rates);

export const linkabilityRisk = (rates: AttackRates | null): Measured =>
  rates === null ? notAssessed('There is one column only: nothing to link.') : riskMeasured(rates);

/** Unique combinations needed before their share says anything. */
const leastUnique = 30;

export const reidentificationRisk = (found: Reidentification | null, rows: number): Measured => {
  if (found === null) return notAssessed('No column says who a row is about.', rows);
  const whose = `By ${found.columns.join(', ')}`;
  const chosen = found.named ? '' : ', chosen as no column is marked as known to others';
  if (found.unique < leastUnique || Number.isNaN(found.control)) {
    return notAssessed(`${whose}${chosen}: only ${found.unique} learned rows are unique.`, rows);
  }
  const measured = {
    value: found.risk,
    interval: found.interval,
    target: riskTarget,
    ceiling: 0,
    note: `${whose}${chosen}. ${percent(found.reproduced)} of ${found.unique} unique learned rows are reproduced, ${percent(found.control)} expected.`,
    rows,
  };
  const tells = found.interval[1] - found.risk <= riskTarget.bound;
  return tells
    ? measured
    : informing(measured, `They are too few to tell a risk of ${percent(riskTarget.bound)}.`);
};

export const claimedMeasured = (claimed: ClaimedBudget, rows: number): Measured =>
  claimed === null
    ? {
        value: NaN,
        status: 'info',
        note: 'No guarantee: the run was not differentially private.',
        rows,
      }
    : { value: claimed.epsilon, note: `With delta ${claimed.delta.toExponential(0)}.`, rows };

/** The bound fails where it is above the guarantee: then the guarantee does not hold. */
export const auditedMeasured = (
  { attacks, members, others }: Membership,
  claimed: ClaimedBudget,
): Measured => ({
  value: auditedEpsilon(attacks, claimed?.delta ?? 0),
  target: claimed ? { bound: claimed.epsilon, better: 'lower' } : undefined,
  note: 'Half of the rows choose attack and threshold, the other half give the bound (Clopper and Pearson).',
  rows: members + others,
});
