/**
 * Draws the icon: three threads of real blue woven with three of synthetic vermillion.
 * `node scripts/icons.mjs` writes static/favicon.svg and renders the PNGs from the same drawing in headless Chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { chromiumFlags, findChromium } from './chromium.mjs';

const size = 512;
const thread = 66;
const lanes = [136, 256, 376];
const paper = '#f7f5f0';
const blue = '#0072b2';
const vermillion = '#d55e00';

/**
 * A thread along one axis. Its paper outline leaves a gap where it crosses over another.
 * @param {'x' | 'y'} axis @param {number} lane @param {number} from @param {number} to @param {string} colour
 */
function segment(axis, lane, from, to, colour) {
  const line =
    axis === 'x'
      ? `x1="${from}" y1="${lane}" x2="${to}" y2="${lane}"`
      : `x1="${lane}" y1="${from}" x2="${lane}" y2="${to}"`;
  return [
    `<line ${line} stroke="${paper}" stroke-width="${thread + 22}"/>`,
    `<line ${line} stroke="${colour}" stroke-width="${thread}"/>`,
  ].join('');
}

/** The threads: blue down, vermillion across, then blue again where it lies on top. */
function weave() {
  const long = /** @type {const} */ ([48, 464]);
  const down = lanes.map((lane) => segment('y', lane, ...long, blue));
  const across = lanes.map((lane) => segment('x', lane, ...long, vermillion));
  const over = lanes.flatMap((x, i) =>
    lanes.filter((_, j) => (i + j) % 2 === 0).map((y) => segment('y', x, y - 48, y + 48, blue)),
  );
  return [...down, ...across, ...over].join('\n    ');
}

/** @param {{ corner: number, scale: number }} shape Corner radius, and share of the square the threads fill. */
function drawing({ corner, scale }) {
  const shift = (size * (1 - scale)) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}">
  <rect width="${size}" height="${size}" rx="${corner}" fill="${paper}"/>
  <g transform="translate(${shift} ${shift}) scale(${scale})" stroke-linecap="butt">
    ${weave()}
  </g>
</svg>
`;
}

const rounded = drawing({ corner: 104, scale: 1 });
/** Launchers may cut a maskable icon down to its inner circle of 80 %. */
const maskable = drawing({ corner: 0, scale: 0.75 });

/** @param {import('playwright').Page} page @param {string} svg @param {number} pixels @param {string} path */
async function render(page, svg, pixels, path) {
  await page.setViewportSize({ width: pixels, height: pixels });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${pixels}px;height:${pixels}px}</style>${svg}`,
  );
  await page.screenshot({ path, omitBackground: true });
}

const folder = fileURLToPath(new URL('../static/', import.meta.url));
mkdirSync(`${folder}icons`, { recursive: true });
writeFileSync(`${folder}favicon.svg`, rounded);
const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args: chromiumFlags });
try {
  const page = await browser.newPage();
  await render(page, rounded, 192, `${folder}icons/192.png`);
  await render(page, rounded, 512, `${folder}icons/512.png`);
  await render(page, maskable, 512, `${folder}icons/maskable.png`);
} finally {
  await browser.close();
}
