"""Removes what users deleted more than so many days ago from Nova's databases: archives it, then purges the archive."""
import argparse
import datetime
import subprocess

import pod


def run(config, allowed, *command):
    code = subprocess.call(['nova-manage', *config, 'db', *command, '--all-cells', '--verbose'])
    if code not in allowed:
        raise pod.Refused(f'exit code {code} of: nova-manage db {command[0]}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('--config-file', action='append', default=[])
    parser.add_argument('--days', type=int, required=True)
    options = parser.parse_args()
    config = [f'--config-file={path}' for path in options.config_file]
    now = datetime.datetime.now(datetime.timezone.utc)
    before = (now - datetime.timedelta(days=options.days)).strftime('%Y-%m-%d')
    # Not 0 where there was something to archive, or nothing to purge.
    run(config, (0, 1), 'archive_deleted_rows', '--until-complete', '--before', before)
    run(config, (0, 3), 'purge', '--before', before)


if __name__ == '__main__':
    pod.main(main)
