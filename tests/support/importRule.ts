import { importsOf, usersOfMathRandom, type Import, type Sources } from './moduleGraph.ts';

/** Imported by everyone, importing nobody but each other. */
const leaves = ['errors', 'control', 'random'];
const stages = [
  'table',
  'schema',
  'profile',
  'encode',
  'privacy',
  'nn',
  'pgm',
  'synthesizers',
  'anonymise',
  'modelFile',
  'rules',
  'evaluate',
  'report',
];

/**
 * Who may import whom inside `workers/` (besides the leaves). A room is the first folder, or the name of a file that
 * lies directly in `workers/`.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  table: [],
  schema: ['table'],
  privacy: [],
  nn: [],
  pgm: [],
  profile: ['table', 'schema', 'privacy'],
  encode: ['table', 'schema', 'profile'],
  synthesizers: ['table', 'schema', 'profile', 'encode', 'privacy', 'nn', 'pgm'],
  anonymise: ['table', 'schema'],
  rules: ['table', 'schema'],
  modelFile: ['table', 'schema', 'profile', 'synthesizers', 'anonymise', 'rules'],
  evaluate: ['table', 'schema', 'rules'],
  report: ['table', 'schema', 'evaluate'],
  progress: [],
  privatePlan: ['schema', 'privacy', 'profile', 'rules', 'synthesizers'],
  privateFit: ['privacy', 'privatePlan'],
  releasedShares: ['profile', 'evaluate'],
  stageTypes: ['anonymise', 'prepare', 'privatePlan', 'profile', 'progress', 'synthesizers'],
  prepare: ['schema', 'table', 'privatePlan'],
  jobPlan: ['anonymise', 'nn', 'prepare', 'privacy', 'privatePlan', 'synthesizers'],
  ruledRows: ['rules', 'synthesizers'],
  makeRows: ['anonymise', 'ruledRows', 'schema', 'table'],
  wantedRows: [],
  rowSource: ['anonymise', 'makeRows', 'ruledRows', 'schema', 'wantedRows'],
  imputeFile: ['checkJob', 'rowSource', 'schema', 'synthesizers', 'table'],
  heldModel: ['modelFile', 'nn', 'rowSource'],
  guarantee: ['modelFile', 'privacy', 'privatePlan'],
  scoreRows: ['anonymise', 'evaluate', 'privatePlan', 'releasedShares', 'rules', 'schema', 'scorer', 'table'],
  shadowFits: ['evaluate', 'pipeline', 'privacy', 'privateFit', 'progress', 'table'],
  rowsInHand: [
    'anonymise',
    'checkJob',
    'evaluate',
    'pipeline',
    'reporting',
    'rowSource',
    'scoring',
    'shadowFits',
    'privateFit',
  ],
  scorer: ['evaluate', 'schema'],
  scoring: ['evaluate', 'scorer'],
  pipeline: [...stages, 'jobPlan', 'makeRows', 'prepare', 'privateFit', 'privatePlan', 'scoreRows'],
  sweep: [
    ...['anonymise', 'evaluate', 'privacy', 'synthesizers', 'table'],
    ...['checkJob', 'jobPlan', 'pipeline', 'prepare', 'privateFit', 'privatePlan', 'progress'],
  ],
  checkJob: ['anonymise', 'evaluate', 'prepare', 'privacy', 'privatePlan', 'rules', 'synthesizers'],
  heldTable: [
    ...['anonymise', 'modelFile', 'privacy', 'rules', 'schema', 'table'],
    ...['checkJob', 'guarantee', 'pipeline', 'privateFit', 'privatePlan', 'rowSource', 'sweep'],
  ],
  engine: [
    ...['anonymise', 'evaluate', 'modelFile', 'nn', 'privacy'],
    ...[
      'checkJob',
      'pipeline',
      'privateFit',
      'progress',
      'rowSource',
      'rowsInHand',
      'heldModel',
      'heldTable',
      'imputeFile',
    ],
    ...['scorer', 'scoring', 'sweep'],
  ],
  ledgerStore: ['privacy'],
  reporting: ['report'],
  workerScorer: ['scorer', 'scorer.worker'],
  'engine.worker': ['engine', 'pipeline', 'ledgerStore', 'privacy', 'workerScorer'],
  'scorer.worker': ['scorer'],
  protocol: [],
};

/** Packages that belong to one place. */
const packageHomes: readonly { pattern: RegExp; home: RegExp; rule: string }[] = [
  { pattern: /^@tensorflow\//, home: /^workers\/nn\//, rule: 'tfjs belongs in workers/nn' },
  { pattern: /^d3(-.*)?$/, home: /^src\/charts\//, rule: 'd3 belongs in src/charts' },
  {
    pattern: /^comlink$/,
    home: /^(src\/app\/engineLink\.ts|workers\/(\w+\.worker|workerScorer)\.ts)$/,
    rule: 'comlink belongs where a worker begins: src/app/engineLink.ts, workers/workerScorer.ts, workers/*.worker.ts',
  },
  { pattern: /^svelte(\/|$)/, home: /^src\//, rule: 'svelte belongs in src' },
];

const roomOf = (path: string): string => path.split('/')[1].replace(/\.ts$/, '');
const inWorkers = (path: string): boolean => path.startsWith('workers/');
const isTypesFile = (path: string): boolean => /\/(types|[a-z]\w*Types|protocol)\.ts$/.test(path);

/** Types of any room may be named by any other; only the scorecard must not know of models even by type. */
function typesAllowed(from: string, to: string): boolean {
  const modelRooms = ['profile', 'encode', 'synthesizers', 'nn', 'pgm', 'privacy'];
  return !(['evaluate', 'scorer.worker'].includes(from) && modelRooms.includes(to));
}

function checkInsideWorkers({ from, typeOnly }: Import, target: string): string | null {
  const [source, room] = [roomOf(from), roomOf(target)];
  if (source === room || leaves.includes(room)) return null;
  if (isTypesFile(target)) {
    if (!typeOnly) return `${target} holds types only: import it with 'import type'`;
    if (typesAllowed(source, room)) return null;
  }
  if (!leaves.includes(source) && !(source in allowed)) return `workers/${source} is not a known room`;
  return (allowed[source] ?? []).includes(room) ? null : `${source} must not import ${room}`;
}

const isEngineWorker = (imported: Import): boolean =>
  imported.from === 'src/app/engineLink.ts' && imported.url && imported.target === 'workers/engine.worker.ts';

function checkFromPage(imported: Import, target: string): string | null {
  if (isEngineWorker(imported)) return null;
  const open = target === 'workers/protocol.ts' || target === 'workers/errors.ts';
  return open && imported.typeOnly ? null : 'the page takes nothing but types of workers/protocol.ts';
}

function checkPackage({ from, specifier }: Import): string | null {
  const broken = packageHomes.find(({ pattern, home }) => pattern.test(specifier) && !home.test(from));
  return broken ? broken.rule : null;
}

function checkImport(sources: Sources, imported: Import): string | null {
  const { from, target } = imported;
  if (target === null) return checkPackage(imported);
  if (!sources.has(target)) return `${target} does not exist (write the extension)`;
  if (inWorkers(from)) {
    return inWorkers(target) ? checkInsideWorkers(imported, target) : 'workers must not import the page';
  }
  return inWorkers(target) ? checkFromPage(imported, target) : null;
}

type Graph = ReadonlyMap<string, readonly string[]>;

function valueGraph(imports: readonly Import[]): Graph {
  const graph = new Map<string, string[]>();
  for (const { from, target, typeOnly, url } of imports) {
    if (target === null || typeOnly || url || target === from) continue;
    graph.set(from, [...(graph.get(from) ?? []), target]);
  }
  return graph;
}

/** Cycles of value imports, each once, as 'a -> b -> a'. */
function cyclesOf(graph: Graph): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return cycles;
}

/** Rune modules fail at run time inside a worker, although the build succeeds. */
function runesInWorkers(sources: Sources, graph: Graph): string[] {
  const reached = new Set<string>();
  const walk = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const next of graph.get(path) ?? []) walk(next);
  };
  for (const path of sources.keys()) if (inWorkers(path)) walk(path);
  return [...reached].filter((path) => /\.svelte(\.ts)?$/.test(path));
}

/** Everything in the sources that breaks the rule of the house, one line each. */
export function violations(sources: Sources): string[] {
  const imports = importsOf(sources);
  const graph = valueGraph(imports);
  const arrows = imports.flatMap((imported) => {
    const broken = checkImport(sources, imported);
    return broken === null ? [] : [`${imported.from} imports '${imported.specifier}': ${broken}`];
  });
  return [
    ...arrows,
    ...cyclesOf(graph).map((cycle) => `import cycle: ${cycle}`),
    ...runesInWorkers(sources, graph).map((path) => `${path}: runes cannot be reached from workers`),
    ...usersOfMathRandom(sources).map((path) => `${path} uses Math.random: take a random source instead`),
  ];
}
