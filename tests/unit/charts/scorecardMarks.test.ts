import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardBarMarks } from '../../../src/charts/cardBarMarks.ts';
import { formatCardValue, formatFigure, formatInterval } from '../../../src/charts/figureText.ts';
import { intervalMarks } from '../../../src/charts/intervalMarks.ts';
import { defaultTargets } from '../../../src/app/settings.ts';
import { attackRates, wilson } from '../../../src/steps/scorecard/attacks.ts';
import type { Card } from '../../../workers/protocol.ts';
import { fakeAssessed } from '../app/fakeAssessed.ts';

const cards = fakeAssessed(1, defaultTargets, []).headline.cards;
const cardWith = (id: Card['id'], change: Partial<Card>): Card => {
  const card = cards.find((one) => one.id === id);
  if (!card) throw new Error(`There is no card ${id}.`);
  return { ...card, ...change };
};
const width = 240;

describe('the bar of a card', () => {
  it('keeps every mark on it, whatever the value', () => {
    const value = fc.double({ min: -300, max: 300, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.constantFrom<Card['id']>('similarity', 'utility'), (a, b, id) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const marks = cardBarMarks(cardWith(id, { value: a, interval: [low, high] }), width);
        for (const x of [marks.value, marks.target, marks.interval?.x]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  it('draws the side that keeps the target: to the right of points, to the left of losses', () => {
    const points = cardBarMarks(cardWith('similarity', {}), width);
    expect(points.good.x + points.good.width).toBeCloseTo(width, 6);
    expect(cardBarMarks(cardWith('utility', {}), width).good.x).toBe(0);
    expect(cardBarMarks(cardWith('similarity', { value: NaN }), width).value).toBeNull();
  });
});

describe('values with intervals', () => {
  it('lie within the drawing, each below the one before', () => {
    const groups = [0.2, 0.7].map((value) => ({
      label: `a rather long label of ${String(value)}`,
      values: [
        { series: 'real' as const, name: 'real', value, interval: [value - 0.1, value + 0.1] as const },
        { series: 'synthetic' as const, name: 'synthetic', value: value / 2, interval: null },
      ],
    }));
    for (const wide of [300, 900]) {
      const marks = intervalMarks(groups, [0, 1], wide, String);
      const placed = marks.groups.flatMap(({ values }) => values);
      expect(placed.map(({ y }) => y)).toEqual(placed.map(({ y }) => y).toSorted((a, b) => a - b));
      for (const { x, y } of placed) {
        expect(x).toBeGreaterThan(marks.labelRoom);
        expect(x).toBeLessThan(wide);
        expect(y).toBeLessThan(marks.bottom);
      }
    }
  });
});

describe('the text of figures', () => {
  it('writes each unit in its own way, and a dash for what is undefined', () => {
    expect(formatFigure(0.1234, 'share')).toBe('12.3%');
    expect(formatFigure(-0.02, 'share')).toBe('−2.0%');
    expect(formatFigure(-0.0004, 'share')).toBe('>−0.1%');
    expect(formatFigure(0, 'share')).toBe('0%');
    expect(formatFigure(0.1234, 'score')).toBe('0.123');
    expect(formatFigure(1234.4, 'count')).toBe('1,234');
    expect(formatFigure(NaN, 'number')).toBe('–');
    expect(formatInterval([0.1, 0.2], 'share')).toBe('10.0% to 20.0%');
    expect(formatCardValue(84.6, 'points')).toBe('85');
    expect(formatCardValue(0.043, 'loss')).toBe('4.3%');
  });
});

describe('attacks', () => {
  const rate = (name: string, risk: number) => ({
    name,
    attacks: 100,
    controls: 100,
    attack: risk,
    control: 0,
    baseline: NaN,
    risk,
    interval: [0, 1] as const,
  });

  it('are listed with inference of the columns at most risk last, worst first', () => {
    const secrets = [0.1, 0.5, 0.3].map((risk) => rate(String(risk), risk));
    const rates = attackRates({
      membership: null,
      roc: null,
      inference: { secrets, together: rate('all', 0.3), named: true, targets: 100 },
      singlingOut: { single: null, joint: rate('joint', 0.2) },
      linkability: rate('linking', 0.1),
      reidentification: null,
      copying: null,
      caps: {
        ...{ targets: 1, reference: 1, synthetic: 1, secretTargets: 1 },
        ...{ everyColumnTargets: 1, linked: 1, queries: 1 },
      },
    });
    expect(rates.map(({ name }) => name)).toEqual(['joint', 'linking', '0.5', '0.3', '0.1']);
  });

  it('have the intervals of Wilson: known values of 23 and 100 of 100', () => {
    const [low, high] = wilson(0.23, 100) ?? [NaN, NaN];
    expect((low + high) / 2).toBeCloseTo(0.2399882445, 5);
    expect((high - low) / 2).toBeCloseTo(0.0815555857, 5);
    expect(wilson(1, 100)?.[0]).toBeCloseTo(0.9630065, 5);
    expect(wilson(NaN, 10)).toBeNull();
  });
});
