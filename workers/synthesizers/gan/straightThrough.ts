import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import type { Matrix } from '../../nn/tensors.ts';

/** Tokens drawn from logits: one-hot blocks, and the soft form that the gradient goes through. All n x width. */
export interface Drawn {
  readonly hard: Matrix;
  readonly soft: Matrix;
}

/** Softness of the form that the gradient goes through. */
const temperature = 0.5;

/**
 * Draws one token a block by the Gumbel trick, with the straight-through gradient (Jang et al. 2017, arXiv 1611.01144):
 * the critic sees one-hot rows, as real ones are, and so cannot tell rows by their softness. `gumbel` is standard
 * Gumbel noise, n x width.
 */
export function drawn(logits: Matrix, gumbel: Matrix, blocks: SoftmaxBlocks): Drawn {
  const soft = blocks.probabilities(logits, { more: gumbel, factor: 1 / temperature });
  return { soft, hard: blocks.sharpened(soft) };
}

/** Gradient by the logits from that by the hard rows, of which `free` (0 or 1, n x width) says what was drawn. */
export const throughDraw = ({ soft }: Drawn, gradient: Matrix, free: Matrix, blocks: SoftmaxBlocks): Matrix =>
  blocks.throughSoftmax(soft, gradient, free, 1 / temperature);
