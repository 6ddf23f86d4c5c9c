import { epsilonLimits } from './privacySettings.ts';
import type { BackendChoice, CardId, CardTargets, MethodChoice } from '../../workers/protocol.ts';

export type Theme = 'system' | 'light' | 'dark';

/** What is remembered between visits: choices only, never anything about a file. */
export interface Settings {
  readonly theme: Theme;
  readonly method: MethodChoice;
  readonly backend: BackendChoice;
  /** Share of rows kept from the generator, 0..0.5. */
  readonly holdout: number;
  readonly seed: number;
  /** Budget of a private run. Going without is never remembered. */
  readonly epsilon: number;
  /** Put an apostrophe before cells a spreadsheet would run as a formula. */
  readonly escapeFormulas: boolean;
  /** What each card of the scorecard should reach: points, for utility the share that may be lost. */
  readonly targets: CardTargets;
}

export const defaultTargets: CardTargets = {
  similarity: 85,
  correlation: 80,
  utility: 0.05,
  balance: 85,
  quality: 80,
  privacy: 90,
};

export const defaultSettings: Settings = {
  theme: 'system',
  method: 'auto',
  backend: 'auto',
  holdout: 0.2,
  seed: 1,
  epsilon: 1,
  escapeFormulas: true,
  targets: defaultTargets,
};

const key = 'homespun.settings';

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], fallback: T): T =>
  allowed.find((candidate) => candidate === value) ?? fallback;

const between = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === 'number' && value >= low && value <= high ? value : fallback;

function parseTargets(value: unknown): CardTargets {
  const stored: Partial<Record<CardId, unknown>> = typeof value === 'object' && value !== null ? value : {};
  const points = (id: CardId): number => between(stored[id], 0, 100, defaultTargets[id]);
  return {
    similarity: points('similarity'),
    correlation: points('correlation'),
    utility: between(stored.utility, 0, 1, defaultTargets.utility),
    balance: points('balance'),
    quality: points('quality'),
    privacy: points('privacy'),
  };
}

/** Settings from stored text; anything missing or malformed falls back to its default, one by one. */
export function parseSettings(json: string | null): Settings {
  let stored: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    if (typeof value === 'object' && value !== null) stored = value;
  } catch {
    return defaultSettings;
  }
  const seed = between(stored.seed, 0, 2 ** 32 - 1, defaultSettings.seed);
  return {
    theme: oneOf(stored.theme, ['system', 'light', 'dark'], defaultSettings.theme),
    method: oneOf(
      stored.method,
      ['auto', 'aim', 'mst', 'autoregressive', 'vae', 'gan', 'copula', 'independent'],
      defaultSettings.method,
    ),
    backend: oneOf(stored.backend, ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'], defaultSettings.backend),
    holdout: between(stored.holdout, 0, 0.5, defaultSettings.holdout),
    seed: Math.floor(seed),
    epsilon: between(stored.epsilon, epsilonLimits.least, epsilonLimits.most, defaultSettings.epsilon),
    escapeFormulas: stored.escapeFormulas !== false,
    targets: parseTargets(stored.targets),
  };
}

/** Reads what an earlier visit stored. Storage may be forbidden: then the defaults hold for this visit. */
export function loadSettings(): Settings {
  try {
    return parseSettings(localStorage.getItem(key));
  } catch {
    return defaultSettings;
  }
}

/** Stores for the next visit, where the browser allows it. */
export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    // A full or forbidden store costs a preference, not work.
  }
}
