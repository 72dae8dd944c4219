import type { JsonSchema } from '../../values/json-schema';
import { jsonSchemaOf } from '../../values/model';
import { line } from '../../values/types';
import type { PolicyRule, PolicyTable } from './table';

/** The JSON schema of a user's policy for editors: rules by name, with their help; what any release has. */
export function policyEditorSchema(tables: readonly PolicyTable[]): JsonSchema {
  const check = jsonSchemaOf('', line());
  const rules = new Map(tables.flatMap((table) => [...table.rules]));
  const old = tables.flatMap(({ formerly }) => [...formerly]).filter(([name]) => !rules.has(name));
  const properties = [
    ...[...rules].map(([name, rule]): [string, JsonSchema] => {
      const releases = tables.filter((table) => table.rules.has(name)).map(({ release }) => release);
      const only = releases.length < tables.length ? [`Only in ${releases.join(', ')}.`] : [];
      const description = [...helpOf(rule), ...only].join('\n');
      return [name, { ...check, description, default: rule.check, ...(rule.deprecated && { doNotSuggest: true }) }];
    }),
    ...old.map(([name, heirs]): [string, JsonSchema] => {
      const deprecationMessage = `${name} is an old name of ${heirs.join(', ')}`;
      return [name, { ...check, deprecationMessage, doNotSuggest: true }];
    }),
  ];
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

const helpOf = ({ help, check, scopes, operations = [], deprecated }: PolicyRule): string[] => [
  ...(help === undefined ? [] : [help]),
  ...operations,
  `Default: ${check === '' ? 'anyone' : check}`,
  ...(scopes ? [`Scopes: ${scopes.join(', ')}`] : []),
  ...(deprecated ? [`Will go${deprecated.reason === undefined ? '.' : `: ${deprecated.reason}`}`] : []),
];
