import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
import type { Pass } from '../../nn/parameterGradient.ts';
import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { Trace } from '../../nn/stack.ts';
import {
  logisticError,
  scaledRows,
  softPlus,
  timesPlus,
  type Matrix,
  type Weighted,
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
  return { trace, tokens, noise, rows: timesPlus(tokens.hard, noise.free, noise.given) };
}

/** A mean loss over rows, as sums, and the backward pass that makes its gradient. */
export interface Step {
  readonly losses: readonly Weighted[];
  readonly pass: Pass;
}

/** Uses of the layers where each row has its own gradient of the output, n x 1. */
export const weightedUses = (back: readonly LayerUse[], toOdds: Matrix): LayerUse[] =>
  back.map(({ input, delta }) => ({ input, delta: scaledRows(delta, toOdds) }));

/** Gradient by the odds of the mean cross-entropy of rows that are to be `target`, each times its weight. */
function errorOf(odds: Matrix, target: number, weights: Matrix | undefined): Matrix {
  const error = logisticError(odds, target, 1 / odds.shape[0]);
  return weights ? scaledRows(error, weights) : error;
}

/**
 * The critic's side of the non-saturating game (Goodfellow et al. 2014, arXiv 1406.2661) at real or at made rows: the
 * mean over rows of the cross-entropy of telling which they are, and of the penalty on steepness there. `weights`, n x 1,
 * are of the cross-entropy's gradient alone: the loss that is shown stays comparable. Call within a scope.
 */
export function criticOnRows(
  critic: Critic,
  layers: readonly DenseParameters[],
  rows: Matrix,
  which: 'real' | 'made',
  steepness: number,
  weights?: Matrix,
): Step {
  const weight = 1 / rows.shape[0];
  const trace = critic.forward(layers, rows);
  const odds = trace[trace.length - 1];
  const isReal = which === 'real' ? 1 : 0;
  const toOdds = errorOf(odds, isReal, weights);
  const loss = { values: softPlus(odds, isReal ? -1 : 1), weight };
  if (steepness === 0) return { losses: [loss], pass: critic.backward(layers, trace, toOdds) };
  const back = critic.backward(layers, trace);
  const penalty = critic.penalty(layers, trace, back, steepness * weight);
  const pass = back.map((use, i) => ({ ...use, factors: toOdds, also: penalty.signals[i] }));
  return { losses: [loss, penalty.loss], pass };
}

/** Gradient by the logits of made rows of the mean of -log(how real the critic thinks they are), under `weights`. */
export function generatorToLogits(
  critic: Critic,
  criticLayers: readonly DenseParameters[],
  blocks: SoftmaxBlocks,
  made: MadeRows,
  weights?: Matrix,
): Matrix {
  const trace = critic.forward(criticLayers, made.rows);
  const toOdds = errorOf(trace[trace.length - 1], 1, weights);
  const back = critic.backward(criticLayers, trace, toOdds);
  return throughDraw(made.tokens, critic.toRows(criticLayers, back), made.noise.free, blocks);
}
