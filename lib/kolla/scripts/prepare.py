"""Fill passwords into config files, then wait for the database.

Config files come from ConfigMaps and hold no secret but holes, `@FORMAT:KEY@`. This program copies
them into a memory-backed volume and fills each hole from the mounted Secret, quoted for its place:

    raw    as it is
    ini    a whole value of an oslo.config file
    url    a part of a URL
    json   the inside of a JSON string
    lines  as it is, of several lines, such as a private key; without those at its ends

On a node's own network files also hold facts of the node, `@node:KEY@`: its name, and the addresses
that --node says where to find.

With --wait-for it then waits until the service's bootstrap Job has left the marker FINGERPRINT in
the service's database: the schema is as new as this pod needs it.
"""
import argparse
import json
import os
import re
import tempfile
from urllib.parse import quote

import pod

HOLE = re.compile(rb'@(raw|ini|url|json|lines|node):([a-z0-9_]+)@')


def ini(value):
    # oslo.config takes `$` for a reference and reads `\$` as a dollar. `$$` would do too, but not
    # behind a backslash. It strips blanks around a value and one pair of quotes.
    value = value.replace('$', r'\$')
    stripped = value != value.strip() or (value[0] == value[-1] and value[0] in '"\'')
    return f'"{value}"' if stripped else value


FORMATS = {
    'raw': str,
    'ini': ini,
    'url': lambda value: quote(value, safe=''),
    'json': lambda value: json.dumps(value)[1:-1],
    'lines': str.strip,
}


def fill(text, name, secrets, facts):
    def hole(match):
        form, key = match.group(1).decode(), match.group(2).decode()
        try:
            if form == 'node':
                return fact(facts, key).encode()
            return FORMATS[form](pod.password(secrets, key, form == 'lines')).encode()
        except pod.Refused as refusal:
            raise pod.Refused(f'{name}: {refusal}') from None
    return HOLE.sub(hole, text)


def fact(known, key):
    if key not in known:
        raise pod.Refused(f'no fact {key} of the node{pod.nearest(key, known)}')
    return known[key]


def facts_of_node(wanted):
    # Only charts with pods on the network of their node have this program.
    import node
    return node.facts(wanted, os.environ)


def prepare(source, secrets, output, name, mode, facts):
    try:
        with open(os.path.join(source, name), 'rb') as file:
            text = file.read()
    except FileNotFoundError:
        known = [entry for entry in os.listdir(source) if not entry.startswith('.')] if os.path.isdir(source) else []
        raise pod.Refused(f'no file {name} in {source}{pod.nearest(name, known)}') from None
    text = fill(text, name, secrets, facts)
    handle, new = tempfile.mkstemp(dir=output, prefix='.')
    with os.fdopen(handle, 'wb') as file:
        file.write(text)
        os.fchmod(handle, mode)
    os.replace(new, os.path.join(output, name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--source', default='/run/kolla/source')
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    parser.add_argument('--output', default='/run/kolla/config')
    # NAME:MODE
    parser.add_argument('--file', action='append', default=[])
    # NAME=WHERE: the address in @node:NAME@ is that of an interface, or the one in a block of addresses; where WHERE
    # is empty, that of the node.
    parser.add_argument('--node', action='append', default=[])
    parser.add_argument('--wait-for')
    # USER@HOST:PORT/NAME; its password is NAME_database_password
    parser.add_argument('--database')
    parser.add_argument('--database-password')
    # The certificate authority of the database server: TLS only.
    parser.add_argument('--ca')
    parser.add_argument('--job')
    parser.add_argument('--namespace')
    options = parser.parse_args()
    facts = facts_of_node(options.node) if 'NODE_NAME' in os.environ else {}
    for file in options.file:
        parts = re.fullmatch(r'([^/:]+):(0[0-7]{3})', file)
        if not parts:
            raise pod.Refused(f'--file {file}: not of the form NAME:MODE, as keystone.conf:0440')
        prepare(options.source, options.secrets, options.output, parts[1], int(parts[2], 8), facts)
    if options.wait_for:
        for needed in ('database', 'job', 'namespace'):
            if not getattr(options, needed):
                raise pod.Refused(f'--wait-for needs --{needed}')
        # Only charts with a database have this program.
        import database
        target = database.Database(options.database, options.ca)
        key = options.database_password or f'{target.name}_database_password'
        database.wait(target, pod.password(options.secrets, key), options)


if __name__ == '__main__':
    pod.main(main)
