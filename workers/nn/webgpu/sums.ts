import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CallReader, sizeOf } from '../kernelCalls.ts';
import type { KernelCall } from '../replaceKernel.ts';
import { blank, groupsFor, inLine, run, webgpu, type Source } from './program.ts';

/** One workgroup: each thread sums its stretch of all inputs, then they are added in pairs. */
const sumSource = (count: number): Source => ({
  key: `weighted sum ${count}`,
  workgroup: [256, 1, 1],
  code: `
    var<workgroup> sums : array<f32, 256>;
    fn main(index : i32) {
      let thread = i32(localIndex);
      var total = 0.0;
      ${Array.from(
        { length: count },
        (_, i) => `
      var own${i} = 0.0;
      for (var at = thread; at < uniforms.size${i}; at += 256) { own${i} += values${i}[at]; }
      total += own${i} * uniforms.weight${i};`,
      ).join('')}
      sums[thread] = total;
      workgroupBarrier();
      for (var half = 128; half > 0; half = half >> 1u) {
        if (thread < half) { sums[thread] += sums[thread + half]; }
        workgroupBarrier();
      }
      if (thread == 0) { result[0] = sums[0]; }
    }`,
});

/** A scalar. */
export function weightedSum(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const backend = webgpu(call.backend);
  const weights = read.numbers('weights');
  const values = read.series('values');
  const output = blank(backend, []);
  run(
    backend,
    sumSource(values.length),
    {
      inputs: Object.fromEntries(values.map((each, i) => [`values${i}`, each])),
      integers: Object.fromEntries(values.map((each, i) => [`size${i}`, sizeOf(each)])),
      floats: Object.fromEntries(weights.map((weight, i) => [`weight${i}`, weight])),
      groups: [1],
    },
    output,
  );
  return output;
}

/** Matrices that one program takes: a stage has 8 buffers at least, and one is the output. */
const mostMatrices = 7;

/** One thread a row of a matrix: the sum of its squares, in order. */
const squaresSource = (count: number): Source => ({
  key: `row squares ${count}`,
  workgroup: inLine,
  code: `
    fn main(index : i32) {
      let row = index % uniforms.rows;
      var sum = 0.0;
      switch (index / uniforms.rows) {
        ${Array.from(
          { length: count },
          (_, i) => `case ${i}: {
          for (var c = 0; c < uniforms.width${i}; c++) {
            let value = matrix${i}[row * uniforms.width${i} + c];
            sum = fma(value, value, sum);
          }
        }`,
        ).join('\n')}
        default: { return; }
      }
      result[uniforms.at + index] = sum;
    }`,
});

/** Squared length of each row, matrix after matrix. */
export function rowSquares(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const backend = webgpu(call.backend);
  const rows = read.number('rows');
  const all = read.series('matrix');
  const output = blank(backend, [all.length * rows]);
  for (let from = 0; from < all.length; from += mostMatrices) {
    const some = all.slice(from, from + mostMatrices);
    run(
      backend,
      squaresSource(some.length),
      {
        inputs: Object.fromEntries(some.map((each, i) => [`matrix${i}`, each])),
        integers: {
          rows,
          at: from * rows,
          ...Object.fromEntries(some.map(({ shape }, i) => [`width${i}`, shape[1]])),
        },
        groups: groupsFor(some.length * rows),
      },
      output,
    );
  }
  return output;
}
