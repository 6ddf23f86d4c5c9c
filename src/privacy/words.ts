/** Budgets and guarantees in words. Figures are rounded so that they never promise more than holds. */
import type { LedgerView, PrivacyReport, PrivacyUnit, Spent } from '../../workers/protocol.ts';
import { exact, plural } from '../app/words.ts';

/** An epsilon with three significant digits, rounded up. */
export function epsilonText(epsilon: number): string {
  if (!Number.isFinite(epsilon)) return 'unbounded';
  if (epsilon === 0) return '0';
  const unit = 10 ** (Math.floor(Math.log10(epsilon)) - 2);
  return exact(Number((Math.ceil(epsilon / unit - 1e-9) * unit).toPrecision(3)));
}

/** How sure someone can become, from even chances: e^epsilon / (1 + e^epsilon), in per cent and rounded up. */
export function sureText(epsilon: number): string {
  const doubt = 100 / (1 + Math.exp(epsilon));
  if (doubt < 1e-6) return 'as good as 100%';
  // As many digits as the doubt needs to be seen: 99.996 and not 100.
  const decimals = doubt >= 1 ? 0 : Math.ceil(-Math.log10(doubt));
  const scale = 10 ** decimals;
  return `${((100 * scale - Math.floor(doubt * scale + 1e-9)) / scale).toFixed(decimals)}%`;
}

export interface EpsilonMark {
  readonly label: string;
  /** Largest epsilon it is said of. */
  readonly most: number;
  /** What can honestly be said. */
  readonly meaning: string;
}

export const epsilonMarks: readonly EpsilonMark[] = [
  {
    label: 'Strong',
    most: 0.5,
    meaning:
      'Whoever is in the table can deny it with good reason. Small tables lose much of their detail at this budget.',
  },
  {
    label: 'Usual',
    most: 2,
    meaning: 'What is commonly aimed for: a clear limit on what can be learned about anyone, at a fair loss.',
  },
  {
    label: 'Weak',
    most: 6,
    meaning:
      'A limit still holds, but someone who knows much already may become nearly certain. Better than none.',
  },
  {
    label: 'Hardly any',
    most: Infinity,
    meaning:
      'The proof allows near certainty about a person. It says little more than that rows were not copied out.',
  },
];

/** The last mark has no end, so one is always found. */
export const markOf = (epsilon: number): EpsilonMark =>
  epsilonMarks.find(({ most }) => epsilon <= most) ?? epsilonMarks[epsilonMarks.length - 1];

/** What a budget means in plain odds. */
export const oddsText = (epsilon: number, unit: PrivacyUnit['kind']): string =>
  `Someone who gave even odds that ${unit === 'person' ? 'a person' : 'a row'} is in your table can become at most ${sureText(epsilon)} sure.`;

const superscripts = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** A delta as a power of ten where it is one: '10⁻⁶'. */
export function deltaText(delta: number): string {
  const exponent = Math.round(-Math.log10(delta));
  if (Math.abs(delta * 10 ** exponent - 1) > 1e-9) return delta.toPrecision(2);
  const digits = Array.from(String(exponent), (digit) => superscripts[Number(digit)]);
  return `10⁻${digits.join('')}`;
}

/** Whom a guarantee protects: 'each person of “account”, with up to 5 rows'. */
export const unitText = (unit: PrivacyUnit): string =>
  unit.kind === 'row'
    ? 'each row'
    : `each person of “${unit.column}”, with up to ${plural(unit.rowsPerPerson, 'row')}`;

/** A guarantee in one line, as it stands beside everything it covers. */
export const guaranteeText = ({
  epsilon,
  delta,
  unit,
}: Pick<PrivacyReport, 'epsilon' | 'delta' | 'unit'>): string =>
  `Differential privacy: ε ${epsilonText(epsilon)}, δ ${deltaText(delta)}, for ${unitText(unit)}`;

export const noGuaranteeText = 'Made without differential privacy';

/** What all runs on a file have spent, for the unit that is protected best; null before the first run. */
export function spentOn(ledger: LedgerView | null): Spent | null {
  return ledger && ledger.runs.length > 0 ? (ledger.totals.at(0) ?? null) : null;
}

/** A total of the ledger in one sentence. */
export const spentText = ({ unit, column, epsilon }: Spent): string =>
  Number.isFinite(epsilon)
    ? `ε ${epsilonText(epsilon)} for ${unit === 'row' ? 'each row' : `each person of “${column ?? ''}”`}`
    : `No bound for ${unit === 'row' ? 'a row' : `a person of “${column ?? ''}”`}`;
