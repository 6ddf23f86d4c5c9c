import type { Pace } from '../pace.ts';
import type { Panel } from '../panel.ts';
import { scored, subsample, type Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { kernelCoder, squaredDistances } from './kernelRows.ts';
import { manyBandwidths, medianGamma, mmdTest, mmdUnbiased, type MmdTest } from './mmd.ts';

const permutations = 200;
/** Rows of each table between which kernels are computed: time grows with the square. */
const kernelRows = 800;

export interface MeanDiscrepancy extends MmdTest {
  readonly ceiling: number;
  readonly floor: number;
  /** Rows of each table. */
  readonly rows: number;
}

/** Synthetic rows against real ones, beside held-out rows and shuffled ones, all under the same kernel. */
export async function meanDiscrepancy(
  panel: Panel,
  { rng }: Pick<ScoreContext, 'rng'>,
  pace: Pace,
): Promise<MeanDiscrepancy> {
  const rows = Math.min(kernelRows, panel.rows);
  const coder = kernelCoder(panel.real);
  const coded = (sample: Sample, purpose: string) =>
    coder(scored(subsample(sample, rows, rng.fork(purpose))));
  const real = coded(panel.real, 'kernel real');
  const squaresTo = async (sample: Sample): Promise<Float64Array> => {
    await pace.breathe();
    return squaredDistances(real, coded(sample, 'kernel other'));
  };
  const squares = await squaresTo(panel.synthetic[0]);
  const gamma = medianGamma(squares, real.count + rows);
  const kernel = (its: Float64Array) => manyBandwidths(its, real.count, rows, gamma);
  const ceiling = panel.holdout.length > 0 ? mmdUnbiased(kernel(await squaresTo(panel.holdout[0]))) : NaN;
  const floor = mmdUnbiased(kernel(await squaresTo(panel.shuffled)));
  return {
    ...(await mmdTest(kernel(squares), permutations, rng.fork('permute'), pace)),
    ceiling,
    floor,
    rows,
  };
}
