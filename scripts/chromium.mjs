import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/**
 * What Chromium would otherwise ask its maker's servers in the background. The command line takes the last list of
 * features only, so what Playwright switches off for a like reason is repeated here.
 */
const backgroundFeatures = [
  'AutofillServerCommunication', // asks about every form it sees
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'PreconnectToSearch',
  'AimEnabled',
  'MediaRouter',
  'LensOverlay',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
  'DestroyProfileOnBrowserClose',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'TcpPortRandomizationWin',
];

/** Software WebGPU and WebGL, no sandbox (containers), and none of Chromium's own background traffic. */
export const chromiumFlags = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan,SkipListAccountsWithoutGaiaCookies',
  `--disable-features=${backgroundFeatures.join(',')}`,
  '--use-vulkan=swiftshader',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
];

const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @param {string} name */
const onPath = (name) => {
  const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.split('\n')[0].trim() : '';
};

/**
 * Path of a Chromium on this machine, or null. `CHROMIUM_PATH` wins; without any, Playwright's own download is used.
 * @returns {string | null}
 */
export function findChromium() {
  const wished = process.env.CHROMIUM_PATH;
  if (wished) {
    if (!existsSync(wished)) throw new Error(`CHROMIUM_PATH is set to ${wished}, but there is no such file.`);
    return wished;
  }
  const named = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'].map(onPath).find(Boolean);
  return named ?? candidates.find((path) => existsSync(path)) ?? null;
}
