import { describe, expect, it } from 'vitest';
import { HomespunEngine } from '../../../workers/engine.ts';
import type { ChosenRule, Job, Rule } from '../../../workers/protocol.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { privateJob, value } from '../../support/released.ts';
import { headerOf, withHeader } from '../modelFile/files.ts';

const ignore = (): void => undefined;
const cities = ['Bonn', 'Bern', 'Lyon'];
const states = ['DE', 'CH', 'FR'];

/** Stays with an end after their start, a bill that is a sum, and a state for each city. */
const lines = (seed: string): string[] => {
  const rng = seededRng(seed);
  return Array.from({ length: 1400 }, () => {
    const [from, nights, city] = [rng.int(300), 1 + rng.int(40), rng.int(3)];
    const [room, meals] = [5_000 + rng.int(40_000), rng.int(9_000)];
    const date = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    const money = (cents: number): string => (cents / 100).toFixed(2);
    return [
      date(from),
      date(from + nights),
      cities[city],
      states[city],
      money(room),
      money(meals),
      money(room + meals),
    ].join();
  });
};
const csv = (seed = 'stays'): File =>
  new File([['from,until,city,state,room,meals,bill', ...lines(seed)].join('\n')], 'stays.csv');

const rules: readonly Rule[] = [
  { kind: 'sum', total: 'bill', parts: ['room', 'meals'] },
  { kind: 'order', low: 'from', high: 'until', strict: true },
  { kind: 'combinations', columns: ['city', 'state'], allowed: cities.map((city, at) => [city, states[at]]) },
];
const declared = (each: readonly Rule[] = rules): ChosenRule[] =>
  each.map((rule) => ({ rule, source: 'declared' }));
const plainJob: Job = { ...privateJob, privacy: 'none' };

const opened = async (): Promise<HomespunEngine> => {
  const engine = new HomespunEngine(() => performance.now(), knownPrivacy());
  value(await engine.open(csv(), {}, ignore));
  return engine;
};

/** The written rows that break a rule. */
async function brokenIn(engine: HomespunEngine): Promise<number> {
  const { blob } = value(await engine.write({ table: 0, escapeFormulas: false }, ignore));
  const rows = (await blob.text()).trim().split('\n').slice(1);
  return rows.filter((row) => {
    const [from, until, city, state, room, meals, bill] = row.split(',');
    const sum = Math.round(100 * (Number(room) + Number(meals)));
    return from >= until || states[cities.indexOf(city)] !== state || sum !== Math.round(100 * Number(bill));
  }).length;
}

describe('the engine', () => {
  it('finds rules in rows without a guarantee, and keeps what was chosen in every table it writes', async () => {
    const engine = await opened();
    const found = value(await engine.findRules(plainJob));
    expect(found.rules.map(({ rule }) => rule.kind)).toEqual(['sum', 'order', 'combinations']);
    const chosen = found.rules.map(({ rule }): ChosenRule => ({ rule, source: 'found' }));
    value(await engine.fit({ ...plainJob, rules: chosen }, ignore));
    const sampled = value(await engine.sample({ rows: 700, tables: 1, seed: 3 }, ignore));
    expect(sampled.rules?.rules).toHaveLength(3);
    expect(sampled.rules?.drawn).toBeGreaterThan(700);
    expect(await brokenIn(engine)).toBe(0);

    value(await engine.fit(plainJob, ignore));
    expect(value(await engine.sample({ rows: 700, tables: 1, seed: 3 }, ignore)).rules).toBeNull();
    expect(await brokenIn(engine)).toBeGreaterThan(350);
  });

  it('never looks for rules for a run with a guarantee, and takes none that were found', async () => {
    const engine = await opened();
    const refused = { ok: false, error: { code: 'bad-settings' } };
    expect(await engine.findRules(privateJob)).toMatchObject(refused);
    for (const chosen of [
      [{ rule: rules[0], source: 'found' } as const],
      declared([{ kind: 'combinations', columns: ['city', 'state'], allowed: null }]),
    ]) {
      const job = { ...privateJob, rules: chosen };
      expect(await engine.plan(job)).toMatchObject(refused);
      expect(await engine.fit(job, ignore)).toMatchObject(refused);
    }
    expect(value(await engine.ledger(null)).runs).toEqual([]);
  });

  it('names declared rules among what is taken as public', async () => {
    const engine = await opened();
    const job = { ...privateJob, rules: declared() };
    const words = 'declared and taken as public, that “from” is less than “until”';
    expect(value(await engine.plan(job)).privacy?.publicFacts.join('\n')).toContain(words);
    value(await engine.fit(job, ignore));
    value(await engine.sample({ rows: 200, tables: 1, seed: 3 }, ignore));
    expect(await brokenIn(engine)).toBe(0);
    const statement = value(await engine.statement());
    expect(statement).toContain(words);
    expect(statement).toContain('“bill” is the sum of “room” and “meals”');
    expect(statement).not.toContain('Bonn');
  });

  it('keeps rules in rows of a model that was saved, under conditions too', async () => {
    const engine = await opened();
    const open: Rule = { kind: 'combinations', columns: ['city', 'state'], allowed: null };
    value(await engine.fit({ ...plainJob, rules: declared([rules[0], rules[1], open]) }, ignore));
    const { blob } = value(await engine.saveModel());
    const again = new HomespunEngine(() => performance.now(), knownPrivacy());
    value(await again.openModel(new File([blob], 'a.homespun'), 'cpu', ignore));
    const conditions = { columns: [{ column: 'state', categories: ['CH'] }] };
    const request = { rows: 150, tables: 1, seed: 5, conditions };
    const first = value(await engine.sample(request, ignore));
    expect(value(await again.sample(request, ignore)).firstRows).toEqual(first.firstRows);
    expect(await brokenIn(again)).toBe(0);
  });

  it('opens files from before there were rules, and refuses rules that do not fit', async () => {
    const engine = await opened();
    value(await engine.fit({ ...plainJob, rules: declared() }, ignore));
    const bytes = new Uint8Array(await value(await engine.saveModel()).blob.arrayBuffer());
    const { rules: saved, ...older } = headerOf(bytes);
    expect(saved).toHaveLength(3);
    const again = new HomespunEngine(() => performance.now(), knownPrivacy());
    const file = (header: ReturnType<typeof headerOf>): File =>
      new File([withHeader(bytes, header)], 'a.homespun');
    value(await again.openModel(file(older), 'cpu', ignore));
    expect(value(await again.sample({ rows: 20, tables: 1, seed: 5 }, ignore)).rules).toBeNull();
    for (const wrong of [
      [{ kind: 'order', low: 'from', high: 'nowhere', strict: true }],
      [{ kind: 'combinations', columns: ['city', 'state'], allowed: null }],
      [{ kind: 'else' }],
      'none',
    ]) {
      expect(await again.openModel(file({ ...older, rules: wrong }), 'cpu', ignore)).toMatchObject({
        ok: false,
        error: { code: 'bad-file' },
      });
    }
  });
});
