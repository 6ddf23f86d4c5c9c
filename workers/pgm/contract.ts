import { cellsOf } from './cliques.ts';

/** A row-major table over some attributes. */
export interface Factor {
  readonly attributes: readonly number[];
  readonly values: Float64Array;
}

/** Offset in a table over `target` of every combination of `axes`; axes that it lacks do not move. */
function offsets(axes: readonly number[], target: readonly number[], sizes: readonly number[]): Int32Array {
  let found = Int32Array.of(0);
  for (const axis of axes) {
    const place = target.indexOf(axis);
    const stride = place < 0 ? 0 : cellsOf(sizes, target.slice(place + 1));
    const size = sizes[axis];
    const longer = new Int32Array(found.length * size);
    for (let i = 0, cell = 0; i < found.length; i++) {
      for (let value = 0; value < size; value++, cell++) longer[cell] = found[i] + value * stride;
    }
    found = longer;
  }
  return found;
}

/** What lines up the cells of two factors and of their product's sum: those of the first, then b's own axes. */
interface Alignment {
  readonly outerB: Int32Array;
  readonly outerOut: Int32Array;
  readonly innerB: Int32Array;
  readonly innerOut: Int32Array;
}

const isCounting = (offsets: Int32Array): boolean => offsets.every((offset, i) => offset === i);

/** Where b's own axes are last in both tables: the usual case, and the quick one. */
function addRuns(out: Float64Array, a: Float64Array, b: Float64Array, alignment: Alignment): void {
  const { outerB, outerOut, innerB } = alignment;
  const length = innerB.length;
  for (let i = 0; i < a.length; i++) {
    const weight = a[i];
    if (weight === 0) continue;
    let at = outerOut[i];
    for (let j = outerB[i], end = j + length; j < end; j++) out[at++] += weight * b[j];
  }
}

function addScattered(out: Float64Array, a: Float64Array, b: Float64Array, alignment: Alignment): void {
  const { outerB, outerOut, innerB, innerOut } = alignment;
  for (let i = 0; i < a.length; i++) {
    const weight = a[i];
    if (weight === 0) continue;
    const [startB, startOut] = [outerB[i], outerOut[i]];
    for (let j = 0; j < innerB.length; j++) out[startOut + innerOut[j]] += weight * b[startB + innerB[j]];
  }
}

/** The product of two factors of probabilities, summed over all attributes but `kept`; never formed as a table. */
export function contract(a: Factor, b: Factor, kept: readonly number[], sizes: readonly number[]): Factor {
  const own = b.attributes.filter((axis) => !a.attributes.includes(axis));
  const alignment: Alignment = {
    outerB: offsets(a.attributes, b.attributes, sizes),
    outerOut: offsets(a.attributes, kept, sizes),
    innerB: offsets(own, b.attributes, sizes),
    innerOut: offsets(own, kept, sizes),
  };
  const values = new Float64Array(cellsOf(sizes, kept));
  const runs = isCounting(alignment.innerB) && isCounting(alignment.innerOut);
  if (runs) addRuns(values, a.values, b.values, alignment);
  else addScattered(values, a.values, b.values, alignment);
  return { attributes: kept, values };
}
