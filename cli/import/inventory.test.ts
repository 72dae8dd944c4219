import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { messageOf } from '../../test/support/message-of';
import { readInventory } from './inventory';

const of = (text: string) => readInventory(join(folderOf([['hosts', text]]), 'hosts'));

test('hosts are counted out, children are in their groups, and variables are found', () => {
  const inventory = of(`
[control]
control[01:03] ansible_user=kolla
[network]
net-a eth='ens5'
[nodes:children]
control
network
[network:vars]
eth=ens4
speed = fast  
[all:vars]
site=north
`);
  expect(inventory.hosts('control')).toEqual(['control01', 'control02', 'control03']);
  expect(inventory.hosts('nodes')).toEqual(['control01', 'control02', 'control03', 'net-a']);
  expect(inventory.hosts('nobody')).toEqual([]);
  const variables = [
    ['net-a', 'eth'],
    ['net-a', 'speed'],
    ['control02', 'site'],
    ['control02', 'eth'],
  ] as const;
  expect(variables.map(([host, name]) => inventory.variable(host, name))).toEqual(['ens5', 'fast', 'north', undefined]);
});

test.each([
  ['---\nall:\n  hosts: {}\n', 1],
  ['# YAML\nall:\n', 2],
  ['[control\n', 1],
])('%j is no inventory in INI form', (text, line) => {
  expect(messageOf(() => of(text)).replace(/^.*\//, '')).toBe(
    `hosts, line ${line}: an inventory in INI form is needed, with sections such as [control]`,
  );
});

test.each(['', '[web]\nhost1\n', 'nova_password: secret\n'])('%j is no inventory of Kolla-Ansible', (text) => {
  expect(messageOf(() => of(text)).replace(/^.*\//, '')).toBe(
    'hosts: an inventory of Kolla-Ansible is needed, and there is no group [control] in it',
  );
});

test('an inventory that is not there', () => {
  expect(messageOf(() => readInventory('/nowhere/hosts'))).toBe(
    'cannot read /nowhere/hosts: there is no such file or folder (ENOENT)',
  );
});
