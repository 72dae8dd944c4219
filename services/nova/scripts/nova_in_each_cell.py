"""Runs a command of nova-manage in each cell, for those that work on just the database of their config.

The cells are cell0, cell1 and those of the values. A cell that is no longer there may have no database any more.
"""
import argparse
import json
import os
import subprocess

import pod
from nova import config, context, objects


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    # Those of the values, by name, as a JSON file.
    parser.add_argument('--cells', required=True)
    parser.add_argument('command', nargs=argparse.REMAINDER)
    options = parser.parse_args()
    arguments = [word for path in options.config_file for word in ('--config-file', path)]
    config.parse_args(['nova-manage', *arguments])
    objects.register_all()
    with open(options.cells) as file:
        wanted = {'cell0', 'cell1', *json.load(file)}
    failed = []
    for cell in objects.CellMappingList.get_all(context.get_admin_context()):
        if cell.name in wanted:
            print(f'{cell.name}: nova-manage {" ".join(options.command)}', flush=True)
            # oslo.config takes what is in the environment over what is in its files.
            environment = {**os.environ, 'OS_DATABASE__CONNECTION': cell.database_connection}
            code = subprocess.call(['nova-manage', *arguments, *options.command], env=environment)
            failed += [f'{cell.name} ({code})'] if code else []
    if failed:
        raise pod.Refused(f'exit codes of nova-manage: {", ".join(failed)}')


if __name__ == '__main__':
    pod.main(main)
