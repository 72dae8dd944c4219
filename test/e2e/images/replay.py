"""Carries out a Dockerfile of Kolla in $ROOT, in overlay.sh.

What an image is comes from Kolla itself: scripts, users, folders, links, modes, environment. Steps that fetch software
are left out, as the layers below have it from Debian and PyPI, and each is said, with what is really missing.

Standard input:  {"folder": of the Dockerfile, "config": of the parent, "services": which the image has, or null}
Standard output: {"config": …, "leftOut": [line, …]}
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import dockerfile

ROOT = pathlib.Path(os.environ["ROOT"])
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PYTHON = "/var/lib/kolla/venv/bin/python"

# Parts of RUN that are left out, and why. Another one that fails, fails the build.
LEFT_OUT = (
    (r"os-release", "the suite is chosen by the recipe"),
    (r"\b(gpg|curl) ", "fetches"),
    (r"\bapt(-get)? |extrepo", "fetches"),
    (r"clustercheck", "comes with a step that fetches"),
    (r"(?<!\w)/plugins", "no archive of plugins"),
    (r"-source/\*|requirements/upper-constraints\.txt$", "no archive of sources"),
    (r"-m venv|KOLLA_DISTRO_PYTHON_VERSION", "done in the layer of the virtual environment"),
    (r"/etc/apache2", "no Apache: uwsgi serves"),
    (r"docker-ce\.sources", "fetches"),
    (r"^cp .*/placement/etc/placement/\*", "just samples"),
)
# What is elsewhere here: samples that Kolla takes out of an archive, and the program that finds Debian's plugins.
REPLACED = (
    (r"/(glance|keystone|neutron|nova)/etc/(\1/)?\*", r"/var/lib/kolla/venv/etc/\1/*"),
    (r"^mv /etc/neutron/neutron/ /etc/neutron/plugins/$", "mkdir -p /etc/neutron/plugins/ml2"),
    (r"/usr/lib/rabbitmq/bin/rabbitmq-plugins", "/usr/sbin/rabbitmq-plugins"),
)

# The folders of sources that are named otherwise than their packages.
SOURCES = {"/placement": "openstack-placement"}

# A root has all of these; an image those that its Dockerfiles install.
SERVICES = {
    "haproxy": ("haproxy",),
    "mariadb": ("mariadb-", "galera-"),
    "memcached": ("memcached",),
    "rabbitmq": ("rabbitmq-",),
}

# Prints which of the requirements, with their extras, are not there.
MISSING = """
import sys
from importlib import metadata
from packaging.requirements import Requirement
def missing(text):
    wanted = Requirement(text)
    try:
        found = metadata.requires(wanted.name) or []
    except metadata.PackageNotFoundError:
        return [wanted.name]
    needed = (Requirement(each) for each in found if "extra ==" in each)
    return [
        name for need in needed for extra in wanted.extras
        if need.marker.evaluate({"extra": extra}) for name in missing(need.name)
    ]
print(*sorted({name for text in sys.argv[1:] for name in missing(text)}))
"""


def chroot(*command, env=None):
    return subprocess.run(
        ["chroot", ROOT, *command],
        env={"PATH": PATH, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def installed():
    lines = chroot("dpkg-query", "-W", "-f", "${binary:Package} ${db:Status-Abbrev}\n").stdout.splitlines()
    return {line.split(" ")[0].split(":")[0] for line in lines if " ii" in line}


def missing_from(part):
    """The packages that a part of RUN would install and that are not there; None if it installs none."""
    apt = re.search(r"\bapt(?:-get)? .*?\binstall (.*)", part)
    pip = re.search(r"\bpip .*?\binstall (.*)", part)
    if apt:
        return sorted({word for word in apt[1].split() if not word.startswith("-")} - installed())
    if pip and "/plugins" not in part:
        wanted = re.sub(r"-c \S+", "", pip[1]).split()
        names = [SOURCES.get(word, word.strip("/")) for word in wanted if not word.startswith("-")]
        result = chroot(PYTHON, "-c", MISSING, *names)
        if result.returncode != 0:
            raise SystemExit(f"packages of {part[:80]} can't be looked for: {result.stdout}")
        return result.stdout.split()
    return None


class Replay:
    def __init__(self, folder, config):
        self.folder = pathlib.Path(folder)
        self.config = config
        self.left_out = []

    def leave_out(self, what, why):
        self.left_out.append(f"{self.folder.name}: {what}: {why}")

    def step(self, name, rest):
        config = self.config
        if name in ("ENV", "LABEL"):
            config[name.lower()].update(dockerfile.pairs(rest, {"PATH": PATH, **config["env"]}))
        elif name in ("ENTRYPOINT", "CMD"):
            config[name.lower()] = dockerfile.words(rest)
        elif name == "USER":
            config["user"] = rest
        elif name == "COPY":
            self.copy(*rest.split())
        elif name == "RUN":
            self.run(rest)
        elif name not in ("FROM", "ARG"):
            self.leave_out(f"{name} {rest}", "no archive of it")

    def copy(self, *names):
        *sources, target = names
        for name in sources:
            source = self.folder / name
            path = ROOT / target.lstrip("/")
            if source.is_dir():
                shutil.copytree(source, path, dirs_exist_ok=True)
                continue
            if target.endswith("/"):
                path = path / source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, path)

    def run(self, command):
        kept = [part for part in dockerfile.parts(command) if not self.is_left_out(part)]
        kept = [self.replaced(part) for part in kept]
        if not kept:
            return
        result = chroot("/bin/bash", "-c", " && ".join(kept), env=self.config["env"])
        if result.returncode != 0:
            raise SystemExit(
                f"{self.folder.name}: a step of Kolla's Dockerfile failed with code {result.returncode}; make it work, "
                f"or leave it out in replay.py: {' && '.join(kept)}\n{result.stdout[-2000:]}"
            )

    def replaced(self, part):
        done = part
        for pattern, instead in REPLACED:
            done = re.sub(pattern, instead, done)
        if done != part:
            self.leave_out(part, f"done as {done}")
        return done

    def is_left_out(self, part):
        packages = missing_from(part)
        if packages is not None:
            if packages:
                self.leave_out(f"{part[:60]} …", f"there but for {' '.join(packages)}")
            return True
        for pattern, why in LEFT_OUT:
            if re.search(pattern, part):
                self.leave_out(part, why)
                return True
        return False


def remove_programs(services):
    """Removes the programs of services that the image is not for, and names their packages."""
    prefixes = tuple(prefix for name, found in SERVICES.items() if name not in services for prefix in found)
    packages = [name for name in installed() if name.startswith(prefixes)]
    for line in chroot("dpkg", "-L", *packages).stdout.splitlines():
        path = ROOT / line.lstrip("/")
        if path.parent.name in ("bin", "sbin") and (path.is_symlink() or path.is_file()):
            path.unlink()
    return sorted(packages)


def main():
    task = json.load(sys.stdin)
    replay = Replay(task["folder"], task["config"])
    for name, rest in dockerfile.instructions(replay.folder / "Dockerfile"):
        replay.step(name, rest)
    if task["services"] is not None:
        removed = remove_programs(task["services"])
        replay.leave_out("programs of the root", f"removed those of {' '.join(removed)}")
    json.dump({"config": replay.config, "leftOut": replay.left_out}, sys.stdout)


if __name__ == "__main__":
    main()
