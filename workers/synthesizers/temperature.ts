import { HomespunError } from '../errors.ts';
import { synthesizerOf } from './registry.ts';
import type { MethodId } from './types.ts';

/** Beyond these rows are nearly all alike, or nearly noise. */
const [coolest, hottest] = [0.2, 2];

/** Throws `bad-settings` for a temperature out of range, or for a method that has none. */
export function checkTemperature(temperature: number, method: MethodId): void {
  if (!(temperature >= coolest && temperature <= hottest)) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `A temperature of ${temperature} is out of range.`,
      hint: `Choose a number from ${coolest} to ${hottest}; 1 makes rows as they were learned.`,
    });
  }
  if (temperature === 1 || synthesizerOf(method).meta.anyOrder) return;
  throw new HomespunError({
    code: 'bad-settings',
    message: `The method “${method}” has no temperature.`,
    hint: 'Leave it at 1, or use a model of the method “autoregressive”.',
  });
}
