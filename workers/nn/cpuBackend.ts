import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { product } from './product.ts';

/** tfjs's plain-JavaScript matrix product runs at a fraction of what the language can do: 8 times slower than ours. */
export function prepareCpu(): void {
  replace('BatchMatMul', ({ inputs: { a, b }, attrs }, backend) =>
    attrs?.transposeA || attrs?.transposeB ? undefined : multiplied(backend, a, b, undefined, false),
  );
  replace('_FusedMatMul', ({ inputs: { a, b, bias }, attrs }, backend) => {
    const activation = attrs?.activation;
    const known = activation === 'linear' || activation === 'relu';
    if (!known || !bias || attrs?.transposeA || attrs?.transposeB) return undefined;
    return multiplied(backend, a, b, bias, activation === 'relu');
  });
}

/** Puts a kernel in the place of tfjs's, which still takes the calls for which ours returns nothing. */
function replace(
  kernelName: string,
  ours: (call: Parameters<KernelFunc>[0], backend: MathBackendCPU) => TensorInfo | undefined,
): void {
  const theirs = getKernel(kernelName, 'cpu');
  unregisterKernel(kernelName, 'cpu');
  registerKernel({
    ...theirs,
    kernelFunc: (call) =>
      (call.backend instanceof MathBackendCPU ? ours(call, call.backend) : undefined) ??
      theirs.kernelFunc(call),
  });
}

function multiplied(
  backend: MathBackendCPU,
  a: TensorInfo | undefined,
  b: TensorInfo | undefined,
  bias: TensorInfo | undefined,
  relu: boolean,
): TensorInfo | undefined {
  if (a?.shape.length !== 2 || b?.shape.length !== 2) return undefined;
  const left = floatsOf(backend, a);
  const right = floatsOf(backend, b);
  const shift = bias && floatsOf(backend, bias);
  if (!left || !right || (bias && !shift)) return undefined;
  const [rows, inner] = a.shape;
  const columns = b.shape[1];
  const out = product(left, right, rows, inner, columns);
  if (shift) addBias(out, shift, relu);
  return backend.makeTensorInfo([rows, columns], 'float32', out);
}

const floatsOf = (backend: MathBackendCPU, tensor: TensorInfo): Float32Array | undefined => {
  const { values } = backend.data.get(tensor.dataId);
  return values instanceof Float32Array ? values : undefined;
};

function addBias(out: Float32Array, bias: Float32Array, relu: boolean): void {
  for (let i = 0; i < out.length;) {
    for (let j = 0; j < bias.length; j++, i++) {
      const value = out[i] + bias[j];
      out[i] = relu && value < 0 ? 0 : value;
    }
  }
}
