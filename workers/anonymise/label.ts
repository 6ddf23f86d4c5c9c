import type { NotPrivate } from './types.ts';

/** Stands on every figure of this room. */
export const notPrivate: NotPrivate = 'not a differential-privacy guarantee';
