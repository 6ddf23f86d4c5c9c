import { summedGradients, type DenseParameters, type LayerUse } from '../../nn/dense.ts';
import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { Trace } from '../../nn/stack.ts';
import {
  logistic,
  negated,
  plus,
  scaled,
  scaledRows,
  shifted,
  softPlus,
  sumOfAll,
  times,
  type DeviceScalar,
  type Matrix,
} from '../../nn/tensors.ts';
import type { Critic } from './critic.ts';
import type { Generator } from './generator.ts';
import type { BatchNoise } from './noise.ts';
import { drawn, throughDraw, type Drawn } from './straightThrough.ts';

/** Made rows, and all that the way back into the generator needs. */
export interface MadeRows {
  readonly trace: Trace;
  readonly tokens: Drawn;
  readonly noise: BatchNoise;
  /** One-hot, n x width, with the given cells in their places. */
  readonly rows: Matrix;
}

/** Call within a scope. */
export function makeRows(
  generator: Generator,
  layers: readonly DenseParameters[],
  blocks: SoftmaxBlocks,
  noise: BatchNoise,
): MadeRows {
  const trace = generator.forward(layers, noise.input);
  const tokens = drawn(trace[trace.length - 1], noise.gumbel, blocks);
  return { trace, tokens, noise, rows: plus(times(tokens.hard, noise.free), noise.given) };
}

/** A loss summed over rows, and its gradient summed over rows and divided by their number. */
export interface Step {
  readonly loss: DeviceScalar;
  readonly gradients: DenseParameters[];
}

/** Uses of the layers where each row has its own gradient of the output, n x 1. */
export const weightedUses = (back: readonly LayerUse[], toOdds: Matrix): LayerUse[] =>
  back.map(({ input, delta }) => ({ input, delta: scaledRows(delta, toOdds) }));

/**
 * The critic's side of the non-saturating game (Goodfellow et al. 2014, arXiv 1406.2661) at real or at made rows: the
 * mean over rows of the cross-entropy of telling which they are, and of the penalty on steepness there. Call within a
 * scope.
 */
export function criticOnRows(
  critic: Critic,
  layers: readonly DenseParameters[],
  rows: Matrix,
  which: 'real' | 'made',
  steepness: number,
): Step {
  const weight = 1 / rows.shape[0];
  const trace = critic.forward(layers, rows);
  const odds = trace[trace.length - 1];
  const back = critic.backward(layers, trace);
  const [wrong, toOdds] =
    which === 'made' ? [odds, logistic(odds)] : [negated(odds), shifted(logistic(odds), -1)];
  const own = summedGradients(weightedUses(back, scaled(toOdds, weight)));
  const loss = scaled(sumOfAll(softPlus(wrong)), weight);
  if (steepness === 0) return { loss, gradients: own };
  const penalty = critic.penalty(layers, trace, back, steepness * weight);
  const steep = summedGradients(penalty.uses);
  const gradients = own.map(({ weights, bias }, i) => ({ weights: plus(weights, steep[i].weights), bias }));
  return { loss: plus(loss, penalty.loss), gradients };
}

/** Gradient by the logits of made rows of the mean of -log(how real the critic thinks they are). */
export function generatorToLogits(
  critic: Critic,
  criticLayers: readonly DenseParameters[],
  blocks: SoftmaxBlocks,
  made: MadeRows,
): Matrix {
  const trace = critic.forward(criticLayers, made.rows);
  const odds = trace[trace.length - 1];
  const back = critic.backward(criticLayers, trace);
  const toOdds = scaled(shifted(logistic(odds), -1), 1 / made.rows.shape[0]);
  const toRows = times(scaledRows(critic.toRows(criticLayers, back), toOdds), made.noise.free);
  return throughDraw(made.tokens, toRows, blocks);
}
