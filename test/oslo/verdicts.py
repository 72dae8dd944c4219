"""What the real oslo.config says of configuration files. On stdin a request, on stdout the verdicts.

Request:
    namespaces: of oslo.config, whose options are registered as the generator lists them
    authentication: sections that take options of keystoneauth's plugins too
    options: more options, each with `section`, `name` and a type as data/oslo/ has it
    cases: each with `section`, `option`, and the `text` of a file; a fresh load of it, then the option is read

Answer: for each case null where it is taken, else what was said.
"""

import json
import logging
import os
import sys
import tempfile
from importlib import metadata

from oslo_config import cfg, generator, types


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


def registered(request):
    conf = cfg.ConfigOpts()
    for _, listing in generator._list_opts(request.get('namespaces', [])):
        for group, opts in listing:
            if isinstance(group, cfg.OptGroup):
                conf.register_group(group)
            name = getattr(group, 'name', group) or 'DEFAULT'
            for opt in opts:
                # Whether others are set is no matter of the one that is looked at.
                opt.required = False
                try:
                    conf.register_opt(opt, group=None if name == 'DEFAULT' else name)
                except cfg.DuplicateOptError:
                    # Two namespaces list it, with other defaults: the project takes its own, which comes first.
                    pass
    for section in request.get('authentication', []):
        for opt in plugin_options():
            try:
                conf.register_opt(opt, group=section)
            except cfg.DuplicateOptError:
                # Plugins share options and differ in the help.
                pass
    for told in request.get('options', []):
        section = told['section']
        conf.register_opt(option_of(told), group=None if section == 'DEFAULT' else section)
    return conf


def plugin_options():
    """Options of keystoneauth's plugins, whichever `auth_type` names."""
    from keystoneauth1 import loading

    found = list(loading.get_auth_common_conf_options())
    for point in metadata.entry_points(group='keystoneauth1.plugin'):
        if point.dist.name == 'keystoneauth1':
            found += loading.get_auth_plugin_conf_options(point.name)
    for opt in found:
        opt.required = False
    return found


def verdict(conf, file, section, option):
    try:
        conf(['--config-file', file], project='oslo', default_config_dirs=[])
        conf[option] if section == 'DEFAULT' else conf[section][option]
    except (cfg.Error, ValueError, SystemExit) as error:
        # An option that a command line may have too is looked at by argparse, which ends the program.
        return f'{type(error).__name__}: {error}'
    return None


def answer(request):
    conf = registered(request)
    verdicts = []
    with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:
        file = os.path.join(folder, 'oslo.conf')
        for case in request['cases']:
            with open(file, 'w', encoding='utf-8') as out:
                out.write(case['text'])
            verdicts.append(verdict(conf, file, case['section'], case['option']))
    return verdicts


if __name__ == '__main__':
    # Deprecated names are warned of, once for each case.
    logging.disable(logging.CRITICAL)
    with os.fdopen(os.dup(1), 'w') as out:
        os.dup2(2, 1)
        json.dump(answer(json.load(sys.stdin)), out)
