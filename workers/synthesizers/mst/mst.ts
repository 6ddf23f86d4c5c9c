import { allPairs } from '../../pgm/cliques.ts';
import { countCliquesPaced } from '../../pgm/counting.ts';
import { estimate as estimateModel } from '../../pgm/estimate.ts';
import type { Clique } from '../../pgm/types.ts';
import { exponentialEpsilonOfRho, sigmaOfRho } from '../../privacy/zcdp.ts';
import { lessonOf, measure, noiseOf, refuseEpochs, reportRounds, type Lesson } from '../marginal/lesson.ts';
import { loadMarginal } from '../marginal/load.ts';
import { MarginalModel } from '../marginal/model.ts';
import type { FitContext, FitInput, FitResult, PrivateSize, Synthesizer, SynthesizerMeta } from '../types.ts';

/** Share of what is left after the profile that picks the pairs; the rest measures them. */
const selectShare = 0.3;

const meta: SynthesizerMeta = {
  id: 'mst',
  label: 'Spanning tree of pairs',
  summary:
    'Counts, with noise, the pairs of columns that depend on each other most, and draws rows from a tree of them.',
  neural: false,
  validate: refuseEpochs,
};

/** Events of a fit, in order: picks of pairs, then their counts. None for a single column. */
function events({ columns, rowsPerUnit }: PrivateSize, rho: number) {
  const pairs = columns - 1;
  if (pairs < 1) return [];
  return [
    {
      purpose: `choice of ${pairs} pairs of columns`,
      event: {
        kind: 'exponential' as const,
        epsilon: exponentialEpsilonOfRho((rho * selectShare) / pairs),
        count: pairs,
      },
    },
    {
      purpose: `counts of ${pairs} pairs of columns`,
      event: {
        kind: 'discreteGaussian' as const,
        sigma: rowsPerUnit * sigmaOfRho((rho * (1 - selectShare)) / pairs),
        sensitivity: rowsPerUnit,
        count: pairs,
      },
    },
  ];
}

/** ||counts - product of the columns' shares||_1, in rows: one row changes it by at most one. */
function dependence(exact: Float64Array, a: Float64Array, b: Float64Array, rows: number): number {
  let sum = 0;
  for (let i = 0, cell = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++, cell++) sum += Math.abs(exact[cell] - (a[i] * b[j]) / rows);
  }
  return sum;
}

/** Joins two parts of a forest of columns. */
class Parts {
  readonly #parent: Int32Array;

  constructor(columns: number) {
    this.#parent = Int32Array.from({ length: columns }, (_, i) => i);
  }

  of(column: number): number {
    while (this.#parent[column] !== column) column = this.#parent[column];
    return column;
  }

  join([a, b]: Clique): void {
    this.#parent[this.of(a)] = this.of(b);
  }
}

/**
 * Kruskal's algorithm with each edge drawn by the exponential mechanism among those that join two parts
 * (McKenna, Miklau and Sheldon 2021, arXiv 2108.04978, Algorithm 2). Positions in `pairs`.
 */
function chooseTree(pairs: readonly Clique[], scores: Float64Array, { sizes, access }: Lesson): number[] {
  const parts = new Parts(sizes.length);
  const chosen: number[] = [];
  while (chosen.length < sizes.length - 1) {
    const open = [...pairs.keys()].filter((i) => parts.of(pairs[i][0]) !== parts.of(pairs[i][1]));
    const picked = access.mechanisms.select(
      access.firstEvent,
      Float64Array.from(open, (i) => scores[i]),
      access.rowsPerUnit,
    );
    chosen.push(open[picked]);
    parts.join(pairs[open[picked]]);
  }
  return chosen;
}

/**
 * Guarantee: rows are read through the planned events alone (one exponential choice and one noisy table a pair); the
 * rest is post-processing.
 */
async function fit(input: FitInput, _: unknown, context: FitContext): Promise<FitResult> {
  const { control } = context;
  const lesson = await lessonOf(input, meta.label, control);
  const { sizes, codes, rows, oneWays, access, codec } = lesson;
  const report = reportRounds(context, input.table.rows);
  const measurements = [...oneWays];
  if (sizes.length > 1) {
    const pairs = allPairs(sizes.length);
    report(0, 'Counting pairs of columns');
    const exact = await countCliquesPaced(codes, sizes, pairs, control);
    const [first, second] = [access.firstEvent, access.firstEvent + 1];
    await access.mechanisms.prepay(first);
    const scores = Float64Array.from(pairs, ([a, b], i) =>
      dependence(exact[i], oneWays[a].values, oneWays[b].values, rows),
    );
    const tree = chooseTree(pairs, scores, lesson);
    await access.mechanisms.prepay(second);
    const sigma = noiseOf(access, 1);
    for (const i of tree) measurements.push(measure(pairs[i], exact[i], second, sigma, access));
  }
  report(0.4, 'Fitting the model');
  const { state } = await estimateModel(sizes, measurements, {
    total: rows,
    tolerance: 5e-4,
    control,
    onProgress: (done) => report(0.4 + 0.6 * done, 'Fitting the model'),
  });
  return { model: new MarginalModel('mst', codec, state), stopped: control.stopping, epochs: 0, loss: [] };
}

/**
 * MST (McKenna, Miklau and Sheldon 2021, arXiv 2108.04978): the one-way counts are the profile's, the pairs a spanning
 * tree, the model exact on it.
 */
export const mst: Synthesizer = {
  meta,
  privacy: { profileShare: 0.4, events },
  estimate: async ({ rows, cardinalities }) => {
    const pairs = (cardinalities.length * (cardinalities.length - 1)) / 2;
    return {
      seconds: 1 + rows * pairs * 3e-9,
      bytes: rows * cardinalities.length + pairs * 8 * 1024,
      epochs: 0,
    };
  },
  fit,
  load: (saved, profile) => loadMarginal('mst', saved, profile),
};
