import { describe, expect, it } from 'vitest';
import { imbalanceRatio, normalisedEntropy } from '../../../workers/evaluate/balance/classShares.ts';
import { categoryCoverage, rangeCoverage } from '../../../workers/evaluate/fidelity/coverage.ts';
import { covariance, relativeDifference } from '../../../workers/evaluate/fidelity/covariance.ts';
import { jensenShannon } from '../../../workers/evaluate/fidelity/jensenShannon.ts';
import { squaredDistances, type KernelRows } from '../../../workers/evaluate/fidelity/kernelRows.ts';
import {
  expectedL1,
  kMarginalScore,
  marginalDistance,
  pairCliques,
} from '../../../workers/evaluate/fidelity/marginals.ts';
import {
  gaussianKernel,
  manyBandwidths,
  medianDistance,
  medianGamma,
  mmdBiased,
  mmdUnbiased,
} from '../../../workers/evaluate/fidelity/mmd.ts';
import { summaryOf } from '../../../workers/evaluate/fidelity/summary.ts';
import { ascendingOf, wasserstein } from '../../../workers/evaluate/fidelity/wasserstein.ts';
import { distanceRatio, nearerShare } from '../../../workers/evaluate/privacy/copying.ts';
import { epsilonLowerBound } from '../../../workers/evaluate/privacy/epsilonBound.ts';
import { guesses, nearNumber } from '../../../workers/evaluate/privacy/inference.ts';
import { linkedRows } from '../../../workers/evaluate/privacy/linkability.ts';
import { calibrated } from '../../../workers/evaluate/privacy/membership.ts';
import { nearest } from '../../../workers/evaluate/privacy/nearest.ts';
import { reidentification } from '../../../workers/evaluate/privacy/reidentification.ts';
import { residualRisk } from '../../../workers/evaluate/privacy/risk.ts';
import { rowCoder } from '../../../workers/evaluate/privacy/rowSpace.ts';
import { keyUniqueness, uniqueMatches } from '../../../workers/evaluate/quality/duplicates.ts';
import { missingOf, shareOf } from '../../../workers/evaluate/quality/missing.ts';
import { boundaryAdherence, categoryAdherence } from '../../../workers/evaluate/quality/validity.ts';
import type { Sample } from '../../../workers/evaluate/samples.ts';
import { clopperPearson, wilsonRate } from '../../../workers/evaluate/statistics/proportions.ts';
import { hanleyMcNeil, rocAuc } from '../../../workers/evaluate/statistics/roc.ts';
import { totalVariation } from '../../../workers/evaluate/tvDistance.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { allMetrics, check, covered } from './knownCases.ts';
import { restless, samplesOf, type Cell, type Lists } from './samples.ts';

interface TwoLists {
  readonly real: readonly Cell[];
  readonly syn: readonly Cell[];
}
interface Points {
  readonly real: readonly (readonly number[])[];
  readonly syn: readonly (readonly number[])[];
}

const floats = (cells: readonly Cell[]): Float64Array =>
  Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell)));
const categories = ({ real, syn }: TwoLists): [Int32Array, Int32Array] => {
  const labels = [...new Set([...real, ...syn])].filter((cell) => cell !== null);
  const codes = (cells: readonly Cell[]): Int32Array =>
    Int32Array.from(cells, (cell) => (cell === null ? -1 : labels.indexOf(cell)));
  return [codes(real), codes(syn)];
};
const cellsOf = ({ columns }: Sample): ArrayLike<number>[] =>
  columns.map((column) => (column.type === 'category' ? column.codes : column.values));
const deviation = (values: Float64Array): number => summaryOf(values).deviation;

describe('single columns', () => {
  check<TwoLists>('Wasserstein-1', ({ real, syn }) => {
    const values = floats(real);
    const w1 = wasserstein(ascendingOf(values), ascendingOf(floats(syn)));
    const range = Math.max(...values) - Math.min(...values);
    return { w1, w1_over_real_range: w1 / range, w1_over_real_std_ddof1: w1 / deviation(values) };
  });
  check<{ p: number[]; q: number[] }>('Jensen-Shannon', ({ p, q }) => {
    const bits = jensenShannon.compute(p, q);
    return { divergence_bits: bits, divergence_nats: bits * Math.LN2, distance_base2: Math.sqrt(bits) };
  });
  check<{ real_counts: number[]; syn_counts: number[] }>(
    'synthpop utility.tab',
    ({ real_counts, syn_counts }) => ({
      JSD_bits: jensenShannon.compute(real_counts, syn_counts),
      SPECKS: totalVariation(real_counts, syn_counts),
    }),
  );
  check<{ x: Cell[] }>('Summary statistics', ({ x }) => {
    const found = summaryOf(floats(x));
    return {
      count: found.count,
      missing: found.missing * x.length,
      mean: found.mean,
      std_ddof1: found.deviation,
      var_ddof1: found.variance,
      min: found.min,
      q25: found.lowerQuartile,
      median: found.median,
      q75: found.upperQuartile,
      max: found.max,
      skew_pandas_bias_corrected: found.skew,
    };
  });
  check<TwoLists>('RangeCoverage', ({ real, syn }) => rangeCoverage(floats(real), floats(syn)));
  check<TwoLists>('CategoryCoverage', (inputs) => ({ score: categoryCoverage(...categories(inputs)) }));
  check<TwoLists>('CategoryAdherence', (inputs) => categoryAdherence(...categories(inputs)));
  check<TwoLists>('BoundaryAdherence', ({ real, syn }) => boundaryAdherence(floats(real), floats(syn)));
  check<TwoLists>('MissingValueSimilarity', ({ real, syn }) => {
    const [truth, made] = samplesOf({ x: real }, { x: syn }).map(({ columns }) =>
      shareOf(missingOf(columns[0])),
    );
    return { real: truth, synthetic: made, score: 1 - Math.abs(truth - made) };
  });
  check<{ syn: Cell[] }>('KeyUniqueness', ({ syn }) =>
    keyUniqueness(syn.map((cell) => (cell === null ? null : String(cell)))),
  );
});

const pointsOf = (rows: readonly (readonly number[])[]): KernelRows => ({
  count: rows.length,
  width: rows[0].length,
  numbers: Float64Array.from(rows.flat()),
  labels: 0,
  categories: new Int32Array(),
});

describe('whole rows', () => {
  check<Points>('MMD^2 RBF', ({ real, syn }) => {
    const [first, second] = [real.length, syn.length];
    const squares = squaredDistances(pointsOf(real), pointsOf(syn));
    const gamma = medianGamma(squares, first + second);
    const [median, one] = [gamma, 1].map((its) => gaussianKernel(squares, first, second, its));
    return {
      median_pooled_nonzero: medianDistance(squares, first + second),
      gamma,
      mmd2_biased: mmdBiased(median),
      mmd2_unbiased: mmdUnbiased(median),
      mmd2_biased_gamma1: mmdBiased(one),
      mmd2_unbiased_gamma1: mmdUnbiased(one),
      mmd2_unbiased_mean_of_gamma_x_quarter_half_1_2_4: mmdUnbiased(
        manyBandwidths(squares, first, second, gamma),
      ),
    };
  });
  check<Points>('Covariance / correlation matrices', ({ real, syn }) => {
    const [truth, made] = [real, syn].map((rows) =>
      covariance(rows[0].map((_, c) => Float64Array.from(rows, (row) => row[c]))),
    );
    const square = (values: Float64Array): number[][] => [0, 3, 6].map((at) => [...values.slice(at, at + 3)]);
    return {
      cov_real: square(truth.values),
      cov_syn: square(made.values),
      relative_frobenius: relativeDifference(truth, made),
    };
  });
  check<{ p: number[]; n1: number; n2: number }>(
    'Expected L1 of two multinomial samples',
    ({ p, n1, n2 }) => ({
      expected_l1: expectedL1(p, n1, n2),
    }),
  );
  check<{ target: Lists; deid: Lists }>('k-marginal (k=2)', ({ target, deid }) => {
    const [real, made] = samplesOf(target, deid).map((sample) =>
      cellsOf(sample).map((cells) => ({ codes: Uint8Array.from(cells), size: 3 })),
    );
    const cliques = pairCliques(3, 10, seededRng('pairs'));
    const l1 = cliques.map((clique) => 2 * marginalDistance(real, made, clique));
    return kMarginalScore(l1.reduce((sum, distance) => sum + distance, 0) / l1.length);
  });
  check<{ target: Lists; deid: Lists }>('Unique exact matches', ({ target, deid }) => {
    const [real, made] = samplesOf(target, deid);
    const { unique, matched } = uniqueMatches(cellsOf(real), cellsOf(made));
    const percent = (share: number): number => Math.round(10_000 * share) / 100;
    return [matched, percent(matched / unique), unique, percent(unique / real.rows)];
  });
});

/** Distance of each query to its nearest reference, under the ranges of the references. */
const nearestTo = async (reference: Sample, query: Sample): Promise<number[]> => {
  const coder = rowCoder([reference]);
  return [...(await nearest(coder(query), coder(reference), 1, restless())).distances];
};

describe('distances of rows', () => {
  for (const metric of ['DCR (sdmetrics Gower-mean)', 'DCR']) {
    check<Readonly<Record<'reference' | 'query' | 'query_diff' | 'query_half', Lists>>>(
      metric,
      async (inputs, { expected }) => {
        if (Array.isArray(expected)) {
          const [reference, query] = samplesOf(inputs.reference, inputs.query);
          return nearestTo(reference, query);
        }
        const [reference, far, half] = samplesOf(inputs.reference, inputs.query_diff, inputs.query_half);
        return {
          diff: (await nearestTo(reference, far))[0],
          same: (await nearestTo(reference, reference))[0],
          half: (await nearestTo(reference, half))[0],
        };
      },
    );
  }
  check<Readonly<Record<'train' | 'holdout' | 'syn', Lists>>>(
    'DCR share / DCROverfittingProtection',
    async (inputs) => {
      const [train, holdout, syn] = samplesOf(inputs.train, inputs.holdout, inputs.syn);
      const [toTrain, toHoldout] = [await nearestTo(train, syn), await nearestTo(holdout, syn)];
      return {
        dcr_to_train: toTrain,
        dcr_to_holdout: toHoldout,
        mostly_dcr_share_ties_half: nearerShare(toTrain, toHoldout),
      };
    },
  );
  check<{ dcr_train: number[]; dcr_holdout: number[] }>('DCR share', ({ dcr_train, dcr_holdout }) => ({
    mostly: nearerShare(dcr_train, dcr_holdout),
  }));
  check<Points>('DCR/NNDR Euclidean', (_, { expected }) => {
    const { dcr, second }: { dcr: number[]; second: number[] } = JSON.parse(JSON.stringify(expected));
    return { nndr: dcr.map((first, i) => distanceRatio(first, second[i])) };
  });
});

interface Groups {
  readonly member: number[][];
  readonly nonmember: number[][];
  readonly syn: number[][];
  readonly reference: number[][];
}

describe('attacks', () => {
  check<{ n: number; success: number }>('Wilson success rate', ({ n, success }) => wilsonRate(success, n));
  check<Readonly<Record<'attack' | 'control', [number, number]>>>('Residual risk', ({ attack, control }) => {
    const [a, c] = [attack, control].map(([rate, error]) => ({ rate, error }));
    const { risk, interval } = residualRisk(a, c);
    return { value: risk, error: (interval[1] - interval[0]) / 2 };
  });
  check<Readonly<Record<'n_attacks' | 'n_success' | 'n_control', number>>>(
    'Anonymeter risk with CI',
    ({ n_attacks, n_success, n_control }) => {
      const [attack, control] = [n_success, n_control].map((count) => wilsonRate(count, n_attacks));
      const { risk, interval } = residualRisk(attack, control);
      return {
        attack: [attack.rate, attack.error],
        control: [control.rate, control.error],
        risk,
        ci: [...interval],
      };
    },
  );
  check<{ ori: Lists; syn: Lists }>('Linkability', async ({ ori, syn }, { params }) => {
    const [real, made] = samplesOf(ori, syn);
    const coder = rowCoder([real, made]);
    const linked = await linkedRows(coder(real), coder(made), [[0], [1]], params.n_neighbors, restless());
    const z = params.level === 0 ? 0 : undefined;
    const { risk, interval } = residualRisk(wilsonRate(linked, real.rows, z), { rate: 0, error: 0 });
    return { risk, ci: [...interval] };
  });
  check<{ guess_secret: [number, number][] }>('Inference success', ({ guess_secret }) =>
    guess_secret.map(([guess, secret]) => nearNumber(guess, secret)),
  );
  check<{ guess_secret: [number, number][] }>('Inference success (upstream defect)', ({ guess_secret }) => ({
    correct: guess_secret.map(([guess, secret]) => nearNumber(guess, secret)),
  }));
  check<{ ori: string[][]; syn_list: string[][][] }>('Inference attack', async ({ ori, syn_list }) => {
    const lists = (rows: string[][]): Lists => ({
      c0: rows.map(([first]) => first),
      c1: rows.map(([, second]) => second),
    });
    const [real, ...made] = samplesOf(lists(ori), ...syn_list.map(lists));
    const coder = rowCoder([real]);
    const placed = (sample: Sample) => ({ sample, rows: coder(sample) });
    return Promise.all(
      made.map(async (sample) => {
        const right = await guesses(placed(real), placed(sample), [1], restless());
        return right.reduce((sum, hit) => sum + hit, 0) / right.length;
      }),
    );
  });
  check<Groups>('Distance MIA', async ({ member, nonmember, syn, reference }) => {
    const lists = (rows: number[][]): Lists => ({ x: rows.flat() });
    const [members, others, made, known] = samplesOf(...[member, nonmember, syn, reference].map(lists));
    const coder = rowCoder([members, others, made, known]);
    const range = 4.2;
    const distances = async (queries: Sample, to: Sample): Promise<number[]> =>
      [...(await nearest(coder(queries), coder(to), 1, restless())).distances].map((gap) => gap * range);
    const queries = [members, others];
    const toMade = await Promise.all(queries.map((its) => distances(its, made)));
    const toKnown = await Promise.all(queries.map((its) => distances(its, known)));
    const leaks = toMade.map((list) => list.map((gap) => -gap));
    const scores = toMade.map((list, q) => list.map((gap, i) => calibrated(gap, toKnown[q][i])));
    const auc = ([positive, negative]: number[][]): number =>
      rocAuc({ positive: Float64Array.from(positive), negative: Float64Array.from(negative) }).auc;
    return {
      score_gan_leaks: leaks.flat(),
      auc_gan_leaks: auc(leaks),
      score_calibrated: scores.flat(),
      auc_calibrated: auc(scores),
    };
  });
  check<{ cases: [number, number][] }>('Clopper-Pearson CI', ({ cases }) =>
    cases.map(([successes, trials]) => [...clopperPearson(successes, trials)]),
  );
  check<Readonly<Record<'tp' | 'n_members' | 'fp' | 'n_nonmembers' | 'delta', number>>>(
    'Empirical epsilon lower bound',
    ({ tp, n_members, fp, n_nonmembers, delta }) => ({
      tpr_lower: clopperPearson(tp, n_members)[0],
      fpr_upper: clopperPearson(fp, n_nonmembers)[1],
      eps_lower: epsilonLowerBound(tp, n_members, fp, n_nonmembers, delta),
    }),
  );
  check<{ rows: Lists; quasi: string[] }>('k-anonymity family', ({ rows }) => {
    const [real] = samplesOf(rows);
    const none = { rows: 0, columns: real.columns.map((column) => ({ ...column, codes: new Int32Array() })) };
    const { k, unique } = reidentification({ columns: [0, 1], named: true }, real, none, real);
    return { k, n_unique: unique };
  });
});

describe('rankings and classes', () => {
  check<{ auc: number; n_pos: number; n_neg: number }>(
    'AUC standard error (Hanley-McNeil)',
    ({ auc, n_pos, n_neg }) => ({ se: hanleyMcNeil(auc, n_pos, n_neg) }),
  );
  const ranking = (y: number[], score: number[]) => ({
    positive: Float64Array.from(score.filter((_, i) => y[i] === 1)),
    negative: Float64Array.from(score.filter((_, i) => y[i] === 0)),
  });
  check<Readonly<Record<'y' | 'score_real' | 'score_syn', number[]>>>(
    'DeLong paired AUC test (TRTR vs TSTR)',
    ({ y, score_real, score_syn }) => {
      const [first, second] = [score_real, score_syn].map((score) => rocAuc(ranking(y, score)));
      return { auc1: first.auc, auc2: second.auc, se1: first.standardError, se2: second.standardError };
    },
  );
  check<Readonly<Record<'y' | 'score', number[]>>>(
    'Binary classification scores (with a tied score)',
    ({ y, score }) => ({ roc_auc: rocAuc(ranking(y, score)).auc }),
  );
  check<{ real_counts: number[]; syn_counts: number[] }>('Class balance', ({ real_counts, syn_counts }) => ({
    imbalance_ratio_real: imbalanceRatio(real_counts),
    imbalance_ratio_syn: imbalanceRatio(syn_counts),
    entropy_norm_real: normalisedEntropy(real_counts),
    entropy_norm_syn: normalisedEntropy(syn_counts),
    tv: totalVariation(real_counts, syn_counts),
  }));
});

/** Known values of what is not computed here, or is checked in a test of its own. */
const elsewhere = [
  // metrics.test.ts
  ...['KS two-sample', 'KSComplement', 'TVComplement', 'TVComplement exact', 'Correlation'],
  ...['Categorical association', 'Correlation ratio eta', 'ContingencySimilarity'],
  // learners and predictions
  ...['Multiclass scores', 'Multiclass AUC', 'Regression scores', 'McNemar', 'L2 logistic regression'],
  ...['L2 logistic regression, balanced', 'pMSE from propensity scores', 'pMSE null expectation (logit)'],
  // not among the figures
  ...['Cramer-von Mises 2-sample', 'Chi-square homogeneity', 'G-test', 'Hellinger distance'],
  ...['StatisticSimilarity', 'Jensen-Shannon, numeric', 'Quantile bin edges', 'Average ranks'],
  ...['Pearson Fisher CI', 'CorrelationSimilarity', 'Cramer V pitfall'],
  ...['MMD^2 linear-time (Gretton 2012 Lemma 14)', 'MMD^2 random Fourier features', 'MMD^2 linear kernel'],
  ...['NewRowSynthesis', 'DisclosureProtection (CAP)', 'Singling-out probability integral'],
  ...['Anonymeter Gower distance (sum, not mean)', 'Accuracy (mostlyai)', 'Quantile-like bin boundaries'],
  ...['DiSCO / DiO attribute disclosure', 'Precision/recall/density/coverage', 'Identifiability'],
  ...['alpha-precision / beta-recall / authenticity (naive, centre=mean)'],
  ...['same, synthetic = exact copy of real', 'Nearest-neighbour adversarial accuracy'],
  ...['DOMIAS (KDE, 1-d)', 'MIA summary'],
];

describe.skipIf(allMetrics === null)('the whole file of known values', () => {
  it('has no metric that is neither checked nor named as left out', () => {
    const metrics = allMetrics ?? [];
    expect(metrics.filter((metric) => !covered.has(metric) && !elsewhere.includes(metric))).toEqual([]);
    expect(elsewhere.filter((metric) => covered.has(metric))).toEqual([]);
  });
});
