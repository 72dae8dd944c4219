import type { Secret } from 'kubernetes-types/core/v1';
import { KubeObject } from '../../lib/kubernetes';
import { DOMAIN, identityUrls } from '../../lib/openstack';
import type { Service } from '../../lib/openstack';
import { Value, all, base64, isSet, json, not, onlyIf } from '../../lib/values';

/**
 * The Secret `clouds-yaml`: the administrator in the file that OpenStack's clients read, in the clouds that
 * Kolla-Ansible's post-deploy names (source: ansible/roles/common/templates/clouds.yaml.j2). JSON is YAML, so any password
 * stands in it as it is. With an existing Secret the chart knows no password, and makes no such file.
 */
export function addCloudsYaml(service: Service, password: Value<string>): void {
  const { identity, region, passwords } = service.global;
  const cloud = (name: string, url: Value<string>, end: string, scope: string) => `  ${name}:
    auth:
      auth_url: ${json(url)}
      username: ${json(identity.adminUser)}
      password: ${json(password)}
      user_domain_name: ${DOMAIN}
${scope}    region_name: ${json(region)}
    interface: ${end}
    identity_api_version: 3
`;
  const project = `      project_name: ${json(identity.adminProject)}\n      project_domain_name: ${DOMAIN}\n`;
  const system = '      system_scope: all\n';
  const secret = new KubeObject<Secret>(service, 'clouds-yaml', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: service.metadata('clouds-yaml', 'clouds-yaml'),
    type: 'Opaque',
    data: {
      'clouds.yaml': base64(
        `clouds:\n${cloud('kolla-admin', identityUrls.public, 'public', project)}` +
          cloud('kolla-admin-system', identityUrls.public, 'public', system) +
          cloud('kolla-admin-internal', identityUrls.internal, 'internal', project) +
          cloud('kolla-admin-system-internal', identityUrls.internal, 'internal', system),
      ),
    },
  });
  onlyIf(secret, all(isSet(password), not(isSet(passwords.existingSecret))));
}
