import ejs from 'ejs';
import { readFileSync } from 'node:fs';
import { Expression, Quoting } from '../values/expression';
import { json } from '../values/named';
import { all, any, choose, each, eachEntry, expressionOf, isSet, not, times, when } from '../values/value';
import { ConfigFile, ConfigFileProps, FileOwner } from './config-file';
import { withHoles } from './holes';

export interface TextFileProps extends ConfigFileProps {
  /** The EJS file, or the text itself. */
  readonly template: { readonly file: string } | { readonly text: string };
  /** What the template sees. */
  readonly data?: object;
  /** How secrets in it are quoted. Default: as they are. */
  readonly quoting?: Quoting;
}

/** A file of any text, from an EJS template. */
export class TextFile extends ConfigFile {
  constructor(scope: FileOwner, name: string, props: TextFileProps) {
    const { template } = props;
    const text = 'text' in template ? template.text : renderEjs(template.file, props.data ?? {});
    super(
      scope,
      name,
      wholeFile(`${scope.node.path}/${name}`, text, props.quoting ?? 'raw'),
      props.quoting ?? 'raw',
      props,
    );
  }
}

/** What a template may call, besides what its construct gives it. */
const LANGUAGE = { all, any, choose, each, eachEntry, isSet, json, not, times, when };

/** Names, members, calls, and the texts between quotes that `withoutTexts` has emptied: nothing that computes. */
const PRINTS = /^[=-][\w\s$.,()[\]'"]*[-_]?$/;
const withoutTexts = (code: string): string => code.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");

/**
 * Fills an EJS template with values. The values are known only later, so the template can't compute with them itself.
 *
 * @throws Error where the template does anything but print what it was given, or what `when` and the like make of it
 */
function renderEjs(file: string, data: object): string {
  const source = readFileSync(file, 'utf8');
  for (const [tag, code = ''] of source.matchAll(/<%(?![#%])([\s\S]*?)%>/g)) {
    if (!PRINTS.test(withoutTexts(code))) {
      throw new Error(
        `${file}: ${tag} computes in JavaScript, where no value is known yet; use <%= when(test, 'text') %>, choose, each or not`,
      );
    }
  }
  return ejs.render(source, { ...LANGUAGE, ...data }, { escape: String, filename: file });
}

/** Both renderers keep such a text as it is: it begins with a visible character and ends with one line break. */
function wholeFile(where: string, text: string, quoting: Quoting): Expression {
  const argument = expressionOf(text);
  const e = withHoles(where, argument, quoting).expression;
  const parts = e.op === 'concat' ? e.parts : [e];
  const [first, last, beforeLast] = [parts[0], parts.at(-1), parts.at(-2)];
  if (first?.op !== 'literal' || !/^\S/.test(String(first.value))) {
    throw new Error(`${where}: a file begins with a visible character of its own`);
  }
  const ends = last?.op === 'literal' && /\n$/.test(String(last.value)) && !/\n\n$/.test(String(last.value));
  if (!ends) throw new Error(`${where}: a file ends with one line break`);
  if (last.value === '\n' && beforeLast?.kind === 'string') {
    throw new Error(
      `${where}: a file ends with a character of its own before the line break, not with a value that may be empty`,
    );
  }
  return { op: 'wholeFile', kind: 'string', argument };
}
