import { describe, expect, it } from 'vitest';
import type { Result } from '../../workers/errors.ts';
import type { AssessmentOutcome, AssessProgress } from '../../workers/evaluate/assessedTypes.ts';
import { assessors } from '../../workers/evaluate/assessors.ts';
import type { OnScored, Scorer, ScorerTask } from '../../workers/scorer.ts';
import { Scoring } from '../../workers/scoring.ts';
import { defaultTargets } from '../../src/app/settings.ts';
import { figureOf } from './app/fakeAssessed.ts';
import { defaultDialect } from './table/reading.ts';

const facts = {
  epsilon: null,
  method: 'vae',
  trainRows: 100,
  holdoutRows: 20,
  syntheticRows: 100,
  foundColumns: [],
  targets: [],
};
const empty = { rows: 0, columns: [] };
const task: ScorerTask = {
  tables: { train: empty, holdout: empty, synthetic: empty },
  schema: {
    version: 1,
    columns: [],
    dialect: defaultDialect,
  },
  rules: [],
  claimed: null,
  mostLoss: 0.05,
  domain: { formulas: [], countedRows: 0 },
  mix: null,
  seed: 1,
};

/** A scorer that answers each assessment as told. */
class ScriptedScorer implements Scorer {
  readonly #answer: (id: string) => Promise<Result<AssessmentOutcome>>;
  ended = false;
  constructor(answer: (id: string) => Promise<Result<AssessmentOutcome>>) {
    this.#answer = answer;
  }
  async take(): Promise<void> {
    await Promise.resolve();
  }
  assess(id: string, onProgress: OnScored): Promise<Result<AssessmentOutcome>> {
    onProgress(0.5, 'half');
    return this.#answer(id);
  }
  end(): void {
    this.ended = true;
  }
}

const outcome = (id: string): Result<AssessmentOutcome> => ({
  ok: true,
  value: { figures: [figureOf(`${id}.figure`)], details: {} },
});

const scoringWith = (answer: (id: string) => Promise<Result<AssessmentOutcome>>, threads = 1) => {
  const scorers: ScriptedScorer[] = [];
  let time = 0;
  const start = (): Scorer => {
    const scorer = new ScriptedScorer(answer);
    scorers.push(scorer);
    return scorer;
  };
  const first = [figureOf('similarity.columns', { interval: null })];
  const scoring = new Scoring({ start, threads, now: () => (time += 1000) }, facts, defaultTargets, first);
  return { scoring, scorers };
};

describe('a round of assessments', () => {
  it('says first what is there already, then adds figures as each assessment ends', async () => {
    const { scoring, scorers } = scoringWith((id) => Promise.resolve(outcome(id)), 2);
    const seen: AssessProgress[] = [];
    const assessed = await scoring.run(task, (progress) => seen.push(progress));
    expect(seen[0].assessed?.figures.map(({ id }) => id)).toEqual(['similarity.columns']);
    expect(seen[0].assessed?.headline.cards[0].status).toBe('measuring');
    expect(assessed.figures).toHaveLength(assessors.length + 1);
    expect(assessed.assessments.every(({ state }) => state === 'done')).toBe(true);
    const shares = seen.map(({ done }) => done);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(scorers.every(({ ended }) => ended)).toBe(true);
  });

  it('one that fails is a line of status error on each of its cards, and the others go on', async () => {
    const broken = assessors[0];
    const { scoring } = scoringWith((id) =>
      Promise.resolve(
        id === broken.id
          ? { ok: false, error: { code: 'failed', message: 'It broke.', hint: 'Try fewer rows.' } }
          : outcome(id),
      ),
    );
    const assessed = await scoring.run(task, () => undefined);
    const failed = assessed.figures.filter(({ status }) => status === 'error');
    expect(failed.map(({ card }) => card)).toEqual(broken.cards);
    expect(failed[0].note).toBe('It broke. Try fewer rows.');
    for (const card of assessed.headline.cards) {
      if (broken.cards.includes(card.id)) expect(card.status).toBe('error');
    }
    expect(assessed.figures.length - failed.length).toBe(assessors.length);
  });

  it('stopping keeps what is done and claims nothing of the rest', async () => {
    const never = new Promise<Result<AssessmentOutcome>>(() => undefined);
    let release: (result: Result<AssessmentOutcome>) => void = () => undefined;
    const held = new Promise<Result<AssessmentOutcome>>((resolve) => (release = resolve));
    const { scoring } = scoringWith((id) => (id === assessors[0].id ? held : never));
    const running = scoring.run(task, () => undefined);
    await Promise.resolve();
    scoring.stop();
    release(outcome('late'));
    const assessed = await running;
    expect(assessed.figures.map(({ id }) => id)).toEqual(['similarity.columns']);
    expect(assessed.assessments.every(({ state }) => state === 'stopped')).toBe(true);
    const stopped = assessed.headline.cards.filter(({ id }) => assessors[0].cards.includes(id));
    expect(stopped.map(({ status }) => status)).toEqual(stopped.map(() => 'not-assessed'));
  });

  it('takes one assessment anew, and drops what was still computed of it', async () => {
    let release: (result: Result<AssessmentOutcome>) => void = () => undefined;
    const { scoring } = scoringWith((id) =>
      id === 'domain' ? new Promise((resolve) => (release = resolve)) : Promise.resolve(outcome(id)),
    );
    const running = scoring.run(task, () => undefined);
    await new Promise((wake) => setTimeout(wake, 5));
    const anew = scoring.renew('domain', { figures: [figureOf('quality.anew')], details: {} });
    expect(anew.assessments.find(({ id }) => id === 'domain')?.state).toBe('done');
    release(outcome('domain'));
    const ids = (await running).figures.map(({ id }) => id);
    expect(ids).toContain('quality.anew');
    expect(ids.filter((id) => id.includes('domain'))).toEqual([]);
  });

  it('takes other targets without computing anything again', async () => {
    const { scoring } = scoringWith((id) => Promise.resolve(outcome(id)));
    const before = await scoring.run(task, () => undefined);
    const after = scoring.retarget({ ...defaultTargets, similarity: 10 });
    expect(after.figures).toEqual(before.figures);
    expect(after.headline.cards[0].target.bound).toBe(10);
  });
});
