/**
 * Seeded draws for the sample tables. Quality of randomness is beside the point here: equal seeds must give equal
 * files on every machine.
 */

/** @typedef {ReturnType<typeof drawer>} Draw */

/** Uniform numbers on [0, 1): mulberry32, one 32-bit word of state. @param {number} seed */
function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {number} seed */
export function drawer(seed) {
  const unit = uniform(seed);
  return {
    /** True with the given chance. @param {number} chance */
    chance: (chance) => unit() < chance,
    /** Whole number from low to high, both included. @param {number} low @param {number} high */
    integer: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    /** Standard normal (Box-Muller). */
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    /** Gamma with shape 2: skewed to the right, as lengths of stay and service are. @param {number} mean */
    gamma2: (mean) => (-mean / 2) * (Math.log(1 - unit()) + Math.log(1 - unit())),
    /** @template T @param {readonly T[]} values @returns {T} */
    pick: (values) => values[Math.floor(unit() * values.length)],
    /** A key, as often as its weight says. @param {Readonly<Record<string, number>>} weights */
    weighted(weights) {
      const entries = Object.entries(weights);
      let left = entries.reduce((sum, [, weight]) => sum + weight, 0) * unit();
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return entries[entries.length - 1][0];
    },
  };
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {number} logit */
export const logistic = (logit) => 1 / (1 + Math.exp(-logit));

/** yyyy-mm-dd of the given day after 2000-01-01. @param {number} day */
export const isoDay = (day) => new Date(Date.UTC(2000, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);

/** @param {number} value */
export const twoDigits = (value) => String(value).padStart(2, '0');

export const firstNames = [
  ...['Ada', 'Bea', 'Cato', 'Dina', 'Emil', 'Fenn', 'Gwen', 'Hugo', 'Iris', 'Joan', 'Karl', 'Lena', 'Milo'],
  ...['Nora', 'Otto', 'Pia', 'Quin', 'Rosa', 'Sven', 'Tess', 'Uma', 'Vera', 'Wim', 'Xena', 'Yuri', 'Zara'],
];

export const lastNames = [
  ...[
    'Ashdown',
    'Birkett',
    'Corley',
    'Dunmore',
    'Eastham',
    'Farrow',
    'Greaves',
    'Hollis',
    'Ingram',
    'Jessop',
  ],
  ...['Kendal', 'Larkin', 'Merrow', 'Norcott', 'Orrell', 'Pallant', 'Quarrie', 'Rudge', 'Selwyn', 'Tarrant'],
  ...['Upton', 'Vickers', 'Wardle', 'Yarrow'],
];
