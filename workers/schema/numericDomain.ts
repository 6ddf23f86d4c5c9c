import type { RawNumberColumn } from '../table/types.ts';
import { scanWriting, type WrittenNumbers } from './scan.ts';
import type { NumericDomain } from './types.ts';

/** From this many decimals on, digits can be dust of binary floats (49.159046999999994). */
const DUST_DECIMALS = 12;
/** A column whose other values have at most this many decimals is taken to have been rounded once. */
const ROUNDED_DECIMALS = 8;

const highest = (forms: Int32Array): number =>
  Math.max(
    0,
    forms.findLastIndex((count) => count > 0),
  );

/** Decimals that carry meaning: float dust beside plainly rounded values does not. */
function decimalsOf(forms: Int32Array): number {
  const most = highest(forms);
  if (most < DUST_DECIMALS) return most;
  const rounded = forms.subarray(0, ROUNDED_DECIMALS + 1);
  const between = forms.subarray(ROUNDED_DECIMALS + 1, DUST_DECIMALS).reduce((sum, count) => sum + count, 0);
  const rows = forms.reduce((sum, count) => sum + count, 0);
  const roundedRows = rounded.reduce((sum, count) => sum + count, 0);
  return between === 0 && roundedRows > rows / 2 ? highest(rounded) : most;
}

function decimalsWritten(
  written: WrittenNumbers,
): Pick<NumericDomain, 'decimals' | 'fixedDecimals' | 'minDecimals'> {
  const decimals = decimalsOf(written.forms);
  const fewest = Math.max(
    0,
    written.forms.findIndex((count) => count > 0),
  );
  const fixedDecimals = fewest >= decimals;
  const minDecimals = !fixedDecimals && written.trailingZeros ? fewest : 0;
  return minDecimals > 0 ? { decimals, fixedDecimals, minDecimals } : { decimals, fixedDecimals };
}

/** Bounds and writing of a column's plain numbers, without the `excluded` sentinels; null when no number is left. */
export function numericDomainOf(
  column: RawNumberColumn,
  excluded: ReadonlySet<number>,
): { domain: NumericDomain; whole: boolean } | null {
  const written = scanWriting(column, excluded);
  if (written.min > written.max) return null;
  const decimals = decimalsWritten(written);
  const { min, max } = onGrid(written, decimals.decimals);
  return { domain: { min, max, ...decimals, format: column.format }, whole: written.whole };
}

/** Widens bounds to the decimals written, so that a rounded value never leaves them. */
function onGrid(written: WrittenNumbers, decimals: number): { min: number; max: number } {
  if (highest(written.forms) === decimals) return written;
  const scale = 10 ** decimals;
  return { min: Math.floor(written.min * scale) / scale, max: Math.ceil(written.max * scale) / scale };
}
