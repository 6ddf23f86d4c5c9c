import { describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src/app/engineClient.ts';
import { Session } from '../../../src/app/session.svelte.ts';
import { defaultSettings } from '../../../src/app/settings.ts';
import {
  columnsFor,
  draftRule,
  emptyDraft,
  ruleEntries,
  ruleLine,
  rulesFile,
  withDeclared,
  withRule,
} from '../../../src/steps/columns/rules.ts';
import type { FoundRule, Rule } from '../../../workers/protocol.ts';
import { parseRules } from '../../../workers/rules/parseRules.ts';
import { planted } from '../rules/rows.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

const order: Rule = { kind: 'order', low: 'start', high: 'end', strict: true };
const open: Rule = { kind: 'combinations', columns: ['city', 'state'], allowed: null };
const sum: Rule = { kind: 'sum', total: 'total', parts: ['rent', 'heat'] };
const found: FoundRule[] = [order, open].map((rule) => ({ rule, share: 1, byChance: 0.5 }));

async function opened(): Promise<{ session: Session; workers: FakeWorkers }> {
  const workers = new FakeWorkers();
  const session = new Session(new EngineClient(workers.start, 50), defaultSettings);
  await session.openFile(csv());
  workers.engines[0].found = { rules: found, rows: 100 };
  return { session, workers };
}

describe('a session', () => {
  it('looks for rules only without a guarantee, and forgets them with the columns they were found by', async () => {
    const { session, workers } = await opened();
    await session.findRules();
    expect(session.foundRules).toBeNull();
    expect(workers.engines[0].calls).not.toContain('findRules');
    session.chooseGuarantee(false);
    await session.findRules();
    expect(session.foundRules?.rules).toHaveLength(2);
    session.setColumn('amount', { role: 'target' });
    expect(session.foundRules).toBeNull();
  });

  it('leaves out, and says so, what comes from the rows once a run has a guarantee', async () => {
    const { session } = await opened();
    session.chooseGuarantee(false);
    session.setRules([
      { rule: order, source: 'found' },
      { rule: open, source: 'declared' },
      { rule: sum, source: 'declared' },
    ]);
    session.chooseGuarantee(true);
    expect(session.job.rules).toEqual([{ rule: sum, source: 'declared' }]);
    expect(session.toaster.items.map(({ message }) => message).join()).toContain('come from the rows');
  });

  it('takes rules from a file as declared, each once, and begins anew with the next table', async () => {
    const { session } = await opened();
    const text = JSON.stringify({ rules: [sum, order] });
    await session.loadRules(text);
    await session.loadRules(text);
    expect(session.job.rules).toEqual([sum, order].map((rule) => ({ rule, source: 'declared' })));
    await session.openFile(csv('other.csv'));
    expect(session.job.rules).toEqual([]);
  });
});

describe('rules on the page', () => {
  const { schema } = planted(50, 'page');
  const { columns } = schema;
  const names = (kind: Rule['kind'], other?: string): string[] =>
    columnsFor(kind, columns, other).map(({ name }) => name);

  it('offer the columns that fit', () => {
    expect(names('order')).toEqual(['rent', 'heat', 'fees', 'total', 'start', 'end', 'grade', 'noise']);
    expect(names('order', 'start')).toEqual(['end']);
    expect(names('sum')).not.toContain('start');
    expect(names('combinations')).toContain('city');
  });

  it('are lines of their own, kept ones first, each once', () => {
    const kept = withDeclared(withRule([], ruleEntries([], found)[0], true), sum);
    expect(kept).toEqual([
      { rule: order, source: 'found' },
      { rule: sum, source: 'declared' },
    ]);
    const entries = ruleEntries(kept, found);
    expect(entries.map(({ rule }) => ruleLine(rule))).toEqual([
      'total = rent + heat',
      'start is less than end',
      'city and state: only combinations that occur',
    ]);
    expect(entries.map(({ chosen }) => chosen?.source)).toEqual(['declared', 'found', undefined]);
    expect(withRule(kept, entries[1], false)).toEqual([{ rule: sum, source: 'declared' }]);
    expect(parseRules(rulesFile(kept))).toEqual([order, sum]);
  });

  it.each([
    [{ ...emptyDraft('order', true), first: 'start' }, 'Choose both columns.'],
    [
      { ...emptyDraft('sum', true), first: 'total', names: ['rent'] },
      'Choose the total, and two parts at least.',
    ],
    [{ ...emptyDraft('one-hot', true), names: ['is_0'] }, 'Choose two columns at least.'],
    [
      { ...emptyDraft('combinations', false), names: ['city', 'grade'], list: 'Bonn' },
      'Line 1 has 1 values for 2 columns: put “|” between them.',
    ],
    [
      { ...emptyDraft('combinations', false), names: ['city', 'grade'], list: 'Bonn | x' },
      'Line 1 has no number for grade.',
    ],
    [
      { ...emptyDraft('combinations', false), names: ['city', 'grade'] },
      'List the combinations, one a line.',
    ],
  ] as const)('say what is missing: %o', (draft, says) => {
    expect(draftRule(draft, columns)).toBe(says);
  });

  it('are made of what was filled in', () => {
    const list = 'Bonn | 3\n\nLyon|4';
    expect(
      draftRule({ ...emptyDraft('combinations', false), names: ['city', 'grade'], list }, columns),
    ).toEqual({
      kind: 'combinations',
      columns: ['city', 'grade'],
      allowed: [
        ['Bonn', 3],
        ['Lyon', 4],
      ],
    });
    const parts = { ...emptyDraft('sum', true), first: 'total', names: ['rent', 'heat'] };
    expect(draftRule(parts, columns)).toEqual(sum);
  });
});
