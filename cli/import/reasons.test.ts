import { MAPPED, OTHERS, knownVariables, nearestVariable, reasonOf } from './reasons';

const { globals, defaults } = knownVariables();
const known = new Set([...globals, ...Object.values(defaults).flat()]);

test("each variable of Kolla-Ansible's globals.yml becomes something, or has a reason of its own", () => {
  expect(globals.length).toBeGreaterThan(300);
  expect(globals.filter((name) => !MAPPED.has(name) && (reasonOf(name)?.text ?? OTHERS) === OTHERS)).toEqual([]);
});

test('what is mapped is known to Kolla-Ansible', () => {
  expect([...MAPPED].filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  ['enable_cinder_backend_lvm', 'lacking', 'volumes'],
  ['octavia_amp_network', 'lacking', 'load balancers'],
  ['keepalived_virtual_router_id', 'otherwise', 'Services of Kubernetes balance'],
  ['nova_compute_dimensions', 'otherwise', 'requests and limits'],
  ['nova_database_user', 'otherwise', 'database and user'],
  ['docker_registry_password', 'otherwise', 'passwords.yml'],
])('%s: %s', (name, group, words) => {
  expect(reasonOf(name)).toMatchObject({ group, text: expect.stringContaining(words) });
});

test('of a misspelt name the right one is known', () => {
  expect(reasonOf('enable_nuetron_dvr')).toBeUndefined();
  expect(nearestVariable('enable_nuetron_dvr')).toBe('enable_neutron_dvr');
  expect(nearestVariable('something_of_ours_alone')).toBeUndefined();
});
