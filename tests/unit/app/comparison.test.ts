import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  caveats,
  entered,
  noComparison,
  shownRuns,
  standings,
  without,
  type ComparedCard,
  type ComparedRun,
  type FinishedFacts,
} from '../../../src/app/comparison.ts';
import { comparableSweeps, parseEpsilons, withSweep } from '../../../src/app/sweepChoice.ts';
import { defaultJob } from '../../../src/app/sessionState.svelte.ts';
import { defaultSettings } from '../../../src/app/settings.ts';
import { cardFinding, runLine } from '../../../src/steps/scorecard/compareWords.ts';

import { fakeSweep } from './fakeSweep.ts';
import { defaultDialect } from '../table/reading.ts';

const job = defaultJob(defaultSettings);

const card = (value: number, change: Partial<ComparedCard> = {}): ComparedCard => ({
  ...{ id: 'similarity', label: 'Statistical Similarity', form: 'points', value },
  ...{ interval: [value - 2, value + 2], status: 'pass', note: '' },
  ...change,
});

const run = (id: number, of: ComparedCard, change: Partial<ComparedRun> = {}): ComparedRun => ({
  ...{ id, name: `Run ${String(id)}`, hidden: false, job, method: 'mst', epsilon: 1, stopped: false },
  ...{ syntheticRows: 100, holdoutRows: 20, heldOut: 'a', columns: 'a', predicted: [], cards: [of] },
  ...{ seconds: 3, at: Date.UTC(2026, 0, 1) },
  ...change,
});

describe('how runs stand on a card', () => {
  it('the best value is best, of points the highest and of losses the lowest', () => {
    const points = [run(1, card(80)), run(2, card(90)), run(3, card(84))];
    expect(standings(points, 'similarity')).toEqual(['behind', 'best', 'behind']);
    const losses = [0.2, 0.05, 0.1].map((value, i) =>
      run(i + 1, card(value, { form: 'loss', interval: [value - 0.01, value + 0.01] })),
    );
    expect(standings(losses, 'similarity')).toEqual(['behind', 'best', 'behind']);
  });

  it('an interval that meets the best one’s is level with it; none can be told without intervals', () => {
    const runs = [run(1, card(90)), run(2, card(87)), run(3, card(80, { interval: null }))];
    expect(standings(runs, 'similarity')).toEqual(['best', 'level', 'behind']);
    expect(cardFinding(runs, card(0))).toBe('Best: “Run 1”, 90 (88 to 92). Not told apart from it: “Run 2”.');
  });

  it('nobody is best alone, and a card that is not whole takes no part', () => {
    expect(standings([run(1, card(90))], 'similarity')).toEqual(['none']);
    const partly = [run(1, card(80)), run(2, card(70)), run(3, card(99, { status: 'not-assessed' }))];
    expect(standings(partly, 'similarity')).toEqual(['best', 'behind', 'none']);
    expect(standings([run(1, card(NaN)), run(2, card(70))], 'similarity')).toEqual(['none', 'none']);
  });

  it('one run at least is best among two or more that are whole, whatever the values', () => {
    const values = fc.array(fc.integer({ min: -50, max: 120 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, (list) => {
        const runs = list.map((value, i) => run(i, card(value)));
        const best = Math.max(...list);
        standings(runs, 'similarity').forEach((standing, i) =>
          expect(standing === 'best').toBe(list[i] === best),
        );
      }),
    );
  });
});

describe('runs that do not compare well say so', () => {
  const alike = [run(1, card(80)), run(2, card(90))];
  it('says nothing of runs that do', () => expect(caveats(alike)).toEqual([]));
  it.each([
    ['heldOut', 'b', 'different real rows'],
    ['columns', 'b', 'columns were changed'],
    ['predicted', ['age'], 'did not predict the same'],
  ] as const)('where %s differs', (field, value, words) => {
    const told = caveats([alike[0], { ...alike[1], [field]: value }]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(words);
  });
});

describe('the entries', () => {
  it('say what a run was', () => {
    expect(runLine(run(1, card(1)))).toMatch(
      /^Spanning tree of pairs · ε 1 · 100 rows · 3 seconds · at \d\d:\d\d$/,
    );
    expect(runLine(run(1, card(1), { epsilon: null, stopped: true }))).toMatch(
      /no guarantee.*stopped early$/,
    );
  });

  it('of runs that are removed do not give their numbers to others', () => {
    const facts: FinishedFacts = {
      job,
      fit: {
        ...{ method: 'mst', reason: '', backend: null, trainRows: 8, holdoutRows: 2, epochs: 0, loss: [] },
        ...{
          stopped: false,
          seconds: { profile: 1, train: 2 },
          notices: [],
          privacy: null,
          anonymised: null,
        },
      },
      sampled: {
        ...{ tables: 1, rows: 10, columns: [], firstRows: [], seconds: 0.5, conditions: [] },
        ...{ temperature: 1, acceptance: null, anonymised: null, rules: null },
      },
      scorecard: {
        ...{ columns: [], rows: { train: 8, holdout: 2, synthetic: 10, used: 8 }, seconds: 0, notes: [] },
        meanDistance: { value: 0, ceiling: 0, floor: 1 },
        pairDistance: { value: 0, ceiling: 0, floor: 1 },
        associations: {
          ...{ columns: [], measures: [], real: [], synthetic: [], worstPair: null },
          meanDifference: { value: 0, ceiling: 0, floor: 1 },
          worstDifference: { value: 0, ceiling: 0, floor: 1 },
        },
      },
      schema: { version: 1, columns: [], dialect: defaultDialect },
      at: 0,
    };
    const two = entered(entered(noComparison, facts), facts);
    const again = entered(without(two, 2), facts);
    expect(shownRuns(again).map(({ name }) => name)).toEqual(['Run 1', 'Run 3']);
    expect(again.inHand).toBe(3);
    expect(without(again, 3).inHand).toBeNull();
    expect(again.runs[0].seconds).toBe(3.5);
  });
});

describe('values of epsilon as they are typed', () => {
  it('are read with any separator, sorted, each once', () => {
    expect(parseEpsilons('3, .1;1 1')).toEqual([0.1, 1, 3]);
  });
  it.each(['', ' , ', '0', '1, two', '-1', '1000', '1 2 3 4 5 6 7 8 9 10 11 12 13'])(
    '%j is refused in words',
    (text) => {
      expect(typeof parseEpsilons(text)).toBe('string');
    },
  );
});

describe('curves', () => {
  const wish = {
    rows: 'made',
    epsilons: [1, 3],
    publicFile: null,
    job: { ...job, method: 'mst' },
    target: null,
  } as const;
  it('of one method and the same rows take the place of each other as they grow', () => {
    const grown = withSweep(withSweep([], fakeSweep(wish, 1)), fakeSweep(wish, 2));
    expect(grown.map(({ points }) => points.length)).toEqual([2]);
  });
  it('are drawn together only where they were held against the same rows', () => {
    const other = { ...fakeSweep(wish, 2), method: 'aim' } as const;
    const elsewhere = { ...fakeSweep(wish, 2), rows: 'file' } as const;
    const groups = comparableSweeps([fakeSweep(wish, 2), other, elsewhere]);
    expect(groups.map((group) => group.map(({ method }) => method))).toEqual([['mst'], ['mst', 'aim']]);
  });
});
