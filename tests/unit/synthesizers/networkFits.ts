import { RunControl } from '../../../workers/control.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { FitContext, FitResult, MethodId, PrivateAccess } from '../../../workers/synthesizers/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import type { Real } from './related.ts';

/** The methods that are trained. */
export const networks = ['vae', 'gan', 'autoregressive'] as const satisfies readonly MethodId[];
export type Network = (typeof networks)[number];

export const withControl = async <T>(work: (control: RunControl) => Promise<T>): Promise<T> => {
  const control = new RunControl();
  try {
    return await work(control);
  } finally {
    control.close();
  }
};

/** What a private run of a method releases, beyond the profile. */
export const planned = (
  method: MethodId,
  { table }: Real,
  rho: number,
  epochs: number | null,
): readonly PlannedEvent[] => {
  const size = {
    ...{ units: table.rows, rowsPerUnit: 1, epsilon: 1, delta: 1e-6 },
    columns: table.columns.length,
  };
  return synthesizerOf(method).privacy?.events(size, rho, { epochs }) ?? [];
};

/** A run that pays for the planned events. */
export const paying = (events: readonly PlannedEvent[], units: number): PrivateAccess => ({
  mechanisms: new PrivateRun(events, testRandom(9), () => Promise.resolve()),
  ...{ firstEvent: 0, events, rowsPerUnit: 1, units },
});

export interface Fitting {
  readonly method: MethodId;
  readonly real: Real;
  readonly epochs: number | null;
  readonly control: RunControl;
  readonly access?: PrivateAccess;
  readonly more?: Partial<FitContext>;
}

export const fitted = ({ method, real, epochs, control, access, more }: Fitting): Promise<FitResult> =>
  synthesizerOf(method).fit(
    { table: real.table, profile: profileTable(real.table, real.schema), ...(access && { access }) },
    { epochs },
    {
      rng: seededRng('fit'),
      now: () => performance.now(),
      control,
      onProgress: () => undefined,
      onNotice: () => undefined,
      ...more,
    },
  );

/** Rows of a model that was fitted for them. */
export const synthesized = (
  { method, real, epochs, access }: Omit<Fitting, 'control' | 'more'>,
  rows: number,
  seed = 'sample',
): Promise<Table> =>
  withControl(async (control) => {
    const { model } = await fitted({ method, real, epochs, control, access });
    try {
      return await model.sample(rows, { rng: seededRng(seed), control });
    } finally {
      model.dispose();
    }
  });
