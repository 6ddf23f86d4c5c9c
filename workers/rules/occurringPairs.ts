/** A column as codes. */
export interface Coded {
  readonly name: string;
  /** -1 where missing. */
  readonly codes: Int32Array;
  readonly size: number;
  readonly isNumber: boolean;
}

/** Codes of one column that occur beside each code of another. */
type Beside = readonly (readonly number[])[];

/** The pairs of codes of two columns that occur. */
export class OccurringPairs {
  readonly #first: Coded;
  readonly #second: Coded;
  readonly #cells: ReadonlySet<number>;

  /** `cells`: code of the first, times the size of the second, plus code of the second. */
  constructor(first: Coded, second: Coded, cells: readonly number[]) {
    this.#first = first;
    this.#second = second;
    this.#cells = new Set(cells);
  }

  /** Pairs that there could be. */
  get kinds(): number {
    return this.#first.size * this.#second.size;
  }

  /** Whether no pair is possible but those that occur, given what occurs of both columns beside a third. */
  followsFrom(others: readonly OccurringPairs[]): boolean {
    return others.some((other) => {
      const third = other.#otherThan(this.#first);
      const link = third && others.find((each) => each.#joins(third, this.#second));
      return third && link ? this.#holdsOver(other.#beside(third), link.#beside(third)) : false;
    });
  }

  #otherThan(column: Coded): Coded | null {
    if (this.#first === column) return this.#second;
    return this.#second === column ? this.#first : null;
  }

  #joins(a: Coded, b: Coded): boolean {
    return this.#otherThan(a) === b;
  }

  #beside(column: Coded): Beside {
    const lists: number[][] = Array.from({ length: column.size }, () => []);
    for (const cell of this.#cells) {
      const [x, y] = [Math.floor(cell / this.#second.size), cell % this.#second.size];
      if (column === this.#first) lists[x].push(y);
      else lists[y].push(x);
    }
    return lists;
  }

  #holdsOver(firsts: Beside, seconds: Beside): boolean {
    return firsts.every((xs, third) =>
      xs.every((x) => seconds[third].every((y) => this.#cells.has(x * this.#second.size + y))),
    );
  }
}
