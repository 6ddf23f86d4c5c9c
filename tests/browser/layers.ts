import { Adam } from '../../workers/nn/adam.ts';
import { denseForward, inputGradient, linearForward, partsProduct } from '../../workers/nn/dense.ts';
import { HostAdam } from '../../workers/nn/hostAdam.ts';
import { parameterGradient, type WeightedUse } from '../../workers/nn/parameterGradient.ts';
import { Part } from '../../workers/nn/parts.ts';
import { rowSquares } from '../../workers/nn/rowSquares.ts';
import { slowestDecay } from '../../workers/nn/average.ts';
import {
  matrixFrom,
  timesPlus,
  valuesOf,
  vectorFrom,
  weightedSum,
  type Activation,
  type AnyTensor,
} from '../../workers/nn/tensors.ts';
import { seededRng } from '../../workers/random/rng.ts';

export type Check = (name: string, tensor: () => AnyTensor, expected: readonly number[]) => Promise<void>;

type Shape = readonly [rows: number, inputs: number, outputs: number];

/** One of each, no multiples of a tile, and exactly one and two tiles; with sparse rows or not; each activation twice. */
const cases: readonly (readonly [Shape, Activation, 'sparse' | 'filled'])[] = [
  [[1, 1, 1], 'relu', 'filled'],
  [[1, 37, 5], 'linear', 'filled'],
  [[67, 1, 33], 'leakyRelu', 'filled'],
  [[33, 45, 1], 'relu', 'sparse'],
  [[32, 32, 64], 'linear', 'filled'],
  [[97, 130, 70], 'leakyRelu', 'sparse'],
];

const rng = seededRng('layers');
const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => rng.normal());
/** With most numbers 0, as one-hot rows have. */
const drawSparse = (count: number): Float32Array => draw(count).map((value, i) => (i % 9 === 0 ? value : 0));

const slopes: Readonly<Record<Activation, number>> = { linear: 1, relu: 0, leakyRelu: 0.2 };
const bent = (value: number, activation: Activation): number =>
  value < 0 ? slopes[activation] * value : value;
const gated = (value: number, output: number, activation: Activation): number =>
  output <= 0 ? slopes[activation] * value : value;

/** n x m values of a function. */
const table = (n: number, m: number, of: (i: number, j: number) => number): number[] =>
  Array.from({ length: n * m }, (_, at) => of(Math.floor(at / m), at % m));
const sumTo = (count: number, of: (k: number) => number): number => {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += of(k);
  return sum;
};

/** What layers do, with parameters that lie in the middle of a vector. */
export async function checkLayers(check: Check): Promise<void> {
  for (const [shape, activation, kind] of cases) {
    const size = shape[0] * shape[1];
    const x = kind === 'sparse' ? drawSparse(size) : draw(size);
    await checkLayer(check, shape, x, activation);
    await checkGradients(check, shape, x);
  }
}

async function checkLayer(
  check: Check,
  [rows, inputs, outputs]: Shape,
  x: Float32Array,
  activation: Activation,
): Promise<void> {
  const name = `${rows} x ${inputs} x ${outputs} ${activation}`;
  const before = 7;
  const flat = draw(before + (inputs + 1) * outputs + 3);
  const w = (i: number, o: number): number => flat[before + i * outputs + o];
  const bias = (o: number): number => flat[before + inputs * outputs + o];
  const [delta, gate, more] = [draw(rows * outputs), draw(rows * inputs), draw(rows * inputs)];
  const outGate = draw(rows * outputs);
  const F = vectorFrom(flat);
  const X = matrixFrom(x, rows, inputs);
  const [D, O] = [delta, outGate].map((each) => matrixFrom(each, rows, outputs));
  const [G, M] = [gate, more].map((each) => matrixFrom(each, rows, inputs));
  const layer = () => ({
    weights: new Part(F, before, inputs, outputs),
    bias: new Part(F, before + inputs * outputs, 1, outputs),
  });
  const sums = table(rows, outputs, (r, o) => sumTo(inputs, (i) => x[r * inputs + i] * w(i, o)));
  const back = table(rows, inputs, (r, i) => sumTo(outputs, (o) => delta[r * outputs + o] * w(i, o)));
  await check(
    `${name} forward`,
    () => denseForward(layer(), activation, X),
    sums.map((sum, at) => bent(sum + bias(at % outputs), activation)),
  );
  await check(
    `${name} backward`,
    () => inputGradient(layer(), D, { more: M, through: { activation, output: G } }),
    back.map((value, at) => gated(value + more[at], gate[at], activation)),
  );
  await check(
    `${name} passed on`,
    () => linearForward(layer(), X, { activation, output: O }),
    sums.map((value, at) => gated(value, outGate[at], activation)),
  );
  await check(`${name} backward alone`, () => inputGradient(layer(), D), back);
  await check(
    `${name} parts`,
    () => partsProduct(Part.of(X), layer().weights, Part.of(D)),
    sums.map((sum, at) => sum + delta[at]),
  );
  for (const tensor of [F, X, D, O, G, M]) tensor.dispose();
}

/** Two layers of one shape, one with factors, in one pass or two. */
async function checkGradients(check: Check, [rows, inputs, outputs]: Shape, x: Float32Array): Promise<void> {
  const name = `${rows} x ${inputs} x ${outputs}`;
  const [factors, other, delta] = [draw(rows), draw(rows * inputs), draw(rows * outputs)];
  const X = matrixFrom(x, rows, inputs);
  const D = matrixFrom(delta, rows, outputs);
  const K = matrixFrom(factors, rows, 1);
  const A = matrixFrom(other, rows, inputs);
  const gradient = (factor: (r: number) => number, also: (r: number, i: number) => number): number[] => [
    ...table(inputs, outputs, (i, o) =>
      sumTo(rows, (r) => (factor(r) * x[r * inputs + i] + also(r, i)) * delta[r * outputs + o]),
    ),
    ...table(1, outputs, (_, o) => sumTo(rows, (r) => factor(r) * delta[r * outputs + o])),
  ];
  const nothing = (): number => 0;
  const plain = gradient(() => 1, nothing);
  const weighted = gradient((r) => factors[r], nothing);
  const both = gradient(
    (r) => factors[r],
    (r, i) => other[r * inputs + i],
  );
  const use: WeightedUse = { input: X, delta: D };
  await check(`${name} gradients`, () => parameterGradient([[use, { ...use, factors: K }]]), [
    ...plain,
    ...weighted,
  ]);
  await check(
    `${name} gradients of two passes`,
    () => parameterGradient([[use], [{ ...use, factors: K, also: A }]]),
    plain.map((value, at) => value + both[at]),
  );
  await check(
    `${name} row squares`,
    () => rowSquares([D, X, D, X, X, D, X, A, D]),
    [delta, x, delta, x, x, delta, x, other, delta].flatMap((values) =>
      table(rows, 1, (r) => {
        const width = values.length / rows;
        return sumTo(width, (c) => values[r * width + c] ** 2);
      }),
    ),
  );
  for (const tensor of [X, D, K, A]) tensor.dispose();
}

/** Sums of many sizes, and a formula over more numbers than 65,535 workgroups of 64 have threads. */
export async function checkSums(check: Check): Promise<void> {
  const sizes = [1, 255, 100_003];
  const all = sizes.map(draw);
  const tensors = all.map(vectorFrom);
  for (let count = 1; count <= sizes.length; count++) {
    const terms = tensors.slice(0, count).map((values, i) => ({ values, weight: 0.5 - i }));
    const expected = sumTo(count, (i) => (0.5 - i) * sumTo(sizes[i], (at) => all[i][at]));
    await check(`weighted sum of ${count}`, () => weightedSum(terms), [expected]);
  }
  for (const tensor of tensors) tensor.dispose();
}

/** Largest error of the formula. */
export async function worstOfMany(): Promise<number> {
  const many = 65_535 * 64 + 77;
  const a = Float32Array.from({ length: many }, (_, i) => (i % 1009) / 1009);
  const b = Float32Array.from({ length: many }, (_, i) => (i % 811) / 811);
  const [A, B] = [vectorFrom(a), vectorFrom(b)];
  const result = timesPlus(A, B, A);
  const found = await valuesOf(result);
  for (const tensor of [A, B, result]) tensor.dispose();
  let worst = found.length === many ? 0 : Infinity;
  for (let i = 0; i < many; i++) worst = Math.max(worst, Math.abs(found[i] - (a[i] * b[i] + a[i])));
  return worst;
}

/** Largest difference of parameters and averages from those of `HostAdam` over some steps, for lengths of all kinds. */
export async function worstOfAdam(): Promise<number> {
  let worst = 0;
  for (const length of [1, 63, 64, 1003]) {
    const initial = draw(length);
    const host = new HostAdam(initial);
    const adam = new Adam(initial, { slowestAverage: slowestDecay });
    for (let step = 0; step < 5; step++) {
      const gradient = draw(length);
      host.step(gradient, 1, 0.01);
      const G = vectorFrom(gradient);
      adam.step(G, 0.01);
      G.dispose();
      // Read on the way as well: what was read once must not be read again later.
      worst = Math.max(worst, furthest(host.average, await adam.averaged()));
    }
    const { values } = await adam.save();
    worst = Math.max(worst, furthest(host.values, values.subarray(0, length)));
    const goneOn = new Adam(initial, { slowestAverage: slowestDecay, weightDecay: 2 }, { values, steps: 5 });
    const G = vectorFrom(new Float32Array(length));
    goneOn.step(G, 0.1);
    const shrunk = (await goneOn.save()).values;
    // Without a gradient, the momentum alone moves them beside the decay.
    const moved = momentumStep(values, length, 0.1 * 2);
    worst = Math.max(worst, furthest(moved, shrunk.subarray(0, length)));
    for (const held of [G, adam, goneOn]) held.dispose();
  }
  return worst;
}

/** Parameters after a sixth step of length 0.1 without a gradient, in doubles. */
function momentumStep(values: Float32Array, length: number, decay: number): Float64Array {
  const rate = (0.1 * (1 - 0.9)) / (1 - 0.9 ** 6);
  const secondScale = (1 - 0.999) / (1 - 0.999 ** 6);
  return Float64Array.from({ length }, (_, i) => {
    const first = 0.9 * values[length + i];
    const second = 0.999 * values[2 * length + i];
    return (1 - decay) * values[i] - (rate * first) / (Math.sqrt(second * secondScale) + 1e-8);
  });
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, each) => Math.max(most, each), 0)
    : Infinity;
