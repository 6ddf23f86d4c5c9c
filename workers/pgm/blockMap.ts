/**
 * How the cells of a table line up with those of a smaller table over some of its axes. The large table is walked in
 * blocks along its last axes, over which the small table either stays at one cell (stride 0) or moves by a fixed
 * stride; `offsets` holds the small cell at which each block starts. So the hot loops need no index arithmetic.
 */
export interface BlockMap {
  /** Cells of a block of the large table. */
  readonly length: number;
  readonly stride: number;
  readonly offsets: Int32Array;
}

/** Strides of the small table along each axis of the large one; 0 where it lacks the axis. */
function stridesOf(large: readonly number[], small: readonly number[], sizes: readonly number[]): number[] {
  const strides = new Map<number, number>();
  let stride = 1;
  for (let i = small.length - 1; i >= 0; i--) {
    strides.set(small[i], stride);
    stride *= sizes[small[i]];
  }
  return large.map((axis) => strides.get(axis) ?? 0);
}

/** Both tables are row-major in the order of their axes; `small` is a subset of `large`, in any order. */
export function blockMap(
  large: readonly number[],
  small: readonly number[],
  sizes: readonly number[],
): BlockMap {
  const strides = stridesOf(large, small, sizes);
  let first = large.length;
  let length = 1;
  let stride = 0;
  while (first > 0) {
    const size = sizes[large[first - 1]];
    const next = strides[first - 1];
    if (length > 1 && size > 1 && next !== stride * length) break;
    if (length === 1) stride = size > 1 ? next : 0;
    length *= size;
    first--;
  }
  return { length, stride, offsets: offsetsOf(large.slice(0, first), strides, sizes) };
}

/** Small offset of every combination of the leading axes, in row-major order. */
function offsetsOf(
  axes: readonly number[],
  strides: readonly number[],
  sizes: readonly number[],
): Int32Array {
  let offsets = Int32Array.of(0);
  axes.forEach((axis, i) => {
    const size = sizes[axis];
    const longer = new Int32Array(offsets.length * size);
    for (let block = 0; block < offsets.length; block++) {
      for (let value = 0; value < size; value++) {
        longer[block * size + value] = offsets[block] + value * strides[i];
      }
    }
    offsets = longer;
  });
  return offsets;
}

/** large[x] = small[x] */
export function spread(large: Float64Array, small: Float64Array, map: BlockMap): void {
  const { length, stride, offsets } = map;
  let cell = 0;
  for (const start of offsets) {
    let at = start;
    for (const end = cell + length; cell < end; cell++, at += stride) large[cell] = small[at];
  }
}

/** large[x] += small[x] */
export function addSpread(large: Float64Array, small: Float64Array, map: BlockMap): void {
  const { length, stride, offsets } = map;
  let cell = 0;
  for (const start of offsets) {
    let at = start;
    for (const end = cell + length; cell < end; cell++, at += stride) large[cell] += small[at];
  }
}

/** large[x] *= small[x] */
export function multiplySpread(large: Float64Array, small: Float64Array, map: BlockMap): void {
  const { length, stride, offsets } = map;
  let cell = 0;
  for (const start of offsets) {
    let at = start;
    if (stride === 0) {
      const factor = small[at];
      for (const end = cell + length; cell < end; cell++) large[cell] *= factor;
    } else {
      for (const end = cell + length; cell < end; cell++, at += stride) large[cell] *= small[at];
    }
  }
}

/** small[y] += sum of large[x] over all x that agree with y */
export function addMarginal(small: Float64Array, large: Float64Array, map: BlockMap): void {
  const { length, stride, offsets } = map;
  let cell = 0;
  for (const start of offsets) {
    let at = start;
    if (stride === 0) {
      let sum = 0;
      for (const end = cell + length; cell < end; cell++) sum += large[cell];
      small[at] += sum;
    } else {
      for (const end = cell + length; cell < end; cell++, at += stride) small[at] += large[cell];
    }
  }
}
