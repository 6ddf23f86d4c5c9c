import { HomespunError } from '../../errors.ts';
import type { PlannedEvent } from '../../privacy/ledger.ts';
import type { PrivacyEvent } from '../../privacy/events.ts';

/** What the planned event of DP-SGD says. Throws `failed` where it is another. */
export function trainingEvent(
  planned: PlannedEvent | undefined,
): Extract<PrivacyEvent, { kind: 'sampledGaussian' }> {
  if (planned?.event.kind === 'sampledGaussian') return planned.event;
  throw new HomespunError({
    code: 'failed',
    message: 'The plan of this run has no training of the network in it.',
    hint: 'Nothing was released. Please report this.',
  });
}
