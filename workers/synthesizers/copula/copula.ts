import { HomespunError } from '../../errors.ts';
import type { Profile } from '../../profile/types.ts';
import type { SavedReader } from '../savedModel.ts';
import { damaged } from '../savedModel.ts';
import { categoryCodec } from '../../encode/category.ts';
import { reportRounds } from '../marginal/lesson.ts';
import type { FitContext, FitInput, FitOptions, FitResult, Synthesizer } from '../types.ts';
import { latentCorrelations, type Moments } from './correlations.ts';
import { LatentTable } from './latent.ts';
import { cholesky, type Matrix } from './matrix.ts';
import { meta } from './meta.ts';
import { CopulaModel } from './model.ts';
import { associatedOrders } from './order.ts';
import { privacy, privateMoments } from './privateMoments.ts';
import { exactMoments } from './products.ts';
import { nearestCorrelation } from './repair.ts';

/** Seconds for one multiply-add of a pair of columns, and for the score of a cell. */
const secondsPerProduct = 1.2e-9;
const secondsPerCell = 2e-7;

async function fit(
  { table, profile, access }: FitInput,
  _: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { control } = context;
  const report = reportRounds(context, table.rows);
  report(0, 'Ordering categories');
  // Orders by association read rows exactly: under a budget the profile's own stand.
  const latent = new LatentTable(profile, access ? [] : await associatedOrders(table, profile, control));
  const onProgress = (done: number): void => report(0.1 + 0.8 * done, 'Multiplying pairs of columns');
  const reading = { control, onProgress };
  const moments: Moments = access
    ? await privateMoments(table, latent, profile.rows, access, reading)
    : await exactMoments(table, latent, { ...reading, mayStop: true });
  report(0.9, 'Fitting the correlations');
  const correlations = await nearestCorrelation(latentCorrelations(latent, moments), control);
  const model = new CopulaModel(latent, factorOf(correlations));
  report(1, 'Fitting the correlations');
  return { model, stopped: control.stopping, epochs: 0, loss: [] };
}

function factorOf(correlations: Matrix): Matrix {
  const factor = cholesky(correlations);
  if (factor) return factor;
  throw new HomespunError({
    code: 'failed',
    message: 'The correlations of the columns could not be made consistent.',
    hint: 'Choose another method.',
  });
}

/** A factor is a lower triangle over all margins; an order holds each code once. */
async function load(saved: SavedReader, profile: Profile): Promise<CopulaModel> {
  const named = saved.settings.at('orders').texts();
  const orders = profile.columns.map((column, c) => {
    const name = `order ${c}`;
    if (column.type !== 'category' || !named.includes(name)) return undefined;
    const { size } = categoryCodec(column);
    const order = saved.codes(name, size, size);
    if (new Set(order).size < size) throw damaged(`the order of the values of column “${column.name}”`);
    return order;
  });
  const latent = new LatentTable(profile, orders);
  const size = latent.margins.length;
  return new CopulaModel(latent, { size, values: saved.float64('factor', size * size) });
}

/**
 * Gaussian copula (Nelsen 2006, 3.1; for synthetic tables Patki, Wedge and Veeramachaneni 2016): each column is a
 * monotone function of a latent normal, and the latent normals have a correlation matrix. Correlations are polychoric:
 * taken back through the steps of both columns. Under DP the columns are the noisy profile's, and the sums of products
 * of their scores get noise once.
 */
export const copula: Synthesizer = {
  meta,
  privacy,
  estimate: async ({ rows, cardinalities }) => {
    const columns = cardinalities.length;
    return {
      seconds: 0.3 + rows * (columns * secondsPerCell + ((columns * columns) / 2) * secondsPerProduct),
      bytes: columns * 40_000 + 4 * columns ** 2 * 8 + 50_000 * columns * 8,
      epochs: 0,
    };
  },
  fit,
  load,
};
