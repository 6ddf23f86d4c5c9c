import type { DenseParameters } from '../../nn/dense.ts';
import { denseForward, denseGradient, inputGradient } from '../../nn/dense.ts';
import { ParameterLayout, type ParameterShape } from '../../nn/parameters.ts';
import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { denseShapes, stackBackward, stackForward, stackOf, type DenseShape } from '../../nn/stack.ts';
import {
  clipped,
  exponential,
  minus,
  plus,
  scaled,
  shifted,
  squared,
  sumOfAll,
  times,
  type DeviceScalar,
  type Matrix,
} from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';

export interface VaeSizes {
  /** Tokens of each column. */
  readonly widths: readonly number[];
  readonly hidden: number;
  readonly latent: number;
}

/** Bounds of the encoder's log variance, so that a first bad step cannot overflow. */
const lowestLogVariance = -12;
const highestLogVariance = 4;
/** Keeps the first logit of a token nobody has finite. */
const smallestShare = 1e-4;

/**
 * Variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) over one-hot tokens, as in TVAE (Xu et al. 2019,
 * arXiv 1907.00503) but with every column a softmax over tokens:
 * encoder width -> hidden -> hidden -> (mean, log variance), decoder latent -> hidden -> hidden -> width.
 */
export class VaeNetwork {
  readonly sizes: VaeSizes;
  readonly width: number;
  readonly encoder: readonly DenseShape[];
  readonly heads: readonly DenseShape[];
  readonly decoder: readonly DenseShape[];

  constructor(sizes: VaeSizes) {
    const { widths, hidden, latent } = sizes;
    this.sizes = sizes;
    this.width = widths.reduce((sum, each) => sum + each, 0);
    this.encoder = stackOf([this.width, hidden, hidden], 'relu');
    this.heads = [...stackOf([hidden, latent], 'linear'), ...stackOf([hidden, latent], 'linear')];
    this.decoder = stackOf([latent, hidden, hidden, this.width], 'linear');
  }

  /** All parameters with their first values: the decoder starts at the columns' own shares. */
  shapes(shares: readonly Float64Array[], rng: Rng): ParameterShape[] {
    const { encoder, heads, decoder } = this;
    const shapes = [...encoder, ...heads, ...decoder].flatMap((shape) => denseShapes(shape, rng));
    const logits = Float32Array.from(
      shares.flatMap((block) => Array.from(block, (share) => Math.log(share + smallestShare))),
    );
    shapes[shapes.length - 1] = { ...shapes[shapes.length - 1], initial: logits };
    return shapes;
  }

  /** Number of parameters before the decoder's: what a model that only makes rows can do without. */
  get encoderLength(): number {
    return [...this.encoder, ...this.heads].reduce(
      (sum, { inputs, outputs }) => sum + (inputs + 1) * outputs,
      0,
    );
  }

  decoderLayout(): ParameterLayout {
    const bare = this.decoder.flatMap(({ inputs, outputs }) => [
      { rows: inputs, columns: outputs },
      { rows: 1, columns: outputs },
    ]);
    return new ParameterLayout(bare);
  }

  /** Logits, n x width, of latent points, n x latent. */
  decode(decoder: readonly DenseParameters[], points: Matrix): Matrix {
    const trace = stackForward(this.decoder, decoder, points);
    return trace[trace.length - 1];
  }

  /**
   * Mean loss of one batch and its gradient by all parameters: cross-entropy of the reconstruction + klWeight x KL
   * divergence of the latent distribution from a standard normal, in nats a row.
   * `inputs` is one-hot, n x width; `noise` standard normal, n x latent. Call within a scope.
   */
  gradient(
    layers: readonly DenseParameters[],
    blocks: SoftmaxBlocks,
    inputs: Matrix,
    noise: Matrix,
    klWeight: number,
  ): { loss: DeviceScalar; gradients: DenseParameters[] } {
    const rows = inputs.shape[0];
    const encoder = layers.slice(0, this.encoder.length);
    const [meanHead, spreadHead] = layers.slice(this.encoder.length, this.encoder.length + 2);
    const decoder = layers.slice(this.encoder.length + 2);

    const up = stackForward(this.encoder, encoder, inputs);
    const features = up[up.length - 1];
    const mean = denseForward(meanHead, 'linear', features);
    const logVariance = clipped(
      denseForward(spreadHead, 'linear', features),
      lowestLogVariance,
      highestLogVariance,
    );
    const spread = exponential(scaled(logVariance, 0.5));
    const scatter = times(spread, noise);
    const down = stackForward(this.decoder, decoder, plus(mean, scatter));
    const head = blocks.crossEntropy(down[down.length - 1], inputs);
    const variance = squared(spread);
    const divergence = scaled(
      sumOfAll(shifted(minus(plus(squared(mean), variance), logVariance), -1)),
      klWeight / 2,
    );

    const back = stackBackward(this.decoder, decoder, down, scaled(head.gradient, 1 / rows));
    const toPoint = inputGradient(decoder[0], back[0].delta);
    const pull = klWeight / rows;
    const toMean = plus(toPoint, scaled(mean, pull));
    const toSpread = scaled(plus(times(toPoint, scatter), scaled(shifted(variance, -1), pull)), 0.5);
    const toFeatures = plus(inputGradient(meanHead, toMean), inputGradient(spreadHead, toSpread));
    const front = stackBackward(this.encoder, encoder, up, toFeatures);
    const heads = [denseGradient(features, toMean), denseGradient(features, toSpread)];
    const gradients = [...front, ...heads, ...back];
    return { loss: scaled(plus(head.loss, divergence), 1 / rows), gradients };
  }
}
