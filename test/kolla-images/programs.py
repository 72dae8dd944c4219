"""Says, as JSON by file name, what our programs run, import and open, as far as their sources tell.

    runs      commands: the first word of lists given to subprocess and os.exec, and tools given to `broker`
    imports   modules that each import needs, the standard library's apart
    later     those imported inside functions
    paths     absolute paths in literals, documentation apart

A part of a word that is only known when the program runs reads `{name}`.
"""
import ast
import json
import os
import re
import sys

STARTERS = {'run', 'Popen', 'call', 'check_call', 'check_output', 'execv', 'execvp', 'execve', 'execvpe'}
ROOTS = re.compile(r'/(backups|bin|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|srv|tmp|usr|var)\b')


def text(node, known):
    """A literal as text; None if it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [text(part.value, known) if isinstance(part, ast.FormattedValue) else part.value for part in node.values]
        names = [ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else '' for part in node.values]
        return ''.join(f'{{{name}}}' if part is None else part for part, name in zip(parts, names))
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        return known.get(node.attr)
    # A default that the environment may replace.
    if isinstance(node, ast.Call) and ast.unparse(node.func) == 'os.environ.get' and len(node.args) == 2:
        return text(node.args[1], known)
    return None


def constants(tree):
    known = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = text(node.value, known)
            if value is not None:
                known[node.targets[0].id] = value
    return known


def calls_of(parameter, tree):
    """Calls of the program's own functions that run what they are given under this name: `def run(*command)`."""
    names = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)
             and one.args.vararg and one.args.vararg.arg == parameter}
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args
            and isinstance(node.func, ast.Name) and node.func.id in names]


def first_words(node, tree, known):
    given = node.value if isinstance(node, ast.Subscript) else node
    calls = calls_of(given.id, tree) if isinstance(given, ast.Name) else []
    if calls:
        return [word for call in calls for word in first_words(call.args[0], tree, known)]
    if isinstance(node, ast.List) and node.elts:
        return [text(node.elts[0], known) or f'{{{ast.unparse(node.elts[0])}}}']
    if isinstance(node, ast.Name):
        lists = [assigned.value for assigned in ast.walk(tree) if isinstance(assigned, ast.Assign)
                 and any(isinstance(to, ast.Name) and to.id == node.id for to in assigned.targets)
                 and isinstance(assigned.value, ast.List)]
        if lists:
            return [word for one in lists for word in first_words(one, tree, known)]
    return [text(node, known) or f'{{{ast.unparse(node)}}}']


def runs(tree, known):
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        owner, name = ast.unparse(node.func.value), node.func.attr
        if owner in ('subprocess', 'os') and name in STARTERS:
            found.update(first_words(node.args[0], tree, known))
        elif owner == 'os' and name in ('system', 'popen') or name.startswith(('spawn', 'posix_spawn')):
            found.add(f'{{{ast.unparse(node)}}}')
        elif owner == 'broker' and name in ('call', 'ask'):
            found.add(f'{known["TOOLS"]}/{text(node.args[0], known)}')
    return found


def imported(nodes):
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return {name.split('.')[0] for name in names} - set(sys.stdlib_module_names)


def paths(tree, known):
    strings = [text(node, known) for node in ast.walk(tree) if isinstance(node, (ast.Constant, ast.JoinedStr))]
    documentation = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
                     if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))}
    words = [word for one in strings if one and one not in documentation for word in re.split(r'[\s\'"=,:]+', one)]
    return {word.rstrip('.;') for word in words if ROOTS.match(word)}


def main():
    trees = {os.path.basename(path): ast.parse(open(path, encoding='utf-8').read()) for path in sys.argv[1:]}
    shared = constants(trees['broker.py']) if 'broker.py' in trees else {}
    found = {}
    for name, tree in trees.items():
        known = {**shared, **constants(tree)}
        top = imported(tree.body)
        found[name] = {
            'runs': sorted(runs(tree, known)), 'imports': sorted(top),
            'later': sorted(imported(ast.walk(tree)) - top), 'paths': sorted(paths(tree, known))}
    print(json.dumps(found))


if __name__ == '__main__':
    main()
