import { AdamTrainee, type BatchGradient } from '../../nn/adamTrainee.ts';
import { initialValues } from '../../nn/parameters.ts';
import { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { DeviceScalar, Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import { Leads, type LeadColumns } from './leads.ts';
import { drawMasks, maskedRows } from './masks.ts';
import type { AutoregressiveNetwork } from './network.ts';
import { orderedShare, slowestAverage, weightDecayFor } from './settings.ts';
import { orderedColumns, WaveParameters, type Waves } from './waves.ts';

/** What is learned from, and the order in which most rows will be made. */
export interface Lesson extends LeadColumns {
  readonly order: readonly number[];
}

/** The network and its rows as plain training sees them. */
class MaskedBatches implements BatchGradient {
  readonly #network: AutoregressiveNetwork;
  readonly #lesson: Lesson;
  readonly #rng: Rng;
  readonly #parameters: WaveParameters;
  readonly #leads: Leads;
  #blocks: SoftmaxBlocks | undefined;
  #waves: Waves | undefined;

  constructor(network: AutoregressiveNetwork, parameters: WaveParameters, lesson: Lesson, rng: Rng) {
    this.#network = network;
    this.#parameters = parameters;
    this.#lesson = lesson;
    this.#rng = rng;
    this.#leads = new Leads(lesson);
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks(this.#network.sizes.widths);
    this.#waves = this.#parameters.onDevice();
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#waves?.across.dispose();
    this.#waves?.down.dispose();
    this.#blocks = this.#waves = undefined;
  }

  gradient(parameters: Vector, rows: Int32Array, step: number): { loss: DeviceScalar; gradient: Vector } {
    if (!this.#blocks) throw new Error('The network is not on the device.');
    const { codes, order } = this.#lesson;
    const led = { leads: this.#leads, rows: rows.slice() };
    const masks = drawMasks(rows.length, order, orderedShare, this.#rng.fork(`masks ${step}`), led);
    const batch = maskedRows(this.#network, codes, led.rows, masks);
    const layers = this.#parameters.layers(parameters, this.#waves);
    const { loss, gradient } = this.#network.gradient(layers, this.#blocks, batch);
    return { loss, gradient: this.#parameters.gradient(gradient, this.#waves) };
  }
}

/** The network as the trainer sees it, for about `steps` steps. It starts with each column at its shares. */
export class AutoregressiveTrainee extends AdamTrainee {
  readonly #parameters: WaveParameters;

  constructor(network: AutoregressiveNetwork, lesson: Lesson, steps: number, rng: Rng) {
    const parameters = new WaveParameters(network, orderedColumns(lesson.ordered, lesson.shares));
    super(
      new MaskedBatches(network, parameters, lesson, rng),
      parameters.initial(initialValues(network.initial(lesson.shares, rng.fork('weights')))),
      { weightDecay: weightDecayFor(lesson.codes[0].length), slowestAverage: slowestAverage(steps) },
    );
    this.#parameters = parameters;
  }

  /** The network's averaged parameters, on the host. */
  override async averaged(): Promise<Float32Array> {
    return this.#parameters.worked(await super.averaged());
  }
}
