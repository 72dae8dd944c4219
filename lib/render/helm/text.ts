import { Expression, Loop } from '../../values/expression';
import { Context, condition, inside, pipeline, quote, term, textCode } from './pipeline';
import { iniCode } from './ini';

/** Text with expressions in it, as the body of a template. */
export function body(e: Expression, at: Context): string {
  switch (e.op) {
    case 'literal':
      // A brace at the end would stand before a template's own.
      return escape(String(e.value)).replace(/\{$/, '{{ "{" }}');
    case 'concat':
      return e.parts.map((part) => body(part, at)).join('');
    case 'choose': {
      const otherwise = body(e.otherwise, at);
      const other = otherwise === '' ? '' : `{{ else }}${otherwise}`;
      return `{{ if ${condition(e.test, at)} }}${body(e.then, at)}${other}{{ end }}`;
    }
    case 'join': {
      const text = body(e.body, inside(at));
      if (e.separator === '') return `{{ ${range(e.loop, at)} }}${text}{{ end }}`;
      const separator = `$separator${at.depth || ''}`;
      return `{{ ${separator} := "" }}{{ ${range(e.loop, at)} }}{{ ${separator} }}${text}{{ ${separator} = ${quote(e.separator)} }}{{ end }}`;
    }
    case 'wholeFile':
      return e.argument.op === 'reference'
        ? `{{ ${pipeline(e.argument, at)} | trimAll "\\n" }}\n`
        : body(e.argument, at);
    case 'ini':
      return iniCode(e, at);
    default:
      return `{{ ${e.kind === 'any' ? textCode(e, at) : scalarCode(e, at)} }}`;
  }
}

/** A value as it prints; one of any kind as in YAML, where a string has quotes. */
export function scalarCode(e: Expression, at: Context): string {
  switch (e.kind) {
    case 'integer':
      return e.op === 'literal' ? pipeline(e, at) : `${pipeline(e, at)} | int64`;
    case 'string':
    case 'boolean':
      return pipeline(e, at);
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
