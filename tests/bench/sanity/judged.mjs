/** What the judge says of a table, read by the bounds that the cards have by default. */

/** @typedef {{ metric: string, synthetic: number, ceiling: number, floor: number, ci: [number, number] | null }} Mark */
/** @typedef {'pass' | 'open' | 'fail'} Verdict */

/** Marks that are shown, by the judge's own names. */
export const marks = {
  pairs: '2-way marginal TVD, mean',
  c2st: 'C2ST AUC',
  auc: 'roc_auc, boosted trees',
  membership: 'membership AUC, calibrated',
  dcr: 'DCR share, scaled to all of train',
  single: 'singling-out risk, one column',
  joint: 'singling-out risk, several columns',
};

/** Groups of the judge that hold them. */
export const groups = 'marginals,detection,utility,distances,membership,singling_out';

const pairGap = 0.05;
const mostLoss = 0.05;
const membershipBound = 0.55;
const riskBound = 0.1;

/** @param {readonly [number, number]} interval @param {number} bound @returns {Verdict} */
const below = ([low, high], bound) => (high <= bound ? 'pass' : low > bound ? 'fail' : 'open');

/** @param {Mark} mark @param {number} bound */
const within = ({ synthetic, ci }, bound) => below(ci ?? [synthetic, synthetic], bound);

/** @param {readonly Verdict[]} verdicts @returns {Verdict} */
const worstOf = (verdicts) =>
  verdicts.includes('fail') ? 'fail' : verdicts.includes('open') ? 'open' : 'pass';

/** Share of the area under the curve that is lost, with its interval. @param {Mark} mark */
export function lossOf({ synthetic, ceiling, ci }) {
  const share = (/** @type {number} */ loss) => loss / ceiling;
  const value = share(ceiling - synthetic);
  /** @type {[number, number]} */
  const interval = ci ? [share(ci[0]), share(ci[1])] : [value, value];
  return { value, interval };
}

/**
 * Verdicts by card. Pairs of columns: as far beyond the ceiling as the card allows; no interval is given for them.
 * @param {Record<keyof typeof marks, Mark>} found @returns {Record<'correlation' | 'utility' | 'privacy', Verdict>}
 */
export const verdictsOf = ({ pairs, auc, membership, single, joint }) => ({
  correlation: pairs.synthetic <= pairs.ceiling + pairGap ? 'pass' : 'fail',
  utility: below(lossOf(auc).interval, mostLoss),
  privacy: worstOf([
    within(membership, membershipBound),
    within(single, riskBound),
    within(joint, riskBound),
  ]),
});

/** Both say something, and not the same. @param {string} ours @param {Verdict} theirs */
export const contradict = (ours, theirs) =>
  (ours === 'pass' && theirs === 'fail') || (ours === 'fail' && theirs === 'pass');

/** Marks of a report file's text. @param {string} json @returns {Record<keyof typeof marks, Mark>} */
export function readMarks(json) {
  /** @type {{ groups: Record<string, { rows?: Mark[], error?: string }> }} */
  const report = JSON.parse(json);
  const rows = Object.values(report.groups).flatMap((group) => group.rows ?? []);
  /** @param {string} name */
  const find = (name) => {
    const mark = rows.find(({ metric }) => metric === name);
    if (!mark) throw new Error(`The judge gave no “${name}”.`);
    return mark;
  };
  return {
    pairs: find(marks.pairs),
    c2st: find(marks.c2st),
    auc: find(marks.auc),
    membership: find(marks.membership),
    dcr: find(marks.dcr),
    single: find(marks.single),
    joint: find(marks.joint),
  };
}
