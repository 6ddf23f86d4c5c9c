/** The five steps, in the order a person walks them. The id is also the address: `#/data`. */
export const steps = [
  { id: 'data', label: 'Data' },
  { id: 'columns', label: 'Columns' },
  { id: 'synthesize', label: 'Synthesize' },
  { id: 'scorecard', label: 'Scorecard' },
  { id: 'export', label: 'Export' },
] as const;

export type StepId = (typeof steps)[number]['id'];

/** The step an address names, or null when it names none. */
export function stepOf(hash: string): StepId | null {
  const id = hash.replace(/^#\/?/, '');
  return steps.find((step) => step.id === id)?.id ?? null;
}
