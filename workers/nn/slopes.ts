/** Slope below zero of activations made of two straight lines, which all of ours are; undefined for another. */
export function slopeBelowZero(activation: unknown, leak: unknown): number | undefined {
  if (activation === 'linear') return 1;
  if (activation === 'relu') return 0;
  return activation === 'leakyrelu' && typeof leak === 'number' ? leak : undefined;
}
