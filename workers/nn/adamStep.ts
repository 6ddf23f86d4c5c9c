/** What one step of Adam does, worked out on the host. */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** Length of the step by the moments' quotient. */
  readonly rate: number;
  /** Added to the root of the second moment. */
  readonly floor: number;
  /** Times this are the parameters before the step. */
  readonly shrink: number;
  /** Share of the average that is kept. */
  readonly kept: number;
}
