import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { osloOptions } from '../../lib/config';
import { fileTable } from '../../lib/config/oslo';
import { optionSchema } from '../../lib/config/oslo/option-schema';
import { RELEASES } from '../../lib/kolla/releases';
import { optionRules } from '../../lib/openstack/options';
import { packChart } from '../../lib/package';
import { schemaJson } from '../../lib/package/schema';
import { ValuesModel, group } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { helms } from '../../tools/toolchain';
import { helmEnvironment } from '../support/helm';
import { Figure } from './figure';
import { inTurn, median, medianRatio, run } from './measure';

const ROUNDS = 15;

/** What it costs to check options: in Helm those of Nova, which has the most of all but Cinder, and in `validate`. */
export function optionFigures(root: string, folder: string): Figure[] {
  const chart = (files: readonly (readonly [string, string])[]) =>
    packChart('options', new Map([['Chart.yaml', CHART], ['values.yaml', 'conf:\n  nova.conf: {}\n'], ...files]));
  const [empty, nova] = [chart([]), chart([['values.schema.json', novaSchema()]])];
  const [emptyPath, novaPath] = ['no-options.tgz', 'options.tgz'].map((name) => join(folder, 'packages', name));
  writeFileSync(emptyPath!, empty);
  writeFileSync(novaPath!, nova);
  const times = helms().map(({ path: helm, version }): Figure => {
    const template = (chart: string) => () =>
      run([helm, 'template', 'x', chart], { cwd: folder, env: helmEnvironment });
    const runs = inTurn(
      new Map([
        ['empty', template(emptyPath!)],
        ['nova', template(novaPath!)],
      ]),
      ROUNDS,
    );
    return {
      name: `helm template of all options of nova.conf, Helm ${version}, CPU to an empty chart`,
      found: medianRatio(runs.get('nova')!, runs.get('empty')!),
      unit: '×',
      bound: 2,
    };
  });
  const files = ['clouds/aio.yaml', 'passwords.yaml', writeOptions(folder)].flatMap((file) => ['--cloud', file]);
  const command = [process.execPath, join(root, 'build', 'cli', 'main.js'), 'validate', ...files];
  const validations = Array.from({ length: ROUNDS }, () => run(command, { cwd: folder }));
  return [
    ...times,
    { name: 'all options of nova.conf, packed', found: nova.length / 1000, unit: 'KB', bound: 60 },
    {
      name: 'validate of a cloud with every option of keystone.conf, time that passed',
      found: median(validations.map(({ wall }) => wall)),
      unit: 's',
      bound: 0.6,
    },
  ];
}

const CHART = 'apiVersion: v2\nname: options\nversion: 0.1.0\n';

function novaSchema(): string {
  const shape = { release: z.enum(RELEASES).optional(), conf: group({ 'nova.conf': osloOptions('nova/nova.conf') }) };
  return schemaJson(new ValuesModel('options', z.strictObject(shape), [], optionRules).chartSchema);
}

/** A values file in which every option of keystone.conf with a default is set to it. */
function writeOptions(folder: string): string {
  const { sections } = fileTable(RELEASES.at(-1)!, 'keystone', 'keystone.conf');
  const conf = Object.entries(sections).map(([section, options]) => {
    const set = Object.entries(options).filter(([, option]) => optionSchema(option).safeParse(option.default).success);
    return [section, Object.fromEntries(set.map(([name, option]) => [name, option.default]))];
  });
  const values = { keystone: { conf: { 'keystone.conf': Object.fromEntries(conf) as JsonMap } } };
  const file = join(folder, 'options.json');
  writeFileSync(file, JSON.stringify(values));
  return file;
}
