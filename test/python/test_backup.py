"""Which backups belong together, are kept, and are taken: services/mariadb/scripts/backup.py. And how a restore refuses."""
import contextlib
import io
import json
import pathlib
import tempfile
import types
import unittest
from unittest import mock

import support  # noqa: F401, which makes the programs importable
import backup
import pod
import restore


def about(name, base=None, lineage='a', version='11.8'):
    return {'kind': name.rpartition('-')[2], 'base': base, 'lineage': lineage, 'version': version, 'bytes': 1000}


FULL, NEXT, LAST = ('20261101T000000Z-full', '20261108T000000Z-full', '20261115T000000Z-full')
MONDAY, TUESDAY = '20261102T000000Z-incremental', '20261109T000000Z-incremental'
KNOWN = {FULL: about(FULL), MONDAY: about(MONDAY, FULL), NEXT: about(NEXT), TUESDAY: about(TUESDAY, NEXT),
         LAST: about(LAST)}


class Backup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        patch = mock.patch.object(backup, 'BACKUPS', self.folder)
        patch.start()
        self.addCleanup(patch.stop)

    def put(self, **backups):
        for name, about_it in backups.items():
            path = pathlib.Path(self.folder, name)
            path.mkdir()
            (path / 'backup.json').write_text(json.dumps(about_it))

    def test_only_whole_ones_count_in_the_order_in_which_they_were_made(self):
        self.put(**{LAST: KNOWN[LAST], FULL: KNOWN[FULL], '.partial-20261120T000000Z-full': {}, 'lost+found': {}})
        self.assertEqual(list(backup.backups()), [FULL, LAST])

    def test_full_ones_are_kept_with_what_is_based_on_them(self):
        self.assertEqual(backup.outdated(KNOWN, 3), [])
        self.assertEqual(backup.outdated(KNOWN, 2), [FULL, MONDAY])
        self.assertEqual(backup.outdated(KNOWN, 1), [FULL, MONDAY, NEXT, TUESDAY])
        # What it was based on is gone.
        self.assertEqual(backup.outdated({MONDAY: KNOWN[MONDAY], LAST: KNOWN[LAST]}, 2), [MONDAY])

    def test_a_chain_is_a_full_one_and_what_is_based_on_it(self):
        self.assertEqual(backup.chain(KNOWN, 'latest'), [LAST])
        self.assertEqual(backup.chain(KNOWN, MONDAY), [FULL, MONDAY])
        for known, name, why in (({}, 'latest', 'there is no backup'),
                                 (KNOWN, '20261102T000000Z-incrementel', f'did you mean {MONDAY}\\?'),
                                 ({MONDAY: KNOWN[MONDAY]}, MONDAY, f'based on {FULL}, which is not there')):
            with self.assertRaisesRegex(pod.Refused, why):
                backup.chain(known, name)

    def test_an_incremental_one_goes_on_from_a_full_one_of_the_same_copy_and_version(self):
        self.put(**{name: KNOWN[name] for name in (FULL, NEXT, TUESDAY)})
        self.assertEqual(backup.base_of('incremental', 'a', '11.8'), NEXT)
        self.assertIsNone(backup.base_of('full', 'a', '11.8'))
        for lineage, version in (('b', '11.8'), ('a', '11.4')):
            with contextlib.redirect_stdout(io.StringIO()) as said:
                self.assertIsNone(backup.base_of('incremental', lineage, version))
            self.assertIn('so this becomes one', said.getvalue())

    def test_a_restore_refuses_where_there_is_no_room_and_leaves_all_as_it_was(self):
        data = pathlib.Path(self.folder, 'data')
        data.mkdir()
        (data / 'kept').write_text('x')
        self.put(**{FULL: {**KNOWN[FULL], 'bytes': 1 << 60}})
        names = {'VOLUME': self.folder, 'DATA': str(data), 'BEFORE': f'{self.folder}/before',
                 'WORK': f'{self.folder}/restore', 'INCREMENT': f'{self.folder}/increment'}
        options = types.SimpleNamespace(members=1, service='nowhere.invalid', backup='latest')
        version = mock.patch.object(backup, 'server_version', lambda: '11.8')
        with version, mock.patch.multiple(restore, **names), self.assertRaisesRegex(pod.Refused, 'enlarge the volume'):
            restore.restore(options)
        self.assertEqual((data / 'kept').read_text(), 'x')


if __name__ == '__main__':
    unittest.main()
