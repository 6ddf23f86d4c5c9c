import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import BudgetBar from '../../../src/charts/BudgetBar.svelte';
import HeatPanel from '../../../src/charts/HeatPanel.svelte';
import Heatmap from '../../../src/charts/Heatmap.svelte';
import { heatLayout } from '../../../src/charts/heatmapMarks.ts';
import LossChart from '../../../src/charts/LossChart.svelte';
import NoiseBar from '../../../src/charts/NoiseBar.svelte';
import OverlayChart from '../../../src/charts/OverlayChart.svelte';
import OverlayPlot from '../../../src/charts/OverlayPlot.svelte';
import ScoreBar from '../../../src/charts/ScoreBar.svelte';
import SketchChart from '../../../src/charts/SketchChart.svelte';
import { associations, categoryOverlay, datetimeOverlay, losses, numericOverlay } from './examples.ts';

/** Markup without Svelte's own markers and style hashes, one element a line. */
function markup<Props extends Record<string, unknown>>(component: Component<Props>, props: Props): string {
  return render(component, { props })
    .body.replace(/<!--.*?-->/g, '')
    .replace(/ ?svelte-[a-z0-9]+/g, '')
    .replace(/ class=""/g, '')
    .replace(/></g, '>\n<');
}

const jobs = ['Office and administration', 'Sales', 'Machine operation and inspection', 'Protective service'];
const size = { width: 320, height: 160 };

const pictures: Record<string, () => string> = {
  'numeric overlay with missing values': () =>
    markup(OverlayPlot, { ...size, overlay: numericOverlay('age', { bins: 12, missing: 0.1 }) }),
  'numeric overlay as running total': () =>
    markup(OverlayPlot, { ...size, overlay: numericOverlay('age', { bins: 12 }), cumulative: true }),
  'datetime overlay': () => markup(OverlayPlot, { ...size, overlay: datetimeOverlay('admitted') }),
  'category overlay, standing': () =>
    markup(OverlayPlot, { ...size, overlay: categoryOverlay('smoker', ['no', 'yes'], { missing: 0.2 }) }),
  'category overlay, lying': () => markup(OverlayPlot, { ...size, overlay: categoryOverlay('job', jobs) }),
  'small multiple': () =>
    markup(OverlayPlot, {
      width: 200,
      height: 90,
      compact: true,
      overlay: numericOverlay('age', { bins: 8 }),
    }),
  'loss half-way': () => markup(LossChart, { loss: losses(12), epochs: 24, height: 160 }),
  'score bar': () =>
    markup(ScoreBar, {
      score: { value: 0.06, ceiling: 0.01, floor: 0.4 },
      name: 'KS distance of age',
      keyed: true,
    }),
  'score bar without holdout': () =>
    markup(ScoreBar, {
      score: { value: 0.06, ceiling: NaN, floor: 0.4 },
      name: 'KS distance of age',
      keyed: true,
    }),
  'noise bar': () =>
    markup(NoiseBar, {
      score: { column: 'age', distance: 0.05, noiseAlone: { mean: 0.03, upper: 0.04 } },
      most: 0.1,
    }),
  'budget bar': () =>
    markup(BudgetBar, {
      releases: [0.22, 0.13, 0.65].map((share, i) => ({
        purpose: `release ${String(i + 1)}`,
        mechanism: 'discrete Gaussian mechanism, sigma 21',
        planned: 9,
        charged: 0,
        share,
      })),
    }),
  'heat panel': () => {
    const map = associations(5);
    return markup(HeatPanel, {
      name: 'Real',
      values: map.real,
      columns: map.columns,
      layout: heatLayout(5, 300, 8),
      limit: 1,
      palette: 'association',
      active: { row: 1, column: 2 },
      readout: '',
      onmove: () => undefined,
    });
  },
  'category sketch': () =>
    markup(SketchChart, {
      name: 'region',
      sketch: { type: 'category', labels: ['n', 's'], counts: [30, 20], others: 12 },
    }),
};

describe('drawings', () => {
  it.each(Object.keys(pictures))('%s is drawn as before', async (name) => {
    const drawn = pictures[name]();
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    await expect(drawn).toMatchFileSnapshot(`./snapshots/${name.replace(/[^a-z]+/g, '-')}.svg.txt`);
  });

  it('the same data give the same drawing twice', () => {
    for (const draw of Object.values(pictures)) expect(draw()).toBe(draw());
  });
});

describe('frames', () => {
  const frames = {
    overlay: markup(OverlayChart, { overlay: numericOverlay('age', { missing: 0.1 }) }),
    loss: markup(LossChart, { loss: losses(20), epochs: 40 }),
    heatmap: markup(Heatmap, { associations: associations(10) }),
  };

  it.each(Object.entries(frames))(
    '%s is a named figure with an image, a slider to read it, and its numbers',
    (_, html) => {
      expect(html).toMatch(/<figure[^>]*aria-labelledby="([^"]+)"/);
      const id = /aria-labelledby="([^"]+)"/.exec(html)?.[1] ?? '';
      expect(html).toContain(`id="${id}"`);
      expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-label="[^"]{10,}"/);
      expect(html).toMatch(/role="slider"[^>]*aria-valuetext="/);
      expect(html).toContain('<details');
      expect(html).toContain('Save SVG');
    },
  );

  it('real is solid and synthetic is told apart without colour', () => {
    expect(frames.overlay).toMatch(/class="synthetic"/);
    expect(markup(OverlayPlot, { ...size, overlay: categoryOverlay('c', ['a', 'b']) })).toMatch(
      /class="synthetic"[^>]*fill="url\(#/,
    );
  });
});
