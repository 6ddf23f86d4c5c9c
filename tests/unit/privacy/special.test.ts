import { describe, expect, test } from 'vitest';
import { Fft, mirror } from '../../../workers/privacy/fft.ts';
import {
  log1mExp,
  logAddExp,
  logExpm1,
  logNormalCdf,
  normalCdf,
  normalTail,
} from '../../../workers/privacy/special.ts';

describe('the normal tail', () => {
  // 40-digit arithmetic, rounded to 17.
  test.each([
    [0, 0.5],
    [0.1, 0.46017216272297102],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145705],
    [1.5, 0.066807201268858066],
    [2.5, 0.0062096653257761352],
    [4, 3.1671241833119921e-5],
    [5.5, 1.8989562465887719e-8],
    [8, 6.2209605742717841e-16],
    [12, 1.776482112077679e-33],
    [20, 2.7536241186062337e-89],
    [30, 4.9067139271481871e-198],
    [37, 5.7255712225245768e-300],
  ])('at %d', (z, tail) => {
    expect(Math.abs(normalTail(z) / tail - 1)).toBeLessThan(4e-15);
    expect(normalTail(-z)).toBe(normalTail(z));
    expect(Math.abs(normalCdf(-z) - normalTail(z))).toBeLessThan(1e-16);
    expect(Math.abs(logNormalCdf(-z) / Math.log(tail) - 1)).toBeLessThan(1e-14);
  });

  test('beyond doubles the logarithm goes on: ln P(Z < -50) = -1254.8313611394199', () => {
    expect(normalTail(50)).toBe(0);
    expect(logNormalCdf(-50)).toBeCloseTo(-1254.8313611394199, 9);
  });

  test('tail and body add up to one', () => {
    for (let z = -8; z <= 8; z += 0.25)
      expect(Math.abs(normalCdf(z) + normalCdf(-z) - 1)).toBeLessThan(3e-16);
  });
});

describe('logarithms', () => {
  test.each([1e-300, 1e-18, 1e-5, 0.3, 0.69, 0.7, 1, 5, 40])(
    'of differences keep their digits at %d',
    (a) => {
      expect(Math.exp(logExpm1(a)) / Math.expm1(a)).toBeCloseTo(1, 12);
      expect(Math.exp(log1mExp(-a)) / -Math.expm1(-a)).toBeCloseTo(1, 12);
    },
  );

  test('of sums survive extremes', () => {
    expect(logAddExp(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logAddExp(-Infinity, 3)).toBe(3);
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logExpm1(5000)).toBe(5000);
  });
});

describe('the FFT', () => {
  const wave = (length: number) => Float64Array.from({ length }, (_, i) => Math.sin(i * i * 0.7) + (i % 5));

  test.each([2, 4, 64, 1024])('of %i points equals the sum it stands for', (length) => {
    const [re, im] = [wave(length), wave(length).reverse()];
    const [outRe, outIm] = [re.slice(), im.slice()];
    new Fft(length).forward(outRe, outIm);
    const bits = Math.log2(length);
    for (let f = 0; f < length; f += Math.max(1, length / 16)) {
      const position = parseInt(f.toString(2).padStart(bits, '0').split('').reverse().join(''), 2);
      let [sumRe, sumIm] = [0, 0];
      for (let t = 0; t < length; t++) {
        const angle = (-2 * Math.PI * f * t) / length;
        sumRe += re[t] * Math.cos(angle) - im[t] * Math.sin(angle);
        sumIm += re[t] * Math.sin(angle) + im[t] * Math.cos(angle);
      }
      expect(outRe[position]).toBeCloseTo(sumRe, 7);
      expect(outIm[position]).toBeCloseTo(sumIm, 7);
    }
  });

  test.each([2, 8, 4096])('of %i points is undone by the inverse', (length) => {
    const [re, im] = [wave(length), wave(length).reverse()];
    const [outRe, outIm] = [re.slice(), im.slice()];
    const fft = new Fft(length);
    fft.forward(outRe, outIm);
    fft.inverse(outRe, outIm);
    outRe.forEach((value, i) => expect(Math.abs(value / length - re[i])).toBeLessThan(1e-13));
    outIm.forEach((value, i) => expect(Math.abs(value / length - im[i])).toBeLessThan(1e-13));
  });

  test('mirror finds the negative frequency', () => {
    const length = 256;
    const reversed = (f: number) => parseInt(f.toString(2).padStart(8, '0').split('').reverse().join(''), 2);
    for (let f = 0; f < length; f++) expect(mirror(reversed(f))).toBe(reversed((length - f) % length));
  });

  test.each([0, 1, 3, 100])('refuses a length of %i', (length) => {
    expect(() => new Fft(length)).toThrow(RangeError);
  });
});
