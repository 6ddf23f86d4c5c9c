/** Diverging colours for signed values: equal steps of the value are equal steps in CIELAB, in light and in dark. */
import { color, interpolateLab } from 'd3';

/** Levels from most negative to most positive; odd, so that zero has its own. */
export const LEVELS = 41;
const MIDDLE = (LEVELS - 1) / 2;

export type PaletteName = 'association' | 'difference';

interface Ends {
  readonly low: string;
  readonly middle: string;
  readonly high: string;
}

/**
 * Associations run from purple to green, so that they are not mistaken for the blue of real rows and the vermillion
 * of synthetic ones; differences use exactly those two: blue is stronger in the real rows, vermillion in the synthetic.
 * Both pairs are told apart with every common colour vision.
 */
const palettes: Readonly<Record<PaletteName, { readonly light: Ends; readonly dark: Ends }>> = {
  association: {
    light: { low: '#6a2c91', middle: '#f6f4ee', high: '#0b6b4f' },
    dark: { low: '#c79af0', middle: '#24262b', high: '#5fd3a8' },
  },
  difference: {
    light: { low: '#005a94', middle: '#f6f4ee', high: '#b84a00' },
    dark: { low: '#63b8ee', middle: '#24262b', high: '#ff9a55' },
  },
};

function ramp(ends: Ends, level: number): string {
  const t = (level - MIDDLE) / MIDDLE;
  const mix = t < 0 ? interpolateLab(ends.middle, ends.low)(-t) : interpolateLab(ends.middle, ends.high)(t);
  return color(mix)?.formatHex() ?? ends.middle;
}

/** Level of a value on [-limit, limit]; values beyond are clamped. */
export function levelOf(value: number, limit: number): number {
  const t = limit > 0 ? Math.max(-1, Math.min(1, value / limit)) : 0;
  return MIDDLE + Math.round(t * MIDDLE);
}

/** CSS colour of a level that follows the page's colour scheme. */
export function levelColour(name: PaletteName, level: number): string {
  const { light, dark } = palettes[name];
  return `light-dark(${ramp(light, level)}, ${ramp(dark, level)})`;
}

/** Hex colours of a level, for tests of evenness and contrast. */
export function levelHex(name: PaletteName, level: number, theme: 'light' | 'dark'): string {
  return ramp(palettes[name][theme], level);
}

/** Stops of a gradient over the whole palette, for the legend. */
export function legendStops(name: PaletteName): { readonly offset: number; readonly colour: string }[] {
  return [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1].map((offset) => ({
    offset,
    colour: levelColour(name, Math.round(offset * (LEVELS - 1))),
  }));
}
