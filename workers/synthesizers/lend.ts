import type { Model } from './types.ts';

/** Lends the half-trained model and frees it after. */
export async function lend(model: Model, onModel: (model: Model) => Promise<void>): Promise<void> {
  try {
    await onModel(model);
  } finally {
    model.dispose();
  }
}
