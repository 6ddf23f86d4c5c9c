import type {
  AnonymisePlan,
  Assessed,
  AssessRequest,
  AuditPlan,
  BackendChoice,
  CardTargets,
  ColumnKind,
  ColumnSchema,
  ColumnView,
  DomainFormula,
  Engine,
  EngineError,
  EngineInfo,
  FitReport,
  FoundRules,
  Imputed,
  ImputeRequest,
  Job,
  LedgerView,
  OnAssessed,
  OnProgress,
  Opened,
  OpenedModel,
  Plan,
  Progress,
  ReadOptions,
  ReleasableScorecard,
  ReportFiles,
  ReportRequest,
  Result,
  Rule,
  Sampled,
  SavedFile,
  SampleRequest,
  SchemaReport,
  Scorecard,
  StopMode,
  Sweep,
  SweepPlan,
  SweepRequest,
  TableSchema,
  WriteOptions,
  Written,
} from '../../../workers/protocol.ts';
import { defaultTargets } from '../../../src/app/settings.ts';
import { fakeAssessed, fakeAudit, fakeResult } from './fakeAssessed.ts';
import { fakeSweep } from './fakeSweep.ts';
import { FakeLedger, fakeReleasable } from './fakePrivacy.ts';
import { defaultDialect } from '../table/reading.ts';

const fine = <T>(value: T): Result<T> => ({ ok: true, value });
const refused = (error: EngineError): Result<never> => ({ ok: false, error });
const stopped = refused({ code: 'stopped', message: 'The run was cancelled.' });
const plainNumber = { decimalMark: '.', thousandsMark: '', prefix: '', suffix: '' } as const;

const columnOf = (name: string, texts: readonly string[]): ColumnSchema => {
  const numbers = texts.map(Number);
  const shared = {
    name,
    role: 'ordinary',
    treatment: 'learn',
    missingTokens: texts.includes('') ? [''] : [],
    domain: 'found',
    confidence: 0.95,
  } as const;
  if (numbers.every((value) => Number.isInteger(value))) {
    const number = {
      min: Math.min(...numbers),
      max: Math.max(...numbers),
      decimals: 0,
      fixedDecimals: false,
    };
    return {
      ...shared,
      kind: 'integer',
      number: { ...number, format: plainNumber },
      reason: 'Whole numbers.',
    };
  }
  const categories = [...new Set(texts.filter((text) => text !== ''))];
  return { ...shared, kind: 'category', category: { categories }, reason: 'Few different texts.' };
};

const viewOf = (column: ColumnSchema, texts: readonly string[]): ColumnView => {
  const labels = [...new Set(texts)];
  const counts = labels.map((label) => texts.filter((text) => text === label).length);
  return {
    name: column.name,
    sketch: { type: 'category', labels, counts, others: 0 },
    examples: labels.slice(0, 3),
    distinct: labels.length,
    missing: texts.filter((text) => column.missingTokens.includes(text)).length,
    fate: column.treatment === 'drop' ? 'Left out.' : 'Learned and drawn anew.',
  };
};

/**
 * An engine for view tests: reads plain comma-separated text, learns nothing, and returns the rows it was given in
 * reverse. It keeps the call order and the stop, pause and error rules of the real one, and writes down its calls.
 */
export class FakeEngine implements Engine {
  readonly calls: string[] = [];
  /** Answers to give instead of the usual one, by method name; each is used once. */
  readonly failures = new Map<string, EngineError>();
  /** Steps of one training, each `stepMs` long. */
  steps = 4;
  stepMs = 1;
  /** Says the last word of progress after the result, as may happen between threads. */
  late = false;
  /** Ignores every stop, like a worker caught in a long computation. */
  deaf = false;
  job: Job | null = null;
  schema: TableSchema | null = null;
  /** Outlives the engine where a test gives the same one to the next. */
  ledgerOf = new FakeLedger();
  #rows: readonly (readonly string[])[] = [];
  #trained = false;
  #request: SampleRequest | null = null;
  #stop: StopMode | null = null;
  #paused = false;
  #assessing = false;

  async info(): Promise<Result<EngineInfo>> {
    return this.#enter('info') ?? fine({ version: 'fake', backends: [] });
  }

  async open(file: File, options: ReadOptions, onProgress: OnProgress): Promise<Result<Opened>> {
    const failure = this.#enter('open');
    this.schema = null;
    this.#trained = false;
    this.#request = null;
    if (failure) return failure;
    if (!(await this.#work('read', onProgress))) return stopped;
    const [header, ...rows] = (await file.text())
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    this.#rows = rows;
    const columns = header.map((name, place) => columnOf(name, this.#texts(place)));
    const dialect = { ...defaultDialect, delimiter: options.delimiter ?? ',' };
    this.schema = { version: 1, columns, dialect };
    return fine({
      fileName: file.name,
      bytes: file.size,
      sha256: 'fake',
      rows: rows.length,
      dialect,
      notices: [],
      schema: this.schema,
      views: this.#views(this.schema),
      firstRows: rows.slice(0, 20),
      ledger: this.ledgerOf.view(),
      seconds: 0.1,
    });
  }

  async setSchema(schema: TableSchema): Promise<Result<SchemaReport>> {
    const failure = this.#enter('setSchema');
    if (failure) return failure;
    structuredClone(schema);
    await this.#turn();
    this.schema = schema;
    this.#trained = false;
    this.#request = null;
    return fine({ schema, views: this.#views(schema), notices: [] });
  }

  async retype(column: string, kind: ColumnKind): Promise<Result<ColumnSchema>> {
    const entry = this.schema?.columns.find(({ name }) => name === column);
    const failure = this.#enter('retype');
    if (failure) return failure;
    if (!entry) return refused({ code: 'bad-schema', message: 'No such column.', column });
    const treatment = kind === 'identifier' || kind === 'text' ? 'replace' : 'learn';
    return fine({ ...entry, kind, treatment });
  }

  async parseSchema(json: string): Promise<Result<TableSchema>> {
    const failure = this.#enter('parseSchema');
    if (failure ?? !this.schema) return failure ?? this.#notReady();
    const parsed: unknown = JSON.parse(json);
    return JSON.stringify(parsed).includes('"version":1')
      ? fine(this.schema)
      : refused({ code: 'bad-schema', message: 'Not a schema of this version.' });
  }

  async parseProtection(json: string): Promise<Result<AnonymisePlan>> {
    const failure = this.#enter('parseProtection');
    if (failure ?? !this.schema) return failure ?? this.#notReady();
    const parsed: unknown = JSON.parse(json);
    return JSON.stringify(parsed) === '{}'
      ? fine({ columns: [], kAnonymity: null })
      : refused({ code: 'bad-settings', message: 'Not a plan.' });
  }

  async parseRules(json: string): Promise<Result<readonly Rule[]>> {
    const failure = this.#enter('parseRules');
    return failure ?? fine(JSON.parse(json).rules);
  }

  /** Rules that a search in the rows tells. */
  found: FoundRules = { rules: [], rows: 2 };

  async findRules(job: Job): Promise<Result<FoundRules>> {
    const failure = this.#enter('findRules');
    structuredClone(job);
    return failure ?? fine(this.found);
  }

  async plan(job: Job): Promise<Result<Plan>> {
    const failure = this.#enter('plan');
    structuredClone(job);
    const method = job.method === 'auto' ? 'vae' : job.method;
    const plan = { method, reason: 'Enough rows.', backend: 'cpu', seconds: 1, bytes: 1e6 } as const;
    return failure ?? fine({ ...plan, epochs: job.epochs ?? this.steps, privacy: this.ledgerOf.plan(job) });
  }

  async fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>> {
    const failure = this.#enter('fit');
    if (failure) return failure;
    if (!this.schema) return this.#notReady();
    this.job = structuredClone(job);
    this.ledgerOf.open(job);
    const finished = await this.#work('train', onProgress);
    this.ledgerOf.close(finished ? 'finished' : 'stopped');
    if (!finished && this.#stop !== 'keep') return stopped;
    this.#trained = true;
    const planned = this.ledgerOf.plan(job);
    const ledger = this.ledgerOf.view(planned?.delta);
    const holdoutRows = Math.round(this.#rows.length * job.holdout);
    return fine({
      method: job.method === 'independent' ? 'independent' : 'vae',
      reason: 'Enough rows.',
      backend: 'cpu',
      trainRows: this.#rows.length - holdoutRows,
      holdoutRows,
      epochs: this.steps,
      loss: [1],
      stopped: !finished,
      seconds: { profile: 0, train: 0.1 },
      notices: [],
      privacy: planned && {
        epsilon: ledger.runs.at(-1)?.epsilon ?? 0,
        delta: planned.delta,
        unit: planned.unit,
        schema: this.schema,
        ledger,
      },
      anonymised: null,
    });
  }

  async watch(column: string): Promise<void> {
    this.calls.push(`watch ${column}`);
  }

  async sample(request: SampleRequest, onProgress: OnProgress): Promise<Result<Sampled>> {
    const failure = this.#enter('sample');
    if (failure) return failure;
    if (!this.#trained || !this.schema) return this.#notReady();
    if (!(await this.#work('sample', onProgress))) return stopped;
    this.#request = request;
    const firstRows = this.#rows.toReversed().slice(0, Math.min(20, request.rows));
    const columns = this.schema.columns.map(({ name }) => name);
    return fine({
      tables: request.tables,
      rows: request.rows,
      columns,
      firstRows,
      seconds: 0.1,
      conditions: (request.conditions?.columns ?? []).map(({ column }) => `Column “${column}” is as asked.`),
      temperature: request.temperature ?? 1,
      acceptance: null,
      rules: null,
      anonymised: null,
    });
  }

  async score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    const failure = this.#enter('score');
    if (failure) return failure;
    if (!this.#request || !this.schema) return this.#notReady();
    if (!(await this.#work('score', onProgress))) return stopped;
    const mark = { value: 0.1, ceiling: 0.05, floor: 0.5 };
    const count = this.#rows.length;
    return fine({
      columns: [],
      meanDistance: mark,
      pairDistance: mark,
      associations: {
        columns: [],
        measures: [],
        real: [],
        synthetic: [],
        meanDifference: mark,
        worstDifference: mark,
        worstPair: null,
      },
      rows: { train: count, holdout: 0, synthetic: this.#request.rows, used: count },
      seconds: 0.1,
      notes: [],
    });
  }

  async assess({ columns, targets }: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>> {
    this.calls.push('assess');
    const failure = this.failures.get('assess');
    this.failures.delete('assess');
    if (failure) return refused(failure);
    this.#assessing = true;
    for (let step = 0; step <= this.steps && this.#assessing; step++) {
      const done = step / this.steps;
      const assessed = fakeAssessed(done, targets, columns ?? []);
      onAssessed({ assessments: assessed.assessments, done, secondsLeft: 1 - done, assessed });
      await this.#turn();
    }
    const state = this.#assessing ? 1 : 'stopped';
    this.#assessing = false;
    if (this.late) {
      const assessed = fakeAssessed(0.9, targets, columns ?? []);
      const { assessments } = assessed;
      void this.#turn().then(() => onAssessed({ assessments, done: 1, secondsLeft: 0, assessed }));
    }
    return fine(fakeAssessed(state, targets, columns ?? []));
  }

  async stopAssessing(): Promise<void> {
    this.calls.push('stopAssessing');
    this.#assessing = false;
  }

  async retarget(targets: CardTargets): Promise<Result<Assessed>> {
    this.calls.push('retarget');
    return fine(fakeAssessed(1, targets, []));
  }

  async measure(formulas: readonly DomainFormula[]): Promise<Result<Assessed>> {
    this.calls.push('measure');
    return fine({ ...fakeAssessed(1, defaultTargets, []), details: { domain: formulas.map(fakeResult) } });
  }

  async checkFormulas(formulas: readonly DomainFormula[]): Promise<Result<true>> {
    this.calls.push('checkFormulas');
    const wrong = formulas.map(fakeResult).find(({ problem }) => problem !== null)?.problem;
    return wrong ? refused({ code: 'bad-settings', ...wrong }) : fine(true);
  }

  async auditPlan(): Promise<Result<AuditPlan>> {
    return fine({ canaries: 20, shadows: 16, seconds: 8, reason: null });
  }

  async deepAudit(onProgress: OnProgress): Promise<Result<Assessed>> {
    const failure = this.#enter('deepAudit');
    if (failure) return failure;
    if (!(await this.#work('audit', onProgress))) return stopped;
    return fine({ ...fakeAssessed(1, defaultTargets, []), details: { shadow: fakeAudit } });
  }

  async report({ scope }: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>> {
    const failure = this.#enter('report');
    if (failure) return failure;
    if (!(await this.#work('write', onProgress))) return stopped;
    return fine({ html: `<p>${scope}</p>`, json: '{}', csv: 'id\r\n' });
  }

  async releasable(): Promise<Result<ReleasableScorecard>> {
    const failure = this.#enter('releasable');
    return failure ?? (this.#request ? fine(fakeReleasable(this.#request.rows)) : this.#notReady());
  }

  async planSweep({ rows, job, epsilons }: SweepRequest): Promise<Result<SweepPlan>> {
    const failure = this.#enter('planSweep');
    if (failure) return failure;
    const sum = epsilons.reduce((total, epsilon) => total + epsilon, 0);
    const cost = { epsilon: sum, delta: 1e-5, before: 0, after: sum };
    const method = job.method === 'auto' ? 'mst' : job.method;
    return fine({ method, epsilons, refused: [], seconds: 1, cost: rows === 'file' ? cost : null });
  }

  async sweep(request: SweepRequest, onProgress: OnProgress): Promise<Result<Sweep>> {
    const failure = this.#enter('sweep');
    if (failure) return failure;
    const { epsilons } = request;
    for (let done = 1; done <= epsilons.length; done++) {
      await this.#turn();
      const stop = this.#stop !== null && !this.deaf;
      if (stop) return done > 1 ? fine(fakeSweep(request, done - 1)) : stopped;
      const swept = fakeSweep(request, done);
      const share = done / epsilons.length;
      onProgress({ stage: 'sweep', done: share, message: 'Trying', secondsLeft: 1, swept });
    }
    return fine(fakeSweep(request, epsilons.length));
  }

  /** Every empty cell of plain text becomes the seed. */
  async impute(file: File, { seed }: ImputeRequest, onProgress: OnProgress): Promise<Result<Imputed>> {
    const failure = this.#enter('impute');
    if (failure ?? !this.#trained) return failure ?? this.#notReady();
    if (!(await this.#work('fill', onProgress))) return stopped;
    const [header, ...lines] = (await file.text()).trim().split('\n');
    const rows = lines.map((line) => line.split(','));
    const text = [header, ...rows.map((cells) => cells.map((cell) => cell || String(seed)).join(','))];
    return fine({
      blob: new Blob([text.join('\n')]),
      fileName: 'filled.csv',
      rows: rows.length,
      filled: header.split(',').map((column, c) => ({
        column,
        cells: rows.filter((cells) => cells[c] === '').length,
      })),
      notices: [],
      seconds: 0.1,
    });
  }

  async saveModel(): Promise<Result<SavedFile>> {
    const failure = this.#enter('saveModel');
    if (failure ?? !this.#trained) return failure ?? this.#notReady();
    return fine({ blob: new Blob(['HOMESPUN']), fileName: 'small.homespun' });
  }

  async openModel(file: File, _: BackendChoice, onProgress: OnProgress): Promise<Result<OpenedModel>> {
    const failure = this.#enter('openModel');
    if (failure) return failure;
    if (!(await this.#work('read', onProgress))) return stopped;
    this.#rows = [['1', 'yes']];
    const columns = ['id', 'answer'].map((name, place) => columnOf(name, this.#texts(place)));
    this.schema = { version: 1, columns, dialect: defaultDialect };
    this.#trained = true;
    this.#request = null;
    const nothing = { epochs: 0, loss: [], stopped: false, seconds: { profile: 0, train: 0 }, notices: [] };
    return fine({
      ...{ fileName: file.name, bytes: file.size, name: 'small.csv', rows: 12, schema: this.schema },
      fit: {
        ...nothing,
        ...{ method: 'independent', reason: 'Opened.', backend: null, trainRows: 0, holdoutRows: 0 },
        ...{ privacy: null, anonymised: null },
      },
    });
  }

  async ledger(delta: number | null): Promise<Result<LedgerView>> {
    return this.#enter('ledger') ?? fine(this.ledgerOf.view(delta));
  }

  async statement(): Promise<Result<string>> {
    const failure = this.#enter('statement');
    return failure ?? (this.#trained ? fine('PRIVACY STATEMENT\n') : this.#notReady());
  }

  async saveLedger(): Promise<Result<string>> {
    return this.#enter('saveLedger') ?? fine(JSON.stringify(this.ledgerOf.runs));
  }

  async loadLedger(text: string): Promise<Result<LedgerView>> {
    const failure = this.#enter('loadLedger');
    if (failure) return failure;
    this.ledgerOf.runs = JSON.parse(text);
    return fine(this.ledgerOf.view());
  }

  async write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    const failure = this.#enter('write');
    if (failure) return failure;
    const request = this.#request;
    if (!request) return this.#notReady();
    if (!(await this.#work('write', onProgress))) return stopped;
    const text = `table ${String(options.table)}, guarded ${String(options.escapeFormulas)}\n`;
    const facts = { rows: request.rows, columns: 3, sha256: 'f'.repeat(64) };
    return fine({ blob: new Blob([text]), fileName: 'out.csv', ...facts, seconds: 0.1 });
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }
  async resume(): Promise<void> {
    this.#paused = false;
  }
  async stop(mode: StopMode): Promise<void> {
    this.calls.push(`stop ${mode}`);
    this.#stop = mode;
    this.#paused = false;
  }
  async close(): Promise<void> {
    this.schema = null;
  }

  #texts(place: number): string[] {
    return this.#rows.map((row) => row[place] ?? '');
  }

  #views(schema: TableSchema): ColumnView[] {
    return schema.columns.map((column, place) => viewOf(column, this.#texts(place)));
  }

  #enter(method: string): Result<never> | null {
    this.calls.push(method);
    this.#stop = null;
    const failure = this.failures.get(method);
    this.failures.delete(method);
    return failure ? refused(failure) : null;
  }

  #notReady(): Result<never> {
    return refused({ code: 'not-ready', message: 'Something must come first.' });
  }

  #turn(): Promise<void> {
    return new Promise((wake) => setTimeout(wake, this.stepMs));
  }

  /** Counts through the steps; false when stopped on the way. */
  async #work(stage: Progress['stage'], onProgress: OnProgress): Promise<boolean> {
    const isPrivate = stage === 'train' && this.job?.privacy !== 'none';
    for (let step = 1; step <= this.steps; step++) {
      await this.#turn();
      while (this.#paused && this.#stop === null) await this.#turn();
      if (this.#stop !== null && !this.deaf) return false;
      const done = step / this.steps;
      const left = ((this.steps - step) * this.stepMs) / 1000;
      const training = {
        done,
        epoch: step,
        epochs: this.steps,
        loss: isPrivate ? NaN : 1 / step,
        rowsPerSecond: 1000,
        secondsLeft: left,
      };
      onProgress({
        stage,
        done,
        message: `Step ${String(step)}`,
        secondsLeft: left,
        ...(stage === 'train' && { training }),
        ...(isPrivate && this.job && { charged: this.ledgerOf.charge(this.job, done) }),
      });
    }
    return true;
  }
}
