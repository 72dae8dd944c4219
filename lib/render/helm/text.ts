import { Expression, Loop } from '../../values/expression';
import { Context, inside, pipeline, quote, term } from './pipeline';
import { iniCode } from './ini';

/** Text with expressions in it, as the body of a template. */
export function body(e: Expression, at: Context): string {
  switch (e.op) {
    case 'literal':
      return escape(String(e.value));
    case 'concat':
      return e.parts.map((part) => body(part, at)).join('');
    case 'choose': {
      const otherwise = body(e.otherwise, at);
      const other = otherwise === '' ? '' : `{{ else }}${otherwise}`;
      return `{{ if ${pipeline(e.test, at)} }}${body(e.then, at)}${other}{{ end }}`;
    }
    case 'join': {
      const text = body(e.body, inside(at));
      if (e.separator === '') return `{{ ${range(e.loop, at)} }}${text}{{ end }}`;
      const separator = e.loop.variable.replace('$item', '$separator');
      return `{{ ${separator} := "" }}{{ ${range(e.loop, at)} }}{{ ${separator} }}${text}{{ ${separator} = ${quote(e.separator)} }}{{ end }}`;
    }
    case 'wholeFile':
      return e.argument.op === 'reference'
        ? `{{ ${pipeline(e.argument, at)} | trimAll "\\n" }}\n`
        : body(e.argument, at);
    case 'ini':
      return iniCode(e, at);
    default:
      return e.kind === 'string' ? `{{ ${pipeline(e, at)} }}` : `{{ ${scalarCode(e, at)} }}`;
  }
}

/** A scalar as it prints in text. */
export function scalarCode(e: Expression, at: Context): string {
  switch (e.kind) {
    case 'integer':
      return e.op === 'literal' ? pipeline(e, at) : `${pipeline(e, at)} | int64`;
    case 'boolean':
      return e.op === 'reference' ? pipeline(e, at) : `not (not ${term(e, at)})`;
    default:
      return `${pipeline(e, at)} | toJson`;
  }
}

/** The head of a loop. */
export function range({ over, source, variable, key }: Loop, at: Context): string {
  const code = over === 'count' ? `until (int ${term(source, at)})` : pipeline(source, at);
  return `range ${key ? `${key}, ` : ''}${variable} := ${code}`;
}

/** Text that has braces of its own. */
export const escape = (text: string): string => text.replace(/\{\{/g, '{{ "{{" }}');
