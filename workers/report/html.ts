/** HTML as strings: every text is escaped on its way in, and only what this room wrote is markup. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and in quoted attributes. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** Markup that was made here. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | null | readonly (Markup | null)[];

function rendered(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(rendered).join('');
}

/** Template of markup: what is filled in is escaped unless it is markup itself. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: texts.reduce((all, text, i) => all + rendered(parts[i - 1] ?? null) + text),
});

/** Coordinates to a tenth of a pixel. */
export const px = (number: number): string => String(Math.round(number * 10) / 10);

export interface Cell {
  readonly text: string | Markup;
  readonly number?: boolean;
}

const cellOf = ({ text, number = false }: Cell, head: boolean): Markup => {
  const markup = html`${text}`.markup;
  const align = number ? ' class="number"' : '';
  return { markup: head ? `<th scope="row">${markup}</th>` : `<td${align}>${markup}</td>` };
};

/** A table; the first cell of each row names it. */
export const table = (caption: string, head: readonly Cell[], rows: readonly (readonly Cell[])[]): Markup =>
  html` <div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map(({ text, number }) => ({
            markup: `<th scope="col"${number ? ' class="number"' : ''}>${html`${text}`.markup}</th>`,
          }))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => cellOf(cell, i === 0))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
