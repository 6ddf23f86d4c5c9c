import { synthesizerOf } from '../../workers/synthesizers/registry.ts';
import type { MethodId } from '../../workers/synthesizers/types.ts';

/** Every method there is: the compiler asks for a new one here. */
const methods: Readonly<Record<MethodId, true>> = {
  independent: true,
  copula: true,
  mst: true,
  aim: true,
  autoregressive: true,
  vae: true,
  gan: true,
};
const isMethod = (id: string): id is MethodId => id in methods;

const withPrivateForm = Object.keys(methods)
  .filter(isMethod)
  .filter((id) => synthesizerOf(id).privacy !== undefined);

/** Methods with a private form that need no tensors. */
export const privateMethods: readonly MethodId[] = withPrivateForm.filter(
  (id) => !synthesizerOf(id).meta.neural,
);
/** Methods that are trained by DP-SGD. */
export const privateNetworks: readonly MethodId[] = withPrivateForm.filter(
  (id) => synthesizerOf(id).meta.neural,
);
