import { Ini, IniOption } from '../../values/expression';
import { Context, condition, number, quote, term } from './pipeline';

/** An INI file as template code: our options into a dictionary, then the helper that merges and prints. */
export function iniCode(ini: Ini, at: Context): string {
  const sections = ini.sections.flatMap(({ name, options }) => {
    const section = `$ini ${quote(name)}`;
    const always = options.filter((option) => !option.test);
    const set = `{{- $_ := set ${section} (dict${always.map((o) => `\n      ${quote(o.name)} ${value(o, at)}`).join('')}) }}`;
    const sometimes = options.flatMap((option) =>
      option.test
        ? [
            `{{- if ${condition(option.test, at)} }}`,
            `{{- $_ := set (get ${section}) ${quote(option.name)} ${value(option, at)} }}`,
            '{{- end }}',
          ]
        : [],
    );
    return [set, ...sometimes];
  });
  const overrides = ini.overrides.map((map) => term(map, at));
  return [
    '{{- $ini := dict }}',
    ...sections,
    `{{- include "${at.chart}.ini" (list ${['$ini', ...overrides].join(' ')}) }}`,
  ].join('\n');
}

function value({ values }: IniOption, at: Context): string {
  const [only, ...more] = values.map((v) => number(v, at));
  return only !== undefined && more.length === 0 ? only : `(list ${values.map((v) => number(v, at)).join(' ')})`;
}

/** The helper that puts the user's options over ours and prints the file. Twin of `plain/ini.ts`. */
export const iniHelper = (
  chart: string,
): string => `{{- /* An INI file: (list ours theirs), each section -> option -> value or values. */}}
{{- define "${chart}.ini" -}}
{{- $ini := index . 0 }}
{{- range rest . }}
{{- range $section, $options := . }}
{{- $merged := get $ini $section | default dict }}
{{- range $option, $value := $options }}
{{- $_ := set $merged $option $value }}
{{- end }}
{{- $_ := set $ini $section $merged }}
{{- end }}
{{- end }}
{{- $separator := "" }}
{{- range $section, $options := $ini }}
{{- if $options }}
{{- $separator }}[{{ $section }}]
{{ range $option, $values := $options }}
{{- range ternary $values (list $values) (kindIs "slice" $values) }}
{{- $option }} = {{ ternary . (toJson .) (kindIs "string" .) }}
{{ end }}
{{- end }}
{{- $separator = "\\n" }}
{{- end }}
{{- end }}
{{- end }}
`;
