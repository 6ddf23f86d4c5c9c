import type { BackendId } from '../protocol.ts';

/** Fastest first, where each has its own hardware. */
export const backendIds: readonly BackendId[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

export interface ChosenBackend {
  readonly id: BackendId;
  /** What the person should know of the choice. */
  readonly notes: readonly string[];
}

/** What can be known of a backend before it is started. */
export interface Probe {
  readonly available: boolean;
  /** It draws with the processor: right, but far slower than WebAssembly. */
  readonly software: boolean;
  /** One sentence for the page. */
  readonly reason: string;
}

const absent = (reason: string): Probe => ({ available: false, software: false, reason });
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

async function probeWebgpu(): Promise<Probe> {
  if (!('gpu' in navigator) || !navigator.gpu) return absent('This browser has no WebGPU.');
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return absent('WebGPU found no graphics processor.');
  const { vendor, architecture, device, description } = adapter.info;
  const software =
    adapter.info.isFallbackAdapter ||
    softwareNames.test([vendor, architecture, device, description].join(' '));
  const name = [vendor, architecture].filter(Boolean).join(' ') || 'graphics processor';
  return software
    ? { available: true, software, reason: 'WebGPU is drawn by the processor here, which is slow.' }
    : { available: true, software, reason: `WebGPU on ${name}.` };
}

/** WebGL in Safari's workers hangs: its fences never signal there (tfjs pull request 7436). */
const isSafari = (): boolean =>
  /safari/i.test(navigator.userAgent) && !/chrome|chromium|android|edg/i.test(navigator.userAgent);

async function probeWebgl(): Promise<Probe> {
  if (typeof OffscreenCanvas === 'undefined') return absent('WebGL is not available in a worker here.');
  if (isSafari()) return absent('WebGL does not work in workers of Safari.');
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return absent('This browser has no WebGL 2.');
  const details = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  const [{ env }] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-backend-webgl'),
  ]);
  if (!env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    return absent('WebGL computes with too few digits on this graphics processor.');
  }
  const software = softwareNames.test(renderer);
  return software
    ? { available: true, software, reason: 'WebGL is drawn by the processor here, which is slow.' }
    : { available: true, software, reason: 'WebGL on a graphics processor.' };
}

const probes: Readonly<Record<BackendId, () => Promise<Probe>>> = {
  webgpu: probeWebgpu,
  webgl: probeWebgl,
  wasm: async () =>
    typeof WebAssembly === 'undefined'
      ? absent('This browser has no WebAssembly.')
      : { available: true, software: false, reason: 'WebAssembly on one processor core.' },
  cpu: async () => ({
    available: true,
    software: false,
    reason: 'Plain JavaScript: works everywhere, slow.',
  }),
};

export const probe = (id: BackendId): Promise<Probe> => probes[id]();
