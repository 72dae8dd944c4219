"""Smoke test of Nova: its API answers with a token, and conductor and scheduler are up."""
import json
import os
import urllib.request

from smoke import check

ENV = os.environ


def ask(url, token=None, body=None):
    headers = {'Content-Type': 'application/json', **({'X-Auth-Token': token} if token else {})}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
        return answer.headers, json.load(answer)


def issue():
    with open('/run/kolla/secrets/keystone_admin_password') as file:
        password = file.read()
    domain = {'name': 'Default'}
    user = {'name': ENV['OS_USERNAME'], 'password': password, 'domain': domain}
    project = {'name': ENV['OS_PROJECT_NAME'], 'domain': domain}
    auth = {'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}
    headers, answer = ask(ENV['OS_AUTH_URL'] + '/v3/auth/tokens', body=json.dumps({'auth': auth}).encode())
    return headers['X-Subject-Token'], answer['token']['catalog']


def endpoint():
    found = [one['url'] for service in catalog if service['type'] == 'compute' for one in service['endpoints']
             if one['region_id'] == ENV['OS_REGION_NAME'] and one['interface'] == 'internal']
    if len(found) != 1:
        raise ValueError(f'there is {found}')
    return found[0]


def up(binary):
    services = ask(url + '/os-services?binary=' + binary, token)[1]['services']
    if 'up' not in [one['state'] for one in services]:
        raise ValueError(f'there is {[(one["host"], one["state"]) for one in services]}')


token, catalog = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', issue)
url = check(f'the catalog of {ENV["OS_REGION_NAME"]} has the internal endpoint', endpoint)
check(f'{url} lists flavors', ask, url + '/flavors', token)
for binary in 'nova-conductor', 'nova-scheduler':
    check(f'a {binary} is up', up, binary)
