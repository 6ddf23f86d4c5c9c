/**
 * The tokenizer of workers/table beside Papa Parse and uDSV: which of them read our CSV corpus as expected, and how
 * fast they split a large file. All are told delimiter, quote and escape, so that only splitting is compared. The
 * libraries get decoded text, as they must; the tokenizer takes bytes. Turns alternate, medians of processor time.
 *
 *     npm run bench -- csvParsers [--megabytes 40] [--turns 5]
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import Papa from 'papaparse';
import { inferSchema, initParser } from 'udsv';
import { build } from 'vite';
import { tableText } from '../../scripts/printTable.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '40' }, turns: { type: 'string', default: '5' } },
});

/** @typedef {{ delimiter: string, quote: string, escape: string }} Shape */
/** @typedef {{ rows: string[][], told: boolean }} Reading `told`: the reader said that something is wrong. */

/** Node 20 runs no TypeScript, so the tokenizer is bundled first. */
async function loadTokenizer() {
  const folder = mkdtempSync(join(tmpdir(), 'homespun-bench-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'workers/table/tokenizer.ts', outDir: folder, emptyOutDir: true, minify: false },
  });
  const file = readdirSync(folder).find((name) => name.startsWith('tokenizer'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const { Tokenizer } = await import(pathToFileURL(join(folder, file ?? '')).href);
  rmSync(folder, { recursive: true });
  return Tokenizer;
}
const Tokenizer = await loadTokenizer();

/** @param {Shape} shape */
const tokenizerOf = ({ delimiter, quote, escape }) =>
  new Tokenizer({
    delimiter: delimiter.charCodeAt(0),
    quote: quote.charCodeAt(0),
    backslashEscapes: escape === 'backslash',
    comment: null,
    skipLines: 0,
    maxCellBytes: 1 << 24,
  });

/** @param {string} text @param {Shape} shape @returns {Reading} */
function ourReading(text, shape) {
  const tokenizer = tokenizerOf(shape);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** @type {string[][]} */
  const rows = [];
  for (const records of [() => tokenizer.push(new TextEncoder().encode(text)), () => tokenizer.end()]) {
    const { bytes, starts, ends, quoted, count, firstCells } = records();
    for (let r = 0; r < count; r++) {
      const row = [];
      for (let i = firstCells[r]; i < firstCells[r + 1]; i++)
        row.push(decoder.decode(bytes.subarray(starts[i], ends[i])));
      const blank = row.length === 1 && row[0] === '' && !quoted[firstCells[r]];
      if (!blank) rows.push(row);
    }
  }
  return { rows, told: tokenizer.fault !== null };
}

/** @param {string} text @param {Shape} shape @returns {Reading} */
function papaReading(text, { delimiter, quote, escape }) {
  const { data, errors } = Papa.parse(text, {
    delimiter,
    quoteChar: quote,
    escapeChar: escape === 'backslash' ? '\\' : quote,
    skipEmptyLines: true,
  });
  return { rows: /** @type {string[][]} */ (data), told: errors.length > 0 };
}

/** @param {string} text @param {Shape} shape @returns {Reading} */
function udsvReading(text, { delimiter, quote, escape }) {
  try {
    const esc = escape === 'backslash' ? '\\' : quote;
    const schema = inferSchema(text, { col: delimiter, encl: quote, esc, header: () => [] });
    return { rows: /** @type {string[][]} */ (initParser(schema).stringArrs(text)), told: false };
  } catch {
    return { rows: [], told: true };
  }
}

const readers = { 'workers/table': ourReading, 'Papa Parse': papaReading, uDSV: udsvReading };

/** What a reader must do with a text: give these rows, or (null) say that something is wrong. */
const probes = /** @type {[string, string, Partial<Shape>, string[][] | null][]} */ ([
  [
    'mixed line ends',
    'a,b\r\n1,x\n2,y\r3,z\n',
    {},
    [
      ['a', 'b'],
      ['1', 'x'],
      ['2', 'y'],
      ['3', 'z'],
    ],
  ],
  [
    'CR LF inside a cell of a file with LF',
    'a,b\n"x\r\ny",1\n',
    {},
    [
      ['a', 'b'],
      ['x\r\ny', '1'],
    ],
  ],
  [
    'a quoted first cell with a line end',
    '"a\nb",c\n1,2\n',
    {},
    [
      ['a\nb', 'c'],
      ['1', '2'],
    ],
  ],
  [
    'space before a quote',
    'a,b\n1, "x, y"\n',
    {},
    [
      ['a', 'b'],
      ['1', 'x, y'],
    ],
  ],
  [
    'space after a quote',
    'a,b\n"x, y" ,1\n',
    {},
    [
      ['a', 'b'],
      ['x, y', '1'],
    ],
  ],
  [
    'quote inside a bare cell',
    'a,b\n5" pipe,1\n',
    {},
    [
      ['a', 'b'],
      ['5" pipe', '1'],
    ],
  ],
  [
    'surplus cells are kept for the caller',
    'a,b\n1,2,3\n',
    {},
    [
      ['a', 'b'],
      ['1', '2', '3'],
    ],
  ],
  [
    'short rows are kept for the caller',
    'a,b,c\n1,2\n4,5,6\n',
    {},
    [
      ['a', 'b', 'c'],
      ['1', '2'],
      ['4', '5', '6'],
    ],
  ],
  ['an empty quoted cell alone is a row', 'a\n""\n1\n', {}, [['a'], [''], ['1']]],
  [
    'backslash before the closing quote',
    'a,b\n"x\\\\",1\n',
    { escape: 'backslash' },
    [
      ['a', 'b'],
      ['x\\', '1'],
    ],
  ],
  [
    'backslash quote',
    'a,b\n"x \\"y\\"",1\n',
    { escape: 'backslash' },
    [
      ['a', 'b'],
      ['x "y"', '1'],
    ],
  ],
  ['an unclosed quote is told', 'a,b\n1,"open\n2,b\n', {}, null],
  ['text after a quote is told', 'a,b\n1,"x"y\n', {}, null],
  ['one line without a line end', 'a,b', {}, [['a', 'b']]],
  [
    'an empty last cell',
    'a,b\n1,',
    {},
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
]);

/** @param {(text: string, shape: Shape) => Reading} reader @param {string} text @param {Partial<Shape>} shape @param {readonly (readonly string[])[] | null} rows */
function verdict(reader, text, shape, rows) {
  const reading = reader(text, { delimiter: ',', quote: '"', escape: 'double', ...shape });
  if (rows === null) return reading.told ? 'yes' : 'SILENT';
  if (JSON.stringify(reading.rows) === JSON.stringify(rows)) return 'yes';
  return reading.told ? 'wrong, told' : 'WRONG, silent';
}

/** Files of the corpus with a whole expected table, as decoded text. */
function corpus() {
  const folder = new URL('../fixtures/csv/', import.meta.url);
  /** @type {{ file: string, encoding: string, delimiter: string, table?: string[][] }[]} */
  const list = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));
  return list
    .filter(
      ({ encoding, table, file }) => table && encoding.startsWith('utf-8') && file !== 'delim_sep_line.csv',
    )
    .map(({ file, delimiter, table }) => {
      const text = readFileSync(new URL(file, folder), 'utf8').replace(/^\ufeff/, '');
      return { file, text, delimiter, table: table ?? [] };
    });
}

console.log('Does it read what is expected?\n');
const lines = [['text', ...Object.keys(readers)]];
for (const [name, text, shape, rows] of probes) {
  lines.push([name, ...Object.values(readers).map((reader) => verdict(reader, text, shape, rows))]);
}
const files = corpus();
const right = Object.values(readers).map(
  (reader) =>
    files.filter(({ text, delimiter, table }) => verdict(reader, text, { delimiter }, table) === 'yes')
      .length,
);
lines.push([`corpus files right, of ${files.length}`, ...right.map(String)]);
console.log(tableText(lines));
for (const [name, reader] of Object.entries(readers)) {
  const wrong = files.filter(
    ({ text, delimiter, table }) => verdict(reader, text, { delimiter }, table) !== 'yes',
  );
  if (wrong.length > 0) console.log(`${name} differs on ${wrong.map(({ file }) => file).join(', ')}`);
}

/** @param {boolean} quotes */
function largeFile(quotes) {
  const text = quotes ? '"Smith, ""J"""' : 'Smith J';
  const line = (/** @type {number} */ i) =>
    `${i},${i % 97},${(i * 0.37).toFixed(2)},${text} ${quotes ? '' : i},2024-01-05,yes,AB${i % 1000},,north,x y z\n`;
  let block = '';
  for (let i = 0; block.length < 1 << 20; i++) block += line(i).replace(' ,', ',');
  const copies = Math.max(1, Math.round((Number(values.megabytes) * 1e6) / block.length));
  return Buffer.concat(Array.from({ length: copies }, () => Buffer.from(block)));
}

const chunkBytes = 512 * 1024;
const shape = { delimiter: ',', quote: '"', escape: 'double' };

/** @param {Uint8Array} bytes @returns {Generator<Uint8Array>} */
function* chunksOf(bytes) {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Each splits the whole file in chunks and counts its rows. */
const splitters = {
  'workers/table': (/** @type {Uint8Array} */ bytes) => {
    const tokenizer = tokenizerOf(shape);
    let rows = 0;
    for (const chunk of chunksOf(bytes)) rows += tokenizer.push(chunk).count;
    return rows + tokenizer.end().count;
  },
  'Papa Parse': (/** @type {Uint8Array} */ bytes) => {
    const decoder = new TextDecoder();
    let carry = '';
    let rows = 0;
    for (const chunk of chunksOf(bytes)) {
      const text = carry + decoder.decode(chunk, { stream: true });
      const { data, meta } = new Papa.Parser({ delimiter: ',', newline: '\n' }).parse(text, 0, true);
      rows += data.length;
      carry = text.slice(meta.cursor);
    }
    return rows + (carry === '' ? 0 : Papa.parse(carry).data.length);
  },
  uDSV: (/** @type {Uint8Array} */ bytes) => {
    const decoder = new TextDecoder();
    const head = decoder.decode(
      bytes.subarray(0, 4096).subarray(0, bytes.subarray(0, 4096).lastIndexOf(10) + 1),
    );
    const parser = initParser(inferSchema(head, { col: ',', encl: '"', header: () => [] }));
    let rows = 0;
    const count = () => {
      rows++;
      return true;
    };
    const stream = new TextDecoder();
    for (const chunk of chunksOf(bytes))
      parser.chunk(stream.decode(chunk, { stream: true }), parser.stringArrs, count);
    parser.end();
    return rows;
  },
};

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

console.log('\nSplitting, seconds of processor time and MB a second\n');
const speeds = [['file', 'rows', ...Object.keys(splitters)]];
for (const quotes of [false, true]) {
  const bytes = largeFile(quotes);
  /** @type {number[][]} */
  const seconds = Object.values(splitters).map(() => []);
  const rows = new Set();
  for (let turn = 0; turn < Number(values.turns); turn++) {
    Object.values(splitters).forEach((split, i) => {
      const before = process.cpuUsage();
      rows.add(split(bytes));
      const { user, system } = process.cpuUsage(before);
      seconds[i].push((user + system) / 1e6);
    });
  }
  speeds.push([
    `${(bytes.length / 1e6).toFixed(0)} MB ${quotes ? 'with quotes' : 'bare'}`,
    [...rows].join(' / '),
    ...seconds.map(
      (list) => `${median(list).toFixed(2)} s, ${(bytes.length / 1e6 / median(list)).toFixed(0)} MB/s`,
    ),
  ]);
}
console.log(tableText(speeds));
