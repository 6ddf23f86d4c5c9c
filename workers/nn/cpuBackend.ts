import type { TensorInfo } from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { registerHostKernels, type HostMemory } from './hostKernels.ts';
import { slopeBelowZero } from './slopes.ts';
import { product } from './product.ts';
import { replaceKernel } from './replaceKernel.ts';

/** tfjs's plain-JavaScript matrix product runs at a fraction of what the language can do: 8 times slower than ours. */
export function prepareCpu(): void {
  replaceKernel('BatchMatMul', 'cpu', ({ inputs: { a, b }, attrs, backend }) =>
    attrs?.transposeA || attrs?.transposeB ? undefined : multiplied(backend, a, b, undefined, 1),
  );
  replaceKernel('_FusedMatMul', 'cpu', ({ inputs: { a, b, bias }, attrs, backend }) => {
    const activation = attrs?.activation;
    const slope = slopeBelowZero(activation, attrs?.leakyreluAlpha);
    if (slope === undefined || !bias || attrs?.transposeA || attrs?.transposeB) return undefined;
    return multiplied(backend, a, b, bias, slope);
  });
  registerHostKernels('cpu', memory, [
    'adam',
    'blockSoftmax',
    'blockCrossEntropy',
    'blockSharpen',
    'blockScaled',
    'throughSoftmax',
  ]);
}

const memory: HostMemory = {
  make: (backend, shape) => {
    const size = shape.reduce((product, each) => product * each, 1);
    return cpu(backend).makeTensorInfo(shape, 'float32', new Float32Array(size));
  },
  values: (backend, tensor) => {
    const values = floatsOf(cpu(backend), tensor);
    if (!values) throw new TypeError('A kernel takes numbers in single precision.');
    return values;
  },
};

function cpu(backend: unknown): MathBackendCPU {
  if (!(backend instanceof MathBackendCPU)) throw new TypeError('A kernel was called on another backend.');
  return backend;
}

function multiplied(
  backend: unknown,
  a: TensorInfo | undefined,
  b: TensorInfo | undefined,
  bias: TensorInfo | undefined,
  slope: number,
): TensorInfo | undefined {
  if (!(backend instanceof MathBackendCPU)) return undefined;
  if (a?.shape.length !== 2 || b?.shape.length !== 2) return undefined;
  const left = floatsOf(backend, a);
  const right = floatsOf(backend, b);
  const shift = bias && floatsOf(backend, bias);
  if (!left || !right || (bias && !shift)) return undefined;
  const [rows, inner] = a.shape;
  const columns = b.shape[1];
  const out = product(left, right, rows, inner, columns);
  if (shift) addBias(out, shift, slope);
  return backend.makeTensorInfo([rows, columns], 'float32', out);
}

const floatsOf = (backend: MathBackendCPU, tensor: TensorInfo): Float32Array | undefined => {
  const { values } = backend.data.get(tensor.dataId);
  return values instanceof Float32Array ? values : undefined;
};

function addBias(out: Float32Array, bias: Float32Array, slope: number): void {
  for (let i = 0; i < out.length;) {
    for (let j = 0; j < bias.length; j++, i++) {
      const value = out[i] + bias[j];
      // Without a slope, 0 also for -Infinity.
      out[i] = value < 0 ? slope && slope * value : value;
    }
  }
}
