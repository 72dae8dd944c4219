"""Keystone's first registration: administrator, roles, its own endpoints, the project of services.

It runs in the bootstrap Job, before any API answers, so it works on the database through Keystone's
own code: `keystone-manage bootstrap` (which creates what is missing and sets the endpoints' URLs and the
password), then what that leaves out: endpoints
that are disabled or there twice, and the project in which the other services have their users.
"""
import argparse
import os
import uuid

import pod
from keystone import exception
from keystone.cmd import cli
from keystone.common import driver_hints, provider_api
import keystone.conf


def listed(call, **filters):
    hints = driver_hints.Hints()
    for name, value in filters.items():
        hints.add_filter(name, value)
    return call(hints)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--region', required=True)
    parser.add_argument('--internal-url', required=True)
    parser.add_argument('--public-url', required=True)
    parser.add_argument('--admin-user', default='admin')
    parser.add_argument('--admin-project', default='admin')
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    options = parser.parse_args()
    os.environ['OS_BOOTSTRAP_PASSWORD'] = pod.password(options.secrets, 'keystone_admin_password')
    arguments = [word for path in options.config_file for word in ('--config-file', path)]
    cli.main(['keystone-manage', *arguments, 'bootstrap', '--bootstrap-region-id', options.region,
              '--bootstrap-username', options.admin_user, '--bootstrap-project-name', options.admin_project,
              '--bootstrap-internal-url', options.internal_url, '--bootstrap-public-url', options.public_url])

    catalog = provider_api.ProviderAPIs.catalog_api
    service = listed(catalog.list_services, type='identity')[0]
    for interface, url in (('internal', options.internal_url), ('public', options.public_url)):
        first, *others = listed(catalog.list_endpoints, service_id=service['id'], region_id=options.region,
                                interface=interface)
        catalog.update_endpoint(first['id'], {**first, 'url': url, 'enabled': True})
        for other in others:
            catalog.delete_endpoint(other['id'])
            print(f'deleted second {interface} endpoint {other["url"]}')

    domain = keystone.conf.CONF.identity.default_domain_id
    project = {'id': uuid.uuid4().hex, 'name': 'service', 'domain_id': domain, 'enabled': True,
               'description': 'The users of the services'}
    try:
        provider_api.ProviderAPIs.resource_api.create_project(project['id'], project)
    except exception.Conflict:
        pass
    print(f'registered Keystone at {options.internal_url} and {options.public_url} in {options.region}')


if __name__ == '__main__':
    pod.main(main)
