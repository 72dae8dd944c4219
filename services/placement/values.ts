import { iniOverrides, osloOptions, policyOverrides } from '../../lib/config';
import { apiValues, bootstrapValues, passwordsRevision, serviceValues } from '../../lib/openstack';
import { fileText, group } from '../../lib/values/types';

export const placementValues = serviceValues('placement', ['placement-api'], {
  api: group(apiValues()),
  bootstrap: bootstrapValues(),
  passwordsRevision: passwordsRevision(),
  conf: group({
    'placement.conf': osloOptions('placement/placement.conf'),
    'uwsgi.ini': iniOverrides(),
  }).describe('Options over those of the config files.'),
  policy: policyOverrides('placement'),
  files: group({
    'placement.conf': fileText().optional().describe('The whole file, instead of ours.'),
  }).describe(
    'Config files of your own; `conf` is not used for them. Passwords for them: memcache_secret_key and\n' +
      'placement_keystone_password, each as @ini:name@.',
  ),
});
