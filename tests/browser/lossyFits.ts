/** Whole fits of every network, with the device taken away on the way. */
import { RunControl } from '../../workers/control.ts';
import { activeBackend } from '../../workers/nn/chooseBackend.ts';
import { tensorCount } from '../../workers/nn/tensors.ts';
import { countOf } from '../../workers/privacy/events.ts';
import type { PlannedEvent } from '../../workers/privacy/ledger.ts';
import { PrivateRun } from '../../workers/privacy/privateRun.ts';
import { profileTable } from '../../workers/profile/profileTable.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { synthesizerOf } from '../../workers/synthesizers/registry.ts';
import type { PrivateAccess } from '../../workers/synthesizers/types.ts';
import { testRandom } from '../unit/privacy/statistics.ts';
import { codesOf, related } from '../unit/synthesizers/related.ts';

const methods = ['vae', 'autoregressive', 'gan'] as const;
export type LossyFit = `${'plain' | 'private'} ${(typeof methods)[number]}`;
export const isLossyFit = (check: string): check is LossyFit => /^(plain|private) /.test(check);

const rows = 120;
const epochs = 4;

/** A real run of planned events over all rows, and the uses that are charged. */
function payingFor(events: readonly PlannedEvent[]): { access: PrivateAccess; charged: () => number } {
  let charged = 0;
  const mechanisms = new PrivateRun(events, testRandom(9), (_, count) => {
    charged += count;
    return Promise.resolve();
  });
  return {
    access: { mechanisms, firstEvent: 0, events, rowsPerUnit: 1, units: rows },
    charged: () => charged,
  };
}

/** The device goes after the second word of progress. */
export async function fitThroughLoss(fit: LossyFit, takeAway: () => void): Promise<Record<string, unknown>> {
  const before = tensorCount();
  const synthesizer = synthesizerOf(methods.find((method) => fit.endsWith(method)) ?? 'vae');
  const { table, schema } = related(rows);
  const size = { units: rows, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 };
  const planned = fit.startsWith('private') ? (synthesizer.privacy?.events(size, 0.5, { epochs }) ?? []) : [];
  const { access, charged } = payingFor(planned);
  const control = new RunControl();
  const notices: string[] = [];
  let words = 0;
  const { model, stopped } = await synthesizer.fit(
    { table, profile: profileTable(table, schema), ...(planned.length > 0 && { access }) },
    { epochs },
    {
      rng: seededRng('fit'),
      now: () => performance.now(),
      control,
      onNotice: (notice) => notices.push(notice),
      onProgress: () => {
        if (++words === 2) takeAway();
      },
    },
  );
  const endedOn = activeBackend();
  const made = await model.sample(40, { rng: seededRng('sample'), control });
  model.dispose();
  control.close();
  return {
    ...{ endedOn, notices: notices.length, stopped, rows: made.rows },
    fits: codesOf(made.columns[0]).every((code) => code >= 0 && code < 4),
    charged: charged(),
    planned: planned.reduce((sum, { event }) => sum + countOf(event), 0),
    left: tensorCount() - before,
  };
}
