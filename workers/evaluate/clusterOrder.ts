/** A branch of the tree: its members in the order they are drawn. */
type Branch = readonly number[];

/** Mean distance between the members of two branches. */
const averageLinkage = (a: Branch, b: Branch, distance: (i: number, j: number) => number): number => {
  let sum = 0;
  for (const i of a) for (const j of b) sum += distance(i, j);
  return sum / (a.length * b.length);
};

/** Two branches side by side, turned so that the ends that meet are as near as can be. */
const join = (a: Branch, b: Branch, distance: (i: number, j: number) => number): Branch => {
  const turned = [...a].reverse();
  const turnedB = [...b].reverse();
  const ways: readonly (readonly [Branch, Branch])[] = [
    [a, b],
    [a, turnedB],
    [turned, b],
    [turned, turnedB],
  ];
  const gap = ([left, right]: readonly [Branch, Branch]): number => distance(left[left.length - 1], right[0]);
  return ways.reduce((best, way) => (gap(way) < gap(best) ? way : best)).flat();
};

/**
 * Order of `count` items by agglomerative clustering with average linkage: neighbours are alike. Takes O(count^3).
 * `distance` is symmetric and finite.
 */
export function clusterOrder(count: number, distance: (i: number, j: number) => number): number[] {
  const branches: Branch[] = Array.from({ length: count }, (_, item) => [item]);
  const linkage = branches.map((a) => branches.map((b) => averageLinkage(a, b, distance)));
  while (branches.length > 1) {
    let [first, second] = [0, 1];
    for (let i = 0; i < branches.length; i++) {
      for (let j = i + 1; j < branches.length; j++) {
        if (linkage[i][j] < linkage[first][second]) [first, second] = [i, j];
      }
    }
    const [a, b] = [branches[first], branches[second]];
    branches[first] = join(a, b, distance);
    for (let k = 0; k < branches.length; k++) {
      const merged = (linkage[first][k] * a.length + linkage[second][k] * b.length) / (a.length + b.length);
      linkage[first][k] = merged;
      linkage[k][first] = merged;
    }
    branches.splice(second, 1);
    linkage.splice(second, 1);
    for (const row of linkage) row.splice(second, 1);
  }
  return [...(branches[0] ?? [])];
}
