import type { Metric } from './metric.ts';

/** Pearson correlation of two numeric columns over the rows where both are present. NaN when one is constant there. */
export const pearson: Metric<Float64Array> = {
  name: 'pearson',
  goal: 'match',
  range: [-1, 1],
  compute(x, y) {
    let rows = 0;
    let meanX = 0;
    let meanY = 0;
    for (let i = 0; i < x.length; i++) {
      if (Number.isNaN(x[i] + y[i])) continue;
      rows++;
      meanX += x[i];
      meanY += y[i];
    }
    meanX /= rows;
    meanY /= rows;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i] - meanX;
      const dy = y[i] - meanY;
      if (Number.isNaN(dx + dy)) continue;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    if (rows < 3 || !varies(xx, rows, meanX) || !varies(yy, rows, meanY)) return NaN;
    return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  },
};

/** Whether a sum of squares about the mean is more than the rounding of a constant column. */
export const varies = (squares: number, rows: number, mean: number): boolean =>
  squares > rows * (1e-14 * Math.abs(mean)) ** 2;
