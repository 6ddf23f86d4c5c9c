import type { Rng } from '../../random/rng.ts';
import { histogramStride, SplitFinder, type SplitRules } from './splitFinder.ts';
import { Tree } from './tree.ts';
import type { BinnedTable } from './types.ts';

export interface TreeRules extends SplitRules {
  /** Best-first up to so many leaves; Infinity grows until nothing may be split. */
  readonly maxLeaves: number;
  /** Features drawn for each split; Infinity takes all. */
  readonly featuresPerSplit: number;
}

/** A node, its rows rows[start..end-1] of those to learn from, and their sums. */
interface Part {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly gradients: number;
  readonly hessians: number;
}

/** A leaf that may still be split, with its best split. */
interface Open extends Part {
  readonly histogram: Float64Array | null;
  readonly gain: number;
  readonly feature: number;
  readonly lowCodes: number;
  readonly highCodes: number;
}

/** Where the rows of a leaf lie. */
export interface GrownLeaf {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

export interface Grown {
  readonly tree: Tree;
  readonly leaves: readonly GrownLeaf[];
}

/**
 * Grows regression trees on gradients and hessians from histograms of binned features (Ke et al. 2017, LightGBM). With
 * all features a child's histogram is its parent's less its sibling's. Buffers are kept from tree to tree.
 */
export class TreeGrower {
  /** Gain of all splits so far, by feature. */
  readonly importance: Float64Array;
  readonly #table: BinnedTable;
  readonly #rules: TreeRules;
  readonly #rng: Rng;
  readonly #finder: SplitFinder;
  readonly #starts: Int32Array;
  readonly #cells: number;
  readonly #scratch: Int32Array;
  readonly #gathered: Float64Array;
  readonly #candidates: Int32Array;
  readonly #free: Float64Array[] = [];
  /** Histograms of the features drawn for one split. */
  readonly #drawn: Float64Array;
  readonly #draws: boolean;

  constructor(table: BinnedTable, rules: TreeRules, rng: Rng) {
    const { features } = table;
    this.#table = table;
    this.#rules = rules;
    this.#rng = rng;
    this.#finder = new SplitFinder(rules);
    this.#starts = new Int32Array(features.length);
    let cells = 0;
    for (const [at, { size }] of features.entries()) {
      this.#starts[at] = cells;
      cells += size * histogramStride;
    }
    this.#cells = cells;
    this.#drawn = new Float64Array(cells);
    this.#scratch = new Int32Array(table.rows);
    this.#gathered = new Float64Array(2 * table.rows);
    this.#candidates = Int32Array.from(features.keys());
    this.#draws = rules.featuresPerSplit < features.length;
    this.importance = new Float64Array(features.length);
  }

  /**
   * Grows one tree. A leaf's value is minus its summed gradients over its summed hessians (plus l2).
   * @param rows the rows to learn from, reordered so that the rows of each leaf lie together.
   * @param gradients one a row of the table, as are `hessians`.
   */
  grow(rows: Int32Array, gradients: Float64Array, hessians: Float64Array): Grown {
    const tree = new Tree();
    const leaves: GrownLeaf[] = [];
    const [sum, weight] = this.#sums(rows, gradients, hessians);
    const open = [this.#root(tree, rows, gradients, hessians, sum, weight)];
    let count = 1;
    for (;;) {
      const at = this.#next(open);
      if (at < 0) break;
      const leaf = open[at];
      open[at] = open[open.length - 1];
      open.pop();
      if (leaf.feature < 0 || count >= this.#rules.maxLeaves) {
        leaves.push({ start: leaf.start, end: leaf.end, value: tree.values[leaf.node] });
        if (leaf.histogram) this.#free.push(leaf.histogram);
        continue;
      }
      const [left, right] = this.#split(tree, leaf, rows, gradients, hessians);
      open.push(left, right);
      count++;
    }
    return { tree, leaves };
  }

  #sums(rows: Int32Array, gradients: Float64Array, hessians: Float64Array): [number, number] {
    let [sum, weight] = [0, 0];
    for (const row of rows) {
      sum += gradients[row];
      weight += hessians[row];
    }
    return [sum, weight];
  }

  /** Best gain first where leaves are few; else the last, which keeps the list short. */
  #next(open: readonly Open[]): number {
    if (this.#rules.maxLeaves === Infinity) return open.length - 1;
    let best = open.length > 0 ? 0 : -1;
    for (let at = 1; at < open.length; at++) if (open[at].gain > open[best].gain) best = at;
    return best;
  }

  #root(
    tree: Tree,
    rows: Int32Array,
    gradients: Float64Array,
    hessians: Float64Array,
    sum: number,
    weight: number,
  ): Open {
    const node = tree.addLeaf(-sum / (weight + this.#rules.l2));
    const part = { node, start: 0, end: rows.length, gradients: sum, hessians: weight };
    if (this.#draws) return this.#openByDraw(part, rows, gradients, hessians);
    const histogram = this.#take();
    this.#gather(rows, 0, rows.length, gradients, hessians);
    this.#fillAll(histogram, rows, 0, rows.length);
    return this.#openWith(part, histogram);
  }

  #split(
    tree: Tree,
    leaf: Open,
    rows: Int32Array,
    gradients: Float64Array,
    hessians: Float64Array,
  ): [Open, Open] {
    const middle = this.#partition(rows, leaf);
    let [leftSum, leftWeight] = [0, 0];
    for (let i = leaf.start; i < middle; i++) {
      leftSum += gradients[rows[i]];
      leftWeight += hessians[rows[i]];
    }
    const { l2 } = this.#rules;
    const [rightSum, rightWeight] = [leaf.gradients - leftSum, leaf.hessians - leftWeight];
    const left = tree.addLeaf(-leftSum / (leftWeight + l2));
    const right = tree.addLeaf(-rightSum / (rightWeight + l2));
    tree.split(leaf.node, leaf.feature, leaf.lowCodes, leaf.highCodes, left, right);
    this.importance[leaf.feature] += leaf.gain;
    const parts = [
      { node: left, start: leaf.start, end: middle, gradients: leftSum, hessians: leftWeight },
      { node: right, start: middle, end: leaf.end, gradients: rightSum, hessians: rightWeight },
    ] as const;
    if (leaf.histogram === null) {
      return [
        this.#openByDraw(parts[0], rows, gradients, hessians),
        this.#openByDraw(parts[1], rows, gradients, hessians),
      ];
    }
    const leftSmaller = middle - leaf.start < leaf.end - middle;
    const [small, large] = leftSmaller ? parts : [parts[1], parts[0]];
    const histogram = this.#take();
    this.#gather(rows, small.start, small.end, gradients, hessians);
    this.#fillAll(histogram, rows, small.start, small.end);
    const rest = leaf.histogram;
    for (let cell = 0; cell < rest.length; cell++) rest[cell] -= histogram[cell];
    return [this.#openWith(small, histogram), this.#openWith(large, rest)];
  }

  /** Stable partition of a leaf's rows by its split; gives where the right part starts. */
  #partition(rows: Int32Array, { start, end, feature, lowCodes, highCodes }: Open): number {
    const { codes, rows: total } = this.#table;
    const [scratch, base] = [this.#scratch, feature * total];
    let [left, right] = [start, 0];
    for (let i = start; i < end; i++) {
      const row = rows[i];
      const code = codes[base + row];
      if (((code < 32 ? lowCodes : highCodes) >>> (code & 31)) & 1) rows[left++] = row;
      else scratch[right++] = row;
    }
    for (let i = 0; i < right; i++) rows[left + i] = scratch[i];
    return left;
  }

  #take(): Float64Array {
    const free = this.#free.pop();
    return free ? free.fill(0) : new Float64Array(this.#cells);
  }

  /**
   * Puts gradients and hessians of a leaf side by side, so that each feature reads them in order. True where all rows
   * want the same value, so that no split gains anything.
   */
  #gather(
    rows: Int32Array,
    start: number,
    end: number,
    gradients: Float64Array,
    hessians: Float64Array,
  ): boolean {
    const gathered = this.#gathered;
    const [gradient, hessian] = [gradients[rows[start]], hessians[rows[start]]];
    let pure = true;
    for (let i = start, at = 0; i < end; i++, at += 2) {
      gathered[at] = gradients[rows[i]];
      gathered[at + 1] = hessians[rows[i]];
      // Draws are whole numbers, so that equal wishes differ by rounding alone.
      pure &&= Math.abs(gathered[at] * hessian - gradient * gathered[at + 1]) < 1e-12;
    }
    return pure;
  }

  /** Adds the gathered rows to the histograms of all features, two at a time: each row is read half as often. */
  #fillAll(histogram: Float64Array, rows: Int32Array, start: number, end: number): void {
    const { codes, rows: total } = this.#table;
    const [gathered, starts] = [this.#gathered, this.#starts];
    let feature = 0;
    for (; feature + 1 < starts.length; feature += 2) {
      const [base, other] = [feature * total, (feature + 1) * total];
      const [first, second] = [starts[feature], starts[feature + 1]];
      for (let i = start, at = 0; i < end; i++, at += 2) {
        const row = rows[i];
        const gradient = gathered[at];
        const hessian = gathered[at + 1];
        const cell = first + histogramStride * codes[base + row];
        histogram[cell] += gradient;
        histogram[cell + 1] += hessian;
        histogram[cell + 2]++;
        const its = second + histogramStride * codes[other + row];
        histogram[its] += gradient;
        histogram[its + 1] += hessian;
        histogram[its + 2]++;
      }
    }
    if (feature < starts.length) this.#fill(histogram, rows, start, end, feature);
  }

  /** Adds the gathered rows to the histogram of one feature. */
  #fill(histogram: Float64Array, rows: Int32Array, start: number, end: number, feature: number): void {
    const { codes, rows: total } = this.#table;
    const [gathered, base, first] = [this.#gathered, feature * total, this.#starts[feature]];
    for (let i = start, at = 0; i < end; i++, at += 2) {
      const cell = first + histogramStride * codes[base + rows[i]];
      histogram[cell] += gathered[at];
      histogram[cell + 1] += gathered[at + 1];
      histogram[cell + 2]++;
    }
  }

  #mayNotSplit(part: Part): boolean {
    const { minLeafRows, minLeafHessian } = this.#rules;
    return part.end - part.start < 2 * minLeafRows || part.hessians < 2 * minLeafHessian;
  }

  #openWith(part: Part, histogram: Float64Array): Open {
    const { features } = this.#table;
    this.#finder.start(part.gradients, part.hessians, part.end - part.start);
    if (!this.#mayNotSplit(part)) {
      for (let feature = 0; feature < features.length; feature++) {
        const { size, ordered } = features[feature];
        this.#finder.offer(histogram, this.#starts[feature], size, ordered, feature);
      }
    }
    return this.#opened(part, histogram);
  }

  /** Draws features until enough were looked at and one of them splits, or none is left. */
  #openByDraw(part: Part, rows: Int32Array, gradients: Float64Array, hessians: Float64Array): Open {
    const finder = this.#finder;
    finder.start(part.gradients, part.hessians, part.end - part.start);
    if (!this.#mayNotSplit(part)) {
      const histogram = this.#drawn;
      const candidates = this.#candidates;
      if (this.#gather(rows, part.start, part.end, gradients, hessians)) return this.#opened(part, null);
      for (let drawn = 0; drawn < candidates.length; drawn++) {
        if (drawn >= this.#rules.featuresPerSplit && finder.feature >= 0) break;
        const pick = drawn + this.#rng.int(candidates.length - drawn);
        const feature = candidates[pick];
        candidates[pick] = candidates[drawn];
        candidates[drawn] = feature;
        const { size, ordered } = this.#table.features[feature];
        const first = this.#starts[feature];
        histogram.fill(0, first, first + size * histogramStride);
        this.#fill(histogram, rows, part.start, part.end, feature);
        finder.offer(histogram, first, size, ordered, feature);
      }
    }
    return this.#opened(part, null);
  }

  #opened({ node, start, end, gradients, hessians }: Part, histogram: Float64Array | null): Open {
    const { gain, feature, lowCodes, highCodes } = this.#finder;
    return { node, start, end, gradients, hessians, histogram, gain, feature, lowCodes, highCodes };
  }
}
