"""What the real oslo.config says of configuration files. On stdin a request, on stdout the verdicts.

Request:
    package: whose modules are imported, to find what they register and no namespace lists
    registered: by section, the function that registers its options once they are needed, as `options.py` calls it
    files: each with
        namespaces: of oslo.config, whose options are registered as the generator lists them
        authentication: sections that take options of keystoneauth's plugins too
        options: more options, each with `section`, `name` and a type as data/oslo/ has it
        alike: by section, the sections whose options it takes too
        texts: of such a file, each with one setting

Answer: for each file, for each text
    read: whether some option reads the setting
    said: null where all that read it take it, else what is said against it
    listed: whether oslo-config-validator has nothing against it
"""

import itertools
import json
import logging
import os
import sys
import tempfile
from pathlib import Path

from oslo_config import cfg, generator, types, validator

sys.path.append(str(Path(__file__).resolve().parents[2] / 'tools/oslo-options'))
import options
from describe import settable


def type_of(told):
    """A type of oslo.config as data/oslo/ tells it."""
    kind = told['type']
    limits = {key: number(told[key]) for key in ('min', 'max') if key in told}
    version = {'version': told['version']} if 'version' in told else {}
    bounds = {'bounds': True} if told.get('bounds') else {}
    if kind == 'string':
        keys = {'choices': 'choices', 'quotes': 'quotes', 'regex': 'regex', 'maxLength': 'max_length'}
        more = {name: told[key] for key, name in keys.items() if key in told}
        return types.String(ignore_case=told.get('ignoreCase', False), **more)
    if kind == 'list':
        return types.List(type_of(told['items']), **bounds)
    if kind == 'dict':
        separator = {'key_value_separator': told['separator']} if 'separator' in told else {}
        return types.Dict(type_of(told['values']), **bounds, **separator)
    if kind == 'uri':
        return types.URI(max_length=told.get('maxLength'), schemes=told.get('schemes'))
    if kind == 'range':
        return types.Range(inclusive='exclusive' not in told, **limits)
    choices = {'choices': told['choices']} if 'choices' in told else {}
    simple = {
        'boolean': lambda: types.Boolean(),
        'integer': lambda: types.Integer(**limits, **choices),
        'float': lambda: types.Float(**limits),
        'port': lambda: types.Port(**limits, **choices),
        'hostname': lambda: types.Hostname(),
        'ip-address': lambda: types.IPAddress(**version),
        'host-address': lambda: types.HostAddress(**version),
        'host-domain': lambda: types.HostDomain(**version),
    }
    return simple[kind]()


def number(limit):
    return int(limit) if isinstance(limit, str) else limit


def option_of(told):
    kind = cfg.MultiOpt if told.get('multi') else cfg.Opt
    return kind(told['name'], type_of(told))


class Options:
    """What a file of a service may set: the options that are registered, and where each is looked for."""

    def __init__(self, file, listing, more):
        self.conf = cfg.ConfigOpts()
        self.sections = {}
        # Two namespaces may list an option, with other defaults: the project takes its own, which comes first.
        for _, groups in listing:
            for group, opts in groups:
                if isinstance(group, cfg.OptGroup):
                    self.conf.register_group(group)
                self.register(getattr(group, 'name', group) or 'DEFAULT', opts)
        for section, opts in more:
            self.register(section, opts)
        for section in file.get('authentication', []):
            self.register(section, plugin_options())
        for told in file.get('options', []):
            self.register(told['section'], [option_of(told)])
        for section, others in file.get('alike', {}).items():
            for other in others:
                self.register(section, self.sections.get(other, []))
        self.readers = {}
        for info, group in list(self.conf._all_opt_infos()):
            name = group.name if group else 'DEFAULT'
            for place in places(info['opt'], name):
                self.readers.setdefault(place, []).append((name, info['opt'].dest))

    def register(self, section, opts):
        for opt in settable(opts):
            self.sections.setdefault(section, []).append(opt)
            # Whether others are set is no matter of the one that is looked at.
            opt.required = False
            try:
                self.conf.register_opt(opt, group=None if section == 'DEFAULT' else section)
            except cfg.DuplicateOptError:
                pass

    def verdict(self, path):
        """Whether all settings of a file are read, and what is said against them."""
        readers = []
        try:
            self.conf(['--config-file', path], project='oslo', default_config_dirs=[])
            for section, names in self.conf._namespace._normalized[0].items():
                readers += [self.readers.get((section, name), []) for name in names]
            for section, name in itertools.chain(*readers):
                self.conf[name] if section == 'DEFAULT' else self.conf[section][name]
        except (Exception, SystemExit) as error:
            # An option that a command line may have too is looked at by argparse, which ends the program; types of a
            # project may raise anything.
            return {'read': readers != [] and all(readers), 'said': f'{type(error).__name__}: {error}'}
        return {'read': all(readers), 'said': None}


def places(opt, section):
    """The sections and names under which an option is looked for in a file."""

    class Namespace:
        def _get_value(self, names, **_):
            self.names = names
            raise KeyError

    namespace = Namespace()
    try:
        opt._get_from_namespace(namespace, section)
    except KeyError:
        return {(cfg._normalize_group_name(group), name) for group, name in namespace.names}


def plugin_options():
    """Options of keystoneauth's plugins, whichever `auth_type` names."""
    found = {}
    for opt in itertools.chain(*options.plugins().values()):
        # Plugins share options, and differ in the former names of one.
        known = found.setdefault(opt.dest, opt)
        known.deprecated_opts += [old for old in opt.deprecated_opts if old not in known.deprecated_opts]
    return found.values()


class Validator:
    """oslo-config-validator, which would list all options anew for each file."""

    def __init__(self, listing):
        self.conf = cfg.ConfigOpts()
        self.conf.register_opts(validator._validator_opts)
        self.data = generator._generate_machine_readable_data(generator._get_groups(listing), self.conf)

    def lists(self, path):
        """Whether it has nothing against a file."""
        self.conf.set_override('input_file', path)
        self.conf.set_override('opt_data', path)
        validator.load_opt_data = lambda _: self.data
        try:
            return validator._validate(self.conf) == 0
        except cfg.ParseError:
            return False


def answer(request):
    package = request.get('package')
    # Before anything of OpenStack is imported: it may keep the functions under other names.
    registers = options.Registered() if package else None
    listings = [generator._list_opts(file.get('namespaces', [])) for file in request['files']]
    more = unlisted(registers, package, listings) if package else []
    more += [
        (section, options.registered(section=section, **how))
        for section, how in request.get('registered', {}).items()
    ]
    with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:
        path = os.path.join(folder, 'oslo.conf')
        return [verdicts(path, file, listing, more) for file, listing in zip(request['files'], listings)]


def unlisted(registers, package, listings):
    """What a package registers while its modules are imported and no namespace lists: sections, with options."""
    registers.imported(package)
    listed = {
        (getattr(group, 'name', group) or 'DEFAULT', opt.dest)
        for listing in listings
        for _, groups in listing
        for group, opts in groups
        for opt in opts
    }
    return [(section, [opt]) for _, section, opt in registers.unlisted(package, listed)]


def verdicts(path, file, listing, more):
    registered, lister = Options(file, listing, more), Validator(listing)
    found = []
    for text in file['texts']:
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        found.append({**registered.verdict(path), 'listed': lister.lists(path)})
    return found


if __name__ == '__main__':
    # Deprecated names are warned of, once for each case.
    logging.disable(logging.CRITICAL)
    with os.fdopen(os.dup(1), 'w') as out:
        os.dup2(2, 1)
        json.dump(answer(json.load(sys.stdin)), out)
