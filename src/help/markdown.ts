/** The little Markdown the help texts use: headings, paragraphs, bullet lists, `code`, **strong**, *emphasis*. */

export interface Span {
  readonly style: 'plain' | 'strong' | 'em' | 'code';
  readonly text: string;
}
export type Block =
  | { readonly type: 'heading' | 'paragraph'; readonly spans: readonly Span[] }
  | { readonly type: 'list'; readonly items: readonly (readonly Span[])[] };

const styles = { '`': 'code', '**': 'strong', '*': 'em' } as const;

/** Splits one line into styled spans; an unclosed mark stays as it is. */
export function parseSpans(text: string): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(/(`|\*\*|\*)(.+?)\1/g)) {
    if (match.index > end) spans.push({ style: 'plain', text: text.slice(end, match.index) });
    const mark = match[1] === '`' ? '`' : match[1] === '**' ? '**' : '*';
    spans.push({ style: styles[mark], text: match[2] });
    end = match.index + match[0].length;
  }
  if (end < text.length) spans.push({ style: 'plain', text: text.slice(end) });
  return spans;
}

const joined = (lines: readonly string[]): string => lines.map((line) => line.trim()).join(' ');

function parseBlock(lines: readonly string[]): Block {
  if (lines[0].startsWith('#')) {
    return { type: 'heading', spans: parseSpans(joined(lines).replace(/^#+\s*/, '')) };
  }
  if (!lines[0].startsWith('- ')) return { type: 'paragraph', spans: parseSpans(joined(lines)) };
  const items: string[] = [];
  for (const line of lines) {
    if (line.startsWith('- ')) items.push(line.slice(2));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return { type: 'list', items: items.map(parseSpans) };
}

export const parseMarkdown = (text: string): Block[] =>
  text
    .split(/\n\s*\n/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map(parseBlock);
