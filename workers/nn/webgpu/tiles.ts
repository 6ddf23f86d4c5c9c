/** Side of the square of outputs that a workgroup of 8 x 8 threads makes, 4 x 4 each. */
export const tile = 32;
export const tileGroup = [8, 8, 1] as const;

export const tilesFor = (rows: number, columns: number): readonly [number, number] => [
  Math.ceil(columns / tile),
  Math.ceil(rows / tile),
];

export interface TiledCode {
  /** Functions besides: `left(row, k)` and `right(k, column)`, 0 outside, and `write(row, column, value)`. */
  readonly functions: string;
  /** Whether neighbours in memory are neighbours in k, for the order in which threads read. */
  readonly leftAlongK: boolean;
  readonly rightAlongK: boolean;
  /**
   * Adds `r`, four columns of the right side in row `k0 + k`, to `down`, which comes to `writeSum(column, value)`; or
   * nothing.
   */
  readonly sums: string;
}

/** Four neighbours of a tile, whose places follow from a thread's number and the direction that lies in one line. */
const loading = (name: 'left' | 'right', alongK: boolean): string => {
  const [k, four] = alongK ? ['e % 32', 'e / 32'] : ['e / 8', 'e % 8'];
  const at = (i: number): string =>
    name === 'left' ? `left(row0 + 4 * four + ${i}, k0 + k)` : `right(k0 + k, column0 + 4 * four + ${i})`;
  return `
      for (var s = 0; s < 4; s++) {
        let e = thread + 64 * s;
        let k = ${k};
        let four = ${four};
        ${name}Tile[k * 8 + four] = vec4<f32>(${[0, 1, 2, 3].map(at).join(', ')});
      }`;
};

/**
 * A matrix product: tiles of both sides are brought into shared memory, 32 steps of k at a time, and every thread keeps
 * 16 sums in registers. Each sum runs along k in order. Needs uniforms `rows`, `inner` and `columns`.
 */
export const tiledProduct = ({ functions, leftAlongK, rightAlongK, sums }: TiledCode): string => `
  var<workgroup> leftTile : array<vec4<f32>, 256>;
  var<workgroup> rightTile : array<vec4<f32>, 256>;
  ${functions}
  fn main() {
    let thread = i32(localIndex);
    let row0 = i32(workgroupId.y) * 32;
    let column0 = i32(workgroupId.x) * 32;
    let ownRow = i32(localId.y);
    let ownColumn = i32(localId.x);
    var sum0 = vec4<f32>();
    var sum1 = vec4<f32>();
    var sum2 = vec4<f32>();
    var sum3 = vec4<f32>();
    var down = vec4<f32>();
    for (var k0 = 0; k0 < uniforms.inner; k0 += 32) {
      ${loading('left', leftAlongK)}
      ${loading('right', rightAlongK)}
      workgroupBarrier();
      for (var k = 0; k < 32; k++) {
        let l = leftTile[k * 8 + ownRow];
        let r = rightTile[k * 8 + ownColumn];
        sum0 = fma(vec4<f32>(l.x), r, sum0);
        sum1 = fma(vec4<f32>(l.y), r, sum1);
        sum2 = fma(vec4<f32>(l.z), r, sum2);
        sum3 = fma(vec4<f32>(l.w), r, sum3);
        ${sums}
      }
      workgroupBarrier();
    }
    let row = row0 + 4 * ownRow;
    let column = column0 + 4 * ownColumn;
    for (var c = 0; c < 4; c++) {
      write(row, column + c, sum0[c]);
      write(row + 1, column + c, sum1[c]);
      write(row + 2, column + c, sum2[c]);
      write(row + 3, column + c, sum3[c]);
      ${sums ? 'if (workgroupId.y == 0u && ownRow == 0) { writeSum(column + c, down[c]); }' : ''}
    }
  }
`;
