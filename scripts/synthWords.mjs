/** What `npm run synth` says of its guarantee. */

/** @typedef {import('./synthOptions.mjs').SynthOptions} SynthOptions */
/** @typedef {import('../workers/protocol.ts').PrivacySettings} PrivacySettings */
/** @typedef {import('../src/app/automation.ts').OpenTable} OpenTable */
/** @typedef {import('../src/app/automation.ts').RunReport} RunReport */

/** @param {PrivacySettings | 'none'} privacy */
export function inWordsOf(privacy) {
  if (privacy === 'none') return 'a table without differential privacy';
  const { epsilon, delta, person } = privacy;
  const unit = person
    ? `each person of column "${person.column}", ${person.rowsPerPerson} rows at most`
    : 'each row';
  return `epsilon ${epsilon}${delta === null ? '' : `, delta ${delta}`} for ${unit}`;
}

/**
 * Rows are protected although a column says which belong to one person.
 * @param {SynthOptions} options @param {Pick<import('../workers/protocol.ts').TableSchema, 'columns'>} schema
 */
export function unitWarning({ privacy }, { columns }) {
  if (privacy === 'none' || privacy.person) return null;
  const column = columns.find(({ role }) => role === 'person');
  if (!column) return null;
  return `Column "${column.name}" seems to name persons, but each row is protected, not each person. --person "${column.name}" protects persons.`;
}

/** Methods that make rows under conditions by drawing rows and keeping those that fulfil them. */
const drawAndKeep = ['independent', 'copula', 'vae', 'gan'];

/**
 * A budget would be spent on a model that may not be able to make the rows.
 * @param {SynthOptions} options
 */
export function conditionWarning({ privacy, method, conditions, balance }) {
  if (privacy === 'none' || !drawAndKeep.includes(method)) return null;
  if (conditions.length === 0 && balance === null) return null;
  return `--method ${method} draws rows and keeps those that fulfil the conditions: rare ones are refused after the budget is spent. --method auto, aim or mst makes them directly.`;
}

/** What made rows fulfil, in the line of JSON. @param {RunReport['sampled']} sampled */
export const conditionsIn = ({ conditions, acceptance }) =>
  conditions.length === 0 ? {} : { conditions, acceptance };

/** At which temperature rows were made, where that says something. @param {RunReport['sampled']} sampled */
export const temperatureIn = ({ temperature }) => (temperature === 1 ? {} : { temperature });

/** What keeping the rules took, in the line of JSON. @param {RunReport['sampled']} sampled */
export function rulesIn({ rules }) {
  if (rules === null) return {};
  const { drawn, rejected, mended } = rules;
  return { rules: rules.rules, rowsDrawn: drawn, rowsRejected: rejected, rowsMended: mended };
}

/** The guarantee in the line of JSON: all of it public. @param {RunReport['fit']} fit */
export function guaranteeOf({ privacy }) {
  if (privacy === null) return { epsilon: 'none', delta: null, unit: null, epsilonTotal: null };
  const { epsilon, delta, unit, ledger } = privacy;
  const total = ledger.totals.find((spent) => spent.unit === unit.kind);
  return { epsilon, delta, unit: unit.kind, epsilonTotal: total?.epsilon ?? null };
}

/**
 * What a protection plan did, for the line of JSON. With a guarantee the figures of real rows are left out: they are
 * exact.
 * @param {RunReport} run
 */
export function protectionOf({ fit: { privacy, anonymised }, sampled }) {
  const actions = anonymised?.actions.map(({ column, action, label }) => ({ column, action, label }));
  const before = privacy !== null && anonymised ? { phase: anonymised.phase, actions } : anonymised;
  return { before, after: sampled.anonymised };
}

/**
 * What is worth telling. With a guarantee nothing that was counted in real rows: notes of the reader and the exact
 * reasons of warnings stay on the page.
 * @param {SynthOptions} options @param {OpenTable} table @param {RunReport} run
 */
export function notesOn({ exactScorecard, sweep }, table, { fit, plan }) {
  if (fit.privacy === null) return [...table.notices.map((notice) => notice.message), ...fit.notices];
  const { totals, runs } = fit.privacy.ledger;
  const outside = [
    ...(exactScorecard === null ? [] : ['--exact-scorecard: figures of the real rows']),
    ...(sweep?.rows === 'file' ? ['--sweep-rows file: scores on the real rows'] : []),
  ];
  const paid = totals.map(({ unit, epsilon }) => `epsilon ${roundedUp(epsilon)} for each ${unit}`);
  return [
    ...(plan ? planNotes(plan) : []),
    ...(runs.length > 1 ? [`${runs.length} runs on this file add up: ${paid.join(', ')}.`] : []),
    ...outside.map((what) => `Outside the guarantee, do not pass on: ${what}.`),
  ];
}

/** Up, never down: a printed epsilon must not be below the computed one. @param {number} epsilon */
const roundedUp = (epsilon) => Math.ceil(epsilon * 1000 - 1e-9) / 1000;

/** @param {NonNullable<RunReport['plan']>} plan */
function planNotes({ countNoise, leastRows, warnings }) {
  const found =
    leastRows === null ? '' : `; a value is found from about ${Math.ceil(leastRows)} rows upwards`;
  return [
    `Counts of a column carry noise of about ${Math.ceil(countNoise)} rows${found}.`,
    ...warnings.map(({ columns, hint }) => (columns.length > 0 ? `${columns.join(', ')}: ${hint}` : hint)),
  ];
}

/** What the output guarantees, before it is made. @param {SynthOptions} options */
export const promise = ({ privacy }) =>
  privacy === 'none'
    ? 'Without differential privacy: the output may repeat what is rare.'
    : `With differential privacy: ${inWordsOf(privacy)}.`;
