"""Smoke test of an API: its user gets a token, the catalog has it where it is, and it answers."""
from session import ENV, Session, ask
from smoke import check

URL = ENV['URL']

for path in ENV['OPEN_PATHS'].split():
    check(f'{URL}{path} answers', ask, URL + path)
session = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', Session)
service = ENV['SERVICE_TYPE']
check(f'the catalog of {ENV["OS_REGION_NAME"]} has {service} at {URL}', session.endpoint, service, 'internal', URL)
for path in ENV['PATHS'].split():
    check(f'{URL}{path} answers with the token', ask, URL + path, session.headers)
