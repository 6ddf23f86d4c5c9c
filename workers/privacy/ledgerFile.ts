import { HomespunError } from '../errors.ts';
import type { PrivacyEvent } from './events.ts';
import {
  charge,
  closeRun,
  enterUnprotected,
  type Ledger,
  type LedgerRecord,
  openLedger,
  type PlannedEvent,
  planRun,
  type RunPlan,
} from './ledger.ts';
import type { PrivacyUnit, RunOutcome } from './types.ts';

/*
 * A ledger as text: one JSON object a line, the header first. Each line carries the SHA-256 of the line before it with
 * its own content, so a line that was edited, dropped, added or moved shows. The chain has no secret: it catches damage
 * and casual edits, not a person set on forging a file on their own machine. Keep the last hash elsewhere to notice a
 * file cut short.
 */

const FORMAT = 'homespun-ledger';
const VERSION = 1;

/** The text and its last hash, for `parseLedger` to compare with. */
export interface LedgerFile {
  readonly text: string;
  readonly head: string;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function serialiseLedger(ledger: Ledger): Promise<LedgerFile> {
  const contents: object[] = [
    { format: FORMAT, version: VERSION, dataset: ledger.dataset },
    ...ledger.records,
  ];
  const lines: string[] = [];
  let head = '';
  for (const content of contents) {
    const body = JSON.stringify(content);
    head = await sha256(head + body);
    lines.push(JSON.stringify({ hash: head, body }));
  }
  return { text: `${lines.join('\n')}\n`, head };
}

const damaged = (line: number, what: string): HomespunError =>
  new HomespunError({
    code: 'bad-file',
    message: `The privacy ledger is not as it was written: ${what}.`,
    hint: 'Restore the ledger from a copy. Without it, treat the data set as spent.',
    line,
  });

/**
 * Reads what `serialiseLedger` wrote and replays it, so that every rule of the ledger holds again. `head` is the last
 * hash where the caller kept it. Throws `bad-file` naming the line for a broken chain, an unknown version, a record
 * that is malformed or breaks a rule, and a file that ends early.
 */
export async function parseLedger(text: string, head?: string): Promise<Ledger> {
  const lines = text.replace(/\n$/, '').split('\n');
  let ledger: Ledger | undefined;
  let previous = '';
  for (const [i, line] of lines.entries()) {
    const { hash, body } = readLine(line, i + 1);
    previous = await sha256(previous + body);
    if (hash !== previous) throw damaged(i + 1, 'a line was changed, added, moved or left out');
    const content = readJson(body, i + 1);
    try {
      ledger = ledger === undefined ? readHeader(content) : replay(ledger, readRecord(content));
    } catch (cause) {
      throw damaged(
        i + 1,
        cause instanceof Error ? cause.message.replace(/\.$/, '') : 'a record is malformed',
      );
    }
  }
  if (ledger === undefined) throw damaged(1, 'it is empty');
  if (head !== undefined && head !== previous) throw damaged(lines.length, 'it ends early or is another one');
  return ledger;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(value: unknown): Fields {
  if (!isFields(value)) throw new Error('a record is malformed');
  return value;
}

function readJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(line, 'a line is not JSON');
  }
}

function readLine(text: string, line: number): { hash: string; body: string } {
  const value = readJson(text, line);
  if (!isFields(value) || typeof value.hash !== 'string' || typeof value.body !== 'string') {
    throw damaged(line, 'a line has no hash');
  }
  return { hash: value.hash, body: value.body };
}

function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`a record has no ${name}`);
  return value;
}

function numberField(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new Error(`a record has no ${name}`);
  return value;
}

function readHeader(content: unknown): Ledger {
  const header = fieldsOf(content);
  if (header.format !== FORMAT || header.version !== VERSION)
    throw new Error('its format or version is unknown');
  return openLedger(textField(header, 'dataset'));
}

function readRecord(content: unknown): LedgerRecord {
  const fields = fieldsOf(content);
  switch (fields.type) {
    case 'plan':
      return { type: 'plan', plan: readPlan(fieldsOf(fields.plan)) };
    case 'charge':
      return {
        type: 'charge',
        run: textField(fields, 'run'),
        event: numberField(fields, 'event'),
        count: numberField(fields, 'count'),
      };
    case 'close':
      return { type: 'close', run: textField(fields, 'run'), outcome: readOutcome(fields.outcome) };
    case 'unprotected':
      return {
        type: 'unprotected',
        label: textField(fields, 'label'),
        startedAt: numberField(fields, 'startedAt'),
      };
    default:
      throw new Error('a record is of unknown type');
  }
}

function readOutcome(value: unknown): RunOutcome {
  if (value === 'finished' || value === 'stopped' || value === 'failed') return value;
  throw new Error('a run has an unknown outcome');
}

function readPlan(fields: Fields): RunPlan {
  if (!Array.isArray(fields.events)) throw new Error('a plan has no events');
  return {
    run: textField(fields, 'run'),
    label: textField(fields, 'label'),
    unit: readUnit(fieldsOf(fields.unit)),
    events: fields.events.map(readPlanned),
    startedAt: numberField(fields, 'startedAt'),
  };
}

function readUnit(fields: Fields): PrivacyUnit {
  if (fields.kind === 'row') return { kind: 'row' };
  if (fields.kind !== 'person') throw new Error('a plan has an unknown unit');
  return {
    kind: 'person',
    column: textField(fields, 'column'),
    rowsPerPerson: numberField(fields, 'rowsPerPerson'),
  };
}

function readPlanned(value: unknown): PlannedEvent {
  const fields = fieldsOf(value);
  return { purpose: textField(fields, 'purpose'), event: readEvent(fieldsOf(fields.event)) };
}

/** The numbers each kind of event has; their ranges are checked when the plan is entered. */
function readEvent(fields: Fields): PrivacyEvent {
  const number = (name: string) => numberField(fields, name);
  const kind = textField(fields, 'kind');
  switch (kind) {
    case 'gaussian':
      return { kind, sigma: number('sigma'), count: number('count') };
    case 'sampledGaussian':
      return { kind, q: number('q'), sigma: number('sigma'), steps: number('steps') };
    case 'discreteGaussian':
      return { kind, sigma: number('sigma'), sensitivity: number('sensitivity'), count: number('count') };
    case 'laplace':
    case 'discreteLaplace':
      return { kind, scale: number('scale'), count: number('count') };
    case 'exponential':
      return { kind, epsilon: number('epsilon'), count: number('count') };
    case 'approxDp':
      return { kind, epsilon: number('epsilon'), delta: number('delta'), count: number('count') };
    default:
      throw new Error('a plan has an event of unknown kind');
  }
}

function replay(ledger: Ledger, record: LedgerRecord): Ledger {
  if (record.type === 'plan') return planRun(ledger, record.plan);
  if (record.type === 'charge') return charge(ledger, record.run, record.event, record.count);
  if (record.type === 'unprotected') return enterUnprotected(ledger, record.label, record.startedAt);
  return closeRun(ledger, record.run, record.outcome);
}
