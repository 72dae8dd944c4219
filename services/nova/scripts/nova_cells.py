"""Registers Nova's cells: cell0, for servers that found no host, cell1, and those of the values.

Runs in the bootstrap Job, on the database, through Nova's own code: `nova-manage cell_v2` would
create a cell a second time.

What it stores are templates of URLs, which each process of Nova fills from its own nova.conf
(nova.objects.CellMapping). So there is no password in the database, and a new password or another
number of brokers changes nothing here. For several brokers it is the same template: what stands
between the first ':' and the last '@' is the password to Python's urlparse.

The cells of the values are at places of their own, with the user, the password and the options of
cell1. Of several brokers, Nova has the password of the first as {password1}.

A cell that is not in the values any more stays: hosts and servers may be mapped to it.
"""
import argparse
import json
import uuid
from urllib.parse import urlparse

import pod
import nova.conf
from nova import config, context, objects

CELL = 'cell1'


def template(url, fill):
    parts = urlparse(url)
    login = '{username}:{password}' if parts.password else '{username}'
    host = '[{hostname}]' if ':' in parts.hostname else '{hostname}'
    port = ':{port}' if parts.port else ''
    slashes = '/' * (len(parts.path) - len(parts.path.lstrip('/')))
    query = '?{query}' if parts.query else ''
    made = f'{{scheme}}://{login}@{host}{port}{slashes}{{path}}{query}'
    # Host names lose their capitals, which is all the same.
    if fill(made).lower() != url.lower():
        raise pod.Refused(f'Nova does not get its own URL of {parts.scheme} back from {made}')
    return made


def database_at(place, own):
    """The template of a database at `place`, host:port/name."""
    return own.split('@')[0] + f'@{place}' + ('?{query}' if own.endswith('?{query}') else '')


def brokers_at(places):
    """The template of brokers at `places`, each host:port, filled from the URL of cell1's."""
    number = 1 if ',' in urlparse(nova.conf.CONF.transport_url).netloc else ''
    login = f'{{username{number}}}:{{password{number}}}'
    return '{scheme}://' + ','.join(f'{login}@{place}' for place in places) + '//'


def register(cell, transport_url, database_connection):
    done = 'updated' if 'id' in cell else 'created'
    cell.transport_url, cell.database_connection = transport_url, database_connection
    cell.save() if 'id' in cell else cell.create()
    print(f'{done} {cell.name} {cell.uuid}: {transport_url} {database_connection}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--cell0-database', required=True)
    # Those of the values: {"NAME": {"database": "HOST:PORT/NAME", "brokers": ["HOST:PORT", …]}, …}, as a JSON file.
    parser.add_argument('--cells', required=True)
    options = parser.parse_args()
    arguments = [word for path in options.config_file for word in ('--config-file', path)]
    config.parse_args(['nova-manage', *arguments])
    objects.register_all()
    mapping, admin = objects.CellMapping, context.get_admin_context()
    broker = template(nova.conf.CONF.transport_url, mapping.format_mq_url)
    database = template(nova.conf.CONF.database.connection, mapping.format_db_url)

    found = {cell.uuid: cell for cell in objects.CellMappingList.get_all(admin)}
    cell0 = found.pop(mapping.CELL0_UUID, None) or mapping(admin, uuid=mapping.CELL0_UUID, name='cell0')
    register(cell0, 'none:///', database.replace('{path}', options.cell0_database))
    named = {cell.name: cell for cell in found.values()}
    # Kolla-Ansible gives its cell no name.
    cell = named.pop(CELL, None) or named.pop(None, None) or mapping(admin, uuid=str(uuid.uuid4()))
    cell.name = CELL
    register(cell, broker, database)
    with open(options.cells) as file:
        wanted = json.load(file)
    for name, at in wanted.items():
        cell = named.pop(name, None) or mapping(admin, uuid=str(uuid.uuid4()), name=name)
        register(cell, brokers_at(at['brokers']), database_at(at['database'], database))
    for cell in named.values():
        print(f'kept {cell.name} {cell.uuid}, which is not in the values: remove it with nova-manage cell_v2 delete_cell')


if __name__ == '__main__':
    pod.main(main)
