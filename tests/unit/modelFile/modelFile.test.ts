import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HomespunEngine } from '../../../workers/engine.ts';
import type { Result } from '../../../workers/errors.ts';
import { packContainer, unpackContainer } from '../../../workers/modelFile/container.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import type { Job, MethodId, RowsWanted } from '../../../workers/protocol.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { headerOf, isObject, joined, withHeader, type Json } from './files.ts';

const lines = readFileSync(new URL('../../../static/samples/staff_pay.csv', import.meta.url), 'utf8').split(
  '\n',
);
/** Enough rows for links, few enough for a quick training: number, department, gender, grade, start, pay, bonus, left. */
const kept = [0, 2, 3, 4, 8, 9, 10, 13];
const cells = lines.slice(0, 601).map((line) => line.split(','));
const table = new File(
  [cells.map((row) => kept.map((column) => row[column]).join(',')).join('\n')],
  'staff_pay.csv',
);

const job: Job = {
  method: 'independent',
  privacy: 'none',
  holdout: 0.2,
  seed: 7,
  backend: 'cpu',
  epochs: null,
  watch: null,
  anonymise: null,
  rules: [],
};
const guarantee = { epsilon: 5, delta: null, person: null, profileShare: null };

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
const engine = (): HomespunEngine => new HomespunEngine(() => performance.now(), knownPrivacy());
const ignore = (): void => undefined;
const csvOf = async (from: HomespunEngine): Promise<string> =>
  value(await from.write({ table: 0, escapeFormulas: true }, ignore)).blob.text();

interface Saved {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fitted: HomespunEngine;
}
async function saved(change: Partial<Job>): Promise<Saved> {
  const fitted = engine();
  value(await fitted.open(table, {}, ignore));
  value(await fitted.fit({ ...job, ...change }, ignore));
  const { blob } = value(await fitted.saveModel());
  return { bytes: new Uint8Array(await blob.arrayBuffer()), fitted };
}
const opened = async (bytes: Uint8Array<ArrayBuffer>): Promise<HomespunEngine> => {
  const fresh = engine();
  value(await fresh.openModel(new File([bytes], 'a.homespun'), 'cpu', ignore));
  return fresh;
};

const kinds: [MethodId, Job['privacy']][] = [
  ['independent', 'none'],
  ['copula', 'none'],
  ['autoregressive', 'none'],
  ['vae', 'none'],
  ['gan', 'none'],
  ['independent', guarantee],
  ['copula', guarantee],
  ['mst', guarantee],
  ['aim', guarantee],
];
/** On the plain backend these take their time. */
const isNetwork = (method: MethodId): boolean => synthesizerOf(method).meta.neural;
const label = (method: MethodId, privacy: Job['privacy']): string =>
  `${method}${privacy === 'none' ? '' : ' with a guarantee'}`;
const files = new Map<string, Saved>();
const fileOf = (method: MethodId, privacy: Job['privacy']): Saved => {
  const found = files.get(label(method, privacy));
  if (!found) throw new Error('not fitted');
  return found;
};

beforeAll(async () => {
  await chooseBackend('cpu');
  for (const [method, privacy] of kinds) {
    files.set(label(method, privacy), await saved({ method, privacy, epochs: isNetwork(method) ? 2 : null }));
  }
}, 60_000);
afterAll(async () => {
  for (const { fitted } of files.values()) await fitted.close();
});

describe.each(kinds)('a model of %s, privacy %o, in a file', (method, privacy) => {
  it('makes the same rows as the model that was saved, under conditions too', async () => {
    const { bytes, fitted } = fileOf(method, privacy);
    const again = await opened(bytes);
    // A network on the plain backend is slow: a common value costs it few rows.
    const conditions: RowsWanted = isNetwork(method)
      ? { columns: [{ column: 'gender', categories: ['man'] }] }
      : { shares: { column: 'left_company', shares: 'equal' } };
    for (const wish of [{ seed: 3 }, { seed: 4, conditions }]) {
      const request = { rows: 90, tables: 1, ...wish };
      const first = value(await fitted.sample(request, ignore));
      expect(value(await again.sample(request, ignore)).firstRows).toEqual(first.firstRows);
      expect(await csvOf(again)).toBe(await csvOf(fitted));
    }
    await again.close();
  });

  it('is the same file when it is saved again', async () => {
    const { bytes } = fileOf(method, privacy);
    const again = await opened(bytes);
    const { blob } = value(await again.saveModel());
    const second = new Uint8Array(await blob.arrayBuffer());
    expect(headerOf(second)).toEqual(headerOf(bytes));
    expect(unpackContainer(second).tensors).toEqual(unpackContainer(bytes).tensors);
    await again.close();
  });

  it('says what may be done with it, and names neither the ledger nor the hash of the real file', async () => {
    const { bytes, fitted } = fileOf(method, privacy);
    const header = headerOf(bytes);
    const isPrivate = privacy !== 'none';
    expect(header.label).toMatch(isPrivate ? /may be shared/ : /without a guarantee/);
    expect(header.guarantee === null).toBe(!isPrivate);
    const ledger = value(await fitted.ledger(null));
    expect(JSON.stringify(header)).not.toContain(ledger.dataset);
    const again = await opened(bytes);
    if (isPrivate) {
      expect(value(await again.statement())).toContain('PRIVACY STATEMENT');
      value(
        await again.sample(
          { rows: 9, tables: 1, seed: 1, conditions: { columns: [{ column: 'grade' }] } },
          ignore,
        ),
      );
      expect(value(await again.statement())).toContain('Column “grade” is not missing.');
    } else {
      expect(await again.statement()).toMatchObject({ ok: false });
    }
    await again.close();
  });
});

const everyPlace = (json: Json, path: string[] = []): string[][] => [
  path,
  ...(Array.isArray(json)
    ? json.slice(0, 3).flatMap((item, i) => everyPlace(item, [...path, String(i)]))
    : isObject(json)
      ? Object.entries(json).flatMap(([key, item]) => everyPlace(item, [...path, key]))
      : []),
];

/** The JSON with another value at a place, or without it. */
function changed(json: Json, [key, ...rest]: readonly string[], next: Json | undefined): Json {
  if (Array.isArray(json)) {
    const at = Number(key);
    if (rest.length > 0) return json.with(at, changed(json[at], rest, next));
    return next === undefined ? json.toSpliced(at, 1) : json.with(at, next);
  }
  if (!isObject(json)) return json;
  const { [key]: old, ...others } = json;
  if (rest.length > 0) return { ...others, [key]: changed(old, rest, next) };
  return next === undefined ? others : { ...others, [key]: next };
}

describe('a model file that was tampered with so that its checksum fits', () => {
  const junk: (Json | undefined)[] = [undefined, null, 'x', -1, 1e300, 0.5, [], {}, true, ''];

  it.each(kinds)(
    'never fails in another way than as a damaged file: %s, privacy %o',
    async (method, privacy) => {
      const { bytes } = fileOf(method, privacy);
      const header = headerOf(bytes);
      const places = everyPlace(header).filter((path) => path.length > 0 && path[0] !== 'tensors');
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...junk), async (path, next) => {
          const other = changed(header, path, next);
          if (!isObject(other)) throw new Error('the header is an object');
          const fresh = engine();
          const file = new File([withHeader(bytes, other)], 'a.homespun');
          const result = await fresh.openModel(file, 'cpu', ignore);
          if (!result.ok) {
            expect(result.error, path.join('.')).toMatchObject({ code: 'bad-file' });
          } else {
            // What passes is consistent: it makes rows, or says in plain words why not.
            const made = await fresh.sample({ rows: 20, tables: 1, seed: 1 }, ignore);
            if (!made.ok) expect(made.error.code, path.join('.')).not.toBe('failed');
          }
          await fresh.close();
        }),
        { numRuns: isNetwork(method) ? 15 : 60, seed: 21 },
      );
    },
  );

  it.each(kinds)(
    'is refused without its numbers, or with others: %s, privacy %o',
    async (method, privacy) => {
      const { header, tensors } = unpackContainer(fileOf(method, privacy).bytes);
      const { value: fields } = header;
      if (typeof fields !== 'object' || fields === null) throw new Error('the header is an object');
      for (const name of tensors.keys()) {
        const kept = Object.fromEntries(tensors);
        const { [name]: tensor, ...others } = kept;
        const longer = new Float64Array(tensor.length + 1);
        for (const numbers of [others, { ...kept, [name]: longer }]) {
          const file = new File([joined(packContainer(fields, numbers))], 'a.homespun');
          expect(await engine().openModel(file, 'cpu', ignore), name).toMatchObject({
            ok: false,
            error: { code: 'bad-file' },
          });
        }
      }
    },
  );
});

describe('opening a model', () => {
  it('leaves what was open before where it is refused, and takes its place where it is not', async () => {
    const one = engine();
    value(await one.open(table, {}, ignore));
    const junkFile = new File(['HOMESPUN is not a model'], 'a.homespun');
    expect(await one.openModel(junkFile, 'cpu', ignore)).toMatchObject({
      ok: false,
      error: { code: 'bad-file' },
    });
    value(await one.ledger(null));
    value(await one.openModel(new File([fileOf('copula', 'none').bytes], 'a.homespun'), 'cpu', ignore));
    expect(await one.ledger(null)).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    value(await one.sample({ rows: 5, tables: 1, seed: 1 }, ignore));
    expect(await one.score(ignore)).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    expect(value(await one.write({ table: 0, escapeFormulas: true }, ignore)).fileName).toBe(
      'staff_pay-synthetic.csv',
    );
  });

  it('keeps on protecting the rows that are made', async () => {
    const anonymise: Job['anonymise'] = {
      columns: [
        { column: 'bonus_pct', generalise: { type: 'remove', phase: 'before' } },
        {
          column: 'salary_eur',
          generalise: { type: 'bins', width: 10_000, origin: 0, write: 'lower', phase: 'after' },
        },
      ],
      kAnonymity: null,
    };
    const { bytes, fitted } = await saved({ anonymise });
    const again = await opened(bytes);
    const request = { rows: 60, tables: 1, seed: 2 };
    value(await fitted.sample(request, ignore));
    const made = value(await again.sample(request, ignore));
    expect(made.columns).not.toContain('bonus_pct');
    const at = made.columns.indexOf('salary_eur');
    expect(made.firstRows.every((row) => Number(row[at]) % 10_000 === 0)).toBe(true);
    expect(await csvOf(again)).toBe(await csvOf(fitted));
  });
});
