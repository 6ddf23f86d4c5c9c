import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { learners } from '../learners/learners.ts';
import { classCounts } from '../learners/shares.ts';
import type { Labels } from '../learners/types.ts';
import { Pace } from '../pace.ts';
import type { ScoredTables } from '../panel.ts';
import { averagePrecision } from '../prediction/averagePrecision.ts';
import { stratifiedBootstrap } from '../prediction/bootstrap.ts';
import {
  combined,
  intervalOf,
  meanOfEstimates,
  relativeLoss,
  type Estimate,
} from '../prediction/estimate.ts';
import { mae } from '../prediction/mae.ts';
import { ascendingOrder } from '../prediction/ranks.ts';
import { scored } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { bestOf, classDetails, learnerDetails, scoresOf, type Scores } from './compareSources.ts';
import { rankCorrelation } from './importanceAgreement.ts';
import { assessRareClass, fewestRareRows, rareClassOf, type RareAssessment } from './rareClass.ts';
import { hiddenColumns, likelyTargets, problemOf, type Problem } from './target.ts';
import { measureName, trivialScore } from './testScores.ts';
import { trainOn, type SourceModels, type Work } from './trainedModels.ts';
import { lossFigure, plainFigure, unassessedFigure, type FigureFrame } from './utilityFigures.ts';
import type { TargetUtility, Utility } from './utilityTypes.ts';

/** Relative loss below which synthetic rows are good enough to learn from, unless the person says otherwise. */
export const defaultMostLoss = 0.05;
const mostTargets = 3;
/** Test rows of the smaller class, or in all for numbers, below which no loss is certified. */
const fewestTestRows = 10;
const fewestNumberRows = 30;
const bootstrapDraws = 200;

/** Models of both sources and their scores. */
interface Compared {
  readonly problem: Problem;
  readonly real: SourceModels;
  readonly synthetic: SourceModels;
  readonly scores: Scores;
}

const unassessed = (reason: string, frame: FigureFrame, seconds: number): Figure[] =>
  (['best', 'mean'] as const).map((id) => unassessedFigure(id, reason, frame, seconds));

/** Why so few test rows certify nothing; undefined with enough. */
const doubtOf = (labels: Labels): string | undefined => {
  if (labels.kind === 'number') {
    return labels.values.length < fewestNumberRows
      ? 'There are too few test rows to certify a loss.'
      : undefined;
  }
  const counts = classCounts(labels.codes, labels.size).sort();
  return counts[counts.length - 2] < fewestTestRows
    ? `There are fewer than ${fewestTestRows} test rows outside the most common class.`
    : undefined;
};

/** Loss of a model that knows nothing. */
const trivialLoss = (score: number, trivial: number): number => 1 - trivial / score;

function lossFigures({ problem, scores }: Compared, frame: FigureFrame, seconds: number): Figure[] {
  const { labels } = problem.test;
  const doubt = doubtOf(labels);
  const best = scores.real[bestOf(scores.real)];
  const [realMean, syntheticMean] = [meanOfEstimates(scores.real), meanOfEstimates(scores.synthetic)];
  const figure = (id: 'best' | 'mean', whole: Estimate, kept: Estimate): Figure =>
    lossFigure(id, relativeLoss(whole, kept), frame, {
      floor: trivialLoss(whole.value, trivialScore(labels)),
      seconds,
      doubt,
    });
  return [
    figure('best', best, scores.synthetic[bestOf(scores.synthetic)]),
    figure('mean', realMean, syntheticMean),
  ];
}

/** Rise of the mean absolute error of the best learners, for numbers. */
function errorFigures({ problem, real, synthetic, scores }: Compared, frame: FigureFrame): Figure[] {
  const { labels } = problem.test;
  if (labels.kind !== 'number') return [];
  const { values } = labels;
  const errorOf = (models: SourceModels, estimates: readonly Estimate[]): Estimate =>
    mae(models.predictions[bestOf(estimates)], values);
  const [whole, made] = [errorOf(real, scores.real), errorOf(synthetic, scores.synthetic)];
  const middle = values.toSorted()[values.length >> 1];
  const trivial = mae(new Float64Array(values.length).fill(middle), values).value;
  const rise = relativeLoss(whole, made);
  return [
    lossFigure('error', combined(-rise.value, [[rise, -1]]), frame, {
      floor: trivial / whole.value - 1,
      seconds: 0,
      doubt: doubtOf(labels),
    }),
  ];
}

/** Loss of average precision with a paired bootstrap interval: it has no simple parts. */
async function rankingFigure(
  { shares, positive, details }: RareAssessment,
  frame: FigureFrame,
  { rng, pace }: Work,
): Promise<Figure> {
  const [realOrder, madeOrder] = [ascendingOrder(shares.real), ascendingOrder(shares.synthetic)];
  const lossAt = (weights: Float64Array): number =>
    1 -
    averagePrecision(shares.synthetic, positive, madeOrder, weights) /
      averagePrecision(shares.real, positive, realOrder, weights);
  const { real, synthetic } = details.averagePrecision;
  const loss = { value: 1 - synthetic / real, parts: new Float64Array() };
  return lossFigure('rareRanking', loss, frame, {
    floor: trivialLoss(real, details.testRows / positive.length),
    seconds: 0,
    informs: true,
    interval: await stratifiedBootstrap(positive, bootstrapDraws, lossAt, { rng: rng.fork('ranking'), pace }),
  });
}

async function rareFigures(
  rare: RareAssessment,
  frame: FigureFrame,
  work: Work,
  seconds: number,
): Promise<Figure[]> {
  const { details, positive } = rare;
  const notes = [`The class is “${details.label}”, with ${details.testRows} test rows.`];
  const its: FigureFrame = { ...frame, notes };
  if (details.recall.real.value === 0) {
    const nothing = 'Models learned from real rows do not find this class either.';
    return [unassessedFigure('rare', nothing, its, seconds)];
  }
  const few = details.testRows < fewestRareRows;
  const doubt = few ? `Fewer than ${fewestRareRows} test rows are of this class.` : undefined;
  const prevalence = details.testRows / positive.length;
  // Naming every row finds all of the class, with its share as the precision.
  const blind = { f1: (2 * prevalence) / (1 + prevalence), precision: prevalence };
  const { f1, precision } = details;
  return [
    lossFigure('rare', rare.f1Loss, its, { floor: trivialLoss(f1.real, blind.f1), seconds, doubt }),
    lossFigure('rareRecall', rare.recallLoss, its, {
      floor: NaN,
      seconds: 0,
      informs: true,
    }),
    lossFigure('rarePrecision', rare.precisionLoss, its, {
      floor: trivialLoss(precision.real.value, blind.precision),
      seconds: 0,
      informs: true,
    }),
    await rankingFigure(rare, its, work),
  ];
}

const importanceOf = ({ real, synthetic }: Compared): TargetUtility['importance'] =>
  real.features
    .map((column, at) => ({ column, real: real.importance[0][at], synthetic: synthetic.importance[0][at] }))
    .sort((a, b) => b.real - a.real);

const detailsOf = (compared: Compared, rare: RareAssessment | null, frame: FigureFrame): TargetUtility => {
  const { problem, real, synthetic, scores } = compared;
  const { labels } = problem.test;
  const best = bestOf(scores.real);
  return {
    column: problem.target,
    kind: labels.kind,
    measure: measureName(labels),
    trivial: trivialScore(labels),
    rows: {
      train: problem.train.table.rows,
      synthetic: problem.synthetic.table.rows,
      test: problem.test.table.rows,
    },
    learners: learnerDetails(scores, real, synthetic, labels),
    classes: classDetails(real.predictions[best], synthetic.predictions[best], labels, problem.classes),
    rare: rare?.details ?? null,
    importance: importanceOf(compared),
    notes: frame.notes,
  };
};

/** One column to predict: its figures, and its details unless it was not assessed. */
interface OneTarget {
  readonly figures: readonly Figure[];
  readonly details: TargetUtility | null;
}

interface TargetTask {
  readonly tables: ScoredTables;
  readonly schema: TableSchema;
  readonly frame: FigureFrame;
  readonly work: Work;
  readonly now: () => number;
  /** 0..1 of this column. */
  readonly onProgress: (done: number, message: string) => void;
}

async function compareOn(
  problem: Problem,
  hidden: ReadonlySet<string>,
  task: TargetTask,
): Promise<Compared | string> {
  const { train, synthetic, test } = problem;
  let fitted = 0;
  const models = (source: typeof train, words: string): Promise<SourceModels> =>
    trainOn(source, test, hidden, task.work, ({ label }) =>
      task.onProgress((0.7 * fitted++) / (2 * learners.length), `${label} on ${words} rows`),
    );
  const real = await models(train, 'real');
  const made = await models(synthetic, 'synthetic');
  const scores = scoresOf(real, made, test.labels);
  if (scores === null)
    return 'The test rows are all alike, so that they cannot tell a good model from a bad one.';
  const [low] = intervalOf(scores.real[bestOf(scores.real)]);
  return low > trivialScore(test.labels)
    ? { problem, real, synthetic: made, scores }
    : 'Models learned from real rows do not predict it better than chance either.';
}

async function rareOf(
  { problem, real, synthetic }: Compared,
  hidden: ReadonlySet<string>,
  { work, onProgress }: TargetTask,
): Promise<RareAssessment | null> {
  const code = rareClassOf(problem);
  if (code === null) return null;
  onProgress(0.7, 'The rarest class');
  const predictions = { real: real.predictions[0], synthetic: synthetic.predictions[0] };
  return await assessRareClass(problem, code, predictions, hidden, work);
}

async function assessTarget(task: TargetTask): Promise<OneTarget> {
  const { tables, schema, work, now } = task;
  const start = now();
  const seconds = (since = start): number => (now() - since) / 1000;
  const refuse = (reason: string, frame: FigureFrame): OneTarget => ({
    figures: unassessed(reason, frame, seconds()),
    details: null,
  });
  const { column } = task.frame;
  const hidden = hiddenColumns(schema, column);
  const features = scored(tables.train).columns.filter(({ name }) => !hidden.has(name)).length;
  const problem = problemOf(tables, column, features, work.rng.fork('rows'));
  if ('reason' in problem) return refuse(problem.reason, task.frame);
  const notes = [...task.frame.notes, ...problem.notes];
  const frame: FigureFrame = { ...task.frame, testRows: problem.test.table.rows, notes };
  const compared = await compareOn(problem, hidden, task);
  if (typeof compared === 'string') return refuse(compared, frame);
  const figures = [...lossFigures(compared, frame, seconds()), ...errorFigures(compared, frame)];
  const rareStart = now();
  const rare = await rareOf(compared, hidden, task);
  if (rare !== null) figures.push(...(await rareFigures(rare, frame, work, seconds(rareStart))));
  const [real, made] = [compared.real.importance[0], compared.synthetic.importance[0]];
  if (features > 2) figures.push(plainFigure('importance', rankCorrelation(real, made), frame, 0));
  return { figures, details: detailsOf(compared, rare, frame) };
}

/** Columns to predict and a word on how they were chosen. */
const chosen = (targets: readonly string[], schema: TableSchema): { columns: string[]; notes: string[] } => {
  const proposed = targets.length > 0 ? [...targets] : likelyTargets(schema);
  const columns = proposed.slice(0, mostTargets);
  const notes: string[] = [];
  const named = targets.length > 0 || schema.columns.some(({ role }) => role === 'target');
  if (!named && columns.length > 0) {
    notes.push(
      `No column to predict was chosen, so that “${columns[0]}” was taken: the last one of a few classes.`,
    );
  }
  if (proposed.length > columns.length)
    notes.push(`Only the first ${mostTargets} columns to predict were assessed.`);
  return { columns, notes };
};

/**
 * What synthetic rows teach (train on synthetic, test on real): each learner is fitted with the same fixed settings on
 * the real train rows and on at most as many synthetic ones, and both are scored on the held-out real rows. The loss is
 * 1 - synthetic / real of the ROC AUC, its mean over classes, or R², with a paired 95 % interval over the test rows, and
 * passes only where the whole interval is below `mostLoss`.
 * @param targets columns to predict; none: the schema's targets, else the last column of 2 to 20 classes.
 * Throws `stopped` when the run was cancelled.
 */
export async function assessUtility(
  tables: ScoredTables,
  schema: TableSchema,
  targets: readonly string[],
  { rng, control, now, onProgress }: ScoreContext,
  mostLoss = defaultMostLoss,
): Promise<Utility> {
  const pace = new Pace(control, now);
  const { columns, notes } = chosen(targets, schema);
  const frame = {
    column: 'the column to predict',
    suffix: '',
    mostLoss,
    testRows: tables.holdout.rows,
    notes,
  };
  if (columns.length === 0) {
    const reason = 'No column to predict was chosen, and none has a few classes.';
    return { figures: unassessed(reason, frame, 0), details: [] };
  }
  const done: OneTarget[] = [];
  for (const [at, column] of columns.entries()) {
    const its: FigureFrame = { ...frame, column, suffix: at === 0 ? '' : `.${column}` };
    if (tables.holdout.rows === 0) {
      const reason = 'No real rows were held out to test on.';
      done.push({ figures: unassessed(reason, its, 0), details: null });
      continue;
    }
    const work: Work = { rng: rng.fork(`utility ${column}`), pace };
    const progress = (share: number, message: string): void =>
      onProgress((at + share) / columns.length, message);
    done.push(await assessTarget({ tables, schema, frame: its, work, now, onProgress: progress }));
  }
  onProgress(1, 'Models compared');
  return {
    figures: done.flatMap(({ figures }) => figures),
    details: done.flatMap(({ details }) => details ?? []),
  };
}
