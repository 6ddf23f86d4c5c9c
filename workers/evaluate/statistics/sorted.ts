/** The first place in ascending `values` that is at least `value`, or greater than it with `after`. */
export function placeOf(values: Float64Array, value: number, after = false): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value || (after && values[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
