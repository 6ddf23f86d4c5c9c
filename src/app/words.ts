/** Words for numbers, one way everywhere. All take plain values; the page is in English, and so are its numbers. */
const locale = 'en';

/** A number in full: all its digits, grouped. */
export const exact = (value: number): string => value.toLocaleString(locale, { maximumFractionDigits: 12 });

export const count = (value: number): string => value.toLocaleString(locale, { maximumFractionDigits: 0 });

/** '1 row', '2,400 rows'. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A share 0..1 in per cent; small shares keep a digit, so that a few cells never read as none. */
export function percent(share: number): string {
  const digits = share > 0 && share < 0.1 ? 1 : 0;
  if (share > 0 && share < 0.001) return `under ${(0.001).toLocaleString(locale, percentStyle(1))}`;
  return share.toLocaleString(locale, percentStyle(digits));
}
const percentStyle = (digits: number): Intl.NumberFormatOptions => ({
  style: 'percent',
  maximumFractionDigits: digits,
});

/** Bytes in decimal units, as file managers show them. */
export function fileSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${units[power]}`;
}

/** Seconds as a person says them: '0.4 seconds', '12 seconds', '3 minutes', '1 hour 5 minutes'. */
export function duration(seconds: number): string {
  if (seconds < 10) {
    const value = Math.max(0.1, Math.round(seconds * 10) / 10);
    return `${value.toLocaleString(locale)} ${value === 1 ? 'second' : 'seconds'}`;
  }
  if (seconds < 90) return `${String(Math.round(seconds))} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return plural(minutes, 'minute');
  const rest = minutes % 60;
  return plural(Math.floor(minutes / 60), 'hour') + (rest ? ` ${plural(rest, 'minute')}` : '');
}

/** Time left, rounded so that it does not flicker; empty while unknown. */
export function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '';
  if (seconds < 1.5) return 'almost done';
  if (seconds < 10) return `about ${String(Math.ceil(seconds))} seconds left`;
  if (seconds < 55) return `about ${String(Math.ceil(seconds / 5) * 5)} seconds left`;
  return seconds < 90 ? 'about a minute left' : `about ${duration(seconds)} left`;
}

const delimiters: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'vertical bar',
  ':': 'colon',
  ' ': 'space',
};
export const delimiterName = (delimiter: string): string => delimiters[delimiter] ?? `“${delimiter}”`;

const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little-endian)',
  'utf-16be': 'UTF-16 (big-endian)',
  'windows-1252': 'Windows-1252 (Western European)',
};
export const encodingName = (label: string): string => encodings[label] ?? label;
