/** A report from what the engine holds. */
import type { Assessed } from './evaluate/assessedTypes.ts';
import type { CardTargets } from './evaluate/cardTypes.ts';
import type { ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import type { Job, PrivacyReport, SampleRequest } from './protocol.ts';
import { reportFiles } from './report/files.ts';
import type { Fact, ReportFiles, ReportRun } from './report/types.ts';

/** What a report is made of. The releasable one takes nothing of the exact scorecard, whatever is at hand. */
export interface ReportMaterial {
  readonly job: Job;
  readonly request: SampleRequest;
  readonly method: string;
  readonly epochs: number;
  readonly backend: string | null;
  readonly privacy: PrivacyReport | null;
  readonly statement: string | null;
  readonly output: ReportRun['output'];
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

const guaranteeOf = ({ epsilon, delta, unit }: PrivacyReport): string => {
  const whom = unit.kind === 'row' ? 'each row' : `each person of column “${unit.column}”`;
  // Up, never down: a printed epsilon must not be below the computed one.
  const printed = Math.ceil(epsilon * 1000 - 1e-9) / 1000;
  return `Differential privacy for ${whom}: epsilon = ${String(printed)}, delta = ${String(delta)}. All runs on the same file add up: see the statement.`;
};

/** Settings are public under a guarantee; seeds are told to the owner alone. */
function settingsOf(material: ReportMaterial, exact: boolean): Fact[] {
  const { job, method, epochs, backend, request } = material;
  const { privacy } = job;
  const facts: (Fact | null)[] = [
    { label: 'Method', value: method },
    privacy === 'none'
      ? { label: 'Privacy budget', value: 'none' }
      : { label: 'Privacy budget', value: `epsilon ${String(privacy.epsilon)}` },
    { label: 'Share of rows held out', value: `${String(Math.round(job.holdout * 1000) / 10)} %` },
    epochs > 0 ? { label: 'Epochs', value: String(epochs) } : null,
    backend === null ? null : { label: 'Backend', value: backend },
    {
      label: 'Protection besides',
      value: job.anonymise === null ? 'none' : 'coarser, distorted or k-anonymous',
    },
    job.rules.length > 0
      ? { label: 'Rules between columns', value: `${String(job.rules.length)} kept` }
      : null,
    request.temperature !== undefined && request.temperature !== 1
      ? { label: 'Temperature', value: String(request.temperature) }
      : null,
    request.conditions ? { label: 'Conditions on rows', value: 'yes' } : null,
    exact ? { label: 'Seeds', value: `${String(job.seed)} (run), ${String(request.seed)} (rows)` } : null,
  ];
  return facts.filter((fact) => fact !== null);
}

const runOf = (material: ReportMaterial, exact: boolean): ReportRun => ({
  madeAt: new Date(material.madeAt).toISOString(),
  version: material.version,
  output: material.output,
  settings: settingsOf(material, exact),
  guarantee: material.privacy && guaranteeOf(material.privacy),
  statement: material.statement,
});

export const releasableReport = (material: ReportMaterial, scorecard: ReleasableScorecard): ReportFiles =>
  reportFiles({ scope: 'releasable', run: runOf(material, false), scorecard });

/** The owner's: exact figures on real rows, outside any guarantee. */
export const exactReport = (
  material: ReportMaterial,
  scorecard: Scorecard,
  assessed: Assessed | null,
  targets: CardTargets,
): ReportFiles => reportFiles({ scope: 'exact', run: runOf(material, true), scorecard, assessed, targets });
