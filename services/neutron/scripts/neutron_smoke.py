"""Smoke test of Neutron: with a token it lists networks, its router extension and its agents."""
from session import ENV, Session
from smoke import check


def listed(what):
    return session.call(f'{url}/v2.0/{what}')[what.split('?')[0]]


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


session = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', Session)
url = check(f'the catalog of {ENV["OS_REGION_NAME"]} has the internal endpoint', session.endpoint, 'network')
check(f'{url} lists networks', listed, 'networks?fields=id&limit=1')
check('it has the extension router', extension, 'router')
check('all agents that it knows are alive', alive)
