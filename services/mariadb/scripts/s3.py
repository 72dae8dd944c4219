"""Copies backups to an S3 store, and back.

    s3.py upload     what the store does not have yet
    s3.py download   the backup that is to be restored, and what it is based on
"""
import argparse
import json
import os
import shutil

import backup
import pod

ACCESS_KEY, SECRET_KEY = 'mariadb_backup_s3_access_key', 'mariadb_backup_s3_secret_key'
# Written last: a backup without it is not whole.
LAST = 'backup.json'


def store(options):
    import boto3
    import botocore.config
    config = botocore.config.Config(s3={'addressing_style': 'path'}, retries={'max_attempts': 10, 'mode': 'standard'})
    session = boto3.session.Session(
        aws_access_key_id=pod.password(options.secrets, ACCESS_KEY),
        aws_secret_access_key=pod.password(options.secrets, SECRET_KEY), region_name=options.region)
    return session.resource('s3', endpoint_url=options.endpoint, config=config, verify=options.ca).Bucket(options.bucket)


def stored(bucket, prefix):
    """What backup.json says, by the name of each whole backup in the store."""
    keys = sorted(item.key for item in bucket.objects.filter(Prefix=f'{prefix}/') if item.key.endswith(f'/{LAST}'))
    return {key.split('/')[-2]: json.load(bucket.Object(key).get()['Body']) for key in keys}


def upload(bucket, options):
    there = stored(bucket, options.prefix)
    for name in backup.backups():
        if name in there:
            continue
        folder = f'{backup.BACKUPS}/{name}'
        files = sorted(os.path.relpath(os.path.join(where, file), folder)
                       for where, _, files in os.walk(folder) for file in files)
        for file in sorted(files, key=lambda one: one == LAST):
            bucket.upload_file(f'{folder}/{file}', f'{options.prefix}/{name}/{file}')
        print(f'uploaded {name}')
    there = stored(bucket, options.prefix)
    for name in backup.outdated(there, options.keep):
        bucket.objects.filter(Prefix=f'{options.prefix}/{name}/').delete()
        print(f'deleted {name} from the store')


def download(bucket, options):
    here = backup.backups()
    there = stored(bucket, options.prefix)
    for name in backup.chain({**there, **here} if options.backup != 'latest' else there or here, options.backup):
        if name in here:
            continue
        partial = f'{backup.BACKUPS}/{backup.PARTIAL}{name}'
        shutil.rmtree(partial, ignore_errors=True)
        for item in bucket.objects.filter(Prefix=f'{options.prefix}/{name}/'):
            path = os.path.join(partial, item.key[len(f'{options.prefix}/{name}/'):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            bucket.download_file(item.key, path)
        os.rename(partial, f'{backup.BACKUPS}/{name}')
        print(f'downloaded {name}')


def main():
    import botocore.exceptions
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument('action', choices=['upload', 'download'])
    for option in ('endpoint', 'region', 'bucket', 'prefix'):
        parser.add_argument(f'--{option}', required=True)
    parser.add_argument('--ca', metavar='FILE', help='certificate authority of the store')
    parser.add_argument('--keep', type=int, default=4)
    parser.add_argument('--backup', default='latest', metavar='NAME')
    parser.add_argument('--secrets', default='/run/kolla/secrets')
    options = parser.parse_args()
    try:
        with backup.alone():
            {'upload': upload, 'download': download}[options.action](store(options), options)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise pod.Refused(f'{options.endpoint}, bucket {options.bucket}: {error}') from None


if __name__ == '__main__':
    pod.main(main)
