"""What the programs of RabbitMQ's members and operations share: who the members are, and how they are asked.

Members are asked by their programs, which are always there, and by RabbitMQ's own tools.
"""
import http.client
import json
import os
import subprocess

import pod

# The port on which the program of each member answers.
STATE = 25673
# Not those of /usr/sbin: Debian's send what the server says to a file.
TOOLS = os.environ.get('RABBITMQ_TOOLS', '/usr/lib/rabbitmq/bin')


class Failed(Exception):
    pass


def members():
    """The names of all members' pods."""
    return [f'rabbitmq-{ordinal}' for ordinal in range(setting('MEMBERS'))]


def node(member):
    return f'rabbit@{member}.rabbitmq'


def setting(name):
    """A number from the environment."""
    value = os.environ.get(name, '')
    if not value.isdigit() or not int(value):
        raise pod.Refused(f'{name} is a whole number, 1 or more, not {value or "empty"}')
    return int(value)


def size(name):
    """Bytes from the environment, where they are written as Kubernetes does: 10Gi."""
    value = os.environ[name]
    return int(value[:-2]) << {'Mi': 20, 'Gi': 30, 'Ti': 40}[value[-2:]]


def state(member, timeout=3):
    """What the program of a member says of it; None if it does not answer."""
    connection = http.client.HTTPConnection(f'{member}.rabbitmq', STATE, timeout=timeout)
    try:
        connection.request('GET', '/state')
        return json.load(connection.getresponse())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def call(tool, *arguments, target=None, timeout=60):
    """What a tool of RabbitMQ prints, asked of this pod's own member or of another one."""
    command = [f'{TOOLS}/{tool}', '--quiet', *(['--node', node(target)] if target else []), *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f'{tool} {arguments[0]}: no answer in {timeout} s') from None
    if done.returncode:
        raise Failed(f'{tool} {arguments[0]}: {reason(done.stdout + done.stderr)}')
    return done.stdout


def ask(tool, *arguments, target=None, timeout=60):
    return json.loads(call(tool, *arguments, '--formatter', 'json', target=target, timeout=timeout))


def disabled_flags(member):
    """Names of feature flags that are for production and off: new clusters have all of them on."""
    found = ask('rabbitmqctl', 'list_feature_flags', 'name', 'state', 'stability', target=member)
    return [flag['name'] for flag in found if flag['state'] == 'disabled' and flag['stability'] == 'stable']


def reason(text):
    """Of many lines those that say why."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(('Error', '* '))] or lines
    return ' '.join(telling[:2]) or 'no reason given'
