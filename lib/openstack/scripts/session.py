"""A client of OpenStack's APIs in Python's own library: it logs in, finds services in the catalog, and asks them."""
import json
import os
import urllib.error
import urllib.request

ENV = os.environ


def ask(url, headers={}, body=None, method=None):
    """Headers and body of an answer. Bytes are sent as they are, all else as JSON."""
    kind = 'octet-stream' if isinstance(body, bytes) else 'json'
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    headers = {'Content-Type': f'application/{kind}', **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30) as answer:
            return answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        # Why it was refused stands in the body.
        error.msg = f'{error.msg}: {" ".join(error.read().decode(errors="replace").split())[:300]}'
        raise


class Session:
    """The user whom the environment names, with a token for its project. The password is a file of the Secret."""

    def __init__(self):
        with open(f'/run/kolla/secrets/{ENV["PASSWORD_NAME"]}') as file:
            password = file.read()
        domain = {'name': ENV['OS_USER_DOMAIN_NAME']}
        user = {'name': ENV['OS_USERNAME'], 'password': password, 'domain': domain}
        project = {'name': ENV['OS_PROJECT_NAME'], 'domain': domain}
        auth = {'identity': {'methods': ['password'], 'password': {'user': user}}, 'scope': {'project': project}}
        url = ENV['OS_AUTH_URL'].rstrip('/')
        self.keystone = url if url.endswith('/v3') else f'{url}/v3'
        headers, _ = ask(f'{self.keystone}/auth/tokens', body={'auth': auth})
        self.headers = {'X-Auth-Token': headers['X-Subject-Token']}

    def call(self, url, body=None, method=None):
        """The JSON of an answer; nothing where there is none."""
        _, text = ask(url, self.headers, body, method)
        return json.loads(text) if text else None

    def endpoint(self, service, interface='internal', url=None):
        """Where the catalog has a type of service in the region: at one address, and where one is given, at that."""
        catalog = self.call(f'{self.keystone}/auth/catalog')['catalog']
        found = [one['url'] for entry in catalog if entry['type'] == service for one in entry['endpoints']
                 if one['region_id'] == ENV['OS_REGION_NAME'] and one['interface'] == interface]
        if len(found) != 1 or url not in (None, *found):
            raise ValueError(f'there is {found}')
        return found[0]
