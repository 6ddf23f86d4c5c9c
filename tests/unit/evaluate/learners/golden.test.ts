import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLogistic } from '../../../../workers/evaluate/learners/logistic.ts';
import { fitRidge } from '../../../../workers/evaluate/learners/ridge.ts';
import type { Design } from '../../../../workers/evaluate/learners/types.ts';
import { averagePrecision } from '../../../../workers/evaluate/prediction/averagePrecision.ts';
import { stratifiedBootstrap } from '../../../../workers/evaluate/prediction/bootstrap.ts';
import { brier } from '../../../../workers/evaluate/prediction/brier.ts';
import { classRates, macroF1, mostProbable } from '../../../../workers/evaluate/prediction/classRates.ts';
import {
  combined,
  intervalOf,
  meanOfEstimates,
  relativeLoss,
  standardError,
  unpairedDifference,
} from '../../../../workers/evaluate/prediction/estimate.ts';
import { mae } from '../../../../workers/evaluate/prediction/mae.ts';
import { r2 } from '../../../../workers/evaluate/prediction/r2.ts';
import { rmse } from '../../../../workers/evaluate/prediction/rmse.ts';
import { rocAuc, rocAucEstimate } from '../../../../workers/evaluate/prediction/rocAuc.ts';
import { bestF1Threshold, recallAtPrecision } from '../../../../workers/evaluate/prediction/thresholds.ts';
import { wilsonInterval } from '../../../../workers/evaluate/statistics/proportions.ts';
import { seededRng } from '../../../../workers/random/rng.ts';
import { paced } from './fits.ts';

const fixture = new URL('../../../fixtures/predictionValues.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, 'utf8'));
const close = (value: number, wanted: number, tolerance = 1e-9): void =>
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance);
const floats = (numbers: number[]): Float64Array => Float64Array.from(numbers);

const designOf = (rows: readonly (readonly number[])[]): Design => ({
  rows: rows.length,
  slots: rows[0].length,
  width: rows[0].length,
  columns: Int32Array.from(rows.flatMap((row) => row.map((_, column) => column))),
  values: Float64Array.from(rows.flat()),
});

describe('known values', () => {
  it('two classes, a score tied', () => {
    const { inputs, expected } = cases.clf_scores_1;
    const [scores, positive] = [floats(inputs.score), Uint8Array.from(inputs.y)];
    close(rocAuc(scores, positive), expected.roc_auc);
    close(rocAucEstimate(scores, positive).value, expected.roc_auc);
    close(averagePrecision(scores, positive), expected.average_precision);
    close(brier(scores, positive), expected.brier);
    const named = Int32Array.from(scores, (score) => (score >= inputs.threshold ? 1 : 0));
    const rates = classRates(Int32Array.from(positive), named, 2);
    close(rates[1].precision, expected.precision);
    close(rates[1].recall, expected.recall);
    close(rates[1].f1, expected.f1);
    close(macroF1(rates), expected.f1_macro);
  });

  it('three classes', () => {
    const { inputs, expected } = cases.clf_multi_1;
    const rates = classRates(Int32Array.from(inputs.y), Int32Array.from(inputs.pred), 3);
    close(macroF1(rates), expected.f1_macro);
    rates.forEach(({ precision, recall }, code) => {
      close(precision, expected.precision_per_class[code]);
      close(recall, expected.recall_per_class[code]);
    });
  });

  it('mean AUC of each class against the rest', () => {
    const { inputs, expected } = cases.clf_multi_auc;
    const ofClass = (code: number): [Float64Array, Uint8Array] => [
      floats(inputs.proba.map((row: number[]) => row[code])),
      Uint8Array.from(inputs.y, (its) => Number(its === code)),
    ];
    close(
      meanOfEstimates([0, 1, 2].map((code) => rocAucEstimate(...ofClass(code)))).value,
      expected.ovr_macro,
    );
  });

  it('numbers', () => {
    const { inputs, expected } = cases.reg_1;
    const [predicted, truth] = [floats(inputs.pred), floats(inputs.y)];
    close(r2(predicted, truth).value, expected.r2);
    close(mae(predicted, truth).value, expected.mae);
    close(rmse(predicted, truth), expected.rmse);
  });

  it("DeLong's errors, paired", () => {
    const { inputs, expected } = cases.delong_1;
    const positive = Uint8Array.from(inputs.y);
    const [real, synthetic] = [inputs.score_real, inputs.score_syn].map((scores: number[]) =>
      rocAucEstimate(floats(scores), positive),
    );
    close(real.value, expected.auc1);
    close(synthetic.value, expected.auc2);
    close(standardError(real), expected.se1);
    close(standardError(synthetic), expected.se2);
    const difference = combined(real.value - synthetic.value, [
      [real, 1],
      [synthetic, -1],
    ]);
    close(standardError(difference), expected.se_diff);
    // Unpaired, the two errors add up as if the rows were not the same.
    const [low, high] = unpairedDifference(real, synthetic).interval;
    close((high - low) / 2 / 1.959963984540054, Math.hypot(expected.se1, expected.se2));
  });

  it.each([
    ['wilson_100_100', 100, 100],
    ['wilson_100_23', 100, 23],
    ['wilson_100_11', 100, 11],
  ])('%s', (id, trials, successes) => {
    const { rate, error } = cases[id].expected;
    const [low, high] = wilsonInterval(successes, trials, 1.959963984540054);
    close(low, rate - error, 1e-6);
    close(high, Math.min(1, rate + error), 1e-6);
  });

  it.each(['logreg_1', 'logreg_balanced'])('%s', async (id) => {
    const { inputs, expected } = cases[id];
    const targets = floats(inputs.y);
    const positives = targets.reduce((sum, is) => sum + is, 0);
    const balanced = (is: number): number =>
      targets.length / (2 * (is ? positives : targets.length - positives));
    const rowWeights = id === 'logreg_balanced' ? targets.map(balanced) : undefined;
    const weights = await paced((pace) => fitLogistic(designOf(inputs.X), targets, pace, { rowWeights }));
    // The known values come from a solver that stops at 1e-4.
    expected.coef.forEach((wanted: number, at: number) => close(weights[at], wanted, 1e-3));
    close(weights[2], expected.intercept, 1e-3);
  });
});

describe('properties', () => {
  const scored = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 2, maxLength: 40 })
    .filter((rows) => rows.some(([, is]) => is) && rows.some(([, is]) => !is))
    .map((rows) => ({
      scores: floats(rows.map(([score]) => score / 10)),
      positive: Uint8Array.from(rows, ([, is]) => Number(is)),
    }));

  it('AUC is the share of pairs in the right order, and any rising function leaves it', () => {
    fc.assert(
      fc.property(scored, ({ scores, positive }) => {
        let [right, pairs] = [0, 0];
        scores.forEach((high, a) =>
          scores.forEach((low, b) => {
            if (positive[a] !== 1 || positive[b] !== 0) return;
            pairs++;
            right += high > low ? 1 : high === low ? 0.5 : 0;
          }),
        );
        close(rocAuc(scores, positive), right / pairs);
        close(rocAuc(scores.map(Math.exp), positive), right / pairs);
        close(
          rocAuc(
            scores.map((score) => -score),
            positive,
          ),
          1 - right / pairs,
        );
        close(rocAucEstimate(scores, positive).value, right / pairs);
      }),
    );
  });

  it('whole weights are repeated rows', () => {
    fc.assert(
      fc.property(scored, ({ scores, positive }) => {
        const twice = (numbers: ArrayLike<number>): number[] =>
          Array.from(numbers).flatMap((its) => [its, its]);
        const weighted = averagePrecision(
          scores,
          positive,
          undefined,
          new Float64Array(scores.length).fill(2),
        );
        close(weighted, averagePrecision(floats(twice(scores)), Uint8Array.from(twice(positive))));
        close(weighted, averagePrecision(scores, positive));
      }),
    );
  });

  it('no threshold has a better F1 than the best', () => {
    fc.assert(
      fc.property(scored, ({ scores, positive }) => {
        const f1At = (threshold: number): number => {
          const named = Int32Array.from(scores, (score) => Number(score >= threshold));
          return classRates(Int32Array.from(positive), named, 2)[1].f1;
        };
        const best = f1At(bestF1Threshold(scores, positive));
        for (const score of scores) expect(f1At(score)).toBeLessThanOrEqual(best);
      }),
    );
  });

  it('recall falls as more precision is asked for, and none asks nothing', () => {
    fc.assert(
      fc.property(scored, fc.double({ min: 0, max: 1, noNaN: true }), ({ scores, positive }, precision) => {
        expect(recallAtPrecision(scores, positive, 0)).toBe(1);
        const [some, more] = [precision / 2, precision].map((p) => recallAtPrecision(scores, positive, p));
        expect(more).toBeLessThanOrEqual(some);
      }),
    );
  });

  it('a score loses nothing against itself, for sure', () => {
    fc.assert(
      fc.property(scored, ({ scores, positive }) => {
        const estimate = rocAucEstimate(scores, positive);
        if (estimate.value === 0) return;
        const loss = relativeLoss(estimate, estimate);
        close(loss.value, 0);
        close(standardError(loss), 0, 1e-12);
      }),
    );
  });

  it('the most probable class is the first of the highest', () => {
    expect(mostProbable(floats([0.2, 0.5, 0.3, 0.4, 0.4, 0.2]), 3)).toEqual(Int32Array.of(1, 0));
  });

  it('ridge finds a line and shrinks it', () => {
    const design = designOf([[-1], [0], [1], [2]]);
    const targets = floats([1, 3, 5, 7]);
    const [slope, intercept] = fitRidge(design, targets, 1e-9);
    close(slope, 2, 1e-6);
    close(intercept, 3, 1e-6);
    expect(fitRidge(design, targets, 5)[0]).toBeLessThan(1.9);
  });
});

describe('intervals', () => {
  /** Scores of rows whose true AUC is .76 (two normals one deviation apart). */
  const draw = (seed: string, rows: number) => {
    const random = seededRng(seed);
    const positive = Uint8Array.from({ length: rows }, (_, row) => row % 2);
    return { positive, scores: Float64Array.from(positive, (is) => is + random.normal()) };
  };

  it("DeLong's interval covers the truth nearly as often as it says (false alarm below 1e-6)", () => {
    const trials = 400;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { scores, positive } = draw(`delong ${trial}`, 200);
      const [low, high] = intervalOf(rocAucEstimate(scores, positive));
      if (low <= 0.76025 && high >= 0.76025) covered++;
    }
    // Of 400 at .95 the deviation is 4.4; the interval itself may be a point short.
    expect(covered / trials).toBeGreaterThan(0.95 - 0.01 - 5 * 0.011);
    expect(covered / trials).toBeLessThan(1);
  });

  it('the bootstrap agrees with DeLong on the same rows', async () => {
    const { scores, positive } = draw('bootstrap', 600);
    const estimate = rocAucEstimate(scores, positive);
    const auc = (weights: Float64Array): number => {
      const rows = Array.from(weights).flatMap((weight, row) => Array<number>(weight).fill(row));
      return rocAuc(
        floats(rows.map((row) => scores[row])),
        Uint8Array.from(rows, (row) => positive[row]),
      );
    };
    const [low, high] =
      (await paced((pace) => stratifiedBootstrap(positive, 400, auc, { rng: seededRng('draws'), pace }))) ??
      [];
    const [from, to] = intervalOf(estimate);
    expect(Math.abs((low ?? NaN) - from)).toBeLessThan(0.012);
    expect(Math.abs((high ?? NaN) - to)).toBeLessThan(0.012);
  });
});
