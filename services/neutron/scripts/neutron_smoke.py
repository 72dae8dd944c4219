"""Smoke test of Neutron: with a token it lists networks, its router extension and its agents."""
import json
import os
import urllib.request

from smoke import check

ENV = os.environ


def ask(url, body=None, **headers):
    headers = {'Content-Type': 'application/json', **headers}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
        return answer.headers, json.load(answer)


def issue():
    with open('/run/kolla/secrets/keystone_admin_password') as file:
        password = file.read()
    domain = {'name': 'Default'}
    user = {'name': ENV['OS_USERNAME'], 'password': password, 'domain': domain}
    project = {'name': ENV['OS_PROJECT_NAME'], 'domain': domain}
    auth = {'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}
    headers, _ = ask(ENV['OS_AUTH_URL'] + '/v3/auth/tokens', json.dumps({'auth': auth}).encode())
    return headers['X-Subject-Token']


def listed(what):
    return ask(f'{ENV["NETWORK_URL"]}/v2.0/{what}', **{'X-Auth-Token': token})[1][what.split('?')[0]]


def extension(alias):
    found = sorted(one['alias'] for one in listed('extensions'))
    if alias not in found:
        raise ValueError(f'there is {", ".join(found)}')


def alive():
    """All that are to work do. None at all is all right: a control plane may be there first."""
    dead = [f'{one["binary"]} on {one["host"]}' for one in listed('agents')
            if one['admin_state_up'] and not one['alive']]
    if dead:
        raise ValueError(f'not heard of: {", ".join(dead)}')


token = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', issue)
check(f'{ENV["NETWORK_URL"]} lists networks', listed, 'networks?fields=id&limit=1')
check('it has the extension router', extension, 'router')
check('all agents that it knows are alive', alive)
