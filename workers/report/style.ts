/** The style of a report: the reader's own fonts, light and dark, and paper. Real is solid blue, synthetic vermillion. */
export const style = `
:root { color-scheme: light dark;
  --paper: light-dark(#fff, #14171d); --surface: light-dark(#faf8f3, #1b1f27); --ink: light-dark(#23211d, #ece8df);
  --soft: light-dark(#57524a, #b9b4a9); --line: light-dark(#ddd7cb, #303642); --strong: light-dark(#8b8478, #747b88);
  --real: light-dark(#0072b2, #4aa8e0); --synthetic: light-dark(#d55e00, #f08543);
  --good: light-dark(#2d6a3e, #8fce9f); --warn: light-dark(#7a5200, #e2b65b); --bad: light-dark(#a3271f, #f09a90);
  --warn-soft: light-dark(#f8ecd0, #3a2f17); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
h1, h2, h3 { font-family: Palatino, 'Noto Serif', Georgia, serif; line-height: 1.2; }
h1 { font-size: 2rem; margin: 0; } h2 { font-size: 1.4rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; max-width: 48rem; } .soft { color: var(--soft); } .small { font-size: .875rem; }
nav { margin: 1rem 0; font-size: .875rem; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
a { color: inherit; text-underline-offset: .2em; }
.mark { padding: .8rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-soft); border-radius: 6px; }
.mark.safe { border-color: var(--good); background: light-dark(#e2eee2, #1d3324); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; margin: 1rem 0; }
.card { padding: 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); break-inside: avoid; }
.apart { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px dashed var(--strong); }
.value { font: 2.2rem/1.1 Palatino, 'Noto Serif', Georgia, serif; }
.status { font-weight: 600; font-size: .875rem; white-space: nowrap; }
.pass { color: var(--good); } .fail, .error { color: var(--bad); } .inconclusive { color: var(--warn); }
.not-assessed, .info, .measuring { color: var(--soft); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .875rem;
  font-variant-numeric: tabular-nums; margin: .5rem 0; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  font-weight: 400; } thead th { font-weight: 600; color: var(--soft); } .number { text-align: right; white-space: nowrap; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: .8rem 0; break-inside: avoid; } figcaption { font-size: .875rem; color: var(--soft); }
svg { display: block; max-width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
.r-fill { fill: var(--real); } .r-line { stroke: var(--real); fill: none; stroke-width: 2; }
.s-fill { fill: var(--synthetic); } .s-line { stroke: var(--synthetic); fill: none; stroke-width: 2; stroke-dasharray: 5 3; }
.s-hatch { stroke: var(--synthetic); stroke-width: 2; } .s-box { stroke: var(--synthetic); stroke-width: 1; }
.i-fill { fill: var(--ink); } .i-line { stroke: var(--ink); stroke-width: 1.5; fill: none; }
.g-fill { fill: var(--good); fill-opacity: .22; } .axis { stroke: var(--strong); fill: none; } .gridline { stroke: var(--line); }
.track { fill: var(--surface); stroke: var(--line); } .dash { stroke-dasharray: 2 3; }
.roc { fill: none; stroke-width: 2; } .roc-band { fill-opacity: .07; stroke: none; } .roc-mark { stroke-width: 2; fill: var(--paper); }
.roc-0 { --curve: light-dark(#1f5d4f, #86cdb5); } .roc-1 { --curve: light-dark(#6a2c91, #c79af0); }
.roc-2 { --curve: light-dark(#7a5200, #e2b65b); } .roc-3 { --curve: var(--ink); } .roc { stroke: var(--curve); }
.roc-band { fill: var(--curve); } .roc-1 { stroke-dasharray: 7 3; } .roc-2 { stroke-dasharray: 2 3; }
.roc-3 { stroke-dasharray: 8 3 2 3; } .roc-mark { stroke-dasharray: none; }
.roc-allowed { stroke: var(--bad); fill: none; stroke-width: 1.5; stroke-dasharray: 12 4; }
pre { white-space: pre-wrap; font-size: .8rem; line-height: 1.45; padding: 1rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; } details summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 11pt; } nav { display: none; }
  h2, h3, caption, thead { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; }
  table { font-size: 8pt; } th, td { padding: .2rem .3rem; } tbody th { min-width: 14rem; } .small { font-size: 8pt; }
  .cards { grid-template-columns: repeat(3, 1fr); } .grid { grid-template-columns: 1fr 1fr; } }
`;
