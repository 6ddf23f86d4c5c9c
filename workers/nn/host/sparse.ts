/** Share of numbers other than 0 from which on a matrix is better multiplied as a whole. */
const mostFilled = 1 / 4;
/** Stretches of a matrix that are looked at, and numbers in each. */
const looks = 16;
const stretch = 256;

/** Whether nearly all is 0, as in one-hot rows, by a look at some of it: the answer bears on speed alone. */
export function isSparse(values: Float32Array): boolean {
  const apart = Math.max(stretch, Math.ceil(values.length / looks));
  let seen = 0;
  let filled = 0;
  for (let from = 0; from < values.length; from += apart) {
    const end = Math.min(values.length, from + stretch);
    for (let i = from; i < end; i++) if (values[i] !== 0) filled++;
    seen += end - from;
    if (filled > seen * mostFilled) return false;
  }
  return true;
}
