import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** Files by path from the project's root ('/' between folders). Text of modules only; other files are ''. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  /** As written, without a query such as `?raw`. */
  readonly specifier: string;
  /** Path from the project's root for a relative specifier, else null. */
  readonly target: string | null;
  /** Erased by the compiler: `import type`, `export type … from`, `import('…').T`. */
  readonly typeOnly: boolean;
  /** `new URL('…', import.meta.url)`: how a worker is named. */
  readonly url: boolean;
}

const isModule = (path: string): boolean => /\.(ts|svelte)$/.test(path);

/** Reads every file below the given folders. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const path = relative(root, file).split(sep).join('/');
      sources.set(path, isModule(path) ? readFileSync(file, 'utf8') : '');
    }
  }
  return sources;
}

/** The script parts of a component; everything else is blanked. */
const scriptOf = (path: string, text: string): string =>
  path.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n')
    : text;

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(`${path}.ts`, scriptOf(path, text), ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

interface Named {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly url?: boolean;
}

const isImportMetaUrl = (node: ts.Node | undefined): boolean => node?.getText() === 'import.meta.url';

/** What a syntax node imports, if anything. */
function importOf(node: ts.Node): Named | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, typeOnly };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal) ? { specifier: literal.text, typeOnly: true } : null;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return ts.isStringLiteralLike(argument) ? { specifier: argument.text, typeOnly: false } : null;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const [argument, base] = node.arguments ?? [];
    if (!argument || !ts.isStringLiteralLike(argument) || !isImportMetaUrl(base)) return null;
    return { specifier: argument.text, typeOnly: false, url: true };
  }
  return null;
}

const resolve = (from: string, specifier: string): string | null =>
  specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), specifier)) : null;

/** Every import of every module. */
export function importsOf(sources: Sources): Import[] {
  const imports: Import[] = [];
  for (const [path, text] of sources) {
    if (!isModule(path)) continue;
    visit(parse(path, text), (node) => {
      const named = importOf(node);
      if (!named) return;
      const specifier = named.specifier.replace(/\?.*$/, '');
      const target = resolve(path, specifier);
      imports.push({ from: path, specifier, target, typeOnly: named.typeOnly, url: named.url ?? false });
    });
  }
  return imports;
}

/** Modules that call, pass on or destructure `Math.random`. */
export function usersOfMathRandom(sources: Sources): string[] {
  const users: string[] = [];
  for (const [path, text] of sources) {
    if (!isModule(path)) continue;
    const template = path.endsWith('.svelte') ? text.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '') : '';
    let used = /\bMath\s*\.\s*random\b/.test(template);
    visit(parse(path, text), (node) => {
      const ofMath =
        (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
        node.expression.getText() === 'Math';
      const taken =
        ts.isVariableDeclaration(node) &&
        ts.isObjectBindingPattern(node.name) &&
        node.initializer?.getText() === 'Math';
      if ((ofMath || taken) && /\brandom\b/.test(node.getText())) used = true;
    });
    if (used) users.push(path);
  }
  return users;
}
