"""Registers Nova's cells: cell0, for servers that found no host, and cell1, with all hosts.

Runs in the bootstrap Job, on the database, through Nova's own code: `nova-manage cell_v2` would
create a cell a second time.

What it stores are templates of URLs, which each process of Nova fills from its own nova.conf
(nova.objects.CellMapping). So there is no password in the database, and a new password or another
number of brokers changes nothing here. For several brokers it is the same template: what stands
between the first ':' and the last '@' is the password to Python's urlparse.
"""
import argparse
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


def register(cell, transport_url, database_connection):
    done = 'updated' if 'id' in cell else 'created'
    cell.transport_url, cell.database_connection = transport_url, database_connection
    cell.save() if 'id' in cell else cell.create()
    print(f'{done} {cell.name} {cell.uuid}: {transport_url} {database_connection}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--cell0-database', required=True)
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
    cell = named.get(CELL) or named.get(None) or mapping(admin, uuid=str(uuid.uuid4()))
    cell.name = CELL
    register(cell, broker, database)


if __name__ == '__main__':
    pod.main(main)
