"""Smoke test of Keystone: the administrator gets a token, and Keystone is in the catalog."""
from session import ENV, Session, ask
from smoke import check

session = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', Session)
token = {**session.headers, 'X-Subject-Token': session.headers['X-Auth-Token']}
check('the token is valid', ask, f'{session.keystone}/auth/tokens', token)
for interface in 'internal', 'public':
    url = ENV[f'{interface.upper()}_URL']
    check(f'the catalog of {ENV["OS_REGION_NAME"]} has the {interface} endpoint {url}',
          session.endpoint, 'identity', interface, url)
