import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../workers/evaluate/assessment.ts';
import type { Card, RunFacts } from '../../../workers/evaluate/cardTypes.ts';
import { displayScore } from '../../../workers/evaluate/displayScore.ts';
import type { CardId, Figure } from '../../../workers/evaluate/figureTypes.ts';
import { headlineOf } from '../../../workers/evaluate/headline.ts';
import { defaultTargets } from '../../../src/app/settings.ts';
import { figureOf } from '../app/fakeAssessed.ts';

const facts: RunFacts = {
  epsilon: 1,
  method: 'mst',
  trainRows: 4000,
  holdoutRows: 900,
  syntheticRows: 4000,
  foundColumns: ['ward'],
  targets: ['left'],
};

const card = (id: CardId, figures: readonly Figure[], change: Partial<RunFacts> = {}): Card => {
  const found = headlineOf(figures, defaultTargets, { ...facts, ...change }).cards.find(
    (one) => one.id === id,
  );
  if (!found) throw new Error(`There is no card ${id}.`);
  return found;
};

const similarity = (columns: Partial<Figure>, worst: Partial<Figure> = columns): Figure[] => [
  figureOf('similarity.columns', columns),
  figureOf('similarity.worst', worst),
];

describe('a table without missing cells', () => {
  const quality = (missing: Partial<Figure>): Card =>
    card('quality', [
      figureOf('quality.validity', { value: 1, interval: null, ceiling: 1, floor: NaN, status: 'pass' }),
      figureOf('quality.missing', { ceiling: 0, floor: 0, ...missing }),
      figureOf('quality.duplicates', {
        value: 0,
        interval: [0, 0.001],
        ceiling: 0,
        floor: NaN,
        target: { bound: 0.01, better: 'lower' },
      }),
    ]);

  it('has its quality assessed by what there is to get wrong', () => {
    const found = quality({ value: 0, interval: [0, 0], status: 'pass' });
    expect(found.status).toBe('pass');
    expect(found.note).toBe('');
  });

  it('has not where synthetic cells are missing all the same', () => {
    const found = quality({ value: 0.1, interval: [0.08, 0.12], status: 'fail' });
    expect(found.status).toBe('not-assessed');
    expect(found.note).toContain('could not be measured');
  });
});

describe('the common scale', () => {
  it('is 1 at the ceiling, 0 at the floor and beyond, whichever of the two is larger', () => {
    const marks = fc.tuple(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(
        marks,
        fc.boolean(),
        fc.double({ min: -2, max: 2, noNaN: true }),
        ([ceiling, reach], up, value) => {
          const floor = up ? ceiling + reach : ceiling - reach;
          const at = (number: number): number =>
            displayScore(figureOf('x', { value: number, interval: null, ceiling, floor }))?.value ?? NaN;
          expect(at(ceiling)).toBeCloseTo(1, 9);
          expect(at(floor)).toBeCloseTo(0, 9);
          expect(at(value)).toBeGreaterThanOrEqual(0);
          expect(at(value)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('keeps the value inside its interval, and has no score without marks or between equal ones', () => {
    const score = displayScore(figureOf('x', { value: 0.3, interval: [0.2, 0.5], ceiling: 0.1, floor: 0.6 }));
    expect(score?.value).toBeCloseTo(0.6, 9);
    expect(score?.interval[0]).toBeCloseTo(0.2, 9);
    expect(score?.interval[1]).toBeCloseTo(0.8, 9);
    expect(displayScore(figureOf('x', { ceiling: NaN }))).toBeNull();
    expect(displayScore(figureOf('x', { ceiling: 0.5, floor: 0.5 }))).toBeNull();
  });
});

describe('a card', () => {
  it('is the mean of its rows in points, and its status follows from the whole interval', () => {
    const sure = card('similarity', similarity({ value: 0.05, interval: [0.03, 0.07] }));
    expect(sure.value).toBeCloseTo(95, 6);
    expect(sure.interval?.map(Math.round)).toEqual([93, 97]);
    expect(sure.status).toBe('pass');
    expect(card('similarity', similarity({ value: 0.14, interval: [0.05, 0.3] })).status).toBe(
      'inconclusive',
    );
    expect(card('similarity', similarity({ value: 0.5, interval: [0.4, 0.6] })).status).toBe('fail');
  });

  it('agrees with the status rule for all intervals', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, unit, (a, b, c) => {
        const [low, value, high] = [a, b, c].sort((x, y) => x - y);
        const made = card('similarity', similarity({ value, interval: [low, high] }));
        expect(made.status).toBe(statusOf(made.value, made.interval, made.target));
      }),
    );
  });

  it('never passes over a row that failed: the mean of the others says so', () => {
    const broken = card(
      'similarity',
      similarity({ value: 0 }, { value: NaN, status: 'error', interval: null, label: 'Worst columns' }),
    );
    expect(broken.status).toBe('error');
    expect(broken.note).toContain('Worst columns');
    expect(broken.value).toBe(100);
  });

  it('is not assessed where a row is missing, and says why', () => {
    expect(card('similarity', []).status).toBe('not-assessed');
    expect(card('similarity', [figureOf('similarity.columns')]).status).toBe('not-assessed');
    const blind = card('similarity', similarity({ ceiling: NaN }));
    expect([blind.status, blind.value]).toEqual(['not-assessed', NaN]);
    expect(blind.note).toContain('held-out');
  });

  it('is measuring while rows are on their way, and not assessed once they were stopped', () => {
    const figures = similarity({ value: 0.05 });
    const at = (unfinished: 'measuring' | 'stopped'): string => {
      const states = { measuring: [], stopped: [], [unfinished]: ['similarity'] as const };
      return headlineOf(figures, defaultTargets, facts, states).cards[0].status;
    };
    expect(at('measuring')).toBe('measuring');
    expect(at('stopped')).toBe('not-assessed');
  });

  it('leaves related columns out where there are none, and counts them where there are', () => {
    const links = (strong: number): Figure[] =>
      [
        figureOf('correlation.pairs', { value: 0 }),
        figureOf('correlation.links', { value: 0 }),
        figureOf('correlation.related', { value: strong }),
      ].map((figure) => ({ ...figure, card: 'correlation', interval: null }));
    expect(card('correlation', links(NaN)).value).toBe(100);
    expect(card('correlation', links(0.6)).value).toBeCloseTo(80, 6);
  });

  it('follows its target', () => {
    const figures = similarity({ value: 0.2, interval: [0.18, 0.22] });
    const status = (bound: number): string =>
      headlineOf(figures, { ...defaultTargets, similarity: bound }, facts).cards[0].status;
    expect([status(75), status(80), status(90)]).toEqual(['pass', 'inconclusive', 'fail']);
  });
});

describe('privacy', () => {
  it('is in no mean: other cards stay as they are whatever attacks reach', () => {
    const attack = (value: number): Figure[] => [
      ...similarity({ value: 0.05 }),
      figureOf('privacy.linkability', { card: 'privacy', value }),
    ];
    const others = (value: number): Card[] =>
      headlineOf(attack(value), defaultTargets, facts).cards.filter(({ id }) => id !== 'privacy');
    expect(others(0)).toEqual(others(1));
  });

  it('is not decided by the attack that tells least: what informs only stays out', () => {
    const membership = figureOf('privacy.membership', {
      ...{ card: 'privacy', value: 0.5, interval: [0.48, 0.52], ceiling: 0.5 },
      target: { bound: 0.55, better: 'lower' },
    });
    const rough = figureOf('privacy.reidentification', {
      ...{ card: 'privacy', value: 0, interval: [0, 0.4], ceiling: 0 },
    });
    const privacy = (status: Figure['status']): Card => card('privacy', [membership, { ...rough, status }]);
    expect(privacy('info')).toMatchObject({ status: 'pass', rows: ['privacy.membership'] });
    expect(privacy('inconclusive').status).toBe('inconclusive');
  });
});

describe('the words', () => {
  const words = (figures: readonly Figure[], change: Partial<RunFacts> = {}) =>
    headlineOf(figures, defaultTargets, { ...facts, ...change });

  it('name every card once, in the group of its status', () => {
    const { summary, cards } = words(similarity({ value: 0.9, interval: [0.8, 1] }));
    for (const { label } of cards) expect(summary.split(label)).toHaveLength(2);
    expect(summary).toMatch(/Statistical Similarity misses its target/);
  });

  it('advise a larger epsilon only under a budget, and to declare only what was found', () => {
    const bad = similarity({ value: 0.9, interval: [0.8, 1] });
    const { next } = words(bad, { holdoutRows: 5000 });
    expect(next.join(' ')).toMatch(/ward/);
    expect(next.join(' ')).toMatch(/larger epsilon than 1/);
    const free = words(bad, { epsilon: null, method: 'vae' }).next.join(' ');
    expect(free).not.toMatch(/larger epsilon|ward/);
    expect(words(bad, { foundColumns: [] }).next.join(' ')).not.toMatch(/Declare/);
  });

  it('ask for a column to predict where there is none, and for held-out rows where there are none', () => {
    expect(words([], { targets: [] }).next.join(' ')).toMatch(/Choose a column/);
    expect(words([], { holdoutRows: 0 }).next.join(' ')).toMatch(/Hold out some rows/);
  });
});
