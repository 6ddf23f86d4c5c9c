import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { expectedLosses, testData, testNet, testShapes, trainTestNet } from '../../../workers/nn/selfTest.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { ReferenceAdam, referenceGradient, referenceLayers, rowsOf } from './reference.ts';

const referenceLosses = (steps: number): number[] => {
  const { inputs, targets } = testData(testNet);
  const { widths, blocks } = testNet;
  const parameters = [...initialValues(testShapes(testNet))];
  const adam = new ReferenceAdam(parameters.length);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss, gradient } = referenceGradient(
      referenceLayers(parameters, widths),
      blocks,
      rowsOf(inputs, widths[0]),
      rowsOf(targets, widths[widths.length - 1]),
    );
    losses.push(loss);
    adam.step(parameters, gradient, 0.01);
  }
  return losses;
};

describe('the self-test of a backend', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('expects what plain loops in double precision compute', () => {
    const reference = referenceLosses(expectedLosses.length);
    expectedLosses.forEach((loss, i) => expect(loss).toBeCloseTo(reference[i], 5));
  });

  it('sees the same losses from the tensor code to 5 digits', async () => {
    const losses = await trainTestNet(testNet, expectedLosses.length);
    losses.forEach((loss, i) => expect(Math.abs(loss / expectedLosses[i] - 1)).toBeLessThan(1e-5));
  });

  it('leaves no tensor behind', async () => {
    const before = tensorCount();
    await trainTestNet(testNet, 3);
    expect(tensorCount()).toBe(before);
  });
});
