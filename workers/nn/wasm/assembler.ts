/**
 * WebAssembly instructions as bytes, as many as our few kernels need (WebAssembly core specification 2.0, chapter 5).
 * An expression leaves one value, a statement none; both are put together from others, as in the text format.
 */
export type Code = readonly number[];

export const types = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
const signed = (value: number): number[] =>
  value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
const text = (value: string): number[] => [value.length, ...[...value].map((c) => c.charCodeAt(0))];
const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** Numbers lie at multiples of 4 bytes. */
const anywhere = [2, 0];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
export const integer = (value: number): Code => [0x41, ...signed(value)];
const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];

export const i32 = { add: binary(0x6a), mul: binary(0x6c), and: binary(0x71), shl: binary(0x74) };
export const f32 = {
  load: (at: Code): Code => [...at, 0x2a, ...anywhere],
  store: (at: Code, value: Code): Code => [...at, ...value, 0x38, ...anywhere],
  add: binary(0x92),
  mul: binary(0x94),
  isNotZero: (value: Code): Code => [...value, 0x43, 0, 0, 0, 0, 0x5c],
};
/** Four numbers in single precision. */
export const f32x4 = {
  load: (at: Code): Code => [...at, ...simd(0x00), ...anywhere],
  store: (at: Code, value: Code): Code => [...at, ...value, ...simd(0x0b), ...anywhere],
  splat: (value: Code): Code => [...value, ...simd(0x13)],
  sqrt: (value: Code): Code => [...value, ...simd(0xe3)],
  add: binary(...simd(0xe4)),
  sub: binary(...simd(0xe5)),
  mul: binary(...simd(0xe6)),
  div: binary(...simd(0xe7)),
};

const noResult = 0x40;
const end = 0x0b;

/** While one pointer lies before another. */
export const whileBelow = (pointer: number, limit: number, ...body: readonly Code[]): Code => [
  ...[0x02, noResult, 0x03, noResult],
  ...[...get(pointer), ...get(limit), 0x4f, 0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, end, end],
];
export const when = (condition: Code, ...body: readonly Code[]): Code => [
  ...condition,
  ...[0x04, noResult],
  ...body.flat(),
  end,
];
/** Moves a pointer on by a number of bytes. */
export const advance = (pointer: number, bytes: number): Code =>
  set(pointer, i32.add(get(pointer), integer(bytes)));

export interface Routine {
  readonly name: string;
  /** The first locals, in order. */
  readonly parameters: readonly ValueType[];
  /** Those behind them. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Code[];
}

/** A module of routines without results over an imported memory, `env.memory`. */
export function assembled(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const signatures = routines.map(({ parameters }) => [
    0x60,
    ...list(parameters.map((each) => [types[each]])),
    0,
  ]);
  const codes = routines.map(({ locals, body }) => {
    const code = [...list(locals.map((each) => [1, types[each]])), ...body.flat(), end];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(signatures)),
    ...section(2, list([[...text('env'), ...text('memory'), 2, 0, 0]])),
    ...section(3, list(routines.map((_, i) => unsigned(i)))),
    ...section(7, list(routines.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]))),
    ...section(10, list(codes)),
  ]);
}
