import { RunControl } from '../../../workers/control.ts';
import { allPairs } from '../../../workers/pgm/cliques.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Charge, Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng, type Rng } from '../../../workers/random/rng.ts';
import { aim } from '../../../workers/synthesizers/aim/aim.ts';
import { mst } from '../../../workers/synthesizers/mst/mst.ts';
import type { FitContext, FitResult, PrivateSize, Synthesizer } from '../../../workers/synthesizers/types.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import { categories, tableOf } from '../profile/tables.ts';
import type { Real } from './related.ts';

export const marginalMethods: readonly (readonly [string, Synthesizer])[] = [
  ['mst', mst],
  ['aim', aim],
];

export interface FitRequest {
  readonly synthesizer: Synthesizer;
  readonly table: Table;
  readonly profile: Profile;
  readonly rho: number;
  readonly epsilon?: number;
  readonly rowsPerUnit?: number;
  readonly target?: number;
  /** Number of the stream of randomness, where `mechanisms` is not given. */
  readonly key?: number;
  readonly mechanisms?: (events: readonly PlannedEvent[], charge: Charge) => Mechanisms;
  readonly context?: Partial<FitContext>;
}

export const profileOf = ({ table, schema }: Real): Profile => profileTable(table, schema);

/** The events that a fit of this request plans. */
export function eventsOf({ synthesizer, table, rho, epsilon = 1, rowsPerUnit = 1, target }: FitRequest) {
  const size: PrivateSize = {
    units: table.rows,
    rowsPerUnit,
    columns: table.columns.length,
    epsilon,
    delta: 1e-6,
    ...(target === undefined ? {} : { target }),
  };
  return synthesizer.privacy?.events(size, rho, { epochs: null }) ?? [];
}

/** A fit, with the uses of each planned event that it paid for. */
export async function fitted(request: FitRequest): Promise<FitResult & { readonly charged: number[] }> {
  const { synthesizer, table, profile, key = 1, rowsPerUnit = 1, target, context = {} } = request;
  const events = eventsOf(request);
  const charged = events.map(() => 0);
  const charge: Charge = (event, count) => {
    charged[event] += count;
    return Promise.resolve();
  };
  const mechanisms = request.mechanisms?.(events, charge) ?? new PrivateRun(events, testRandom(key), charge);
  const access = { mechanisms, firstEvent: 0, events, rowsPerUnit, units: table.rows };
  const control = new RunControl();
  try {
    const input = { table, profile, access, ...(target === undefined ? {} : { target }) };
    const result = await synthesizer.fit(
      input,
      { epochs: null },
      {
        rng: seededRng('fit'),
        now: () => 0,
        onProgress: () => undefined,
        onNotice: () => undefined,
        control,
        ...context,
      },
    );
    return { ...result, charged };
  } finally {
    control.close();
  }
}

export async function sampled({ model }: FitResult, rows: number, seed = 'sample'): Promise<Table> {
  const control = new RunControl();
  try {
    return await model.sample(rows, { rng: seededRng(seed), control });
  } finally {
    control.close();
  }
}

/** Prime sizes: how many cells a table over some columns has tells which columns those are. */
export const primes = [2, 3, 5, 7, 11, 13];

/** A tree of columns by the parent of each: a child follows its parent's rank in three of four rows. */
export const plantedParents = [-1, 0, 0, 1, 3, 2];

export function plantedColumns(rows: number, rng: Rng): number[][] {
  const columns: number[][] = [];
  plantedParents.forEach((parent, c) => {
    columns.push(
      Array.from({ length: rows }, (_, row) => {
        const follows = parent >= 0 && rng.uniform() < 0.75;
        const rank = follows ? (columns[parent][row] + rng.uniform()) / primes[parent] : rng.uniform();
        return Math.floor(rank * primes[c]);
      }),
    );
  });
  return columns;
}

const labels = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);

export const planted = (rows: number, seed: string): Real => {
  const columns = plantedColumns(rows, seededRng(seed));
  return tableOf(...columns.map((codes, c) => categories(`c${c}`, codes, labels(primes[c]))));
};

/** The last column is the exclusive or of two coins in nine of ten rows: no pair of the three shows it. */
export const exclusive = (rows: number, seed: string): Real => {
  const rng = seededRng(seed);
  const bits = (): number[] => Array.from({ length: rows }, () => rng.int(2));
  const [a, b, other, noise] = [bits(), bits(), bits(), bits()];
  const target = a.map((bit, row) => (rng.uniform() < 0.9 ? bit ^ b[row] : noise[row]));
  return tableOf(...[a, other, b, target].map((codes, c) => categories(`x${c}`, codes, labels(2))));
};

const codesIn = (column: Column): Int32Array => {
  if (column.type !== 'category') throw new Error(`${column.name} holds no categories`);
  return column.codes;
};

/** Total variation distance of all pairs of category columns, in the mean. */
export function pairDistance(one: Table, other: Table): number {
  const distances = allPairs(one.columns.length).map(([a, b]) => {
    const gaps = new Map<number, number>();
    for (const [{ columns, rows }, sign] of [
      [one, 1],
      [other, -1],
    ] as const) {
      const [left, right] = [codesIn(columns[a]), codesIn(columns[b])];
      left.forEach((code, row) => {
        const cell = code * 1000 + right[row];
        gaps.set(cell, (gaps.get(cell) ?? 0) + sign / rows);
      });
    }
    return [...gaps.values()].reduce((sum, gap) => sum + Math.abs(gap), 0) / 2;
  });
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}
