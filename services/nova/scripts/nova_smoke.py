"""Smoke test of Nova: its API answers with a token, and conductor and scheduler are up."""
from session import ENV, Session
from smoke import check


def up(binary):
    services = session.call(f'{url}/os-services?binary={binary}')['services']
    if 'up' not in [one['state'] for one in services]:
        raise ValueError(f'there is {[(one["host"], one["state"]) for one in services]}')


session = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', Session)
url = check(f'the catalog of {ENV["OS_REGION_NAME"]} has the internal endpoint', session.endpoint, 'compute')
check(f'{url} lists flavors', session.call, f'{url}/flavors')
for binary in 'nova-conductor', 'nova-scheduler':
    check(f'a {binary} is up', up, binary)
