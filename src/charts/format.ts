/** Numbers and instants as short text, the same on every machine. */
import { format as d3Format, utcFormat } from 'd3';

const DAY_MS = 86_400_000;
const siPrefix = d3Format('.3~s');
const grouped = d3Format(',d');

/** A share 0..1 as a percentage: '12.3%', '<0.1%', '–' where it is not defined. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  if (percent === 0 || percent >= 99.95) return `${Math.round(percent)}%`;
  return `${percent.toFixed(1)}%`;
}

/** A distance or coefficient with three decimals, '–' where it is not defined. */
export function formatScore(value: number): string {
  return Number.isFinite(value)
    ? value
        .toFixed(3)
        .replace(/^-0\.000$/, '0.000')
        .replace('-', '−')
    : '–';
}

/** A difference of two shares in percentage points, signed: '+1.2%', '−0.3%', '0.0%'. */
export function formatShareGap(gap: number): string {
  if (!Number.isFinite(gap)) return '–';
  const points = Math.abs(gap * 100).toFixed(1);
  return points === '0.0' ? '0.0%' : `${gap > 0 ? '+' : '−'}${points}%`;
}

export function formatCount(count: number): string {
  return grouped(Math.round(count));
}

/** Decimals needed to tell values `step` apart. */
export function decimalsOf(step: number): number {
  if (!(step > 0) || step >= 1) return 0;
  return Math.min(8, Math.ceil(-Math.log10(step) - 1e-9));
}

/** A number with the precision of `step`; long ones with a prefix ('12.5k', '3M'). Years stay as they are. */
export function formatNumber(value: number, step = 0): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 10_000) return siPrefix(value).replace('G', 'B');
  if (size > 0 && size < 1e-4) return value.toExponential(1);
  if (step > 0) return value.toFixed(decimalsOf(step));
  return String(Number(value.toPrecision(4)));
}

/** Formats instants (milliseconds of wall-clock time taken as UTC) as finely as a range of `spanMs` asks for. */
export function datetimeFormat(spanMs: number): (ms: number) => string {
  const pattern =
    spanMs > 3 * 365 * DAY_MS
      ? '%Y'
      : spanMs > 90 * DAY_MS
        ? '%b %Y'
        : spanMs > 2 * DAY_MS
          ? '%-d %b'
          : '%H:%M';
  const write = utcFormat(pattern);
  return (ms) => write(new Date(ms));
}

/** As `datetimeFormat`, one level finer: for a readout of a bin rather than an axis. */
export function instantFormat(spanMs: number): (ms: number) => string {
  const write = utcFormat(spanMs > 2 * DAY_MS ? '%-d %b %Y' : '%-d %b %Y %H:%M');
  return (ms) => write(new Date(ms));
}

/** Cuts a label to about `width` pixels at `fontSize`, with an ellipsis. */
export function fitLabel(label: string, width: number, fontSize = 11): string {
  const room = Math.max(1, Math.floor(width / (fontSize * 0.56)));
  return label.length <= room ? label : `${label.slice(0, Math.max(1, room - 1)).trimEnd()}…`;
}
