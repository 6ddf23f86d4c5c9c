import { HomespunError } from '../../errors.ts';
import type { Table } from '../../table/types.ts';
import type { Interval, Status } from '../figureTypes.ts';
import { Pace } from '../pace.ts';
import type { ScoredTables } from '../panel.ts';
import { alignTo, scored, type Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { simultaneousZ, z95 } from '../statistics/normal.ts';
import { checkFormula, columnsOf, mostFormulas } from './checkFormula.ts';
import { varianceOf, type Estimate } from './estimate.ts';
import { evaluation } from './evaluate.ts';
import type {
  CheckedFormula,
  DomainFormula,
  DomainLine,
  DomainResult,
  DomainTask,
  DomainValue,
} from './formulaTypes.ts';

/** With fewer rows behind a figure its interval is not to be trusted. */
const leastRows = 10;
/** Groups of a formula, the largest in the real rows. */
const mostGroups = 30;

const rangeOf = ({ expression, unit }: CheckedFormula): Interval => {
  if (expression.kind !== 'measure' || unit === 'number') return [-Infinity, Infinity];
  return unit === 'share' ? [0, 1] : [0, Infinity];
};

const valueOf = (estimate: Estimate, checked: CheckedFormula, z: number): DomainValue => {
  const { value, rows } = estimate;
  const half = z * Math.sqrt(varianceOf(estimate));
  const known = Number.isFinite(value) && Number.isFinite(half) && rows >= leastRows;
  const [least, most] = rangeOf(checked);
  const interval: Interval = [Math.max(least, value - half), Math.min(most, value + half)];
  return { value: Number.isFinite(value) ? value : NaN, interval: known ? interval : null, rows };
};

/** `made` over `real` minus 1, and its interval by the delta method; the two tables are taken as independent. */
function relative(real: Estimate, made: Estimate, z: number) {
  const ratio = made.value / real.value;
  const variance = (varianceOf(made) + ratio * ratio * varianceOf(real)) / (real.value * real.value);
  const half = z * Math.sqrt(variance);
  return { difference: ratio - 1, interval: [ratio - 1 - half, ratio - 1 + half] satisfies Interval };
}

const holdsZero = (interval: Interval): boolean => interval[0] <= 0 && interval[1] >= 0;

/** Inside the tolerance with the whole interval, outside with all of it, or neither. */
const statusWithin = ([low, high]: Interval, tolerance: number): Status => {
  if (low >= -tolerance && high <= tolerance) return 'pass';
  return low > tolerance || high < -tolerance ? 'fail' : 'inconclusive';
};

interface Estimates {
  readonly real: Estimate;
  readonly synthetic: Estimate;
  readonly holdout: Estimate | null;
}

function lineOf(
  group: string | null,
  { real, synthetic, holdout }: Estimates,
  checked: CheckedFormula,
  tolerance: number,
  z: number,
): DomainLine {
  const values = {
    group,
    real: valueOf(real, checked, z95),
    synthetic: valueOf(synthetic, checked, z95),
    holdout: holdout && valueOf(holdout, checked, z95),
  };
  const none = { difference: NaN, differenceInterval: null, ceiling: NaN };
  if (!Number.isFinite(real.value) || !Number.isFinite(synthetic.value)) {
    const note = 'Not defined: no row fits, or something is divided by 0.';
    return { ...values, ...none, status: 'not-assessed', note };
  }
  if (Math.min(real.rows, synthetic.rows) < leastRows) {
    const note = `Fewer than ${leastRows} rows are behind it.`;
    return { ...values, ...none, status: 'not-assessed', note };
  }
  if (real.value === 0 || (values.real.interval && holdsZero(values.real.interval))) {
    const note = 'The real value cannot be told from 0, so no share of it says how far off is too far.';
    return { ...values, ...none, status: 'inconclusive', note };
  }
  const { difference, interval } = relative(real, synthetic, z);
  return {
    ...values,
    difference,
    differenceInterval: interval,
    ceiling: holdout && Number.isFinite(holdout.value) ? holdout.value / real.value - 1 : NaN,
    status: statusWithin(interval, tolerance),
    note: '',
  };
}

/** The worst that is sure: one line that fails is enough, and all must pass. */
function overall(lines: readonly DomainLine[]): Status {
  const statuses = lines.map(({ status }) => status);
  if (statuses.includes('fail')) return 'fail';
  if (statuses.every((status) => status === 'not-assessed')) return 'not-assessed';
  return statuses.every((status) => status === 'pass') ? 'pass' : 'inconclusive';
}

/** Categories by rows in the real table, most first; those without a row there are left out. */
function groupsOf(name: string, { columns }: Sample): string[] {
  const column = columns.find((one) => one.name === name);
  if (column?.type !== 'category') return [];
  const counts = new Int32Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code] += 1;
  return column.categories
    .map((label, code) => ({ label, rows: counts[code] }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows)
    .map(({ label }) => label);
}

interface Samples {
  readonly real: Sample;
  readonly synthetic: Sample;
  readonly holdout: Sample | null;
}

async function measured(
  formula: DomainFormula,
  checked: CheckedFormula,
  { real, synthetic, holdout }: Samples,
  countedRows: number,
  pace: Pace,
): Promise<DomainResult> {
  const { by, unit } = checked;
  const all = by === null ? [] : groupsOf(by, real);
  const groups = by === null ? [null] : all.slice(0, mostGroups);
  const z = simultaneousZ(groups.length);
  const of = (sample: Sample) => evaluation(checked, sample, countedRows);
  const [inReal, inSynthetic, inHoldout] = [of(real), of(synthetic), holdout && of(holdout)];
  const lines: DomainLine[] = [];
  for (const group of groups) {
    await pace.breathe();
    const estimates = {
      real: inReal(group),
      synthetic: inSynthetic(group),
      holdout: inHoldout && inHoldout(group),
    };
    lines.push(lineOf(group, estimates, checked, formula.tolerance, z));
  }
  const note =
    all.length > mostGroups ? `The ${mostGroups} groups with most real rows, of ${all.length}.` : '';
  return { formula, unit, by, lines, status: overall(lines), note, problem: null };
}

const refused = (formula: DomainFormula, cause: unknown): DomainResult => {
  if (!(cause instanceof HomespunError) || cause.position === undefined) throw cause;
  const { message, hint = '', position } = cause;
  const problem = { message, hint, position };
  return { formula, unit: 'number', by: null, lines: [], status: 'error', note: message, problem };
};

const samplesOf = ({ train, holdout, synthetic }: ScoredTables): Samples => {
  const real = scored(train);
  const aligned = (table: Table): Sample => alignTo(real, table);
  return {
    real,
    synthetic: keepLabels(real, synthetic, aligned(synthetic)),
    holdout: holdout.rows > 0 ? keepLabels(real, holdout, aligned(holdout)) : null,
  };
};

/** The columns in the order of the real table, with categories of their own where those are others. */
const keepLabels = (real: Sample, table: Table, aligned: Sample): Sample => ({
  rows: aligned.rows,
  columns: real.columns.map((column, c) => {
    const own = scored(table).columns.find(({ name }) => name === column.name);
    return own?.type === 'category' ? own : aligned.columns[c];
  }),
});

/**
 * Each formula on the real rows learned from, on synthetic and on held-out rows, with 95 % intervals by the delta
 * method. A formula that does not fit gives a result that says so; nothing here may be passed on, as it is computed
 * from real rows without noise. Throws `stopped` when cancelled.
 */
export async function assessDomain(
  tables: ScoredTables,
  { formulas, countedRows }: DomainTask,
  { control, now, onProgress }: Pick<ScoreContext, 'control' | 'now' | 'onProgress'>,
): Promise<DomainResult[]> {
  if (formulas.length === 0) return [];
  const pace = new Pace(control, now);
  const columns = columnsOf(tables);
  const samples = samplesOf(tables);
  const results: DomainResult[] = [];
  for (const [i, formula] of formulas.slice(0, mostFormulas).entries()) {
    onProgress(i / formulas.length, `Formula ${i + 1}`);
    try {
      const checked = checkFormula(formula, columns);
      results.push(await measured(formula, checked, samples, countedRows, pace));
    } catch (cause) {
      results.push(refused(formula, cause));
    }
  }
  return results;
}
