import { describe, expect, test } from 'vitest';
import { gaussianDelta, gaussianEpsilon, gaussianSigma } from '../../../workers/privacy/analyticGaussian.ts';
import { calibrateNoise } from '../../../workers/privacy/calibrate.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';
import { pldDelta, pldEpsilon } from '../../../workers/privacy/pld.ts';
import {
  DEFAULT_ORDERS,
  exponentialRdp,
  type RdpCurve,
  rdpEpsilon,
  rdpOf,
} from '../../../workers/privacy/rdp.ts';
import { logNormalCdf } from '../../../workers/privacy/special.ts';
import { cdpDelta, cdpEpsilon, cdpRho, sigmaOfRho } from '../../../workers/privacy/zcdp.ts';
import { type GoldenRow, numberAfter, readGolden, sampledEvent } from './golden.ts';

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const tenths = upTo(11, 109).map((tenth) => tenth / 10);
const OPACUS_ORDERS = Float64Array.from([...tenths, ...upTo(12, 63)]);
const GOOGLE_ORDERS = Float64Array.from([...tenths, ...upTo(11, 63), 128, 256, 512, 1024]);
const TENSORFLOW_ORDERS = Float64Array.from([
  ...[1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5],
  ...upTo(5, 63),
  ...[128, 256, 512],
]);

/** Distance allowed: absolute, or relative where `relative` is set. */
function expectNear(actual: number | undefined, expected: number, tolerance: number, relative = false): void {
  const scale = relative ? Math.abs(expected) : 1;
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(tolerance * scale);
}

const rdp = (row: GoldenRow, orders: Float64Array, sigma?: number) =>
  rdpEpsilon(rdpOf([sampledEvent(row, sigma)], orders), Number(row.delta));

/** The spacing the published PLD figures were computed at; ours is finer where that is cheap, hence lower. */
const GOLDEN_STEP = 1e-4;
const pld = (row: GoldenRow, step?: number) =>
  pldEpsilon([sampledEvent(row)], Number(row.delta), step) ?? NaN;

/** The upper end of Opacus's PRV accountant: epsilon at delta - delta / 1000, plus its eps_error of 0.01. */
const prvUpper = (row: GoldenRow, sigma?: number) =>
  (pldEpsilon([sampledEvent(row, sigma)], 0.999 * Number(row.delta)) ?? NaN) + 0.01;

/**
 * dp_accounting's moment at a fractional order: the series of Mironov, Talwar and Zhang with every binomial made
 * positive, which is a little above the true value. With `signed` it is the true one.
 */
function seriesRdp(q: number, sigma: number, a: number, signed: boolean): number {
  const z = sigma ** 2 * Math.log(1 / q - 1) + 0.5;
  const part = (power: number, other: number, tail: number) => {
    const growth = (power * power - power) / (2 * sigma ** 2) + logNormalCdf(tail / sigma);
    return Math.exp(power * Math.log(q) + other * Math.log1p(-q) + growth);
  };
  let moment = 0;
  let binomial = 1;
  for (let i = 0; i < 1000; i++) {
    const j = a - i;
    const term = part(i, j, z - i) + part(j, i, j - z);
    moment += (signed ? binomial : Math.abs(binomial)) * term;
    binomial *= j / (i + 1);
  }
  return Math.log(moment) / (a - 1);
}

/** The row's RDP curve as dp_accounting has it. */
function googleCurve(row: GoldenRow): RdpCurve {
  const [q, sigma] = [Number(row.q), Number(row.sigma)];
  const { rdp: exact } = rdpOf([sampledEvent(row)], GOOGLE_ORDERS);
  const theirs = GOOGLE_ORDERS.map((a, i) =>
    q === 1 || Number.isInteger(a) ? exact[i] : Number(row.steps) * seriesRdp(q, sigma, a, false),
  );
  return { orders: GOOGLE_ORDERS, rdp: theirs, delta: 0 };
}

/** The central-limit accountant, which is no upper bound and is here only to show so: mu-GDP is one Gaussian at 1 / mu. */
function centralLimit(row: GoldenRow, sigma = Number(row.sigma)): number {
  const mu = Number(row.q) * Math.sqrt(Number(row.steps) * Math.expm1(1 / (sigma * sigma)));
  return gaussianEpsilon(1 / mu, Number(row.delta));
}

/** The sigma Opacus's search returns: double from 10 until private, then halve until within 0.01 below the target. */
function opacusSearch(epsilonAt: (sigma: number) => number, target: number): number {
  let [low, high] = [0, 10];
  let epsilon = Infinity;
  while (epsilon > target) epsilon = epsilonAt((high *= 2));
  while (target - epsilon > 0.01) {
    const middle = (low + high) / 2;
    const at = epsilonAt(middle);
    if (at < target) [high, epsilon] = [middle, at];
    else low = middle;
  }
  return high;
}

interface Check {
  readonly name: string;
  readonly of: (row: GoldenRow) => boolean;
  readonly rows: number;
  readonly verify: (row: GoldenRow, value: number) => void;
}

const is =
  (accountant: string, quantity: string, mechanism = '') =>
  (row: GoldenRow) =>
    row.accountant.startsWith(accountant) &&
    row.quantity.startsWith(quantity) &&
    row.mechanism.startsWith(mechanism);

const checks: readonly Check[] = [
  {
    name: 'RDP epsilon at Opacus orders, with the best order',
    of: (row) => is('opacus RDPAccountant', 'epsilon')(row) || is('RDP exact-moment', 'epsilon')(row),
    rows: 247,
    verify: (row, value) => {
      const { epsilon, order } = rdp(row, OPACUS_ORDERS);
      expectNear(epsilon, value, 1e-7, true);
      expectNear(order, Number(row.order), 1e-9);
    },
  },
  {
    name: 'RDP epsilon at TensorFlow Privacy orders, with the best order',
    of: is('dp_accounting RDP; orders', 'epsilon'),
    rows: 3,
    verify: (row, value) => {
      const { epsilon, order } = rdp(row, TENSORFLOW_ORDERS);
      expectNear(epsilon, value, 1e-10, true);
      expect(order).toBe(Number(row.order));
    },
  },
  {
    name: 'RDP epsilon at dp_accounting orders',
    of: (row) => row.accountant === 'dp_accounting RDP' && row.quantity === 'epsilon',
    rows: 6,
    verify: (row) => {
      expectNear(rdpEpsilon(googleCurve(row), Number(row.delta)).epsilon, Number(row.recomputed), 1e-6, true);
      expect(rdp(row, GOOGLE_ORDERS).epsilon).toBeLessThanOrEqual(Number(row.recomputed) * (1 + 1e-9));
      expectNear(rdp(row, GOOGLE_ORDERS).epsilon, Number(row.recomputed), 2e-3, true);
    },
  },
  {
    name: 'RDP epsilon of two subsampled mechanisms',
    of: is('opacus RDP, orders 2..32', 'epsilon'),
    rows: 1,
    verify: (row, value) => {
      const part = (i: number): PrivacyEvent => ({
        kind: 'sampledGaussian',
        q: Number(row.q.split(';')[i]),
        sigma: Number(row.sigma.split(';')[i]),
        steps: Number(row.steps.split(';')[i]),
      });
      const curve = rdpOf([part(0), part(1)], Float64Array.from(upTo(2, 32)));
      const { epsilon, order } = rdpEpsilon(curve, Number(row.delta));
      expectNear(epsilon, value, 5e-4);
      expect(order).toBe(Number(row.order));
    },
  },
  {
    name: 'RDP at an order',
    of: is('dp_accounting RDP', 'rdp(alpha)', 'poisson'),
    rows: 5,
    verify: (row, value) => {
      const order = Number(row.order);
      const { rdp: ours } = rdpOf([sampledEvent(row)], Float64Array.of(order));
      if (Number.isInteger(order)) return expectNear(ours[0], value, 1e-8, true);
      const series = (signed: boolean) => 50 * seriesRdp(Number(row.q), Number(row.sigma), order, signed);
      expectNear(series(false), value, 1e-8, true);
      expectNear(ours[0], series(true), 1e-8, true);
      expect(ours[0]).toBeLessThan(value);
    },
  },
  {
    name: 'RDP of the exponential mechanism, at order 1 and in the limit',
    of: is('dp_accounting RDP', 'rdp(alpha)', 'exponential'),
    rows: 1,
    verify: (row, value) => {
      expectNear(exponentialRdp(1, Number(row.order)), value, 1e-9);
      expect(exponentialRdp(1, 1000)).toBe(1);
    },
  },
  {
    name: 'conversion of a constant RDP curve',
    of: is('rdp.compute_epsilon', 'epsilon', 'pure DP curve'),
    rows: 1,
    verify: (row, value) => {
      const orders = Float64Array.from(upTo(2, 32));
      const { epsilon, order } = rdpEpsilon(
        { orders, rdp: orders.map(() => 1.1), delta: 0 },
        Number(row.delta),
      );
      expectNear(epsilon, value, 1e-10);
      expect(order).toBe(Number(row.order));
    },
  },
  {
    name: 'conversion over a fine list of orders',
    of: is('rdp.compute_epsilon, orders', 'epsilon', 'gaussian'),
    rows: 1,
    verify: (row, value) => {
      const orders = Float64Array.from(upTo(1001, 99999).map((thousandth) => thousandth / 1000));
      expectNear(rdp(row, orders).epsilon, value, 1e-8);
    },
  },
  {
    name: 'PLD epsilon',
    of: (row) => is('PLD connect-the-dots', 'epsilon')(row) || is('dp_accounting PLD', 'epsilon', 'p')(row),
    rows: 249,
    verify: (row) => {
      const theirs = Number(row.kind === 'computed' ? row.value : row.recomputed);
      expectNear(pld(row, GOLDEN_STEP), theirs, 1e-4);
      if (Number(row.id) % 8 === 0) expect(pld(row)).toBeLessThanOrEqual(theirs + 1e-4);
    },
  },
  {
    name: 'PLD epsilon of repeated Gaussians, which the exact bound also gives',
    of: is('dp_accounting PLD', 'epsilon', 'gaussian'),
    rows: 3,
    verify: (row) => {
      expectNear(pld(row, GOLDEN_STEP), Number(row.recomputed), 1e-4);
      const exact = epsilonOf([sampledEvent(row)], Number(row.delta));
      expect(exact.accountant).toBe('analytic-gaussian');
      expectNear(exact.epsilon, Number(row.recomputed), 1e-6);
    },
  },
  {
    name: 'PLD epsilon of a heterogeneous composition, far below the sum of its parts',
    of: is('dp_accounting PLD', 'epsilon', 'subsampled gaussian + one gaussian'),
    rows: 3,
    verify: (row, value) => {
      const gaussian: PrivacyEvent = {
        kind: 'gaussian',
        sigma: numberAfter(row.mechanism, 'sigma2'),
        count: 1,
      };
      const events = [sampledEvent(row), gaussian];
      expectNear(pldEpsilon(events, Number(row.delta), GOLDEN_STEP), value, 1e-4);
      const curve = rdpOf(events, GOOGLE_ORDERS);
      const [, printed] = /orders\): ([\d.]+)/.exec(row.note) ?? [];
      expectNear(rdpEpsilon(curve, Number(row.delta)).epsilon, Number(printed), 1e-5);
    },
  },
  {
    name: 'PLD delta',
    of: is('dp_accounting PLD', 'delta at eps=1'),
    rows: 2,
    verify: (row) => {
      expectNear(pldDelta([sampledEvent(row)], 1), Number(row.recomputed), 1e-6);
      if (Number(row.q) === 1) expectNear(gaussianDelta(1, 1), Number(row.recomputed), 1e-8);
    },
  },
  {
    name: 'PLD calibration',
    of: (row) =>
      is('dp_accounting PLD calibration', 'std')(row) || is('dp_accounting calibrate PLD', 'sigma')(row),
    rows: 11,
    verify: (row, value) => {
      const collected = row.kind === 'collected';
      const target = collected ? 1 : numberAfter(row.quantity, 'eps');
      const sigma = collected ? value / numberAfter(row.quantity, 'sensitivity') : value;
      const budget = { epsilon: target, delta: Number(row.delta) };
      const found = calibrateNoise((noise) => [sampledEvent(row, noise)], budget, 1e-6);
      expect(found.epsilon).toBeLessThanOrEqual(target);
      expect(found.noise).toBeLessThanOrEqual(sigma * (1 + 1e-5));
      expectNear(found.noise, sigma, 1e-4, true);
      expectNear(pldEpsilon([sampledEvent(row, sigma)], Number(row.delta), GOLDEN_STEP), target, 1e-4);
    },
  },
  {
    name: 'PRV upper bounds: its estimate agrees with ours once its own error terms are added',
    of: is('opacus PRVAccountant', 'epsilon'),
    rows: 35,
    verify: (row, value) => {
      // 0.0006 is a sixteenth of the error their grid declares.
      expectNear(prvUpper(row), value, 6e-4);
    },
  },
  {
    name: 'PRV interval holds our PLD',
    of: is('microsoft PRV', 'epsilon estimate'),
    rows: 8,
    verify: (row, value) => {
      const [, lower, upper] = /lower ([\d.]+) upper ([\d.]+)/.exec(row.test_tolerance) ?? [];
      const ours = pld(row);
      expect(ours).toBeGreaterThan(Number(lower));
      expect(ours).toBeLessThan(Number(upper));
      expectNear(ours, value, 1e-4);
    },
  },
  {
    name: 'Opacus noise search',
    of: is('opacus get_noise_multiplier', 'sigma for target eps=8'),
    rows: 5,
    verify: (row, value) => {
      const accountants: Readonly<Record<string, (sigma: number) => number>> = {
        'opacus get_noise_multiplier(rdp)': (sigma) => rdp(row, OPACUS_ORDERS, sigma).epsilon,
        'opacus get_noise_multiplier(prv)': (sigma) => prvUpper(row, sigma),
        'opacus get_noise_multiplier(gdp)': (sigma) => centralLimit(row, sigma),
      };
      expectNear(opacusSearch(accountants[row.accountant], 8), value, 5e-5);
    },
  },
  {
    name: 'the central-limit figure lies below every real bound, which is why it is not offered',
    of: is('opacus GaussianAccountant', 'epsilon'),
    rows: 1,
    verify: (row) => {
      expectNear(centralLimit(row), Number(row.recomputed), 1e-9);
      expect(pld(row)).toBeGreaterThan(centralLimit(row) + 0.1);
    },
  },
  {
    name: 'one Gaussian at a large delta',
    of: is('dp_accounting calibration', 'eps'),
    rows: 1,
    verify: (row) =>
      expectNear(gaussianEpsilon(Number(row.sigma), Number(row.delta)), Number(row.recomputed), 1e-9),
  },
  {
    name: 'zCDP delta',
    of: (row) => is('opendp cdp_delta', 'delta')(row) || is('opendp profile', 'delta')(row),
    rows: 4,
    verify: (row, value) => {
      const asked = row.quantity.includes('rho') ? row.quantity : row.mechanism;
      expectNear(cdpDelta(numberAfter(asked, 'rho'), numberAfter(row.quantity, 'eps')), value, 1e-12, true);
    },
  },
  {
    name: 'zCDP epsilon, and the exact one where a single Gaussian spends the rho',
    of: (row) => is('opendp cdp_epsilon', 'epsilon')(row) || is('cdp_eps', 'epsilon(rho')(row),
    rows: 22,
    verify: (row, value) => {
      const rho = numberAfter(row.kind === 'collected' ? row.mechanism : row.quantity, 'rho');
      expectNear(cdpEpsilon(rho, Number(row.delta)), value, 1e-9, true);
      if (row.kind === 'collected') return;
      expectNear(gaussianEpsilon(sigmaOfRho(rho), Number(row.delta)), Number(row.recomputed), 1e-9, true);
    },
  },
  {
    name: 'zCDP rho',
    of: is('cdp_rho', 'rho(eps'),
    rows: 21,
    verify: (row, value) =>
      expectNear(cdpRho(numberAfter(row.quantity, 'eps'), Number(row.delta)), value, 1e-9, true),
  },
  {
    name: 'analytic Gaussian sigma',
    of: is('analytic Gaussian', 'sigma(eps'),
    rows: 10,
    verify: (row, value) =>
      expectNear(gaussianSigma(numberAfter(row.quantity, 'eps'), Number(row.delta)), value, 1e-9, true),
  },
];

const golden = readGolden();

describe('the golden table', () => {
  test('has 640 rows, each under exactly one check', () => {
    expect(golden).toHaveLength(640);
    const uncovered = golden.filter((row) => checks.filter((check) => check.of(row)).length !== 1);
    expect(uncovered.map((row) => `${row.id}: ${row.accountant}, ${row.quantity}`)).toEqual([]);
  });

  test.each(checks)('$name: $rows rows', { timeout: 300_000 }, ({ of, rows, verify }) => {
    const covered = golden.filter(of);
    expect(covered).toHaveLength(rows);
    for (const row of covered) {
      try {
        verify(row, Number(row.value));
      } catch (cause) {
        throw new Error(`Row ${row.id} (${row.mechanism}, ${row.accountant}): ${String(cause)}`, { cause });
      }
    }
  });

  test('the default orders are at least as good as the lists of other accountants', () => {
    const bigger = golden.filter(is('RDP exact-moment', 'epsilon')).filter((row) => {
      return rdp(row, DEFAULT_ORDERS).epsilon > Number(row.value) * (1 + 1e-7);
    });
    expect(bigger).toEqual([]);
  });
});
