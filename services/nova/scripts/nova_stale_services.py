"""Removes conductors and schedulers that are down for long: rows that stay when there are fewer of them.

Never a compute: with its row go its allocations, so somebody has to say so, with
`openstack compute service delete`.
"""
import argparse
import datetime

import pod
from nova import config, context, objects

WORKERS = ('nova-conductor', 'nova-scheduler')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--hours', type=int, required=True)
    options = parser.parse_args()
    arguments = [word for path in options.config_file for word in ('--config-file', path)]
    config.parse_args(['nova-manage', *arguments])
    objects.register_all()
    since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=options.hours)
    admin = context.get_admin_context()
    for cell in objects.CellMappingList.get_all(admin):
        with context.target_cell(admin, cell) as target:
            for one in objects.ServiceList.get_all(target):
                if one.binary in WORKERS and one.last_seen_up and one.last_seen_up < since:
                    one.destroy()
                    print(f'removed {one.binary} on {one.host}, not seen since {one.last_seen_up}')


if __name__ == '__main__':
    pod.main(main)
