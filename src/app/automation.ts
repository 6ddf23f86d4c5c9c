import type {
  Assessed,
  BackendChoice,
  BackendId,
  DomainFormula,
  EngineError,
  FitReport,
  Imputed,
  ImputeRequest,
  Job,
  LedgerView,
  MethodId,
  Notice,
  OnProgress,
  OpenedModel,
  PrivacyPlan,
  ReportFiles,
  Result,
  SampleRequest,
  Sampled,
  Scorecard,
  Sweep,
  SweepRequest,
} from '../../workers/protocol.ts';
import { saveByLink } from './save.ts';
import { exactFile, releasableFile } from './scorecardFile.ts';
import type { Session } from './session.svelte.ts';

/** What the page says of the open table; never rows. */
export interface OpenTable {
  readonly fileName: string;
  readonly sha256: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly seconds: number;
  readonly notices: readonly Notice[];
}

export interface RunReport {
  readonly fit: FitReport;
  readonly sampled: Sampled;
  /** Computed from real rows: outside the guarantee. */
  readonly scorecard: Scorecard | null;
  /** All figures, from real rows too; null where they were not asked for. */
  readonly assessed: Assessed | null;
  /** What the run was to release; null without a guarantee. */
  readonly plan: PrivacyPlan | null;
  readonly backend: BackendId | null;
}

/** Settings of a run; what is left out keeps the page's choice. Without `privacy: 'none'` it has a guarantee. */
export type RunRequest = Partial<Job> &
  Partial<Pick<SampleRequest, 'rows' | 'tables' | 'conditions' | 'temperature'>> & {
    /** Wait for all figures of the scorecard (true), or compute none but its first ones. */
    readonly assess?: boolean;
  };

/** A curve over epsilon; what is left out keeps the page's choice. */
export type SweepWish = Pick<SweepRequest, 'rows' | 'epsilons'> & {
  readonly method?: MethodId;
  /** Of `rows: 'public'`: the table, declared public. */
  readonly publicFile?: File | null;
};

export interface SweepReport {
  readonly sweep: Sweep;
  /** Epsilon of all that the open file has paid; null where it has paid nothing. */
  readonly epsilonTotal: number | null;
}

/**
 * The page as an object, for scripts that drive it in a headless browser: `globalThis.homespun`.
 *
 *     await page.setInputFiles('[data-testid=file-input]', path);
 *     const table = await page.evaluate(() => homespun.opened());
 *     const run = await page.evaluate(() => homespun.run({ method: 'vae', rows: 1000 }));
 *     const [file] = await Promise.all([page.waitForEvent('download'), page.evaluate(() => homespun.download(0))]);
 *
 * Every method takes and returns plain data, works through the same session as the buttons, and reports failure as
 * `{ ok: false, error }` with a code, a message and a hint.
 */
export interface Automation {
  /** Resolves once the file given to the file input was read, or with its error. */
  opened(): Promise<Result<OpenTable>>;
  /** The schema as JSON text, or null while no table is open. */
  schema(): string | null;
  /** The schema of the latest run, as JSON text: with a guarantee the one that was released. Null before a run. */
  runSchema(): string | null;
  /** Takes a schema saved earlier. */
  setSchema(json: string): Promise<Result<true>>;
  /** Changes the role of one column. */
  setRole(column: string, role: 'target' | 'person' | 'sensitive' | 'ordinary'): Promise<Result<true>>;
  /** Takes a protection plan as JSON (`workers/anonymise/types.ts`); it holds for the runs that follow. */
  protect(json: string): Promise<Result<true>>;
  /** Takes figures of the person's own, for the scorecards of runs that follow. */
  formulas(list: readonly DomainFormula[]): Promise<Result<true>>;
  /** Takes rules between columns as JSON (`workers/rules/types.ts`), as declared; they hold for the runs that follow. */
  rules(json: string): Promise<Result<true>>;
  /** Fit, sample and score. */
  run(request?: RunRequest): Promise<Result<RunReport>>;
  /** Resolves once the model given to the file input was read, or with its error. */
  openedModel(): Promise<Result<OpenedModel>>;
  /** What computes a network that is opened, for this visit. */
  prefer(backend: BackendChoice): void;
  /** Makes rows of the model in hand. */
  sample(request: SampleRequest): Promise<Result<Sampled>>;
  /** Fills the gaps of a file from the model in hand and starts a browser download of it. */
  impute(file: File, request: Partial<ImputeRequest>): Promise<Result<Omit<Imputed, 'blob'>>>;
  /** Starts a browser download of the model in hand; resolves to its file name and size. */
  saveModel(): Promise<Result<{ fileName: string; bytes: number }>>;
  /** Starts a browser download of one table (0-based); resolves to its file name and size. */
  download(
    table: number,
  ): Promise<Result<{ fileName: string; bytes: number; rows: number; seconds: number }>>;
  /** The guarantee of the private table in hand, as plain text. */
  statement(): Promise<Result<string>>;
  /** A scorecard as the text of a JSON file; `exact` is computed from real rows. */
  scorecard(which: 'releasable' | 'exact'): Result<string>;
  /** A report on the first table: HTML, JSON and CSV as texts; `exact` is computed from real rows. */
  report(which: 'releasable' | 'exact'): Promise<Result<ReportFiles>>;
  /** Tries several values of epsilon in turn. On the file's rows each is charged. */
  sweep(wish: SweepWish): Promise<Result<SweepReport>>;
  /** What all runs on the open file have released, as the text of a ledger file. */
  saveLedger(): Promise<Result<string>>;
  /** Takes a ledger file of the open table, before a run adds to it. */
  loadLedger(text: string): Promise<Result<LedgerView>>;
  /** Calls `listener` with every word of progress; returns the function that ends it. */
  onProgress(listener: OnProgress): () => void;
  /** Cancels what runs. */
  cancel(): Promise<void>;
}

declare global {
  var homespun: Automation;
}

const notOpen: EngineError = { code: 'not-ready', message: 'No table is open.', hint: 'Open a file first.' };

/** Waits until the session is at rest, without a framework: the state is looked at every few milliseconds. */
async function atRest(session: Session): Promise<void> {
  while (session.busy) await new Promise((wake) => setTimeout(wake, 20));
  await session.schemaSettled();
}

async function opened(session: Session): Promise<Result<OpenTable>> {
  await atRest(session);
  if (session.errors.data) return { ok: false, error: session.errors.data };
  const table = session.opened;
  if (!table) return { ok: false, error: notOpen };
  const { fileName, sha256, rows, seconds, notices, schema } = table;
  return {
    ok: true,
    value: { fileName, sha256, rows, seconds, notices, columns: schema.columns.map((c) => c.name) },
  };
}

async function openedModel(session: Session): Promise<Result<OpenedModel>> {
  await atRest(session);
  if (session.errors.data) return { ok: false, error: session.errors.data };
  const message = 'This is not a model file.';
  return session.model
    ? { ok: true, value: session.model }
    : { ok: false, error: { code: 'bad-file', message, hint: 'Choose a file that was saved as a model.' } };
}

async function saveModel(session: Session): ReturnType<Automation['saveModel']> {
  await atRest(session);
  const result = await session.saveModel();
  if (!result.ok) return result;
  const { blob, fileName } = result.value;
  saveByLink(blob, fileName);
  return { ok: true, value: { fileName, bytes: blob.size } };
}

async function run(session: Session, request: RunRequest): Promise<Result<RunReport>> {
  await atRest(session);
  const { rows, tables, conditions, temperature, assess = true, ...job } = request;
  session.overrideJob(job);
  const wish = {
    ...(rows && { rows }),
    ...(tables && { tables }),
    ...(conditions && { conditions }),
    ...(temperature && { temperature }),
  };
  const result = await session.run(wish, assess);
  if (!result.ok) return result;
  await session.assessmentSettled();
  const { fit, scorecard, assessed } = session;
  if (!fit) return { ok: false, error: notOpen };
  const plan = fit.privacy && (session.plan?.privacy ?? null);
  return { ok: true, value: { fit, scorecard, assessed, plan, sampled: result.value, backend: fit.backend } };
}

async function impute(
  session: Session,
  file: File,
  request: Partial<ImputeRequest>,
): ReturnType<Automation['impute']> {
  await atRest(session);
  const result = await session.fillGaps(file, request);
  if (!result.ok) return result;
  const { blob, ...filled } = result.value;
  saveByLink(blob, filled.fileName);
  return { ok: true, value: filled };
}

async function download(session: Session, table: number): ReturnType<Automation['download']> {
  await atRest(session);
  const result = await session.write(table);
  if (!result.ok) return result;
  const { blob, fileName, rows, seconds } = result.value;
  saveByLink(blob, fileName);
  return { ok: true, value: { fileName, bytes: blob.size, rows, seconds } };
}

function scorecard(session: Session, which: 'releasable' | 'exact'): Result<string> {
  const { fit, releasable, scorecard: exact, assessed } = session;
  if (which === 'exact' && fit && exact) return { ok: true, value: exactFile(exact, fit, assessed) };
  if (which === 'releasable' && fit?.privacy && releasable) {
    return { ok: true, value: releasableFile(releasable, fit.privacy) };
  }
  const message = `There is no ${which} scorecard.`;
  const error = session.errors.scorecard ?? { code: 'not-ready', message, hint: 'Run first.' };
  return { ok: false, error };
}

async function sweep(
  session: Session,
  { rows, epsilons, method, publicFile = null }: SweepWish,
): Promise<Result<SweepReport>> {
  await atRest(session);
  // The page would fall back to real rows, and charge.
  if (rows === 'made' && !session.canStandIn) {
    const message = 'There are no rows in hand that were made under a guarantee.';
    return { ok: false, error: { ...notOpen, message, hint: 'Make some, or name a public table.' } };
  }
  if (rows === 'public' && publicFile === null) {
    const message = 'No public table was given.';
    return { ok: false, error: { code: 'bad-settings', message } };
  }
  session.setSweep({ rows, epsilons, publicTable: publicFile, ...(method && { method }) });
  const result = await session.sweep();
  if (!result.ok) return result;
  const unit = session.guarantee.person ? 'person' : 'row';
  const total = session.ledger?.totals.find((spent) => spent.unit === unit);
  return { ok: true, value: { sweep: result.value, epsilonTotal: total?.epsilon ?? null } };
}

/** Once the session is at rest: the ledger of a run that is going on is not the last word. */
async function saveLedger(session: Session): Promise<Result<string>> {
  await atRest(session);
  return session.saveLedger();
}

const columnsTaken = (session: Session): Result<true> =>
  session.errors.columns ? { ok: false, error: session.errors.columns } : { ok: true, value: true };

/** The facade over one session. */
export const automation = (session: Session): Automation => ({
  opened: () => opened(session),
  schema: () => (session.schema ? session.schemaJson() : null),
  runSchema: () => {
    const used = session.fit?.privacy?.schema ?? session.schema;
    return session.fit && used ? JSON.stringify(used, null, 2) : null;
  },
  setSchema: async (json) => {
    await session.loadSchema(json);
    return columnsTaken(session);
  },
  setRole: async (column, role) => {
    if (!session.schema?.columns.some((entry) => entry.name === column)) {
      const message = `The table has no column named "${column}".`;
      return { ok: false, error: { code: 'bad-schema', message, column } };
    }
    session.setColumn(column, { role });
    await session.schemaSettled();
    return columnsTaken(session);
  },
  protect: async (json) => {
    await atRest(session);
    const result = await session.loadProtection(json);
    return result.ok ? { ok: true, value: true } : result;
  },
  formulas: async (list) => {
    await atRest(session);
    return session.planFormulas(list);
  },
  rules: async (json) => {
    await atRest(session);
    const result = await session.loadRules(json);
    return result.ok ? { ok: true, value: true } : result;
  },
  run: (request = {}) => run(session, request),
  openedModel: () => openedModel(session),
  prefer: (backend) => {
    session.overrideJob({ ...session.job, backend });
  },
  sample: async (request) => {
    await atRest(session);
    return session.generateMore(request);
  },
  impute: (file, request) => impute(session, file, request),
  saveModel: () => saveModel(session),
  download: (table) => download(session, table),
  scorecard: (which) => scorecard(session, which),
  report: async (which) => {
    await atRest(session);
    return session.report(which);
  },
  statement: () => session.statement(),
  sweep: (wish) => sweep(session, wish),
  saveLedger: () => saveLedger(session),
  loadLedger: (text) => session.loadLedger(text),
  onProgress: (listener) => session.onProgress(listener),
  cancel: () => session.stop('discard'),
});
