import type { TensorInfo } from '@tensorflow/tfjs-core';
import { CallReader } from '../kernelCalls.ts';
import type { KernelCall } from '../replaceKernel.ts';
import { leak } from '../tensors.ts';
import { blank, run, webgpu, type Source } from './program.ts';
import { tiledProduct, tileGroup, tilesFor } from './tiles.ts';

/** Slope below zero of activations made of two straight lines, in WGSL; undefined for one that changes nothing. */
const slopes: Readonly<Record<string, string | undefined>> = { relu: '0.0', leakyRelu: leak.toFixed(4) };

interface ProductVariant {
  readonly turned: boolean;
  readonly biased: boolean;
  readonly more: boolean;
  readonly activation: string;
  readonly through: string;
}

function productSource({ turned, biased, more, activation, through }: ProductVariant): Source {
  const bend = slopes[activation];
  const gate = slopes[through];
  const functions = `
    fn left(row : i32, k : i32) -> f32 {
      if (row >= uniforms.rows || k >= uniforms.inner) { return 0.0; }
      return lefts[uniforms.leftAt + row * uniforms.inner + k];
    }
    fn right(k : i32, column : i32) -> f32 {
      if (column >= uniforms.columns || k >= uniforms.inner) { return 0.0; }
      return rights[uniforms.rightAt + ${turned ? 'column * uniforms.inner + k' : 'k * uniforms.columns + column'}];
    }
    fn write(row : i32, column : i32, sum : f32) {
      if (row >= uniforms.rows || column >= uniforms.columns) { return; }
      let at = row * uniforms.columns + column;
      var value = sum;
      ${biased ? 'value += biases[uniforms.biasAt + column];' : ''}
      ${more ? 'value += mores[uniforms.moreAt + at];' : ''}
      ${bend ? `value = select(value, ${bend} * value, value < 0.0);` : ''}
      ${gate ? `value *= select(1.0, ${gate}, gates[at] <= 0.0);` : ''}
      result[at] = value;
    }`;
  return {
    key: `product ${turned} ${biased} ${more} ${activation} ${through}`,
    code: tiledProduct({ functions, leftAlongK: true, rightAlongK: turned, sums: '' }),
    workgroup: tileGroup,
  };
}

/** activation(left x right + bias + more), then the way a gradient goes through an activation. */
export function product(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const backend = webgpu(call.backend);
  const [bias, more, gate] = ['bias', 'more', 'gate'].map((name) => read.optional(name));
  const [rows, inner, columns] = ['rows', 'inner', 'columns'].map((name) => read.number(name));
  const source = productSource({
    turned: read.flag('turned'),
    biased: bias !== undefined,
    more: more !== undefined,
    activation: read.word('activation'),
    through: read.word('through'),
  });
  const output = blank(backend, [rows, columns]);
  const inputs = {
    lefts: read.input('left'),
    rights: read.input('right'),
    ...(bias && { biases: bias }),
    ...(more && { mores: more }),
    ...(gate && { gates: gate }),
  };
  const offsets = Object.fromEntries(
    ['leftAt', 'rightAt', 'biasAt', 'moreAt'].map((name) => [name, read.number(name)]),
  );
  run(
    backend,
    source,
    { inputs, integers: { rows, inner, columns, ...offsets }, groups: tilesFor(rows, columns) },
    output,
  );
  return output;
}

interface GradientVariant {
  readonly weighted: boolean;
  /** Another input has the same delta. Without it, factors go to the deltas. */
  readonly also: boolean;
  /** Added to what is there. */
  readonly more: boolean;
}

/** The rows of the product are the layer's inputs, its columns the outputs; the sum runs over examples. */
function gradientSource({ weighted, also, more }: GradientVariant): Source {
  const set = more ? '+=' : '=';
  // Behind the last row, r is 0, but there may be anything for a factor.
  const share = 'factors[min(k0 + k, uniforms.inner - 1)]';
  const sums = also ? `down = fma(vec4<f32>(${share}), r, down);` : 'down += r;';
  const functions = `
    fn left(row : i32, k : i32) -> f32 {
      if (row >= uniforms.rows || k >= uniforms.inner) { return 0.0; }
      let at = k * uniforms.rows + row;
      return inputs[at]${also ? ' * factors[k] + alsos[at]' : ''};
    }
    fn right(k : i32, column : i32) -> f32 {
      if (column >= uniforms.columns || k >= uniforms.inner) { return 0.0; }
      return deltas[k * uniforms.columns + column]${weighted && !also ? ' * factors[k]' : ''};
    }
    fn write(row : i32, column : i32, sum : f32) {
      if (row >= uniforms.rows || column >= uniforms.columns) { return; }
      result[uniforms.at + row * uniforms.columns + column] ${set} sum;
    }
    fn writeSum(column : i32, sum : f32) {
      if (column >= uniforms.columns) { return; }
      result[uniforms.at + uniforms.rows * uniforms.columns + column] ${set} sum;
    }`;
  return {
    key: `gradient ${weighted} ${also} ${more}`,
    code: tiledProduct({ functions, leftAlongK: false, rightAlongK: false, sums }),
    workgroup: tileGroup,
  };
}

/** Gradient of all parameters in one vector; each use of a layer writes, or adds to, its own stretch. */
export function gradients(call: KernelCall): TensorInfo {
  const read = new CallReader(call);
  const backend = webgpu(call.backend);
  const output = blank(backend, [read.number('length')]);
  const deltas = read.series('delta');
  const offsets = read.numbers('offsets');
  const written = new Set<number>();
  read.series('input').forEach((input, i) => {
    const [factors, also] = [read.optional(`factors${i}`), read.optional(`also${i}`)];
    const [at, [inner, columns]] = [offsets[i], deltas[i].shape];
    const variant = {
      weighted: factors !== undefined,
      also: also !== undefined,
      more: written.has(at),
    };
    written.add(at);
    run(
      backend,
      gradientSource(variant),
      {
        inputs: {
          inputs: input,
          deltas: deltas[i],
          ...(factors && { factors }),
          ...(also && { alsos: also }),
        },
        integers: { rows: input.shape[1], inner, columns, at },
        groups: tilesFor(input.shape[1], columns),
      },
      output,
    );
  });
  return output;
}
