import '@tensorflow/tfjs-backend-webgpu';
import { registerOwn } from './ownKernels.ts';
import { adam, elementwise } from './webgpu/elements.ts';
import {
  blockCrossEntropy,
  blockScaled,
  blockSharpen,
  blockSoftmax,
  throughSoftmax,
} from './webgpu/blocks.ts';
import { gradients, product } from './webgpu/products.ts';
import { rowSquares, weightedSum } from './webgpu/sums.ts';

/** A dispatch costs more than its arithmetic on a graphics processor: whatever can be in one is in one. */
export function prepareWebgpu(): void {
  registerOwn('product', 'webgpu', product);
  registerOwn('gradients', 'webgpu', gradients);
  registerOwn('adam', 'webgpu', adam);
  registerOwn('blockSoftmax', 'webgpu', blockSoftmax);
  registerOwn('blockSharpen', 'webgpu', blockSharpen);
  registerOwn('blockCrossEntropy', 'webgpu', blockCrossEntropy);
  registerOwn('blockScaled', 'webgpu', blockScaled);
  registerOwn('throughSoftmax', 'webgpu', throughSoftmax);
  registerOwn('weightedSum', 'webgpu', weightedSum);
  registerOwn('rowSquares', 'webgpu', rowSquares);
  registerOwn('elementwise', 'webgpu', elementwise);
}
