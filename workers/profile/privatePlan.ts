import type { PlannedEvent } from '../privacy/ledger.ts';
import { stabilityThreshold } from '../privacy/threshold.ts';
import { sigmaOfRho } from '../privacy/zcdp.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';

/** How a column's distribution is measured under differential privacy. */
export type Measuring =
  | 'listed' // few declared values: one histogram over them
  | 'open' // categories to be found: a histogram over those that occur, thresholded
  | 'staged'; // numbers and dates over a wide range: three histograms, each over finer cells than the last

/** Declared numbers with at most so many possible values get a histogram over all of them. */
const mostListed = 128;
/** Shares of a staged column's budget: where the values are, then roughly how they lie, then finely. */
const stageShares = [0.2, 0.25, 0.55] as const;
/** Share of the budget for the number of rows, where that is not public. */
const rowsShare = 0.02;

/** Smallest distance between two values of a numeric column. */
export const stepOf = ({ kind, number, datetime }: ColumnSchema): number =>
  datetime ? datetime.step : kind === 'integer' ? 1 : 1 / 10 ** (number?.decimals ?? 0);

export function measuringOf(column: ColumnSchema): Measuring {
  if (column.category) return column.domain === 'declared' ? 'listed' : 'open';
  const bounds = column.number ?? column.datetime;
  if (!bounds || column.domain === 'found') return 'staged';
  return (bounds.max - bounds.min) / stepOf(column) < mostListed ? 'listed' : 'staged';
}

/** Number of each planned event among those of the profile; absent where there is nothing of its kind. */
export interface ProfileEvents {
  readonly rows?: number;
  readonly listed?: number;
  readonly open?: number;
  readonly failure?: number;
  readonly stages?: readonly [number, number, number];
}

/** What a private profile will measure: fixed by public facts before any row is looked at. */
export interface ProfilePlan {
  readonly events: readonly PlannedEvent[];
  readonly numbers: ProfileEvents;
  /** One entry a learned column. */
  readonly measuring: readonly Measuring[];
  /** Standard deviation of the noise on a listed or open column's counts, in rows. */
  readonly countNoise: number;
  /** Rows a category must about stand in to be found; null where none is to be found. */
  readonly leastRows: number | null;
}

export interface ProfileBudget {
  /** Zero-concentrated DP for the whole profile. */
  readonly rho: number;
  /** Failure probability for all thresholds together. */
  readonly failure: number;
  /** Most rows of one unit: the L2 sensitivity of a histogram, whose cells may hold them all. */
  readonly rowsPerUnit: number;
  /** The number of rows is public (it is where each row is a unit: zero-out adjacency). */
  readonly rowsArePublic: boolean;
}

const columnsOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Plans the measurements of all learned columns: every column gets the same share. */
export function planProfile(schema: TableSchema, budget: ProfileBudget): ProfilePlan {
  const measuring = schema.columns.filter(({ treatment }) => treatment === 'learn').map(measuringOf);
  const { rho, failure, rowsPerUnit, rowsArePublic } = budget;
  const counted = (kind: Measuring): number => measuring.filter((each) => each === kind).length;
  const [listed, open, staged] = [counted('listed'), counted('open'), counted('staged')];
  const perColumn = (rho * (rowsArePublic ? 1 : 1 - rowsShare)) / Math.max(1, measuring.length);
  const events: PlannedEvent[] = [];
  const counts = (purpose: string, share: number, count: number): number =>
    events.push({
      purpose,
      event: {
        kind: 'discreteGaussian',
        sigma: rowsPerUnit * sigmaOfRho(share),
        sensitivity: rowsPerUnit,
        count,
      },
    }) - 1;
  const stage = (what: string, s: 0 | 1 | 2): number =>
    counts(`${what} of ${columnsOf(staged, 'number or date column')}`, perColumn * stageShares[s], staged);
  const delta = failure / Math.max(1, open);
  const numbers: ProfileEvents = {
    ...(rowsArePublic ? {} : { rows: counts('number of rows', rho * rowsShare, 1) }),
    ...(listed > 0
      ? { listed: counts(`counts of ${columnsOf(listed, 'declared column')}`, perColumn, listed) }
      : {}),
    ...(open > 0
      ? { open: counts(`categories of ${columnsOf(open, 'column')}, found and counted`, perColumn, open) }
      : {}),
    ...(open > 0
      ? {
          failure:
            events.push({
              purpose: `chance that a category of a single ${rowsPerUnit === 1 ? 'row' : 'person'} is named`,
              event: { kind: 'approxDp', epsilon: 0, delta, count: open },
            }) - 1,
        }
      : {}),
    ...(staged > 0 ? { stages: [stage('range', 0), stage('rough shape', 1), stage('fine shape', 2)] } : {}),
  };
  const countNoise = rowsPerUnit * sigmaOfRho(perColumn);
  const leastRows = open > 0 ? stabilityThreshold(countNoise, delta, rowsPerUnit) : null;
  return { events, numbers, measuring, countNoise, leastRows };
}
