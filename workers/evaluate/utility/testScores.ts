import { classCounts } from '../learners/shares.ts';
import type { Labels } from '../learners/types.ts';
import { averagePrecision } from '../prediction/averagePrecision.ts';
import { brier } from '../prediction/brier.ts';
import { classRates, macroF1, mostProbable } from '../prediction/classRates.ts';
import { meanOfEstimates, type Estimate } from '../prediction/estimate.ts';
import { mae } from '../prediction/mae.ts';
import { r2 } from '../prediction/r2.ts';
import { rmse } from '../prediction/rmse.ts';
import { rocAucEstimate } from '../prediction/rocAuc.ts';

/** Column `code` of a rows x size matrix. */
export const sharesOfClass = (shares: Float64Array, size: number, code: number): Float64Array =>
  Float64Array.from({ length: shares.length / size }, (_, row) => shares[row * size + code]);

export const indicator = (codes: Int32Array, code: number): Uint8Array =>
  Uint8Array.from(codes, (its) => (its === code ? 1 : 0));

/** A class of fewer test rows than this has an AUC that says nothing: it stays in the others' rest and in macro F1. */
const fewestClassRows = 10;

/** Classes to be told from the rest: the second of two, or all of more that have test rows enough in and outside. */
const scoredClasses = (codes: Int32Array, size: number): number[] => {
  const counts = classCounts(codes, size);
  const having = (fewest: number): number[] =>
    Array.from(counts.keys()).filter((code) => Math.min(counts[code], codes.length - counts[code]) >= fewest);
  if (size === 2) return having(1).length > 0 ? [1] : [];
  const enough = having(fewestClassRows);
  return enough.length > 0 ? enough : having(1);
};

/**
 * The score that losses are counted in: ROC AUC, its mean over the classes against the rest, or R². A class that the
 * synthetic rows lack keeps its test rows and counts as not told at all. Null where the test rows cannot tell.
 */
export function mainScore(predictions: Float64Array, labels: Labels): Estimate | null {
  if (labels.kind === 'number') {
    const score = r2(predictions, labels.values);
    return Number.isNaN(score.value) ? null : score;
  }
  const { codes, size } = labels;
  const classes = scoredClasses(codes, size);
  if (classes.length === 0) return null;
  return meanOfEstimates(
    classes.map((code) => rocAucEstimate(sharesOfClass(predictions, size, code), indicator(codes, code))),
  );
}

/** What a model that knows nothing scores. */
export const trivialScore = (labels: Labels): number => (labels.kind === 'number' ? 0 : 0.5);

export function measureName(labels: Labels): 'ROC AUC' | 'Macro ROC AUC' | 'R²' {
  if (labels.kind === 'number') return 'R²';
  return labels.size === 2 ? 'ROC AUC' : 'Macro ROC AUC';
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Scores beside the main one. */
export function furtherScores(predictions: Float64Array, labels: Labels): Map<string, number> {
  if (labels.kind === 'number') {
    return new Map([
      ['MAE', mae(predictions, labels.values).value],
      ['RMSE', rmse(predictions, labels.values)],
    ]);
  }
  const { codes, size } = labels;
  const classes = scoredClasses(codes, size);
  const overClasses = (score: (shares: Float64Array, positive: Uint8Array) => number): number =>
    mean(classes.map((code) => score(sharesOfClass(predictions, size, code), indicator(codes, code))));
  return new Map([
    ['Macro F1', macroF1(classRates(codes, mostProbable(predictions, size), size))],
    ['Average precision', overClasses(averagePrecision)],
    ['Brier score', overClasses(brier)],
  ]);
}
