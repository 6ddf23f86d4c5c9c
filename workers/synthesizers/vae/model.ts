import { drawCodes } from '../../encode/tableCodec.ts';
import type { Table } from '../../table/types.ts';
import type { Model, SampleContext } from '../types.ts';
import { Decoder, pointsAtOnce } from './decoder.ts';
import type { VaeNetwork } from './network.ts';
import type { TokenCodec } from './tokens.ts';

/** Makes rows: a latent point from the standard normal, token probabilities from the decoder, a token each, a cell each. */
export class VaeModel implements Model {
  readonly method = 'vae';
  readonly #codec: TokenCodec;
  readonly #decoder: Decoder;

  /** `parameters` are the decoder's; `survives` as in `Decoder`. */
  constructor(network: VaeNetwork, codec: TokenCodec, parameters: Float32Array, survives: boolean) {
    this.#codec = codec;
    this.#decoder = new Decoder(network, parameters, survives);
  }

  async sample(rows: number, { rng, control, onProgress }: SampleContext): Promise<Table> {
    const points = rng.fork('latent');
    const drawing = rng.fork('tokens');
    const { widths } = this.#codec;
    const tokens = widths.map(() => new Int32Array(rows));
    for (let done = 0; done < rows; done += pointsAtOnce) {
      const count = Math.min(pointsAtOnce, rows - done);
      const probabilities = await this.#decoder.draw(count, 'probabilities', points);
      const stride = probabilities.length / count;
      let offset = 0;
      widths.forEach((width, c) => {
        tokens[c].set(drawCodes(probabilities, stride, { offset, width }, drawing), done);
        offset += width;
      });
      onProgress?.((done + count) / rows);
      await control.checkpoint();
    }
    return this.#codec.decode(tokens, drawing);
  }

  dispose(): void {
    this.#decoder.dispose();
  }
}
