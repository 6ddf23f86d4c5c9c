/** Numbers that are written as they lie in memory. */
export type Tensor = Float32Array | Float64Array | Int32Array;

/** What a model needs to make rows again, besides its profile: plain data, nothing that could be run. */
export interface SavedModel {
  /** Goes through JSON. */
  readonly settings: object;
  readonly tensors: Readonly<Record<string, Tensor>>;
}
