import { addMarginal, blockMap } from './blockMap.ts';
import { cliqueKey } from './cliques.ts';
import type { FitPoint, FitProblem } from './fitPoint.ts';
import type { Clique, Measurement, ModelState } from './types.ts';

/** Share of sigma below which a noisy count is taken for that share: a start needs positive counts. */
const floorShare = 0.05;

/** Positive shares of a clique's cells by its noisy answers alone; several measurements are averaged by precision. */
function sharesOf(cells: number, measurements: readonly Measurement[]): Float64Array {
  const [weighted, weights] = [new Float64Array(cells), new Float64Array(cells)];
  for (const { values, sigma, bins } of measurements) {
    const widths = new Float64Array(values.length);
    for (let cell = 0; cell < cells; cell++) widths[bins ? bins[cell] : cell]++;
    for (let cell = 0; cell < cells; cell++) {
      const answer = bins ? bins[cell] : cell;
      const noise = typeof sigma === 'number' ? sigma : sigma[answer];
      const weight = (widths[answer] / noise) ** 2;
      weighted[cell] += (weight * Math.max(values[answer], floorShare * noise)) / widths[answer];
      weights[cell] += weight;
    }
  }
  const counts = weighted.map((sum, cell) => sum / weights[cell]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function marginalOf(
  shares: Float64Array,
  clique: Clique,
  attribute: number,
  sizes: readonly number[],
): Float64Array {
  const marginal = new Float64Array(sizes[attribute]);
  addMarginal(marginal, shares, blockMap(clique, [attribute], sizes));
  return marginal;
}

/** L1 distance of a pair from independence of its attributes. */
function dependence(shares: Float64Array, first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let cell = 0; cell < shares.length; cell++) {
    const row = Math.floor(cell / second.length);
    sum += Math.abs(shares[cell] - first[row] * second[cell - row * second.length]);
  }
  return sum;
}

interface Pair {
  readonly factor: number;
  readonly clique: Clique;
  readonly shares: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly weight: number;
}

/** Kruskal's algorithm: the pairs of a spanning forest with the strongest dependence. */
function strongestForest(pairs: readonly Pair[], columns: number): Pair[] {
  const part = Array.from({ length: columns }, (_, column) => column);
  return [...pairs]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ clique: [a, b] }) => {
      const [kept, gone] = [part[a], part[b]];
      if (kept === gone) return false;
      part.forEach((root, column) => root === gone && (part[column] = kept));
      return true;
    });
}

/**
 * Start of a fit without an earlier model: the single columns' noisy shares, and for a spanning forest of pairs what
 * each adds to them in closed form (Chow and Liu 1968). Cliques beyond that start without effect.
 */
export function coldStart(problem: FitProblem, point: FitPoint, measurements: readonly Measurement[]): void {
  const { sizes, cliques } = problem;
  const { tables } = point.potentials;
  const measured = new Map<string, Measurement[]>();
  for (const measurement of measurements) {
    const key = cliqueKey(measurement.clique);
    measured.set(key, [...(measured.get(key) ?? []), measurement]);
  }
  const hasSingle = new Uint8Array(sizes.length);
  const pairs: Pair[] = [];
  cliques.forEach((clique, factor) => {
    const answers = measured.get(cliqueKey(clique));
    if (!answers || clique.length === 0 || clique.length > 2) return;
    const shares = sharesOf(tables[factor].length, answers);
    if (clique.length === 1) {
      shares.forEach((share, cell) => (tables[factor][cell] += Math.log(share)));
      hasSingle[clique[0]] = 1;
      return;
    }
    const [first, second] = clique.map((attribute) => marginalOf(shares, clique, attribute, sizes));
    pairs.push({ factor, clique, shares, first, second, weight: dependence(shares, first, second) });
  });
  for (const pair of strongestForest(pairs, sizes.length)) addPair(pair, tables[pair.factor], hasSingle);
}

/** A column without a measurement of its own is described by the first pair that holds it. */
function addPair({ clique, shares, first, second }: Pair, table: Float64Array, known: Uint8Array): void {
  const [divideFirst, divideSecond] = clique.map((attribute) => known[attribute] === 1);
  for (const attribute of clique) known[attribute] = 1;
  for (let cell = 0; cell < table.length; cell++) {
    const row = Math.floor(cell / second.length);
    const known = (divideFirst ? first[row] : 1) * (divideSecond ? second[cell - row * second.length] : 1);
    table[cell] += Math.log(shares[cell] / known);
  }
}

/** Copies the potentials of an earlier model. Returns the cliques that it did not have. */
export function warmStart(problem: FitProblem, point: FitPoint, earlier: ModelState): number[] {
  const numbers = new Map(earlier.cliques.map((clique, i) => [cliqueKey(clique), i]));
  const added: number[] = [];
  problem.cliques.forEach((clique, factor) => {
    const known = numbers.get(cliqueKey(clique));
    if (known === undefined) added.push(factor);
    else point.potentials.tables[factor].set(earlier.potentials[known]);
  });
  return added;
}

/**
 * One step of iterative proportional fitting for cliques that an evaluated point gives no effect yet, damped where the
 * noise is as large as the counts. Several that overlap may overshoot: the caller checks the objective.
 */
export function fitAdded(
  point: FitPoint,
  cliques: readonly Clique[],
  added: readonly number[],
  measurements: readonly Measurement[],
): void {
  for (const factor of added) {
    const [table, counts] = [point.potentials.tables[factor], point.counts.tables[factor]];
    const key = cliqueKey(cliques[factor]);
    for (const { clique, values, sigma, bins } of measurements) {
      if (bins || cliqueKey(clique) !== key) continue;
      for (let cell = 0; cell < table.length; cell++) {
        const noise = typeof sigma === 'number' ? sigma : sigma[cell];
        const wanted = Math.max(values[cell], floorShare * noise);
        const found = Math.max(counts[cell], floorShare * noise);
        const trust = Math.max(wanted, found) / (Math.max(wanted, found) + noise);
        table[cell] += trust * Math.log(wanted / found);
      }
      break;
    }
  }
}
