/** Text that is HTML, and not to be escaped again. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in HTML. Texts are escaped; nothing is printed for undefined. */
export type Content = string | number | Html | undefined | readonly Content[];

/** HTML of a template: markup`<p>${text}</p>` */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : `${printed(contents[i - 1])}${part}`)).join(''));
}

const ENTITIES: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function printed(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(printed).join('');
  return String(content).replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
}

export interface Page {
  readonly title: string;
  /** The way to the folder with `index.html`. */
  readonly root: '' | '../';
  readonly script: 'filter.js' | 'search.js';
  readonly body: Content;
}

export const page = ({ title, root, script, body }: Page): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${root}style.css">
<script src="${root}${script}" defer></script>
</head>
<body>
${body}
</body>
</html>
`.text;

/** A link within the site; of an anchor, any sign may be in it. */
export const link = (text: Content, path: string, anchor?: string): Html =>
  markup`<a href="${path}${anchor === undefined ? '' : `#${encodeURIComponent(anchor)}`}">${text}</a>`;

/** The field of `filter.js`, which looks through all `dl > div`. */
export const FILTER = markup`<p class="search"><label>Filter <input type="search" autocomplete="off"></label> <output></output></p>`;
