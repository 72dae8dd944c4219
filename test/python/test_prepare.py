"""prepare.py fills the holes of config files with passwords, each quoted for its place."""
import json
import pathlib
import string
import tempfile
import unittest
import urllib.parse

import support
from oslo_config import cfg
from sqlalchemy.engine import make_url

PASSWORDS = [
    string.punctuation, *string.punctuation, ' both ends ', '\u00a0no-break\u00a0', '"quoted"', "'quoted'", '"', '""',
    "'", '"open', '$name', '${name}', '$$', r'\$', r'\\$name', r'\${name}', '100%', '%40', '%(name)s', 'a@b:c/d?e#f',
    'raw:x@', '@raw:other@', 'key = value', '# comment', '[section]', 'grüße', '密码', '🔑', 'back\\slash\\', '{{ x }}',
]


class Filled(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ('source', 'secrets', 'output'):
            (self.folder / name).mkdir()
        (self.folder / 'secrets' / 'other').write_text('the other password')

    def prepare(self, text, mode='0440', name='keystone.conf', secret=None, check=True):
        (self.folder / 'source' / 'keystone.conf').write_bytes(text.encode())
        if secret is not None:
            (self.folder / 'secrets' / 'keystone_database_password').write_bytes(
                secret if isinstance(secret, bytes) else secret.encode())
        places = [word for place in ('source', 'secrets', 'output') for word in (f'--{place}', self.folder / place)]
        return support.run('prepare.py', *places, '--file', f'{name}:{mode}', check=check)

    def read(self):
        return (self.folder / 'output' / 'keystone.conf').read_text()

    def fill(self, form, secret):
        """What one hole becomes, without starting a process."""
        import prepare
        (self.folder / 'secrets' / 'key').write_bytes(secret.encode())
        return prepare.fill(f'@{form}:key@'.encode(), 'test', self.folder / 'secrets', {}).decode()

    def oslo_value(self, text):
        path = self.folder / 'oslo.conf'
        path.write_text(f'[database]\nbefore = 1\nvalue = {text}\nname = wrong\n', encoding='utf-8')
        conf = cfg.ConfigOpts()
        conf.register_opts([cfg.StrOpt('value'), cfg.StrOpt('name')], group='database')
        conf(args=[], default_config_files=[str(path)])
        return conf.database.value

    def test_ini_is_read_back_by_oslo_config(self):
        for secret in PASSWORDS:
            with self.subTest(secret):
                self.assertEqual(self.oslo_value(self.fill('ini', secret)), secret)

    def test_url_is_read_back_by_sqlalchemy_and_urllib(self):
        for secret in PASSWORDS:
            with self.subTest(secret):
                url = f'mysql+pymysql://keystone:{self.fill("url", secret)}@mariadb:3306/keystone'
                self.assertEqual(make_url(url).password, secret)
                self.assertEqual(make_url(url).host, 'mariadb')
                self.assertEqual(urllib.parse.unquote(urllib.parse.urlsplit(url).password), secret)
                self.assertEqual(make_url(self.oslo_value(url)).password, secret)

    def test_json_is_read_back(self):
        for secret in PASSWORDS:
            with self.subTest(secret):
                self.assertEqual(json.loads(f'{{"password": "{self.fill("json", secret)}"}}')['password'], secret)

    def test_raw_is_what_it_is(self):
        for secret in PASSWORDS:
            self.assertEqual(self.fill('raw', secret), secret)

    def test_lines_are_kept_but_for_those_at_the_ends(self):
        self.assertEqual(self.fill('lines', '-----BEGIN\nabc=\n-----END\n\n'), '-----BEGIN\nabc=\n-----END')

    def test_raw_in_quotes_is_read_back_by_pymysql(self):
        """For a database URL without a password: …/keystone?read_default_file=…"""
        from pymysql.optionfile import Parser
        for secret in PASSWORDS:
            parser = Parser()
            parser.read_string(f'[client]\npassword = "{self.fill("raw", secret)}"\n')
            self.assertEqual(parser.get('client', 'password'), secret)

    def test_a_file_is_copied_with_its_mode_and_a_password_is_not_filled_again(self):
        self.prepare('a = @raw:keystone_database_password@\nb = user@host:5672@x\n', secret='@raw:other@')
        self.assertEqual(self.read(), 'a = @raw:other@\nb = user@host:5672@x\n')
        self.assertEqual((self.folder / 'output' / 'keystone.conf').stat().st_mode & 0o7777, 0o440)
        self.prepare('again, over the first', mode='0600')
        self.assertEqual(self.read(), 'again, over the first')
        self.assertEqual([path.name for path in (self.folder / 'output').iterdir()], ['keystone.conf'])

    def refused(self, message, *arguments, **options):
        done = self.prepare(*arguments, check=False, **options)
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, '^prepare.py: [^\n]*\n$')
        self.assertIn(message, done.stderr)
        self.assertEqual(list((self.folder / 'output').iterdir()), [])

    def test_a_password_that_is_missing(self):
        (self.folder / 'secrets' / 'keystone_database_password').write_text('x')
        self.refused('keystone.conf: no password keystone_databse_password in', '@ini:keystone_databse_password@')
        self.refused('did you mean keystone_database_password?', '@ini:keystone_databse_password@')

    def test_a_password_that_cannot_be_one(self):
        hole = '@ini:keystone_database_password@'
        self.refused('keystone.conf: password keystone_database_password in', hole, secret='')
        self.refused('is empty', hole, secret='')
        self.refused('control character U+000A at position 4 of 4', hole, secret='abc\n')
        self.refused('control character U+0000', hole, secret='a\0')
        self.refused('cannot be read', hole, secret=b'\xff\xfe')

    def test_a_file_that_is_missing_or_misnamed(self):
        self.refused('no file keystone.cnf', 'x', name='keystone.cnf')
        self.refused('did you mean keystone.conf?', 'x', name='keystone.cnf')
        self.refused('not of the form NAME:MODE', 'x', name='../keystone.conf')
        self.refused('not of the form NAME:MODE', 'x', mode='rw')
