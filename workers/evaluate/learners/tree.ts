import type { BinnedTable } from './types.ts';

/** A tree over binned features. A node sends the codes in its set (two words of 32 bits) to the left. */
export class Tree {
  /** -1 at a leaf. */
  readonly features: number[] = [];
  readonly lowCodes: number[] = [];
  readonly highCodes: number[] = [];
  readonly lefts: number[] = [];
  readonly rights: number[] = [];
  /** Of a leaf. */
  readonly values: number[] = [];

  addLeaf(value: number): number {
    this.features.push(-1);
    this.lowCodes.push(0);
    this.highCodes.push(0);
    this.lefts.push(-1);
    this.rights.push(-1);
    this.values.push(value);
    return this.features.length - 1;
  }

  split(node: number, feature: number, low: number, high: number, left: number, right: number): void {
    this.features[node] = feature;
    this.lowCodes[node] = low;
    this.highCodes[node] = high;
    this.lefts[node] = left;
    this.rights[node] = right;
  }

  /** Adds `scale` times the value of each row's leaf to `sums[row * stride + offset]`. */
  addTo(sums: Float64Array, { rows, codes }: BinnedTable, scale: number, stride = 1, offset = 0): void {
    const features = Int32Array.from(this.features);
    const [low, high] = [Int32Array.from(this.lowCodes), Int32Array.from(this.highCodes)];
    const [lefts, rights] = [Int32Array.from(this.lefts), Int32Array.from(this.rights)];
    const values = Float64Array.from(this.values);
    for (let row = 0; row < rows; row++) {
      let node = 0;
      let feature = features[0];
      while (feature >= 0) {
        const code = codes[feature * rows + row];
        const word = code < 32 ? low[node] : high[node];
        node = (word >>> (code & 31)) & 1 ? lefts[node] : rights[node];
        feature = features[node];
      }
      sums[row * stride + offset] += scale * values[node];
    }
  }
}
