import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
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

test('an inventory in YAML is refused', () => {
  expect(() => of('---\nall:\n  hosts: {}\n')).toThrow('hosts, line 1: an inventory in INI form is needed');
  expect(() => readInventory('/nowhere/hosts')).toThrow('cannot read /nowhere/hosts');
});
