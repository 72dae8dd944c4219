"""Options, their types and the rules of policies as JSON has them."""

import inspect
import re


def plain(value):
    """A value as JSON has it; texts that are translated late become texts now.

    A whole number that JavaScript can't count to is a text.
    """
    if isinstance(value, int) and abs(value) >= 2**53:
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(of) for key, of in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(of) for of in value)
    if isinstance(value, (list, tuple)):
        return [plain(of) for of in value]
    return str(value)


def text(value):
    """Words for a person, without the indent of the source that they stood in."""
    return inspect.cleandoc(str(value)).strip() if value else ''


def put(into, **more):
    """Adds what says something: neither None, nor False, nor empty."""
    into.update((key, value) for key, value in more.items() if value is not None and value is not False and value != '')
    return into


def choices(kind):
    """The choices of a type, and the words about them."""
    found = getattr(kind, 'choices', None)
    if found is None:
        return {}
    words = {str(choice): text(about) for choice, about in found.items() if about}
    return put({'choices': [plain(choice) for choice in found]}, choiceHelp=words or None)


def string(kind):
    found = put(
        {'type': 'string', **choices(kind)},
        quotes=kind.quotes,
        ignoreCase=kind.ignore_case,
        maxLength=kind.max_length or None,
    )
    if kind.regex is not None:
        put(found, regex=kind.regex.pattern, ignoreCase=bool(kind.regex.flags & re.IGNORECASE))
    return found


def number(name):
    return lambda kind: put({'type': name, **choices(kind)}, min=plain(kind.min), max=plain(kind.max))


def address(name):
    def describe(kind):
        checker = getattr(kind, 'ip_address', kind).version_checker.__name__
        return put({'type': name}, version={'_check_ipv4': 4, '_check_ipv6': 6}.get(checker))

    return describe


def describers():
    """How each type of oslo.config is told, most special first."""
    from oslo_config import types

    return [
        (types.Port, lambda kind: {**number('port')(kind), 'min': kind.min, 'max': kind.max}),
        (types.Integer, number('integer')),
        (types.Float, number('float')),
        (types.Boolean, lambda kind: {'type': 'boolean'}),
        (types.List, lambda kind: put({'type': 'list', 'items': type_of(kind.item_type)}, bounds=kind.bounds)),
        (
            types.Dict,
            lambda kind: put(
                {'type': 'dict', 'values': type_of(kind.value_type)},
                bounds=kind.bounds,
                separator=None if getattr(kind, 'key_value_separator', ':') == ':' else kind.key_value_separator,
            ),
        ),
        (
            types.Range,
            lambda kind: put({'type': 'range'}, min=plain(kind.min), max=plain(kind.max), exclusive=not kind.inclusive),
        ),
        (types.HostDomain, address('host-domain')),
        (types.HostAddress, address('host-address')),
        (types.IPAddress, address('ip-address')),
        (types.Hostname, lambda kind: {'type': 'hostname'}),
        (
            types.URI,
            lambda kind: put(
                {'type': 'uri'},
                # With URI, unlike with String, 0 is a length.
                maxLength=kind.max_length,
                schemes=sorted(kind.schemes) if kind.schemes else None,
            ),
        ),
        (types.String, string),
    ]


BUILTIN = {int: 'integer', float: 'float', str: 'string', bool: 'boolean'}


def type_of(kind):
    """A type as it parses a text; `checkedBy` names code that says more than can be written here."""
    if isinstance(kind, type) and kind in BUILTIN:
        return {'type': BUILTIN[kind]}
    for known, describe in describers():
        if isinstance(kind, known):
            found = describe(kind)
            own = type(kind).__call__ is not known.__call__ and type(kind).__name__ != 'MultiString'
            return put(found, checkedBy=name_of(type(kind)) if own else None)
    return {'type': 'string', 'checkedBy': name_of(kind if hasattr(kind, '__qualname__') else type(kind))}


def name_of(code):
    return f'{code.__module__}.{code.__qualname__}'.replace('.<locals>', '')


def default_of(opt):
    """The default as the service sees it, or its text where that refers to other options."""
    value = opt.default
    if isinstance(value, str) and not opt._default_is_ref() and not opt.multi:
        # Some are texts of numbers, of lists and so on.
        value = opt.type(value)
    return plain(list(value) if isinstance(value, range) else value)


def option(opt, section):
    """An option: its type, then its default, then what else there is to know of it."""
    from oslo_config import cfg

    found = put({**type_of(opt.type)}, multi=opt.multi)
    value = default_of(opt)
    if value is not None:
        found['default'] = value
    sample = plain(opt.sample_default)
    # Names of old with a dash are left out as the generator leaves them out; each has a twin with an underscore.
    former = {
        (old.group or section, old.name or opt.dest)
        for old in opt.deprecated_opts
        if '-' not in (old.name or '')
    } - {(section, opt.dest)}
    put(
        found,
        sample=None if sample == value else sample,
        required=opt.required,
        secret=opt.secret,
        advanced=opt.advanced,
        mutable=opt.mutable,
        formerly=[list(name) for name in sorted(former)] or None,
    )
    if opt.deprecated_for_removal:
        found['deprecated'] = put({}, since=plain(opt.deprecated_since), reason=text(opt.deprecated_reason))
    assert not isinstance(opt, cfg.SubCommandOpt)
    return put(found, help=text(opt.help))


def settable(opts):
    """Options that a file can set."""
    from oslo_config import cfg

    # Words of a command line, which no file can say.
    commands = (cfg.SubCommandOpt, cfg._ConfigFileOpt, cfg._ConfigDirOpt)
    return [opt for opt in opts if not isinstance(opt, commands)]


def taken(opts, section):
    """Options by the key that a file takes, which is `dest`: services never look for the name with dashes."""
    return {opt.dest: option(opt, section) for opt in settable(opts)}


def rule(default):
    """A rule of a policy."""
    former = default.deprecated_rule
    found = {'check': default.check_str}
    if default.scope_types:
        found['scopes'] = list(default.scope_types)
    operations = getattr(default, 'operations', None) or []
    put(found, operations=[f"{method} {of['path']}" for of in operations for method in methods(of['method'])] or None)
    if former:
        about = put({}, name=former.name if former.name != default.name else None, check=former.check_str)
        reason = former.deprecated_reason or default.deprecated_reason
        since = former.deprecated_since or default.deprecated_since
        found['formerly'] = put(about, since=plain(since), reason=text(reason))
    if default.deprecated_for_removal:
        found['deprecated'] = put({}, since=plain(default.deprecated_since), reason=text(default.deprecated_reason))
    return put(found, help=text(default.description))


def methods(method):
    return [method] if isinstance(method, str) else list(method)
