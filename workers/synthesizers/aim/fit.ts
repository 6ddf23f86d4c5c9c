import { cellsOf } from '../../pgm/cliques.ts';
import { countCliquesPaced } from '../../pgm/counting.ts';
import { treeSizer } from '../../pgm/elimination.ts';
import { estimate } from '../../pgm/estimate.ts';
import { calibrate } from '../../pgm/model.ts';
import { marginalCounts, pairCounts } from '../../pgm/queries.ts';
import type { Clique, Measurement, ModelState } from '../../pgm/types.ts';
import { countOf } from '../../privacy/events.ts';
import { permutation } from '../../random/rng.ts';
import { lessonOf, measure, noiseOf, reportRounds, type Lesson } from '../marginal/lesson.ts';
import { MarginalModel } from '../marginal/model.ts';
import type { FitContext, FitInput, FitOptions, FitResult } from '../types.ts';
import { candidatesOf, type Candidates } from './candidates.ts';
import { meta } from './meta.ts';
import { roundsOf } from './plan.ts';

/** Cells of the junction tree at the end: bounds memory, and a pass of belief propagation to some 50 ms. */
const mostTreeCells = 1_000_000;
/** Passes after each round, from a warm start; the last fit goes on to its tolerance. */
const passesARound = 60;
const lastTolerance = 5e-4;
/** Candidates weighed at each choice, drawn without looking at rows, where there are more. */
const mostWeighed = 1500;
/** Candidates between two looks at the event loop: some ten milliseconds. */
const weighedAStretch = 128;
/** Mean of |N(0, 1)|: what noise alone adds to a cell's error. */
const meanNoise = Math.sqrt(2 / Math.PI);

/** The state of a fit between rounds. */
interface Progressing {
  readonly lesson: Lesson;
  readonly candidates: Candidates;
  readonly exact: readonly Float64Array[];
  readonly sigma: number;
  readonly measurements: Measurement[];
  readonly context: FitContext;
}

/**
 * Guarantee: rows are read through the planned events alone (one exponential choice and one noisy table a pick, their
 * number and noise fixed before the start); the rest is post-processing.
 */
export async function fit(input: FitInput, _: FitOptions, context: FitContext): Promise<FitResult> {
  const { control, onModel } = context;
  const lesson = await lessonOf(input, meta.label, control);
  const { sizes, codes, rows, oneWays, codec } = lesson;
  const report = reportRounds(context, input.table.rows);
  const picks = plannedRounds(lesson);
  const candidates = candidatesOf(sizes, input.target);
  report(0, 'Counting combinations of columns');
  const exact = picks.length === 0 ? [] : await countCliquesPaced(codes, sizes, candidates.cliques, control);
  const sigma = picks.length === 0 ? 0 : noiseOf(lesson.access, 1);
  const run: Progressing = { lesson, candidates, exact, sigma, measurements: [...oneWays], context };
  let state = (await estimate(sizes, run.measurements, { total: rows, passes: passesARound, control })).state;
  for (const [round, count] of picks.entries()) {
    if (control.stopping) break;
    await takeRound(run, state, count, (round + 1) / picks.length);
    const options = { total: rows, start: state, passes: passesARound, control };
    ({ state } = await estimate(sizes, run.measurements, options));
    report((0.8 * (round + 1)) / picks.length, `Round ${round + 1} of ${picks.length}`);
    if (onModel) await onModel(new MarginalModel('aim', codec, state));
  }
  ({ state } = await estimate(sizes, run.measurements, {
    total: rows,
    start: state,
    tolerance: lastTolerance,
    control,
    onProgress: (done) => report(0.8 + 0.2 * done, 'Fitting the model'),
  }));
  return { model: new MarginalModel('aim', codec, state), stopped: control.stopping, epochs: 0, loss: [] };
}

/** Picks of each round, as planned. */
function plannedRounds({ access }: Lesson): number[] {
  const choices = access.events.find(({ event }) => event.kind === 'exponential');
  return choices ? roundsOf(countOf(choices.event)) : [];
}

/** Counts what the model gets most wrong, a few tables at once. */
async function takeRound(run: Progressing, state: ModelState, picks: number, done: number): Promise<void> {
  const { lesson, candidates, exact, sigma, measurements } = run;
  const { access } = lesson;
  const errors = await errorsOf(run, state);
  const limit = mostTreeCells * (0.25 + 0.75 * done);
  await access.mechanisms.prepay(access.firstEvent, picks);
  await access.mechanisms.prepay(access.firstEvent + 1, picks);
  const taken = new Set<number>();
  for (let pick = 0; pick < picks; pick++) {
    const open = await allowed(run, taken, limit);
    if (open.length === 0) return;
    const scores = Float64Array.from(open, (i) => {
      const noise = meanNoise * sigma * cellsOf(lesson.sizes, candidates.cliques[i]);
      return candidates.weights[i] * (errors[i] - noise);
    });
    const chosen = open[access.mechanisms.select(access.firstEvent, scores, access.rowsPerUnit)];
    taken.add(chosen);
    measurements.push(
      measure(candidates.cliques[chosen], exact[chosen], access.firstEvent + 1, sigma, access),
    );
  }
}

/** ||exact - model||_1 of each candidate, in rows: one row changes each by at most one. */
async function errorsOf(
  { candidates, exact, context }: Progressing,
  state: ModelState,
): Promise<Float64Array> {
  const model = calibrate(state);
  const pairs = await pairCounts(model, context.control);
  const errors = new Float64Array(candidates.cliques.length);
  for (const [i, clique] of candidates.cliques.entries()) {
    const expected = i < candidates.pairs ? pairs[i] : marginalCounts(model, clique);
    let sum = 0;
    for (let cell = 0; cell < expected.length; cell++) sum += Math.abs(expected[cell] - exact[i][cell]);
    errors[i] = sum;
    if (i >= candidates.pairs && i % 16 === 0) await context.control.checkpoint();
  }
  return errors;
}

/** Candidates that keep the junction tree within `limit` cells. Decided by sizes and earlier choices, not by rows. */
async function allowed(
  { lesson, candidates, measurements, context }: Progressing,
  taken: ReadonlySet<number>,
  limit: number,
): Promise<number[]> {
  const size = treeSizer(
    lesson.sizes,
    measurements.map(({ clique }): Clique => clique),
  );
  const open = [...candidates.cliques.keys()].filter((i) => !taken.has(i));
  const weighed =
    open.length <= mostWeighed
      ? open
      : Array.from(
          permutation(open.length, context.rng.fork(`candidates ${measurements.length}`)).subarray(
            0,
            mostWeighed,
          ),
          (at) => open[at],
        );
  const fitting: number[] = [];
  for (const [at, i] of weighed.entries()) {
    if (size(candidates.cliques[i], limit) <= limit) fitting.push(i);
    if (at % weighedAStretch === 0) await context.control.checkpoint();
  }
  return fitting;
}
