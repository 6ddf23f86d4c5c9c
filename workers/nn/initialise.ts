import type { Rng } from '../random/rng.ts';

/**
 * He initialisation (He et al. 2015, arXiv 1502.01852) for layers that end in relu: normal with variance 2 / inputs.
 * Row-major, inputs x outputs.
 */
export const heWeights = (inputs: number, outputs: number, rng: Rng): Float32Array =>
  normals(inputs * outputs, Math.sqrt(2 / inputs), rng);

/** Glorot initialisation (Glorot and Bengio 2010) for linear layers: variance 2 / (inputs + outputs). */
export const glorotWeights = (inputs: number, outputs: number, rng: Rng): Float32Array =>
  normals(inputs * outputs, Math.sqrt(2 / (inputs + outputs)), rng);

/** Independent normals with standard deviation `scale`. */
export function normals(count: number, scale: number, rng: Rng): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = scale * rng.normal();
  return values;
}
