/** The helper that puts maps over one another, as JSON. Sprig's own functions would leave out what is empty. */
export const mergedHelper = (chart: string): string => `{{- /* The entries of maps, the later over the earlier. */}}
{{- define "${chart}.merged" -}}
{{- $merged := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- $_ := set $merged $key $value }}
{{- end }}
{{- end }}
{{- $merged | toJson }}
{{- end }}
`;
