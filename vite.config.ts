import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { hashSources, stampName } from './scripts/sources.mjs';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(at('./package.json'), 'utf8')) as { version: string };

/**
 * Locks the page to its own origin: no third party can be reached, and only WebAssembly may be compiled.
 * Sent as a header by `npm start`; written into the page as well, for hosts that cannot set headers.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const securityMeta = (): Plugin => ({
  name: 'homespun-security-meta',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
});

const responseHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** `_headers`, which several static hosts read, and the name of the sources this build was made from. */
const hostFiles = (): Plugin => {
  let sources = '';
  return {
    name: 'homespun-host-files',
    apply: 'build',
    buildStart() {
      sources = hashSources(at('.'));
    },
    generateBundle() {
      const lines = Object.entries(responseHeaders).map(([name, value]) => `  ${name}: ${value}\n`);
      this.emitFile({ type: 'asset', fileName: '_headers', source: `/*\n${lines.join('')}` });
      this.emitFile({ type: 'asset', fileName: stampName, source: sources });
    },
  };
};

export default defineConfig({
  root: at('./src'),
  base: './',
  publicDir: at('./static'),
  define: { HOMESPUN_VERSION: JSON.stringify(version) },
  plugins: [
    svelte({ configFile: at('./svelte.config.js') }),
    securityMeta(),
    hostFiles(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        name: 'Homespun',
        short_name: 'Homespun',
        description: 'Synthetic tables in a browser tab. Your file never leaves your machine.',
        start_url: './',
        scope: './',
        display: 'standalone',
        background_color: '#f7f5f0',
        theme_color: '#0072b2',
        icons: [
          { src: 'icons/192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icons/512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icons/maskable.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,wasm,svg,png,csv,json,webmanifest}'],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  worker: { format: 'es' },
  build: {
    outDir: at('./dist'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { fs: { allow: [at('.')] } },
  preview: { headers: responseHeaders },
});
