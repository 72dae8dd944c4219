"""What the configuration files of OpenStack's packages take, and the rules of their policies, as JSON on stdout.

Runs in a virtual environment that has the packages. On stdin: a request, see `answer`.

Why not `oslo-config-generator --format json`: it drops what types say of themselves (items of a list, patterns,
lengths, whether case matters, schemes, IP versions) and it prints a type by its name alone, which may be any text. So
the options come from the generator's own functions, as objects.
"""

import ast
import importlib
import json
import multiprocessing
import os
import re
import socket
import sys
from importlib import metadata
from pathlib import Path

from describe import put, rule, taken, text


def pretend(machine):
    """Makes this look like a machine of that `host`, `address` and number of `cpus`: defaults ask for them."""
    host = machine['host']
    socket.gethostname = lambda: host
    socket.getfqdn = lambda name='': name or host
    for module in (os, multiprocessing):
        module.cpu_count = lambda: machine['cpus']
    os.sched_getaffinity = lambda pid: set(range(machine['cpus']))
    os.getpid = lambda: machine['cpus']
    sys.argv[0] = f'/usr/bin/{host}'
    os.environ.update(HOME=f'/home/{host}', USER=host, LOGNAME=host, TMPDIR=f'/{host}')
    from oslo_utils import netutils

    netutils.get_my_ipv4 = lambda: machine['address']
    netutils.get_my_ipv6 = lambda: f"2001:db8::{machine['cpus']}"


def sections(listing):
    found = {}
    for group, opts in listing:
        name = getattr(group, 'name', group) or 'DEFAULT'
        section = found.setdefault(name, {'options': {}})
        section['options'].update(taken(opts, name))
        if hasattr(group, 'name'):
            # Options have names of a command line in there; files take the other ones.
            drivers = {
                driver: sorted(opt.replace('-', '_') for opt in of) for driver, of in group._driver_opts.items()
            }
            put(
                section,
                help=text(group.help),
                owner=group.dynamic_group_owner,
                driverOption=group.driver_option,
                drivers=drivers or None,
            )
    return {name: section for name, section in found.items() if section['options']}


def of_package(package):
    points = metadata.entry_points(group='oslo.config.opts')
    return sorted({point.name for point in points if point.dist.name == package})


def namespaces(names):
    """Each namespace of oslo.config with the package that brings it and its sections.

    All at once, as the generator does it: a package may change defaults of a library, by an entry point of its own.
    """
    from oslo_config import generator

    brought = {point.name: point.dist.name for point in metadata.entry_points(group='oslo.config.opts')}
    # The generator too passes over those that are not there.
    names = [name for name in names if name in brought]
    return {
        name: {'package': brought[name], 'sections': sections(listing)}
        for name, listing in generator._list_opts(names)
    }


def policies(package):
    """The rules of a package's policy, by name."""
    found = {}
    for point in metadata.entry_points(group='oslo.policy.policies'):
        if point.dist.name == package:
            found.update((default.name, rule(default)) for default in point.load()())
    return found


class Registered:
    """What a package registers while its modules are imported, whether a generator lists it or not.

    Options: some are in no list, since a package's generator lists what its authors thought of.

    Sections with options of keystoneauth's plugins: those that call `register_auth_conf_options`, which registers what
    all plugins have. The others follow from `auth_type`, once that is read; generators list those of some plugins.
    """

    REGISTERS = re.compile(r'\bregister_(cli_)?opts?\(|\bregister_\w+_conf_options\(|\bPrivContext\(')
    AUTHENTICATION = 'register_auth_conf_options'
    # Has options that no configuration file of OpenStack sets.
    ELSEWHERE = re.compile(r'/os_ken/')

    def __init__(self):
        self.options = []
        self.authentication = set()
        from keystoneauth1 import loading
        from keystoneauth1.loading import conf
        from oslo_config import cfg

        # Where any service looks for its files: each configuration that is made registers them for itself.
        everywhere = (cfg.ConfigOpts._config_source_opt, cfg.ConfigOpts._shell_completion_opt)
        register_opt = cfg.ConfigOpts.register_opt
        register_conf_options = conf.register_conf_options

        def option(conf, opt, group=None, **more):
            if not opt.positional and opt not in everywhere:
                self.options.append((callers(), getattr(group, 'name', group) or 'DEFAULT', opt))
            return register_opt(conf, opt, group=group, **more)

        def authentication(conf, group):
            self.authentication.add((sys._getframe(1).f_code.co_filename, getattr(group, 'name', group)))
            return register_conf_options(conf, group)

        cfg.ConfigOpts.register_opt = option
        conf.register_conf_options = authentication
        loading.register_auth_conf_options = authentication

    def of(self, package, listed):
        """
        unlisted: by section, the options that are not among those `listed`, which are pairs of section and key; `by`
            is the file of the package that they come with
        authentication: by file, sections with options of keystoneauth's plugins, as far as importing it tells
        failed: files that can't be imported, with the error
        """
        found = {'unlisted': {}, **self.imported(package)}
        for by, section, opt in self.unlisted(package, listed):
            for key, of in taken([opt], section).items():
                found['unlisted'].setdefault(section, {})[key] = {**of, 'by': by}
        return found

    def imported(self, package):
        """Imports what registers options; see `of`."""
        found = {'authentication': {}, 'failed': {}}
        for file, path in sorted(sources(package).items()):
            source = path.read_text()
            if not self.REGISTERS.search(source):
                continue
            try:
                importlib.import_module(file.removesuffix('.py').removesuffix('/__init__').replace('/', '.'))
            except (Exception, SystemExit) as error:
                found['failed'][file] = f'{type(error).__name__}: {error}'
            if calls(source, self.AUTHENTICATION):
                sections = {section for of, section in self.authentication if Path(of) == path}
                found['authentication'][file] = sorted(sections)
        return found

    def unlisted(self, package, listed):
        """The file, the section and the option itself of each that is not listed; see `of`."""
        own = {str(path): file for file, path in sources(package).items()}
        for callers, section, opt in self.options:
            section = section if section == 'DEFAULT' else section.lower()
            by = next((own[path] for path in callers if path in own), None)
            if by is None or (section, opt.dest) in listed or any(map(self.ELSEWHERE.search, callers)):
                continue
            yield by, section, opt


def sources(package):
    """The modules of a package without its tests, by their path among all that is installed."""
    distribution = metadata.distribution(package)
    root = Path(distribution.locate_file(''))
    files = [file for file in distribution.files or [] if file.suffix == '.py' and not is_test(file)]
    return {str(file): root / file for file in files}


def is_test(file):
    return 'tests' in file.parts or file.name == 'test.py'


def callers():
    """The files of all functions that are under way, the innermost first."""
    files = []
    frame = sys._getframe(1)
    while frame:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    return files


def calls(source, method):
    """Whether a source calls a method; a word in a comment is no call."""
    if method not in source:
        return False
    nodes = ast.walk(ast.parse(source))
    return any(isinstance(node, ast.Call) and getattr(node.func, 'attr', None) == method for node in nodes)


def plugins():
    """Options of each of keystoneauth's own plugins by the plugin's name, and those of all as ""."""
    from keystoneauth1 import loading

    found = {'': loading.get_auth_common_conf_options()}
    for point in metadata.entry_points(group='keystoneauth1.plugin'):
        # Clients bring more of them; which ones are there depends on what else is installed.
        if point.dist.name == 'keystoneauth1':
            found[point.name] = loading.get_auth_plugin_conf_options(point.name)
    return found


def attribute(reference):
    """What `module:name` names."""
    module, _, name = reference.partition(':')
    return getattr(importlib.import_module(module), name)


def registered(by, conf, given, section):
    """The options that a function registers in a section once it is called with `conf`, where `given` is set."""
    from oslo_config import cfg

    conf = attribute(conf) if conf else cfg.ConfigOpts()
    for group, values in given.items():
        for name, value in values.items():
            conf.set_override(name, value, None if group == 'DEFAULT' else group)
    attribute(by)(conf)
    return [info['opt'] for info in conf._get_group(section)._opts.values()]


def without_paths(value):
    """Where this Python is and where it has its packages stands in some defaults: words take the places of both."""
    if isinstance(value, str):
        packages = str(Path(metadata.distribution('oslo.config').locate_file('')))
        return value.replace(packages, '<site-packages>').replace(sys.prefix, '<prefix>')
    if isinstance(value, list):
        return [without_paths(of) for of in value]
    if isinstance(value, dict):
        return {key: without_paths(of) for key, of in value.items()}
    return value


def answer(request):
    """
    machine: what to pretend
    namespaces: of oslo.config, whose options are wanted; without any, all that the package brings
    package: whose rules are wanted, and what it registers beyond those namespaces
    plugins: whether the options of keystoneauth's plugins are wanted
    registered: by a section's name, whose options are wanted; see the function `registered`
    """
    pretend(request['machine'])
    # Before anything of OpenStack is imported: it may keep the functions under other names.
    registers = Registered()
    package = request['package']
    found = {
        'namespaces': namespaces(request['namespaces'] or of_package(package)),
        'policies': policies(package),
        'plugins': {name: taken(opts, '') for name, opts in plugins().items()} if request['plugins'] else {},
    }
    listed = {
        (name, key)
        for of in found['namespaces'].values()
        for name, section in of['sections'].items()
        for key in section['options']
    }
    found.update(registers.of(package, listed))
    found['registered'] = {
        section: taken(registered(section=section, **how), section) for section, how in request['registered'].items()
    }
    packages = {of['package'] for of in found['namespaces'].values()} | {package, 'oslo.config'}
    packages |= {'oslo.policy'} if found['policies'] else set()
    found['versions'] = {name: metadata.version(name) for name in packages}
    return without_paths(found)


if __name__ == '__main__':
    # Packages print to stdout too.
    with os.fdopen(os.dup(1), 'w') as out:
        os.dup2(2, 1)
        json.dump(answer(json.load(sys.stdin)), out, allow_nan=False)
