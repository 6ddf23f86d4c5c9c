import { describe, expect, it } from 'vitest';
import {
  arrange,
  headline,
  headlineDetail,
  metricSentence,
  tally,
} from '../../../src/steps/scorecard/words.ts';
import {
  firstWatched,
  learnedColumns,
  stageIndex,
  watchedOverlay,
} from '../../../src/steps/synthesize/stages.ts';
import type {
  ColumnKind,
  ColumnSchema,
  Progress,
  TableSchema,
  Treatment,
} from '../../../workers/protocol.ts';
import { numericOverlay, scorecard } from './examples.ts';
import { defaultDialect } from '../table/reading.ts';

const column = (name: string, kind: ColumnKind, treatment: Treatment = 'learn'): ColumnSchema => ({
  name,
  kind,
  treatment,
  role: 'ordinary',
  missingTokens: [],
  domain: 'found',
  reason: '',
  confidence: 1,
});

const schema = (...columns: ColumnSchema[]): TableSchema => ({
  version: 1,
  columns,
  dialect: defaultDialect,
});

describe('headline', () => {
  const card = scorecard(12);
  const worded = (columns: number, links: number): string =>
    headline({
      ...card,
      meanDistance: { value: columns, ceiling: 0, floor: 1 },
      associations: { ...card.associations, meanDifference: { value: links, ceiling: 0, floor: 1 } },
    });

  it('says the worse part too, and opposes parts that differ much', () => {
    expect(worded(0.01, 0.02)).toBe(
      'Each column looks as a fresh sample of real rows would, and the links between them are kept.',
    );
    expect(worded(0.01, 0.9)).toContain(', but the links between them are mostly lost.');
    expect(worded(0.9, 0.9)).toContain(', and the links between them are mostly lost.');
  });

  it('claims nothing without a holdout', () => {
    const none = scorecard(12, { holdout: 0 });
    expect(headline(none)).toContain('nothing to be measured against');
    expect(headlineDetail(none)).not.toContain('held out');
  });

  it('claims nothing where real and random rows score alike', () => {
    expect(headline({ ...card, meanDistance: { value: 0.01, ceiling: 0.01, floor: 0.012 } })).toContain(
      'cannot tell',
    );
  });
});

describe('list of columns', () => {
  const { columns } = scorecard(30);
  const names = [...columns].map((score) => score.column).sort();

  it('keeps every column in each order', () => {
    for (const order of ['worst', 'best', 'name', 'file'] as const) {
      expect(
        arrange(columns, '', order, names)
          .map((score) => score.column)
          .sort(),
      ).toEqual(names);
    }
  });

  it('orders by name as people count, and by the file as it stands', () => {
    const byName = arrange(columns, 'rent', 'name', names).map((score) => score.column);
    expect(byName).toEqual(['rent', 'rent_2', 'rent_3']);
    expect(arrange(columns, '', 'file', names).map((score) => score.column)).toEqual(names);
  });

  it('finds names in any case, and nothing when nothing fits', () => {
    expect(arrange(columns, ' RENT ', 'worst', names)).toHaveLength(3);
    expect(arrange(columns, 'no such column', 'worst', names)).toEqual([]);
  });

  it('counts every column once', () => {
    expect(tally(columns).reduce((sum, { count }) => sum + count, 0)).toBe(30);
    expect(tally(scorecard(8, { holdout: 0 }).columns)).toEqual([{ level: 'unknown', count: 8 }]);
  });

  it('says what the metric of each column measures', () => {
    const said = new Set(columns.map((score) => metricSentence(score).split(':')[0]));
    expect(said.size).toBe(2);
  });
});

describe('stages of a run', () => {
  const progress = (stage: Progress['stage']): Progress => ({
    stage,
    done: 0,
    message: '',
    secondsLeft: NaN,
  });

  it('come in the order in which the engine reports them', () => {
    const places = (['profile', 'train', 'sample', 'score'] as const).map((stage) =>
      stageIndex(progress(stage)),
    );
    expect(places).toEqual([0, 1, 2, 3]);
    expect(stageIndex(null)).toBe(-1);
    expect(stageIndex(progress('read'))).toBe(-1);
  });

  it('only learned columns can be watched, a number first', () => {
    const table = schema(
      column('id', 'identifier', 'replace'),
      column('notes', 'text', 'drop'),
      column('region', 'category'),
      column('age', 'integer'),
      column('dropped', 'decimal', 'drop'),
    );
    expect(learnedColumns(table)).toEqual(['region', 'age']);
    expect(firstWatched(table)).toBe('age');
    expect(firstWatched(schema(column('region', 'category')))).toBe('region');
    expect(firstWatched(schema(column('id', 'identifier', 'replace')))).toBeNull();
  });

  it('an overlay of another column is never shown, and the final one wins', () => {
    const live = numericOverlay('age');
    const card = scorecard(8);
    expect(watchedOverlay('income', live, null)).toBeNull();
    expect(watchedOverlay('age', live, null)).toBe(live);
    expect(watchedOverlay('age', live, card)).toBe(
      card.columns.find((score) => score.column === 'age')?.overlay,
    );
  });
});
