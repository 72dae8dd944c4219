"""Facts of the node that a pod of its own network runs on: its name, its addresses. Standard library only."""
import ipaddress
import re
import socket
import struct

import pod

SIOCGIFADDR = 0x8915
# Of /proc/net/if_inet6.
LINK_LOCAL = '20'


def facts(wanted, environment):
    """What stands in files, by name: `name`, and an address for each NAME=WHERE."""
    found = {'name': environment['NODE_NAME']}
    for fact in wanted:
        name, is_wanted, where = fact.partition('=')
        if not is_wanted:
            raise pod.Refused(f'--node {fact}: not of the form NAME=WHERE')
        found[name] = address(where, environment)
    return found


def address(where, environment):
    if not where:
        return environment['NODE_IP']
    if '/' in where:
        block = ipaddress.ip_network(where, strict=False)
        own = list(dict.fromkeys(addresses()))
        inside = [one for one in own if ipaddress.ip_address(one) in block]
        if len(inside) != 1:
            raise pod.Refused(f'the node has {len(inside) or "no"} address{"es" if inside else ""} in {where}; it has '
                              f'{", ".join(inside or own) or "none"}')
        return inside[0]
    found = of_interface(where)
    if not found:
        known = [name for _, name in socket.if_nameindex()]
        raise pod.Refused(f'the interface {where} of the node has no address' if where in known
                          else f'the node has no interface {where}{pod.nearest(where, known)}')
    return found


def addresses():
    """All of the node, but for those of a link alone."""
    with open('/proc/net/fib_trie') as trie:
        last = None
        for line in trie:
            leaf = re.search(r'\|-- ([\d.]+)', line)
            if leaf:
                last = leaf.group(1)
            elif '/32 host LOCAL' in line and not last.startswith('127.'):
                yield last
    yield from (one for one, _ in inet6())


def inet6():
    try:
        with open('/proc/net/if_inet6') as table:
            for line in table:
                digits, _, _, scope, _, name = line.split()
                one = ipaddress.ip_address(bytes.fromhex(digits))
                if scope != LINK_LOCAL and not one.is_loopback:
                    yield str(one), name
    except FileNotFoundError:
        pass  # A node without IPv6.


def of_interface(name):
    """Its IPv4 address, else its first of IPv6."""
    import fcntl
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking, SIOCGIFADDR, struct.pack('256s', name.encode()[:15]))
            return socket.inet_ntoa(answer[20:24])
        except OSError:
            return next((one for one, interface in inet6() if interface == name), None)
