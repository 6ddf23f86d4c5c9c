import { oneHot } from '../../encode/oneHot.ts';
import { AdamTrainee, type BatchGradient } from '../../nn/adamTrainee.ts';
import { normals } from '../../nn/initialise.ts';
import { initialValues } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import { matrixFrom, type DeviceScalar, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { VaeNetwork } from './network.ts';
import type { Tokens } from '../neural/tokens.ts';

/**
 * Weight of the KL divergence. Below 1 the latent space holds more of each row, so that columns go together better; too
 * low and rows drawn from the standard normal fall between what was learned. TVAE uses 1/2, and with some thousand rows of
 * many columns that did best: C2ST AUC .60 with 5,634 of 20 columns (telco), .67 at .2. A link among few columns and rows
 * does not pay for its place at 1/2, and columns are learned on their own: 5,146 taxi rides came to .99, at .2 to .62, at
 * .08 to .65; 8,000 lodgings to .82, at .2 to .67; 16,512 blocks of houses to 1.00 and a model of their prices to an R2 of
 * 0, at .2 to .80 and .73. With many rows it is a matter of luck at 1/2: 36,169 bank clients came to .78 on one split, .59
 * on another, and boosted trees of their rows to a ROC AUC of .75 and .91; at .4 to .60 both times, .89 and .90. Adult
 * loses little: .57 and .59 after .58 and .57, .900 and .907 after .911 and .904.
 */
function klWeightFor(rows: number, columns: number): number {
  if (rows >= 30_000) return 0.4;
  return rows < 4000 || columns < 16 ? 0.2 : 0.5;
}

/** The VAE and its rows as plain training sees them. */
class VaeBatches implements BatchGradient {
  readonly #network: VaeNetwork;
  readonly #tokens: Tokens;
  readonly #rng: Rng;
  #blocks: SoftmaxBlocks | undefined;

  constructor(network: VaeNetwork, tokens: Tokens, rng: Rng) {
    this.#network = network;
    this.#tokens = tokens;
    this.#rng = rng;
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks(this.#network.sizes.widths);
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#blocks = undefined;
  }

  gradient(parameters: Vector, rows: Int32Array, step: number): { loss: DeviceScalar; gradient: Vector } {
    if (!this.#blocks) throw new Error('The network is not on the device.');
    const { width, layout, sizes } = this.#network;
    const noise = normals(rows.length * sizes.latent, 1, this.#rng.fork(`noise ${step}`));
    return this.#network.gradient(
      layout.layers(parameters),
      this.#blocks,
      matrixFrom(oneHot(this.#tokens, sizes.widths, rows), rows.length, width),
      matrixFrom(noise, rows.length, sizes.latent),
      klWeightFor(this.#tokens[0].length, this.#tokens.length),
    );
  }
}

/** The VAE as the trainer sees it. */
export const vaeTrainee = (
  network: VaeNetwork,
  tokens: Tokens,
  shares: readonly Float64Array[],
  rng: Rng,
): AdamTrainee =>
  new AdamTrainee(
    new VaeBatches(network, tokens, rng),
    initialValues(network.initial(shares, rng.fork('weights'))),
  );
