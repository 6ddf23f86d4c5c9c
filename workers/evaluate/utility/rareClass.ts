import { permutation } from '../../random/rng.ts';
import { takeRows } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import { fitBoosting } from '../learners/boosting.ts';
import { fitEncoder } from '../learners/featureEncoder.ts';
import { classCounts } from '../learners/shares.ts';
import { averagePrecision } from '../prediction/averagePrecision.ts';
import { meanEstimate, relativeLoss, type Estimate } from '../prediction/estimate.ts';
import { bestF1Threshold, recallAtPrecision } from '../prediction/thresholds.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { indicator, sharesOfClass } from './testScores.ts';
import type { Labelled, Problem } from './target.ts';
import type { Work } from './trainedModels.ts';
import type { RareUtility, Rate } from './utilityTypes.ts';

/** Test rows that a class needs before its recall can be certified. */
export const fewestRareRows = 30;
/** A class of more than this share is not rare. */
const rareShare = 0.5;
const mostThresholdRows = 20_000;

/** The rarest class of the training rows that has test rows enough; without one the rarest of all that has any. */
export function rareClassOf({ train, test }: Problem): number | null {
  if (train.labels.kind !== 'classes' || test.labels.kind !== 'classes') return null;
  const counts = classCounts(train.labels.codes, train.labels.size);
  const tested = classCounts(test.labels.codes, test.labels.size);
  const byRows = Array.from(counts.keys())
    .filter((code) => counts[code] > 0 && tested[code] > 0 && counts[code] < rareShare * train.table.rows)
    .sort((a, b) => counts[a] - counts[b]);
  return byRows.find((code) => tested[code] >= fewestRareRows) ?? byRows.at(0) ?? null;
}

const codesOf = ({ labels }: Labelled): Int32Array =>
  labels.kind === 'classes' ? labels.codes : new Int32Array();

/** Scores of `scored` rows for one class against the rest, by boosted trees that learned from `learned` rows. */
async function scoresOf(
  learned: Table,
  positive: Uint8Array,
  scored: Table,
  hidden: ReadonlySet<string>,
  { rng, pace }: Work,
): Promise<Float64Array> {
  const encoder = fitEncoder(learned, hidden);
  const labels = { kind: 'classes', codes: Int32Array.from(positive), size: 2 } as const;
  const model = await fitBoosting(encoder.encode(learned).binned, labels, { rng: rng.fork('rare'), pace });
  return sharesOfClass(model.predict(encoder.encode(scored).binned), 2, 1);
}

const taken = (positive: Uint8Array, rows: Int32Array): Uint8Array =>
  Uint8Array.from(rows, (row) => positive[row]);

/**
 * Threshold of best F1 for one class on the rows of one source, each half of them scored by boosted trees that learned
 * from the other.
 */
async function thresholdOn(
  { table }: Labelled,
  positive: Uint8Array,
  hidden: ReadonlySet<string>,
  work: Work,
): Promise<number> {
  const drawn = permutation(table.rows, work.rng.fork('threshold')).slice(0, mostThresholdRows);
  const halves = [0, 1].map((half) => drawn.filter((_, at) => at % 2 === half));
  const [first, second] = halves.map((rows) => takeRows(table, rows));
  const [ofFirst, ofSecond] = halves.map((rows) => taken(positive, rows));
  const scores = [
    ...(await scoresOf(second, ofSecond, first, hidden, work)),
    ...(await scoresOf(first, ofFirst, second, hidden, work)),
  ];
  return bestF1Threshold(Float64Array.from(scores), Uint8Array.from([...ofFirst, ...ofSecond]));
}

/** What the models of one source make of the rare class in the test rows. */
interface Found {
  readonly shares: Float64Array;
  readonly recall: Estimate;
  readonly precision: Estimate;
  readonly f1: Estimate;
  readonly hits: number;
  readonly named: number;
}

/** 2 hits / (rows of the class + rows named as it), a ratio of two means over the test rows. */
const f1Of = (named: Uint8Array, positive: Uint8Array): Estimate => {
  let [hits, rows] = [0, 0];
  for (let row = 0; row < named.length; row++) {
    hits += named[row] * positive[row];
    rows += named[row] + positive[row];
  }
  const value = (2 * hits) / rows;
  const parts = Float64Array.from(
    named,
    (is, row) => (2 * is * positive[row] - value * (is + positive[row])) / rows,
  );
  return { value, parts };
};

const foundBy = (shares: Float64Array, threshold: number, positive: Uint8Array): Found => {
  const named = Uint8Array.from(shares, (share) => (share >= threshold ? 1 : 0));
  const hit = Float64Array.from(named, (is, row) => is * positive[row]);
  const hits = hit.reduce((sum, is) => sum + is, 0);
  const count = named.reduce((sum, is) => sum + is, 0);
  const nothing: Estimate = { value: 0, parts: new Float64Array(shares.length) };
  return {
    shares,
    recall: meanEstimate(hit, (row) => positive[row] === 1),
    // A class that is never named is found with no precision at all.
    precision: count > 0 ? meanEstimate(hit, (row) => named[row] === 1) : nothing,
    f1: f1Of(named, positive),
    hits,
    named: count,
  };
};

const rate = (estimate: Estimate, hits: number, trials: number): Rate => ({
  value: estimate.value,
  interval: wilsonInterval(hits, trials),
});

export interface RareAssessment {
  readonly details: RareUtility;
  readonly f1Loss: Estimate;
  readonly recallLoss: Estimate;
  readonly precisionLoss: Estimate;
  /** For intervals of what has no parts: scores of both sources, and which test rows are of the class. */
  readonly shares: { readonly real: Float64Array; readonly synthetic: Float64Array };
  readonly positive: Uint8Array;
}

/**
 * The rarest class as boosted trees of both sources find it, each at the threshold that its own source chose.
 * @param predictions of boosted trees trained on each whole source, rows x classes; with more than two classes trees of
 * their own are fitted for the class, as for the threshold.
 */
export async function assessRareClass(
  problem: Problem,
  code: number,
  predictions: { readonly real: Float64Array; readonly synthetic: Float64Array },
  hidden: ReadonlySet<string>,
  work: Work,
): Promise<RareAssessment> {
  const { classes, train, synthetic, test } = problem;
  const positive = indicator(codesOf(test), code);
  const rows = positive.reduce((sum, is) => sum + is, 0);
  const found = async (source: Labelled, shares: Float64Array): Promise<Found> => {
    const ofSource = indicator(codesOf(source), code);
    const scores =
      classes.length === 2
        ? sharesOfClass(shares, 2, code)
        : await scoresOf(source.table, ofSource, test.table, hidden, work);
    return foundBy(scores, await thresholdOn(source, ofSource, hidden, work), positive);
  };
  const real = await found(train, predictions.real);
  const made = await found(synthetic, predictions.synthetic);
  const precision = real.precision.value;
  return {
    details: {
      label: classes[code],
      testRows: rows,
      recall: { real: rate(real.recall, real.hits, rows), synthetic: rate(made.recall, made.hits, rows) },
      precision: {
        real: rate(real.precision, real.hits, real.named),
        synthetic: rate(made.precision, made.hits, made.named),
      },
      f1: { real: real.f1.value, synthetic: made.f1.value },
      averagePrecision: {
        real: averagePrecision(real.shares, positive),
        synthetic: averagePrecision(made.shares, positive),
      },
      recallAtRealPrecision: {
        real: recallAtPrecision(real.shares, positive, precision),
        synthetic: recallAtPrecision(made.shares, positive, precision),
      },
    },
    f1Loss: relativeLoss(real.f1, made.f1),
    recallLoss: relativeLoss(real.recall, made.recall),
    precisionLoss: relativeLoss(real.precision, made.precision),
    shares: { real: real.shares, synthetic: made.shares },
    positive,
  };
}
