import { advance, f32, f32x4, get, i32, integer, set, when, whileBelow, type Routine } from './assembler.ts';

/** Names the locals of a routine by their places. */
const places = <Name extends string>(...names: readonly Name[]): ((name: Name) => number) => {
  return (name) => names.indexOf(name);
};

const at = places(
  'a',
  'b',
  'out',
  'rows',
  'inner',
  'columns',
  'aEnd',
  'from',
  'to',
  'foursEnd',
  'rowEnd',
  'bRow',
  'outEnd',
  'value',
  'four',
);

/**
 * Adds a x b to `out`, all row-major, rows x inner and inner x columns: for each number of `a` that is not 0, as many
 * times a row of `b`. Pointers, then sizes.
 */
export const addSparseProduct: Routine = {
  name: 'addSparseProduct',
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  locals: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'v128'],
  body: [
    // Sizes in bytes.
    set(at('columns'), i32.shl(get(at('columns')), integer(2))),
    set(at('inner'), i32.shl(get(at('inner')), integer(2))),
    set(at('outEnd'), i32.add(get(at('out')), i32.mul(get(at('rows')), get(at('columns'))))),
    whileBelow(
      at('out'),
      at('outEnd'),
      set(at('aEnd'), i32.add(get(at('a')), get(at('inner')))),
      set(at('bRow'), get(at('b'))),
      set(at('rowEnd'), i32.add(get(at('out')), get(at('columns')))),
      set(at('foursEnd'), i32.add(get(at('out')), i32.and(get(at('columns')), integer(-16)))),
      whileBelow(
        at('a'),
        at('aEnd'),
        set(at('value'), f32.load(get(at('a')))),
        when(
          f32.isNotZero(get(at('value'))),
          set(at('four'), f32x4.splat(get(at('value')))),
          set(at('to'), get(at('out'))),
          set(at('from'), get(at('bRow'))),
          whileBelow(
            at('to'),
            at('foursEnd'),
            f32x4.store(
              get(at('to')),
              f32x4.add(f32x4.load(get(at('to'))), f32x4.mul(get(at('four')), f32x4.load(get(at('from'))))),
            ),
            advance(at('to'), 16),
            advance(at('from'), 16),
          ),
          whileBelow(
            at('to'),
            at('rowEnd'),
            f32.store(
              get(at('to')),
              f32.add(f32.load(get(at('to'))), f32.mul(get(at('value')), f32.load(get(at('from'))))),
            ),
            advance(at('to'), 4),
            advance(at('from'), 4),
          ),
        ),
        advance(at('a'), 4),
        set(at('bRow'), i32.add(get(at('bRow')), get(at('columns')))),
      ),
      set(at('out'), get(at('rowEnd'))),
    ),
  ],
};

const of = places(
  'values',
  'first',
  'second',
  'gradient',
  'end',
  'beta1',
  'beta2',
  'rate',
  'floor',
  'shrink',
  'slope',
  'm',
  'v',
);
const each = f32x4.splat;

/**
 * One step of Adam over numbers up to the pointer `end` of the values, four at a time: pointers, then the constants of
 * `AdamStep` in their order here.
 */
export const stepAdam: Routine = {
  name: 'stepAdam',
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32', 'f32', 'f32'],
  locals: ['v128', 'v128', 'v128'],
  body: [
    whileBelow(
      of('values'),
      of('end'),
      set(of('slope'), f32x4.load(get(of('gradient')))),
      set(
        of('m'),
        f32x4.add(f32x4.mul(each(get(of('beta1'))), f32x4.load(get(of('first')))), get(of('slope'))),
      ),
      set(
        of('v'),
        f32x4.add(
          f32x4.mul(each(get(of('beta2'))), f32x4.load(get(of('second')))),
          f32x4.mul(get(of('slope')), get(of('slope'))),
        ),
      ),
      f32x4.store(get(of('first')), get(of('m'))),
      f32x4.store(get(of('second')), get(of('v'))),
      f32x4.store(
        get(of('values')),
        f32x4.sub(
          f32x4.mul(each(get(of('shrink'))), f32x4.load(get(of('values')))),
          f32x4.div(
            f32x4.mul(each(get(of('rate'))), get(of('m'))),
            f32x4.add(f32x4.sqrt(get(of('v'))), each(get(of('floor')))),
          ),
        ),
      ),
      advance(of('values'), 16),
      advance(of('first'), 16),
      advance(of('second'), 16),
      advance(of('gradient'), 16),
    ),
  ],
};

const by = places('average', 'values', 'end', 'share', 'kept');

/** Moves averages up to the pointer `end` a share of the way to the values, four at a time. */
export const follow: Routine = {
  name: 'follow',
  parameters: ['i32', 'i32', 'i32', 'f32'],
  locals: ['v128'],
  body: [
    whileBelow(
      by('average'),
      by('end'),
      set(by('kept'), f32x4.load(get(by('average')))),
      f32x4.store(
        get(by('average')),
        f32x4.add(
          get(by('kept')),
          f32x4.mul(each(get(by('share'))), f32x4.sub(f32x4.load(get(by('values'))), get(by('kept')))),
        ),
      ),
      advance(by('average'), 16),
      advance(by('values'), 16),
    ),
  ],
};

/** The routines as they are called. Pointers are bytes from the start of the memory. */
export interface Routines {
  addSparseProduct(a: number, b: number, out: number, rows: number, inner: number, columns: number): void;
  stepAdam(
    values: number,
    first: number,
    second: number,
    gradient: number,
    end: number,
    beta1: number,
    beta2: number,
    rate: number,
    floor: number,
    shrink: number,
  ): void;
  follow(average: number, values: number, end: number, share: number): void;
}
