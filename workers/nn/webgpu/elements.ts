import type { TensorInfo } from '@tensorflow/tfjs-core';
import { formulae, type Formula } from '../elementwise.ts';
import { CallReader, sizeOf } from '../kernelCalls.ts';
import type { KernelCall } from '../replaceKernel.ts';
import { blank, groupsFor, inLine, run, webgpu, type Source } from './program.ts';

const elements = ['a', 'b', 'c'];
const constants = ['p', 'q', 'r'];

const isFormula = (word: string): word is Formula => word in formulae;

const elementSource = (formula: Formula, tensors: number, given: number): Source => ({
  key: `elements ${formula}`,
  workgroup: inLine,
  code: `
    fn main(index : i32) {
      if (index >= uniforms.count) { return; }
      ${elements
        .slice(0, tensors)
        .map((name, i) => `let ${name} = values${i}[index];`)
        .join('\n')}
      ${constants
        .slice(0, given)
        .map((name) => `let ${name} = uniforms.${name};`)
        .join('\n')}
      result[index] = ${formulae[formula]};
    }`,
});

/** A formula over the elements of tensors of one shape. */
export function elementwise(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const backend = webgpu(call.backend);
  const formula = read.word('formula');
  if (!isFormula(formula)) throw new TypeError(`There is no formula ${formula}.`);
  const values = read.series('values');
  const given = read.numbers('constants');
  const count = sizeOf(values[0]);
  const output = blank(backend, [...values[0].shape]);
  run(
    backend,
    elementSource(formula, values.length, given.length),
    {
      inputs: Object.fromEntries(values.map((each, i) => [`values${i}`, each])),
      integers: { count },
      floats: Object.fromEntries(given.map((value, i) => [constants[i], value])),
      groups: groupsFor(count),
    },
    output,
  );
  return output;
}

/** One thread a parameter. `kept` is of use where the state is long enough to hold an average. */
const adamSource = (averaged: boolean): Source => ({
  key: `adam ${averaged}`,
  workgroup: inLine,
  code: `
    fn main(index : i32) {
      if (index >= uniforms.count) { return; }
      let slope = gradient[index];
      let first = index + uniforms.count;
      let second = first + uniforms.count;
      let m = uniforms.beta1 * result[first] + slope;
      let v = uniforms.beta2 * result[second] + slope * slope;
      let moved = uniforms.shrink * result[index] - uniforms.rate * (m / (sqrt(v) + uniforms.lift));
      result[first] = m;
      result[second] = v;
      result[index] = moved;
      ${
        averaged
          ? `let average = second + uniforms.count;
      result[average] = uniforms.kept * result[average] + (1.0 - uniforms.kept) * moved;`
          : ''
      }
    }`,
});

/** Changes the state in place and makes nothing. */
export function adam(call: KernelCall): TensorInfo[] {
  const read = new CallReader(call);
  const state = read.input('state');
  const count = read.number('length');
  // `floor` is a function of the language.
  const { floor: lift, ...step } = read.adamStep();
  run(
    webgpu(call.backend),
    adamSource(sizeOf(state) > 3 * count),
    {
      inputs: { gradient: read.input('gradient') },
      integers: { count },
      floats: { ...step, lift },
      groups: groupsFor(count),
    },
    state,
  );
  return [];
}
