import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { assembled } from './assembler.ts';
import { addSparseProduct, follow, stepAdam, type Routines } from './routines.ts';

const isRoutines = (exports: object): exports is Routines =>
  [addSparseProduct, follow, stepAdam].every(({ name }) => name in exports);

/** Our routines over the memory of tfjs's module, for each backend they were asked for. */
export class RoutineSet {
  readonly #module: WebAssembly.Module | undefined;
  readonly #instances = new WeakMap<WebAssembly.Memory, Routines>();

  constructor() {
    const bytes = assembled([addSparseProduct, follow, stepAdam]);
    // Invalid where there are no instructions for four numbers at once.
    this.#module = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
  }

  get available(): boolean {
    return this.#module !== undefined;
  }

  /** Undefined where this browser cannot run them or the module does not show its memory. */
  on(backend: BackendWasm): Routines | undefined {
    const memory = memoryOf(backend);
    if (!memory || !this.#module) return undefined;
    const known = this.#instances.get(memory);
    if (known) return known;
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } });
    if (!isRoutines(exports)) return undefined;
    this.#instances.set(memory, exports);
    return exports;
  }
}

function memoryOf({ wasm }: BackendWasm): WebAssembly.Memory | undefined {
  if (!('asm' in wasm) || typeof wasm.asm !== 'object' || wasm.asm === null) return undefined;
  const { asm } = wasm;
  return 'memory' in asm && asm.memory instanceof WebAssembly.Memory ? asm.memory : undefined;
}
