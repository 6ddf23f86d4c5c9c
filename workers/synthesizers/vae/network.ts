import { denseForward, inputGradient, type DenseParameters, type LayerUse } from '../../nn/dense.ts';
import { drawnPoints, toMean, toSpread, twiceDivergence, type LatentNormal } from '../../nn/latentNormal.ts';
import { parameterGradient } from '../../nn/parameterGradient.ts';
import { ParameterLayout, type ParameterShape } from '../../nn/parameters.ts';
import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import {
  bareShapes,
  denseShapes,
  stackBackward,
  stackForward,
  stackOf,
  type DenseShape,
} from '../../nn/stack.ts';
import { weightedSum, type DeviceScalar, type Matrix, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';

export interface VaeSizes {
  /** Tokens of each column. */
  readonly widths: readonly number[];
  readonly hidden: number;
  readonly latent: number;
}

/** Keeps the first logit of a token nobody has finite. */
const smallestShare = 1e-4;

/** The layers' parameters by their place. */
interface Parts {
  readonly encoder: readonly DenseParameters[];
  readonly mean: DenseParameters;
  readonly spread: DenseParameters;
  readonly decoder: readonly DenseParameters[];
}

/** What the encoder says of each row, and a point drawn from it, n x latent. */
interface Encoded {
  readonly trace: readonly Matrix[];
  readonly latent: LatentNormal;
  readonly points: Matrix;
}

/** Everything that the way back needs of the way there. */
interface ForwardPass {
  readonly parts: Parts;
  readonly encoded: Encoded;
  /** The decoder's trace. */
  readonly down: readonly Matrix[];
}

const logitsOf = ({ down }: ForwardPass): Matrix => down[down.length - 1];

/**
 * Variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114) over one-hot tokens, as in TVAE (Xu et al. 2019,
 * arXiv 1907.00503) but with every column a softmax over tokens:
 * encoder width -> hidden -> hidden -> (mean, log variance), decoder latent -> hidden -> hidden -> width.
 */
export class VaeNetwork {
  readonly sizes: VaeSizes;
  readonly width: number;
  readonly layout: ParameterLayout;
  readonly #encoder: readonly DenseShape[];
  readonly #head: DenseShape;
  readonly #decoder: readonly DenseShape[];

  constructor(sizes: VaeSizes) {
    const { widths, hidden, latent } = sizes;
    this.sizes = sizes;
    this.width = widths.reduce((sum, each) => sum + each, 0);
    this.#encoder = stackOf([this.width, hidden, hidden], 'relu');
    this.#head = { inputs: hidden, outputs: latent, activation: 'linear' };
    this.#decoder = stackOf([latent, hidden, hidden, this.width], 'linear');
    this.layout = new ParameterLayout(bareShapes(this.#shapes()));
  }

  /** All parameters with their first values: the decoder starts at the columns' own shares. */
  initial(shares: readonly Float64Array[], rng: Rng): ParameterShape[] {
    const shapes = this.#shapes().flatMap((shape) => denseShapes(shape, rng));
    const logits = shares.flatMap((block) => Array.from(block, (share) => Math.log(share + smallestShare)));
    shapes[shapes.length - 1] = { ...shapes[shapes.length - 1], initial: new Float32Array(logits) };
    return shapes;
  }

  /** Latent points, n x latent, drawn for one-hot rows, n x width, with standard normal noise, n x latent. */
  encode(layers: readonly DenseParameters[], inputs: Matrix, noise: Matrix): Matrix {
    return this.#encode(this.#parts(layers), inputs, noise).points;
  }

  /** Logits, n x width, of latent points, n x latent. */
  decode(layers: readonly DenseParameters[], points: Matrix): Matrix {
    const trace = stackForward(this.#decoder, this.#parts(layers).decoder, points);
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
  ): { loss: DeviceScalar; gradient: Vector } {
    const rowWeight = 1 / inputs.shape[0];
    const pass = this.#forward(this.#parts(layers), inputs, noise);
    const head = blocks.crossEntropy(logitsOf(pass), inputs, { rowWeight });
    const loss = weightedSum([
      { values: head.losses, weight: rowWeight },
      { values: twiceDivergence(pass.encoded.latent), weight: (klWeight * rowWeight) / 2 },
    ]);
    const uses = this.#backward(pass, head.gradient, klWeight * rowWeight);
    return { loss, gradient: parameterGradient([uses]) };
  }

  /**
   * What the gradient of each row's own loss is made of, layer by layer in the order of the parameters. No row sees
   * another, and no loss is computed. Arguments as for `gradient`. Call within a scope.
   */
  rowGradients(
    layers: readonly DenseParameters[],
    blocks: SoftmaxBlocks,
    inputs: Matrix,
    noise: Matrix,
    klWeight: number,
  ): LayerUse[] {
    const pass = this.#forward(this.#parts(layers), inputs, noise);
    return this.#backward(pass, blocks.crossEntropyGradient(logitsOf(pass), inputs), klWeight);
  }

  #forward(parts: Parts, inputs: Matrix, noise: Matrix): ForwardPass {
    const encoded = this.#encode(parts, inputs, noise);
    return { parts, encoded, down: stackForward(this.#decoder, parts.decoder, encoded.points) };
  }

  /** `toLogits` is the gradient by the logits; `pull` the weight of each row's KL divergence. */
  #backward({ parts, encoded, down }: ForwardPass, toLogits: Matrix, pull: number): LayerUse[] {
    const { trace, latent } = encoded;
    const features = trace[trace.length - 1];
    const back = stackBackward(this.#decoder, parts.decoder, down, toLogits);
    const toPoints = inputGradient(parts.decoder[0], back[0].delta);
    const mean = { input: features, delta: toMean(latent, toPoints, pull) };
    const spread = { input: features, delta: toSpread(latent, toPoints, pull) };
    const more = inputGradient(parts.mean, mean.delta);
    const toFeatures = inputGradient(parts.spread, spread.delta, { more });
    const front = stackBackward(this.#encoder, parts.encoder, trace, toFeatures);
    return [...front, mean, spread, ...back];
  }

  #encode({ encoder, mean, spread }: Parts, inputs: Matrix, noise: Matrix): Encoded {
    const trace = stackForward(this.#encoder, encoder, inputs);
    const features = trace[trace.length - 1];
    const latent = {
      mean: denseForward(mean, 'linear', features),
      spread: denseForward(spread, 'linear', features),
      noise,
    };
    return { trace, latent, points: drawnPoints(latent) };
  }

  #parts(layers: readonly DenseParameters[]): Parts {
    const depth = this.#encoder.length;
    return {
      encoder: layers.slice(0, depth),
      mean: layers[depth],
      spread: layers[depth + 1],
      decoder: layers.slice(depth + 2),
    };
  }

  #shapes(): DenseShape[] {
    return [...this.#encoder, this.#head, this.#head, ...this.#decoder];
  }
}
