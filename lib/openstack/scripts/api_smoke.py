"""Smoke test of an API: its user gets a token, the catalog has it where it is, and it answers."""
import json
import os
import urllib.request

from smoke import check

ENV = os.environ


def ask(url, headers={}, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
        return answer.headers, answer.read()


def log_in():
    """A token of the service's own user, and what Keystone says with it."""
    with open(f'/run/kolla/secrets/{ENV["PASSWORD_NAME"]}') as file:
        password = file.read()
    domain = {'name': ENV['OS_USER_DOMAIN_NAME']}
    user = {'name': ENV['OS_USERNAME'], 'password': password, 'domain': domain}
    project = {'name': ENV['OS_PROJECT_NAME'], 'domain': domain}
    auth = {'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}
    url = ENV['OS_AUTH_URL'].rstrip('/')
    headers, body = ask(url + ('' if url.endswith('/v3') else '/v3') + '/auth/tokens',
                        {'Content-Type': 'application/json'}, json.dumps({'auth': auth}).encode())
    return headers['X-Subject-Token'], json.loads(body)['token']


def endpoint(catalog):
    found = [one['url'] for service in catalog if service['type'] == ENV['SERVICE_TYPE']
             for one in service['endpoints']
             if one['region_id'] == ENV['OS_REGION_NAME'] and one['interface'] == 'internal']
    if found != [ENV['URL']]:
        raise ValueError(f'there is {found}')


for path in ENV['OPEN_PATHS'].split():
    check(f'{ENV["URL"]}{path} answers', ask, ENV['URL'] + path)
token, said = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', log_in)
check(f'the catalog of {ENV["OS_REGION_NAME"]} has {ENV["SERVICE_TYPE"]} at {ENV["URL"]}', endpoint, said['catalog'])
for path in ENV['PATHS'].split():
    check(f'{ENV["URL"]}{path} answers with the token', ask, ENV['URL'] + path, {'X-Auth-Token': token})
