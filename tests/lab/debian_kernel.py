# SPDX-License-Identifier: Apache-2.0
"""Debian's kernel for clouds with its modules, unpacked and never installed; the package is kept between runs."""
import glob
import os
import shutil
import subprocess


def package_file():
    """Path of the package, fetched with apt-get if it is not kept from an earlier run."""
    told = subprocess.run(["apt-cache", "depends", "linux-image-cloud-amd64"], stdout=subprocess.PIPE, check=True)
    package = [line.split()[-1] for line in told.stdout.decode().splitlines() if "Depends: linux-image-" in line][0]
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "trestle-boot-test")
    os.makedirs(cache, exist_ok=True)
    kept = os.path.join(cache, package + ".deb")
    if not os.path.exists(kept):
        fetched = os.path.join(cache, "fetch-%d" % os.getpid())
        os.mkdir(fetched)
        try:
            subprocess.run(["apt-get", "download", package], cwd=fetched, stdout=subprocess.DEVNULL, check=True)
            os.replace(glob.glob(fetched + "/*.deb")[0], kept)
        finally:
            shutil.rmtree(fetched)
    return kept


def unpack(folder):
    """(kernel, folder of its modules) below `folder`."""
    subprocess.run(["dpkg", "-x", package_file(), folder], check=True)
    return glob.glob(folder + "/boot/vmlinuz*")[0], glob.glob(folder + "/lib/modules/*/kernel")[0]


def with_dependencies(modules, names):
    """Paths of these modules and of all they need, each after what it needs; as the files themselves tell it."""
    paths = {}
    for folder, _, files in os.walk(modules):
        for name in files:
            if name.endswith(".ko"):
                paths[name[:-3].replace("-", "_")] = os.path.join(folder, name)
    ordered = []

    def add(name):
        path = paths[name.replace("-", "_")]
        if path in ordered:
            return
        with open(path, "rb") as module:
            content = module.read()
        needed = content.split(b"\0depends=", 1)[1].split(b"\0", 1)[0].decode() if b"\0depends=" in content else ""
        for other in needed.split(","):
            if other:
                add(other)
        ordered.append(path)

    for name in names:
        add(name)
    return ordered
