/** Runs all assessments over a few scorers, says how far they are, and keeps what is done when it is stopped. */
import type { EngineError } from './errors.ts';
import { assessors, failedFigure, type Assessor } from './evaluate/assessors.ts';
import type {
  Assessed,
  AssessmentDetails,
  AssessmentId,
  AssessmentOutcome,
  AssessmentState,
  AssessProgress,
} from './evaluate/assessedTypes.ts';
import type { CardTargets, RunFacts } from './evaluate/cardTypes.ts';
import type { CardId, Figure } from './evaluate/figureTypes.ts';
import { headlineOf, type Unfinished } from './evaluate/headline.ts';
import type { Scorer, ScorerTask } from './scorer.ts';

export type OnAssessed = (progress: AssessProgress) => void;

export interface ScoringMeans {
  /** Starts one more scorer. */
  readonly start: () => Scorer;
  /** Scorers at most, side by side. */
  readonly threads: number;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
}

interface Running {
  readonly assessor: Assessor;
  state: AssessmentState['state'];
  done: number;
  message: string;
  seconds: number;
  outcome: AssessmentOutcome | null;
}

const ended = ({ state }: Running): boolean => state === 'done' || state === 'failed' || state === 'stopped';

const figuresOf = ({ assessor, state, message, seconds, outcome }: Running): readonly Figure[] =>
  state === 'failed'
    ? assessor.cards.map((card) => failedFigure(assessor, card, message, seconds))
    : (outcome?.figures ?? []);

/** One round of assessments of one synthetic table. */
export class Scoring {
  readonly #means: ScoringMeans;
  readonly #facts: RunFacts;
  readonly #first: readonly Figure[];
  readonly #running: readonly Running[];
  readonly #start: number;
  #targets: CardTargets;
  #scorers: readonly Scorer[] = [];
  #stopped = false;
  #beside: AssessmentDetails = {};
  #onAssessed: OnAssessed = () => undefined;

  /** `first`: figures that are there already, each shown until one of the same id is computed. */
  constructor(means: ScoringMeans, facts: RunFacts, targets: CardTargets, first: readonly Figure[]) {
    this.#means = means;
    this.#facts = facts;
    this.#targets = targets;
    this.#first = first;
    this.#start = means.now();
    this.#running = assessors.map((assessor) => ({
      assessor,
      state: 'waiting',
      done: 0,
      message: '',
      seconds: 0,
      outcome: null,
    }));
  }

  /** Computes all, and resolves with what there is: all of it, or what was done before `stop`. Never rejects. */
  async run(task: ScorerTask, onAssessed: OnAssessed): Promise<Assessed> {
    this.#onAssessed = onAssessed;
    this.#say(true);
    const threads = Math.max(1, Math.min(this.#means.threads, this.#running.length));
    this.#scorers = Array.from({ length: threads }, () => this.#means.start());
    await Promise.all(this.#scorers.map((scorer) => this.#work(scorer, task)));
    this.#end();
    return this.assessed();
  }

  /** Ends what is running and starts no more. */
  stop(): void {
    this.#stopped = true;
    for (const running of this.#running) if (!ended(running)) running.state = 'stopped';
    this.#end();
    this.#say(true);
  }

  /** Takes other targets; figures stay. */
  retarget(targets: CardTargets): Assessed {
    this.#targets = targets;
    return this.assessed();
  }

  /** Takes what was computed anew of one assessment; whatever it still computes is dropped. */
  renew(id: AssessmentId, outcome: AssessmentOutcome): Assessed {
    for (const running of this.#running) {
      if (running.assessor.id === id)
        Object.assign(running, { state: 'done', done: 1, message: '', outcome });
    }
    return this.assessed();
  }

  /** Takes what was found beside the assessments. */
  add(details: AssessmentDetails): Assessed {
    this.#beside = { ...this.#beside, ...details };
    return this.assessed();
  }

  assessed(): Assessed {
    const computed = this.#running.flatMap(figuresOf);
    const ids = new Set(computed.map(({ id }) => id));
    const figures = [...this.#first.filter(({ id }) => !ids.has(id)), ...computed];
    const details = this.#running.reduce<AssessmentDetails>(
      (all, { outcome }) => ({ ...all, ...outcome?.details }),
      this.#beside,
    );
    return {
      figures,
      details,
      headline: headlineOf(figures, this.#targets, this.#facts, this.#unfinished()),
      assessments: this.#states(),
      targets: this.#facts.targets,
      seconds: (this.#means.now() - this.#start) / 1000,
    };
  }

  async #work(scorer: Scorer, task: ScorerTask): Promise<void> {
    await scorer.take(task);
    for (;;) {
      const next = this.#running.find(({ state }) => state === 'waiting');
      if (!next || this.#stopped) return;
      next.state = 'running';
      await this.#one(scorer, next);
    }
  }

  async #one(scorer: Scorer, running: Running): Promise<void> {
    const start = this.#means.now();
    const result = await scorer.assess(running.assessor.id, (done, message) => {
      if (running.state !== 'running') return;
      Object.assign(running, { done, message });
      this.#say(false);
    });
    if (running.state !== 'running') return;
    running.seconds = (this.#means.now() - start) / 1000;
    if (result.ok) Object.assign(running, { state: 'done', done: 1, message: '', outcome: result.value });
    else Object.assign(running, { state: 'failed', done: 1, message: reasonOf(result.error) });
    this.#say(true);
  }

  #end(): void {
    for (const scorer of this.#scorers) scorer.end();
    this.#scorers = [];
  }

  #states(): AssessmentState[] {
    return this.#running.map(({ assessor: { id, label, cards }, state, done, message, seconds }) => ({
      id,
      label,
      cards,
      state,
      done,
      message,
      seconds,
    }));
  }

  #unfinished(): Unfinished {
    const cardsOf = (those: readonly Running[]): CardId[] => those.flatMap(({ assessor }) => assessor.cards);
    return {
      measuring: cardsOf(this.#running.filter((running) => !ended(running))),
      stopped: cardsOf(this.#running.filter(({ state }) => state === 'stopped')),
    };
  }

  #say(more: boolean): void {
    const total = this.#running.reduce((sum, { assessor }) => sum + assessor.weight, 0);
    const reached = this.#running.reduce(
      (sum, running) => sum + running.assessor.weight * (ended(running) ? 1 : running.done),
      0,
    );
    const done = reached / total;
    const elapsed = (this.#means.now() - this.#start) / 1000;
    const secondsLeft = done > 0.05 && elapsed > 0.3 ? (elapsed * (1 - done)) / done : NaN;
    const assessed = more ? { assessed: this.assessed() } : {};
    this.#onAssessed({ assessments: this.#states(), done, secondsLeft, ...assessed });
  }
}

const reasonOf = ({ message, hint }: EngineError): string => (hint ? `${message} ${hint}` : message);
