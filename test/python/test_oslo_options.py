"""tools/oslo-options tells options as oslo.config parses them."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from oslo_config import cfg, types
from oslo_policy import policy

TOOL = pathlib.Path(__file__).resolve().parents[2] / 'tools/oslo-options'
sys.path.append(str(TOOL))
import describe  # noqa: E402


def told(opt):
    return describe.option(opt, 'kettle')


class Types(unittest.TestCase):
    def check(self, opt, **expected):
        self.assertEqual(expected, told(opt))

    def test_numbers_have_limits_and_zero_is_one(self):
        self.check(cfg.IntOpt('a', min=0, max=5, default=3), type='integer', min=0, max=5, default=3)
        self.check(cfg.FloatOpt('a', min=0.5, default=1), type='float', min=0.5, default=1)
        self.check(cfg.PortOpt('a'), type='port', min=0, max=65535)
        self.check(cfg.IntOpt('a', choices=[1, 2]), type='integer', choices=[1, 2])

    def test_a_number_that_javascript_cannot_count_to_is_a_text(self):
        self.check(cfg.IntOpt('a', max=2**63 - 1), type='integer', max='9223372036854775807')
        self.check(cfg.IntOpt('a', max=2**53 - 1), type='integer', max=2**53 - 1)

    def test_strings(self):
        self.check(cfg.StrOpt('a', max_length=9, quotes=True), type='string', quotes=True, maxLength=9)
        self.check(cfg.StrOpt('a', regex='^b', ignore_case=True), type='string', regex='^b', ignoreCase=True)
        self.check(cfg.StrOpt('a', choices=[('b', 'Boils.'), ('c', None)]), type='string', choices=['b', 'c'],
                   choiceHelp={'b': 'Boils.'})

    def test_addresses(self):
        self.check(cfg.IPOpt('a', version=6), type='ip-address', version=6)
        self.check(cfg.HostAddressOpt('a', version=4), type='host-address', version=4)
        self.check(cfg.HostAddressOpt('a'), type='host-address')
        self.check(cfg.HostDomainOpt('a'), type='host-domain')
        self.check(cfg.HostnameOpt('a'), type='hostname')
        self.check(cfg.URIOpt('a', schemes=['https', 'http'], max_length=0), type='uri', maxLength=0,
                   schemes=['http', 'https'])

    def test_types_in_types(self):
        self.check(cfg.ListOpt('a', item_type=types.Port(min=1), bounds=True), type='list', bounds=True,
                   items={'type': 'port', 'min': 1, 'max': 65535})
        self.check(cfg.Opt('a', type=types.Dict(types.Boolean())), type='dict', values={'type': 'boolean'})
        self.check(cfg.MultiOpt('a', item_type=types.Integer()), type='integer', multi=True)
        self.check(cfg.MultiStrOpt('a', default=['b']), type='string', multi=True, default=['b'])

    def test_what_checks_more_is_named(self):
        class Even(types.Integer):
            def __call__(self, value):
                return super().__call__(value)

        self.check(cfg.Opt('a', type=Even(min=2)), type='integer', min=2,
                   checkedBy=f'{__name__}.Types.test_what_checks_more_is_named.Even')
        self.check(cfg.Opt('a', type=os.path.normpath), type='string', checkedBy='posixpath.normpath')
        self.check(cfg.Opt('a', type=int), type='integer')


class Options(unittest.TestCase):
    def test_a_default_is_what_a_service_sees(self):
        self.assertEqual(7, told(cfg.IntOpt('a', default='7'))['default'])
        self.assertEqual(['b', 'c'], told(cfg.ListOpt('a', default='b, c'))['default'])
        self.assertEqual('$port', told(cfg.IntOpt('a', default='$port'))['default'])
        self.assertEqual(False, told(cfg.BoolOpt('a', default=False))['default'])
        self.assertNotIn('default', told(cfg.BoolOpt('a')))

    def test_a_sample_is_told_where_it_is_not_the_default(self):
        self.assertNotIn('sample', told(cfg.StrOpt('a', default='b', sample_default='b')))
        self.assertEqual('<host>', told(cfg.StrOpt('a', default='b', sample_default='<host>'))['sample'])

    def test_former_names_have_a_section_and_no_dash(self):
        opt = cfg.StrOpt('a', deprecated_group='pot', deprecated_opts=[
            cfg.DeprecatedOpt('b-c'), cfg.DeprecatedOpt('d', group='DEFAULT')])
        self.assertEqual([['DEFAULT', 'd'], ['kettle', 'b_c'], ['pot', 'a']], told(opt)['formerly'])

    def test_one_that_goes(self):
        opt = cfg.StrOpt('a', deprecated_for_removal=True, deprecated_since='2025.1', deprecated_reason='No tea.')
        self.assertEqual({'since': '2025.1', 'reason': 'No tea.'}, told(opt)['deprecated'])

    def test_files_take_names_with_underscores(self):
        self.assertEqual(['a_b', 'd'], list(describe.taken([cfg.StrOpt('a-b'), cfg.StrOpt('c', dest='d')], 'kettle')))
        # And they take no others: so says oslo.config itself.
        with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
            file.write('[DEFAULT]\na-b = 1\n')
            file.flush()
            conf = cfg.ConfigOpts()
            conf.register_opt(cfg.StrOpt('a-b'))
            conf(['--config-file', file.name])
            self.assertIsNone(conf.a_b)


class Rules(unittest.TestCase):
    def test_a_rule(self):
        former = policy.DeprecatedRule('kettle:list', 'role:cook', deprecated_reason='Roles.', deprecated_since='X')
        default = policy.DocumentedRuleDefault(
            'kettle:index', 'role:reader', 'List kettles.', [{'path': '/kettles', 'method': ['GET', 'HEAD']}],
            deprecated_rule=former, scope_types=['project'])
        self.assertEqual({
            'check': 'role:reader', 'scopes': ['project'], 'operations': ['GET /kettles', 'HEAD /kettles'],
            'formerly': {'name': 'kettle:list', 'check': 'role:cook', 'since': 'X', 'reason': 'Roles.'},
            'help': 'List kettles.',
        }, describe.rule(default))


class Program(unittest.TestCase):
    def test_keystone(self):
        request = {'machine': {'host': 'a.example', 'address': '192.0.2.1', 'cpus': 3}, 'namespaces': ['keystone'],
                   'package': 'keystone', 'plugins': False, 'registered': {}}
        done = subprocess.run([sys.executable, TOOL / 'options.py'], input=json.dumps(request), capture_output=True,
                              text=True, check=True)
        answer = json.loads(done.stdout)
        sections = answer['namespaces']['keystone']['sections']
        self.assertEqual(0, sections['token']['options']['expiration']['min'])
        self.assertIn('identity:get_user', answer['policies'])
        # No generator lists it.
        self.assertIn('namespace', answer['unlisted']['audit'])
        self.assertNotIn(sys.prefix, done.stdout)


if __name__ == '__main__':
    unittest.main()
