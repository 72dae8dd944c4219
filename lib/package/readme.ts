import type { Json } from '../values/expression';
import { pathOf } from '../values/expression';
import { JsonSchema, isClosed } from '../values/json-schema';
import type { Model } from '../values/model';
import { expected } from '../values/problem';
import type { Chart, ChartMetadata } from './chart';

/** README.md of a service's chart: how to install it, its images, every value. */
export function chartReadme(
  { name, version, description, appVersion, home }: ChartMetadata,
  model: Model,
  passwords: readonly string[],
): string {
  const secrets = passwords.length > 0 ? ' -f passwords.yaml' : '';
  const genpwd = secrets && ' `kolla-cdk8s genpwd` writes `passwords.yaml`.';
  return `# ${name}

${description}. OpenStack ${String(appVersion)} by default; <${String(home)}>.

    helm install ${name} ${name}-${version}.tgz --namespace openstack -f ${name}.yaml${secrets}
    helm test ${name} --namespace openstack --logs

In \`${name}.yaml\` the values below stand at the top, not in a block \`${name}\`. What all charts share is in \`global\`: see
\`values.yaml\`, or the umbrella's README. Objects have fixed names: one OpenStack a namespace.${genpwd}
The chart is made by [kolla-cdk8s](https://github.com/kolla-cdk8s/kolla-cdk8s) and gives exactly its plain manifests.

## Values

${table(model, passwords)}`;
}

/** README.md of the umbrella chart. */
export function umbrellaReadme(
  { name, version, description }: ChartMetadata,
  charts: ReadonlyMap<string, Chart>,
  model?: Model,
): string {
  const rows = [...charts].map(([service, { metadata }]) => `| ${service} | ${metadata.description} |`);
  return `# ${name}

${description}.

    kubectl create namespace openstack
    helm install ${name} ${name}-${version}.tgz --namespace openstack -f cloud.yaml -f passwords.yaml
    helm test ${name} --namespace openstack --logs

A service's values stand in a block of its name; \`<service>.enabled: false\` leaves it out. \`global\` is for all.
Everything is applied at once and finds together by itself; there are no hooks but the tests.

| service | |
| --- | --- |
${rows.join('\n')}
${model ? `\n## Values that all services share\n\n${sharedTable(model)}` : ''}`;
}

const isShared = (row: string): boolean => row.startsWith('| `global.');
const isPassword = (row: string): boolean => row.startsWith('| `global.passwords.');

/** Every value of a chart's own: path, help, what is allowed, default. Of the passwords, those that it needs. */
const table = (model: Model, passwords: readonly string[]): string =>
  tableOf(rowsOf(model.jsonSchema, model.defaults, [], passwords).filter((row) => !isShared(row) || isPassword(row)));

const sharedTable = (model: Model): string =>
  tableOf(rowsOf(model.jsonSchema, model.defaults, [], []).filter(isShared));

function tableOf(rows: readonly string[]): string {
  return ['| value | default | |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function rowsOf(
  schema: JsonSchema,
  defaults: Json | undefined,
  path: readonly string[],
  passwords: readonly string[],
): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const here = [...path, key];
    const value =
      typeof defaults === 'object' && defaults !== null && !Array.isArray(defaults) ? defaults[key] : undefined;
    if (isClosed(child)) return rowsOf(child, value, here, passwords);
    if (child.writeOnly && !here.some((part) => passwords.includes(part))) return [];
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    const help = [child.description, child.enum || !child.description ? expected(child) : undefined]
      .filter(Boolean)
      .join(' ');
    return [`| \`${pathOf(here)}\` | ${cell(shown)} | ${cell(help)} |`];
  });
}

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
