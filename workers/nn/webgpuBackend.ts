import { env } from '@tensorflow/tfjs-core';
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

/**
 * Dispatches in one submission at most; what is left is submitted at the end of a step. So much is a step of the VAE or
 * of the column-by-column network; one submission of all 59 of the GAN was not quicker than four.
 */
const mostDispatches = 32;

/** A dispatch costs more than its arithmetic on a graphics processor: whatever can be in one is in one. */
export function prepareWebgpu(): void {
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', mostDispatches);
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
