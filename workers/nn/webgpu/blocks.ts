import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CallReader, sizeOf } from '../kernelCalls.ts';
import type { KernelCall } from '../replaceKernel.ts';
import { smallestShare, unfelt } from '../softmaxBlocks.ts';
import { blank, groupsFor, inLine, run, webgpu, type Source } from './program.ts';

/** One thread a block of a row, from column `first` up to `end`; a value of the row lies at `row + column`. */
const blockwise = (key: string, functions: string, body: string): Source => ({
  key,
  workgroup: inLine,
  code: `
    ${functions}
    fn main(index : i32) {
      if (index >= uniforms.threads) { return; }
      let block = index % uniforms.blocks;
      let row = (index / uniforms.blocks) * uniforms.width;
      let first = i32(starts[block]);
      let end = i32(starts[block + 1]);
      ${body}
    }`,
});

/** The largest logit of the block and the sum of all, measured from there. */
const softmaxSum = `
  var top = logit(row + first);
  for (var c = first + 1; c < end; c++) { top = max(top, logit(row + c)); }
  var total = 0.0;
  for (var c = first; c < end; c++) { total += exp(logit(row + c) - top); }`;

const softmaxSource = (more: boolean): Source =>
  blockwise(
    `block softmax ${more}`,
    `fn logit(at : i32) -> f32 { return uniforms.factor * (logits[at]${more ? ' + mores[at]' : ''}); }`,
    `${softmaxSum}
    for (var c = first; c < end; c++) { result[row + c] = exp(logit(row + c) - top) / total; }`,
  );

const plainLogit = 'fn logit(at : i32) -> f32 { return logits[at]; }';

const errorSource = (weighted: boolean): Source =>
  blockwise(
    `block error ${weighted}`,
    plainLogit,
    `${softmaxSum}
    let weight = uniforms.rowWeight${weighted ? ' * weights[index]' : ''};
    for (var c = first; c < end; c++) {
      result[row + c] = (exp(logit(row + c) - top) / total - targets[row + c]) * weight;
    }`,
  );

const lossSource = (weighted: boolean): Source =>
  blockwise(
    `block loss ${weighted}`,
    plainLogit,
    `${softmaxSum}
    var hit = 0.0;
    for (var c = first; c < end; c++) { hit += exp(logit(row + c) - top) / total * targets[row + c]; }
    result[index] = -log(hit + ${smallestShare})${weighted ? ' * weights[index]' : ''};`,
  );

/** Squaring and dividing over and over, as where there is no kernel; measured from the largest, none underflows. */
const sharpenSource = blockwise(
  'block sharpen',
  `fn sharp(share : f32, top : f32) -> f32 {
    let two = share / top * (share / top);
    let four = two * two;
    let eight = four * four;
    let sixteen = eight * eight;
    let half = sixteen * sixteen;
    let power = half * half;
    return select(power, 0.0, power < ${unfelt});
  }`,
  `var top = shares[row + first];
  for (var c = first + 1; c < end; c++) { top = max(top, shares[row + c]); }
  var total = 0.0;
  for (var c = first; c < end; c++) { total += sharp(shares[row + c], top); }
  for (var c = first; c < end; c++) { result[row + c] = sharp(shares[row + c], top) / total; }`,
);

const scaledSource = blockwise(
  'block scaled',
  '',
  `let factor = factors[index];
  for (var c = first; c < end; c++) { result[row + c] = matrix[row + c] * factor; }`,
);

const throughSource = blockwise(
  'through softmax',
  '',
  `var pull = 0.0;
  for (var c = first; c < end; c++) { pull += soft[row + c] * gradient[row + c] * free[row + c]; }
  for (var c = first; c < end; c++) {
    result[row + c] = uniforms.factor * soft[row + c] * (gradient[row + c] * free[row + c] - pull);
  }`,
);

/** Runs one over `matrix`, n x width, to an output of its shape, or n x blocks. */
function runBlocks(
  call: KernelCall,
  source: Source,
  matrix: TensorInfo,
  inputs: Readonly<Record<string, TensorInfo>>,
  { floats = {}, oneABlock = false }: { floats?: Record<string, number>; oneABlock?: boolean } = {},
): TensorInfo {
  const backend = webgpu(call.backend);
  const starts = new CallReader(call).input('starts');
  const [rows, width] = matrix.shape;
  const blocks = sizeOf(starts) - 1;
  const threads = rows * blocks;
  const output = blank(backend, [rows, oneABlock ? blocks : width]);
  const integers = { threads, blocks, width };
  run(
    backend,
    source,
    { inputs: { ...inputs, starts }, integers, floats, groups: groupsFor(threads) },
    output,
  );
  return output;
}

export function blockSoftmax(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const [logits, more] = [read.input('logits'), read.optional('more')];
  const inputs = { logits, ...(more && { mores: more }) };
  const floats = { factor: read.number('factor') };
  return runBlocks(call, softmaxSource(more !== undefined), logits, inputs, { floats });
}

/** The gradient, then the losses where they are wanted. */
export function blockCrossEntropy(call: KernelCall): TensorInfo[] {
  const read = new CallReader(call);
  const [logits, targets, weights] = [read.input('logits'), read.input('targets'), read.optional('weights')];
  const inputs = { logits, targets, ...(weights && { weights }) };
  const weighted = weights !== undefined;
  const floats = { rowWeight: read.number('rowWeight') };
  const gradient = runBlocks(call, errorSource(weighted), logits, inputs, { floats });
  if (!read.flag('losses')) return [gradient];
  return [gradient, runBlocks(call, lossSource(weighted), logits, inputs, { oneABlock: true })];
}

export function blockSharpen(call: KernelCall): TensorInfo {
  const shares = new CallReader(call).input('shares');
  return runBlocks(call, sharpenSource, shares, { shares });
}

export function blockScaled(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const matrix = read.input('matrix');
  return runBlocks(call, scaledSource, matrix, { matrix, factors: read.input('factors') });
}

export function throughSoftmax(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const [soft, gradient] = [read.input('soft'), read.input('gradient')];
  const floats = { factor: read.number('factor') };
  return runBlocks(call, throughSource, soft, { soft, gradient, free: read.input('free') }, { floats });
}
