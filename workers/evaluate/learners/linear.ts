import { linearScores } from './linearSystem.ts';
import { fitLogistic } from './logistic.ts';
import { fitRidge } from './ridge.ts';
import { normaliseRows, sharesOf } from './shares.ts';
import type { Design, FitContext, Fitted, Labels, Learner } from './types.ts';

/** Weights times the spread of their columns, summed over the columns of each feature. */
const importanceOf = (design: Design, owners: Int32Array, models: readonly Float64Array[]): Float64Array => {
  const spreads = spreadsOf(design);
  const amounts = new Float64Array(owners.reduce((most, owner) => Math.max(most, owner + 1), 0));
  for (const weights of models) {
    for (let at = 0; at < design.width; at++) amounts[owners[at]] += Math.abs(weights[at]) * spreads[at];
  }
  return sharesOf(amounts);
};

/** Standard deviation of each column of the matrix. */
const spreadsOf = ({ rows, slots, width, columns, values }: Design): Float64Array => {
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  for (let at = 0; at < rows * slots; at++) {
    sums[columns[at]] += values[at];
    squares[columns[at]] += values[at] ** 2;
  }
  return squares.map((square, at) => Math.sqrt(Math.max(0, square / rows - (sums[at] / rows) ** 2)));
};

/** A weight vector for the second of two classes, or one for each class against the rest. */
const classModels = async (
  design: Design,
  codes: Int32Array,
  size: number,
  { pace }: FitContext,
): Promise<Float64Array[]> => {
  const models: Float64Array[] = [];
  for (const code of size === 2 ? [1] : Array.from({ length: size }, (_, at) => at)) {
    const targets = Float64Array.from(codes, (its) => (its === code ? 1 : 0));
    models.push(await fitLogistic(design, targets, pace));
  }
  return models;
};

const classShares = (design: Design, models: readonly Float64Array[], size: number): Float64Array => {
  const shares = new Float64Array(design.rows * size);
  for (const [at, weights] of models.entries()) {
    const scores = linearScores(design, weights);
    const code = size === 2 ? 1 : at;
    for (let row = 0; row < design.rows; row++) shares[row * size + code] = 1 / (1 + Math.exp(-scores[row]));
  }
  if (size === 2) {
    for (let at = 0; at < shares.length; at += 2) shares[at] = 1 - shares[at + 1];
  } else normaliseRows(shares, size);
  return shares;
};

const fitModels = (design: Design, labels: Labels, context: FitContext): Promise<Float64Array[]> =>
  labels.kind === 'number'
    ? Promise.resolve([fitRidge(design, labels.values)])
    : classModels(design, labels.codes, labels.size, context);

/** Logistic regression for classes (one against the rest where there are more than two), ridge for numbers. */
export const linear: Learner = {
  id: 'linear',
  label: 'Linear model',
  async fit({ design }, labels, encoder, context): Promise<Fitted> {
    const models = await fitModels(design, labels, context);
    return {
      importance: importanceOf(design, encoder.designOwners, models),
      predict: (features) =>
        labels.kind === 'number'
          ? linearScores(features.design, models[0])
          : classShares(features.design, models, labels.size),
    };
  },
};
