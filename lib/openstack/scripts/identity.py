"""Registers a service in Keystone: its regions, services, endpoints, roles, projects and users.

Creates what is missing and changes what differs: an endpoint's URL, a user's password, whatever was
disabled. What it was not told of it leaves alone, but for second endpoints of its own in its own
region. Keystone may not be there yet: it is tried until --timeout. CA certificates: environment
REQUESTS_CA_BUNDLE.
"""
import argparse
import json
import time

from keystoneauth1 import exceptions, session
from keystoneauth1.identity import v3

import pod


class Keystone:
    def __init__(self, auth):
        self.url = auth['url'].rstrip('/')
        self.url += '' if self.url.endswith('/v3') else '/v3'
        self.auth, self.session = auth, self.login(auth['username'], auth['password'], auth['domain'], auth['project'])

    def login(self, user, password, domain, project=None):
        scope = {'project_name': project, 'project_domain_name': domain} if project else {'unscoped': True}
        method = v3.Password(self.url, username=user, password=password, user_domain_name=domain, **scope)
        return session.Session(auth=method)

    def call(self, method, path, body=None, **options):
        # Not the catalogue's address of Keystone: that may be wrong yet, or not reachable from here.
        response = self.session.request(self.url + path, method, json=body, authenticated=True, **options)
        return response.json() if response.content else None

    def list(self, kind, **filters):
        return sorted(self.call('GET', f'/{kind}s', params=filters)[f'{kind}s'], key=lambda one: one['id'])

    def ensure(self, kind, wanted, identity, **create):
        """The one with these `identity` fields, made or changed to be as `wanted`."""
        found = self.list(kind, **identity)
        if not found:
            try:
                made = self.call('POST', f'/{kind}s', {kind: {**identity, **wanted, **create}})[kind]
                return self.said('created', kind, made)
            except exceptions.Conflict:  # somebody else was as quick
                found = self.list(kind, **identity)
                if not found:
                    raise
        change = {key: value for key, value in wanted.items() if found[0].get(key) != value}
        return self.change(kind, found[0], change) if change else found[0]

    def change(self, kind, found, change):
        self.call('PATCH', f'/{kind}s/{found["id"]}', {kind: change})
        return self.said('changed', kind, {**found, **change})

    def said(self, done, kind, one):
        print(f'{done} {kind} {one.get("name") or one.get("url") or one["id"]}')
        return one

    def service(self, wanted, region):
        service = self.ensure('service', {'name': wanted['name'], 'description': wanted.get('description', ''),
                                          'enabled': True}, {'type': wanted['type']})
        for interface, url in wanted['endpoints'].items():
            identity = {'service_id': service['id'], 'region_id': region, 'interface': interface}
            kept = self.ensure('endpoint', {'url': url, 'enabled': True}, identity)
            for other in self.list('endpoint', **identity):
                if other['id'] != kept['id']:
                    self.call('DELETE', f'/endpoints/{other["id"]}')
                    self.said('deleted second', 'endpoint', other)

    def user(self, wanted, domain, projects, roles):
        user = self.ensure('user', {'enabled': True}, {'name': wanted['name'], 'domain_id': domain['id']},
                           password=wanted['password'])
        try:
            self.login(wanted['name'], wanted['password'], domain['name']).get_token()
        except exceptions.Unauthorized:
            self.change('user', user, {'password': wanted['password']})
        for role in wanted['roles']:
            grant = f'/projects/{projects[wanted["project"]]["id"]}/users/{user["id"]}/roles/{roles[role]["id"]}'
            try:
                self.call('HEAD', grant)
            except exceptions.NotFound:
                self.call('PUT', grant)
                print(f'granted role {role} to {wanted["name"]} in {wanted["project"]}')

    def register(self, wanted):
        for region in dict.fromkeys([wanted['region'], *wanted['region_ids']]):
            try:
                self.call('GET', f'/regions/{region}')
            except exceptions.NotFound:
                self.call('POST', '/regions', {'region': {'id': region}})
                print(f'created region {region}')
        for service in wanted['services']:
            self.service(service, wanted['region'])
        domains = self.list('domain', name=self.auth['domain'])
        if not domains:
            raise pod.Refused(f'Keystone has no domain {self.auth["domain"]}')
        named = dict.fromkeys(wanted['projects'] + [user['project'] for user in wanted['users']])
        projects = {name: self.ensure('project', {'enabled': True}, {'name': name, 'domain_id': domains[0]['id']})
                    for name in named}
        named = dict.fromkeys(wanted['roles'] + [role for user in wanted['users'] for role in user['roles']])
        roles = {name: self.ensure('role', {}, {'name': name}) for name in named}
        for user in wanted['users']:
            self.user(user, domains[0], projects, roles)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--registration', required=True, metavar='FILE')
    parser.add_argument('--timeout', type=int, default=600, metavar='SECONDS')
    options = parser.parse_args()
    with open(options.registration) as file:
        wanted = json.load(file)
    said, until = None, time.monotonic() + options.timeout
    while True:
        try:
            return Keystone(wanted['auth']).register(wanted)
        except (exceptions.BadRequest, exceptions.Forbidden) as error:
            raise pod.Refused(f'Keystone refuses: {pod.reason(error)}') from None
        except exceptions.ClientException as error:
            # Also Unauthorized: the administrator's new password may not have reached Keystone yet.
            why = f'{wanted["auth"]["url"]}: {pod.reason(error)}'
        if time.monotonic() > until:
            raise pod.Refused(f'gave up after {options.timeout} s: {why}')
        if why != said:
            print(f'waiting for Keystone at {why}')
            said = why
        time.sleep(5)


if __name__ == '__main__':
    pod.main(main)
