"""Smoke test of Keystone: the administrator gets a token, and Keystone is in the catalog."""
import json
import os
import urllib.request

from smoke import check

ENV = os.environ


def ask(headers, body=None):
    """Ask for a token, or about one: its id, and what Keystone says of it."""
    request = urllib.request.Request(ENV['OS_AUTH_URL'] + '/v3/auth/tokens', body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers['X-Subject-Token'], json.load(answer)['token']


def issue():
    with open('/run/kolla/secrets/keystone_admin_password') as file:
        password = file.read()
    domain = {'name': 'Default'}
    user = {'name': ENV['OS_USERNAME'], 'password': password, 'domain': domain}
    project = {'name': ENV['OS_PROJECT_NAME'], 'domain': domain}
    auth = {'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}
    token, _ = ask({'Content-Type': 'application/json'}, json.dumps({'auth': auth}).encode())
    return {'X-Auth-Token': token, 'X-Subject-Token': token}


def endpoint(interface, url):
    """Keystone's own, as it tells everybody."""
    found = [one['url'] for service in ask(token)[1]['catalog'] if service['type'] == 'identity'
             for one in service['endpoints']
             if one['region_id'] == ENV['OS_REGION_NAME'] and one['interface'] == interface]
    if found != [url]:
        raise ValueError(f'there is {found}')


token = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', issue)
check('the token is valid', ask, token)
for interface in 'internal', 'public':
    url = ENV[f'{interface.upper()}_URL']
    check(f'the catalog of {ENV["OS_REGION_NAME"]} has the {interface} endpoint {url}', endpoint, interface, url)
