"""What stands in a Dockerfile that Kolla has rendered: its instructions, and the parts of a RUN."""

import json
import pathlib
import re
import shlex


def instructions(path):
    """(name, rest) of each instruction; lines that go on are one, comments are gone."""
    lines = [line for line in pathlib.Path(path).read_text().splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\s*\n", " ", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name:
            yield name.upper(), re.sub(r"\s+", " ", rest).strip()


def parts(command):
    """The commands between `&&`."""
    return [part.strip() for part in command.split("&&") if part.strip()]


def words(text):
    """The value of ENTRYPOINT or CMD."""
    return json.loads(text) if text.startswith("[") else ["/bin/sh", "-c", text]


def pairs(text, env):
    """What ENV or LABEL sets: NAME=VALUE …, or the old form NAME VALUE."""
    if "=" not in text.split(" ")[0]:
        name, _, value = text.partition(" ")
        return {name: expand(value, env)}
    return {name: expand(value, env) for name, _, value in (word.partition("=") for word in shlex.split(text))}


def expand(text, env):
    return re.sub(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))", lambda found: env.get(found[1] or found[2], ""), text)
