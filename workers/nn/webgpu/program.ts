import type { TensorInfo } from '@tensorflow/tfjs-core';
import { WebGPUBackend, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { sizeOf } from '../kernelCalls.ts';

/** A program of ours. Every tensor is one line of f32 to it: `result` and the inputs by their names. */
export interface Source {
  /** Names all that the code depends on: programs are compiled once a key. */
  readonly key: string;
  /** With a `main(index : i32)` of threads in one line, or a `main()` where groups come in two dimensions. */
  readonly code: string;
  readonly workgroup: readonly [number, number, number];
}

export interface Run {
  /** By name. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Workgroups: in one dimension, or across and down. Each dimension may have 65,535; one alone may have more. */
  readonly groups: readonly [number] | readonly [number, number];
}

export function webgpu(backend: unknown): WebGPUBackend {
  if (!(backend instanceof WebGPUBackend))
    throw new TypeError('A WebGPU kernel was called on another backend.');
  return backend;
}

/** A tensor that is yet to be written. */
export const blank = (backend: WebGPUBackend, shape: number[]): TensorInfo =>
  backend.makeTensorInfo(shape, 'float32');

/** Shapes are no business of a program: it would be compiled again for some of them. */
const shapeless = ({ dataId, dtype }: TensorInfo): TensorInfo => ({ dataId, dtype, shape: [1] });

/** Runs a program that writes `output`, or parts of it. Does nothing where the output is empty. */
export function run(
  backend: WebGPUBackend,
  source: Source,
  { inputs, integers = {}, floats = {}, groups }: Run,
  output: TensorInfo,
): void {
  if (sizeOf(output) === 0) return;
  const [across, down] = groups;
  const [x, y, z] = source.workgroup;
  const program: WebGPUProgram = {
    variableNames: Object.keys(inputs),
    uniforms: [
      ...Object.keys(integers).map((name) => `${name} : i32, `),
      ...Object.keys(floats).map((name) => `${name} : f32, `),
    ].join(''),
    outputShape: [1],
    shaderKey: `homespun ${source.key}`,
    workgroupSize: [x, y, z],
    dispatch: [across, down ?? 1, 1],
    // Only whether there is a second dimension is of interest.
    dispatchLayout: down === undefined ? { x: [0] } : { x: [0], y: [0] },
    getUserCode: () => source.code,
  };
  backend.runWebGPUProgram(
    program,
    Object.values(inputs).map(shapeless),
    'float32',
    [
      ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] })),
      ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
    ],
    shapeless(output),
  );
}

/** Threads in a line, 64 to a workgroup. */
export const inLine = [64, 1, 1] as const;
export const groupsFor = (threads: number): readonly [number] => [Math.ceil(threads / inLine[0])];
