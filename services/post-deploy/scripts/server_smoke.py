"""Smoke test of a whole cloud: a server gets active and has its address; then all that was made for it is removed."""
import signal
import sys
import time
import urllib.error
import urllib.parse

from session import ENV, Session, ask
from smoke import check

# Of all that is made. So what a killed run has left is found by the next one, and there is one run at a time.
NAME = 'kolla-cdk8s-smoke'
PAUSE = 2
TIMEOUT = int(ENV['TIMEOUT'])
# What is made: its service in the catalog, where it is listed, and what else has to be said to see all. In the order in
# which it can be removed. A network takes its subnet with it.
KINDS = {
    'server': ('compute', '/servers', ''),
    'port': ('network', '/v2.0/ports', ''),
    'network': ('network', '/v2.0/networks', ''),
    'security group': ('network', '/v2.0/security-groups', ''),
    'flavor': ('compute', '/flavors', '&is_public=None'),
    'image': ('image', '/v2/images', ''),
}


# A step that did not do what it is for.
class Failed(Exception):
    pass


# What is waited for is not there.
class NotYet(Exception):
    pass


# Somebody ends this pod.
class Stopped(BaseException):
    pass


def step(what, do, *arguments):
    """What `do` gives, with a line on the seconds that it took."""
    began = time.monotonic()
    try:
        found = do(*arguments)
    except Exception as error:
        raise Failed(f'{what}, after {time.monotonic() - began:.1f} s: {type(error).__name__}: {error}') from None
    print(f'ok: {what}: {time.monotonic() - began:.1f} s', flush=True)
    return found


def until(ends, look, *arguments):
    """What `look` gives as soon as it is there."""
    while True:
        try:
            return look(*arguments)
        except NotYet:
            if time.monotonic() > ends:
                raise
        time.sleep(PAUSE)


def soon(look, *arguments):
    return until(time.monotonic() + TIMEOUT, look, *arguments)


class Cloud:
    """Makes what a server needs, and removes it, as the administrator."""

    def __init__(self):
        self.session = check(f'{ENV["OS_USERNAME"]} gets a token at {ENV["OS_AUTH_URL"]}', Session)
        self.urls = check(f'the catalog of {ENV["OS_REGION_NAME"]} has what a server needs', self.services)
        check('a nova-compute is up', self.compute)

    def services(self):
        urls, lacking = {}, []
        for service in sorted({service for service, _, _ in KINDS.values()}):
            try:
                urls[service] = self.session.endpoint(service)
            except ValueError as error:
                lacking.append(f'of {service} {error}')
        if lacking:
            raise ValueError('; '.join(lacking))
        return urls

    def compute(self):
        services = self.call('compute', '/os-services?binary=nova-compute')['services']
        if ('up', 'enabled') not in [(one['state'], one['status']) for one in services]:
            raise ValueError(f'there is {[(one["host"], one["state"], one["status"]) for one in services]}')

    def call(self, service, path, body=None, method=None):
        return self.session.call(self.urls[service] + path, body, method)

    def create(self, kind, **body):
        """The name of a thing in a list is that of the list without its last letter."""
        service, path, _ = KINDS[kind]
        what = path.rsplit('/', 1)[1][:-1].replace('-', '_')
        return self.call(service, path, {what: {'name': NAME, **body}})[what]

    def named(self, kind, name=NAME):
        """The ids of all of a kind with this name."""
        service, path, more = KINDS[kind]
        listed = self.call(service, f'{path}?name={urllib.parse.quote(name)}{more}')
        return [one['id'] for one in listed[path.rsplit('/', 1)[1].replace('-', '_')] if one['name'] == name]

    def empty_image(self):
        """A disk without a system: a server gets active with it, though it has nothing to boot."""
        image = self.call('image', '/v2/images', {'name': NAME, 'disk_format': 'raw', 'container_format': 'bare'})['id']
        ask(f'{self.urls["image"]}/v2/images/{image}/file', self.session.headers, bytes(1 << 20), 'PUT')
        return soon(self.usable, image)

    def usable(self, image):
        status = self.call('image', f'/v2/images/{image}')['status']
        if status != 'active':
            raise NotYet(f'it is {status}')
        return image

    def own_image(self, name):
        found = self.named('image', name)
        if len(found) != 1:
            raise ValueError(f'there are {len(found)} of this name')
        return self.usable(found[0])

    def network(self):
        network = self.create('network')['id']
        self.call('network', '/v2.0/subnets', {'subnet': {
            'name': NAME, 'network_id': network, 'ip_version': 4, 'cidr': '198.18.0.0/24'}})
        return network

    def active(self, server):
        found = self.call('compute', f'/servers/{server}')['server']
        if found['status'] == 'ERROR':
            raise ValueError(found.get('fault', {}).get('message', 'it is ERROR'))
        if found['status'] != 'ACTIVE':
            raise NotYet(f'it is {found["status"]}')
        return found

    def connected(self, server, port):
        """The addresses of the server, as both Nova and Neutron have them."""
        found = self.call('network', f'/v2.0/ports/{port}')['port']
        if found['status'] != 'ACTIVE':
            raise NotYet(f'it is {found["status"]}')
        neutron = sorted(one['ip_address'] for one in found['fixed_ips'])
        nova = sorted(one['addr'] for some in self.active(server)['addresses'].values() for one in some)
        if not neutron or nova != neutron:
            raise NotYet(f'Nova says {nova}, Neutron {neutron}')
        return neutron

    def make(self):
        own = ENV['IMAGE']
        image = step(f'the image {own}', self.own_image, own) if own else step('an image', self.empty_image)
        network = step('a network with a subnet', self.network)
        group = step('a security group', lambda: self.create('security group')['id'])
        port = step('a port', lambda: self.create('port', network_id=network, security_groups=[group])['id'])
        flavor = step('a flavor', lambda: self.create('flavor', vcpus=1, ram=int(ENV['RAM']), disk=int(ENV['DISK']), **{
            'os-flavor-access:is_public': False})['id'])
        server = step('a server', lambda: self.create(
            'server', imageRef=image, flavorRef=flavor, networks=[{'port': port}])['id'])
        step('the server is active', soon, self.active, server)
        addresses = step('its port is active, with one address in Nova and Neutron', soon, self.connected, server, port)
        print(f'it had {", ".join(addresses)}', flush=True)

    def remove(self, kind):
        for one in self.named(kind):
            service, path, _ = KINDS[kind]
            try:
                self.call(service, f'{path}/{one}', method='DELETE')
            except urllib.error.HTTPError as error:
                if error.code != 404:
                    raise NotYet(error) from None
        left = self.named(kind)
        if left:
            raise NotYet(f'there is {", ".join(left)}')

    def clean(self):
        """One that stays keeps none of the others."""
        ends, left = time.monotonic() + TIMEOUT, []
        for kind in KINDS:
            try:
                until(ends, self.remove, kind)
            except Exception as error:
                left.append(f'{kind}: {error}')
        if left:
            raise ValueError('; '.join(left))


def stop(*_):
    raise Stopped('told to stop')


def main():
    cloud, failures = Cloud(), []
    signal.signal(signal.SIGTERM, stop)
    try:
        step('nothing is left of an earlier run', cloud.clean)
        cloud.make()
    except (Failed, Stopped) as failure:
        failures.append(f'FAILED: {failure}')
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        step('all of it is removed', cloud.clean)
    except Failed as failure:
        failures.append(f'FAILED: {failure}')
    if failures:
        sys.exit('\n'.join(failures))


if __name__ == '__main__':
    main()
