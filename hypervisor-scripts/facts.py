#!/usr/bin/env python
# SPDX-License-Identifier: Apache-2.0
"""Prints what `trestle host prepare` and `trestle host doctor` have to know of a host, as one JSON object.

usage: facts.py [--root DIR] [--doctor] [--logs] [FILE ...]

Reads only. It is not installed: it comes over SSH as the standard input of the host's own Python (2.4 and later) and leaves
nothing behind. FILEs are absolute paths whose digest is wanted. --root DIR stands in front of every path.
"""
import os
import sys
import time

INI = "/etc/ovs-agent/agent.ini"
CERTIFICATE = "/etc/ovs-agent/cert/certificate.pem"
UPLOADS = "/var/tmp"
UPLOAD_PREFIX = "trestle-upload-"
RECORD = "/var/lib/trestle/install"
# The five logs of a host, in the order of their use.
LOGS = ["/var/log/ovs-agent.log", "/var/log/ovs-agent/ovs-agent.log", "/var/log/osc.log", "/var/log/ovs-agent/osc.log",
        "/var/log/xen/xend.log", "/var/log/xen/xend-debug.log", "/var/log/ovm-consoled.log", "/var/log/messages"]
MOST_BYTES = 4 << 20
LOOKUP_SECONDS = 5


def to_json(value):
    """JSON of None, booleans, numbers, texts, lists and dicts; Python 2.4 has no module for it."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, dict):
        keys = list(value.keys())
        keys.sort()
        return "{" + ", ".join([to_json(key) + ": " + to_json(value[key]) for key in keys]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join([to_json(item) for item in value]) + "]"
    if isinstance(value, float):
        return "%.3f" % value
    if not hasattr(value, "upper"):
        return "%d" % value
    out = ['"']
    for char in as_text(value):
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif code < 32 or 126 < code < 65536:
            out.append("\\u%04x" % code)
        elif code >= 65536:
            code -= 65536
            out.append("\\u%04x\\u%04x" % (55296 + (code >> 10), 56320 + (code & 1023)))
        else:
            out.append(char)
    out.append('"')
    return "".join(out)


def as_text(value):
    """Unicode text; bytes that are none become question marks, half characters of file names too."""
    if not hasattr(value, "encode") or (type(value) is str and hasattr(value, "decode")):
        return value.decode("utf-8", "replace")  # bytes, which Python 2 calls str
    return value.encode("utf-8", "replace").decode("utf-8", "replace")


class Facts:
    """Reads below one root."""

    def __init__(self, root):
        self.root = root.rstrip("/")

    def path(self, name):
        return self.root + name

    def read(self, name):
        """Content as bytes, None if it cannot be read."""
        try:
            handle = open(self.path(name), "rb")
        except (IOError, OSError):
            return None
        try:
            try:
                return handle.read(MOST_BYTES)
            except (IOError, OSError):
                return None
        finally:
            handle.close()

    def text(self, name):
        content = self.read(name)
        if content is None:
            return None
        return as_text(content)

    def listing(self, name):
        try:
            names = os.listdir(self.path(name))
        except OSError:
            return []
        names.sort()
        return names

    def digest(self, name):
        """Digest, size and mode of a file, None if there is none. The digest is empty where Python has no SHA-256."""
        content = self.read(name)
        if content is None:
            return None
        try:
            import hashlib
            digest = hashlib.sha256(content).hexdigest()
        except ImportError:
            digest = ""
        return {"sha256": digest, "size": len(content), "mode": os.stat(self.path(name)).st_mode & 4095}

    def settings(self, name, sections=False):
        """KEY=VALUE lines of a file, whatever blanks are round the sign, None if there is no file. Of two with one key the last one
        counts, as for a shell; in a file with sections the first one, as install.py takes it."""
        content = self.text(name)
        if content is None:
            return None
        found = {}
        for line in content.split("\n"):
            parts = line.split("=", 1)
            name = parts[0].strip()
            if len(parts) == 2 and name.replace("_", "a").isalpha() and not (sections and name in found):
                found[name] = parts[1].strip().strip("\"'")
        return found

    def agent(self):
        ini = self.settings(INI, True)
        settings = ini or {}
        return {"ini": ini is not None, "port": settings.get("port"), "ssl": settings.get("ssl"),
                "certificate": self.text(CERTIFICATE)}

    def uploads(self):
        return [name for name in self.listing(UPLOADS) if name.startswith(UPLOAD_PREFIX)]

    def net(self, device, name):
        return (self.text("/sys/class/net/%s/%s" % (device, name)) or "").strip()

    def devices(self):
        bridges = []
        bonds = []
        for name in self.listing("/sys/class/net"):
            up = self.net(name, "operstate") != "down"
            if os.path.isdir(self.path("/sys/class/net/%s/bridge" % name)):
                bridges.append({"name": name, "up": up, "ports": self.listing("/sys/class/net/%s/brif" % name)})
            elif os.path.isdir(self.path("/sys/class/net/%s/bonding" % name)):
                bonds.append({"name": name, "up": up, "slaves": self.net(name, "bonding/slaves").split()})
        return bridges, bonds

    def routes(self):
        """IPv4 routes; the kernel writes addresses as hexadecimal numbers in its own byte order."""
        import socket  # here: loading it takes as long as all that is asked without --doctor
        import struct
        found = []
        for line in (self.text("/proc/net/route") or "").split("\n")[1:]:
            words = line.split()
            if len(words) < 8:
                continue
            try:
                destination, mask = [socket.inet_ntoa(struct.pack("=I", int(words[i], 16))) for i in (1, 7)]
            except (ValueError, struct.error):
                continue
            found.append({"device": words[0], "destination": destination, "mask": mask})
        return found

    def mounts(self):
        found = []
        for line in (self.text("/proc/mounts") or "").split("\n"):
            words = line.split()
            if len(words) >= 4 and words[2].startswith("nfs") and words[2] != "nfsd":
                found.append({"device": words[0], "dir": words[1], "type": words[2],
                              "read_only": "ro" in words[3].split(",")})
        return found

    def own_name(self):
        """The host's name and the address it finds for it, None if it finds none."""
        import signal
        import socket
        name = (self.settings("/etc/sysconfig/network") or {}).get("HOSTNAME") or socket.gethostname()
        for line in (self.text("/etc/hosts") or "").split("\n"):
            words = line.split("#")[0].split()
            if name in words[1:]:
                return {"name": name, "address": words[0]}
        if self.root:
            return {"name": name, "address": None}
        signal.signal(signal.SIGALRM, too_late)
        signal.alarm(LOOKUP_SECONDS)
        try:
            try:
                return {"name": name, "address": socket.gethostbyname(name)}
            except (socket.error, Late, UnicodeError):
                return {"name": name, "address": None}
        finally:
            signal.alarm(0)

    def space(self):
        found = []
        for name in ["/", "/var", "/opt", "/var/log"]:
            try:
                told = os.statvfs(self.path(name))
            except OSError:
                continue
            found.append({"path": name, "free_bytes": told.f_bavail * told.f_frsize})
        return found


class Late(Exception):
    """A lookup takes too long."""


def too_late(number, frame):
    raise Late()


def collect(root, doctor, logs, files):
    facts = Facts(root)
    found = {
        "facts": 1,
        "python": {"executable": sys.executable or "", "version": ".".join([str(part) for part in sys.version_info[:3]])},
        "user": os.getuid(),
        "release": facts.text("/etc/ovs-release"),
        "record": os.path.isdir(facts.path(RECORD)),
        "uploads": facts.uploads(),
        "agent": facts.agent(),
        "files": dict([(name, facts.digest(name)) for name in files]),
    }
    if doctor:
        bridges, bonds = facts.devices()
        found["bridges"] = bridges
        found["bonds"] = bonds
        found["routes"] = facts.routes()
        found["nozeroconf"] = (facts.settings("/etc/sysconfig/network") or {}).get("NOZEROCONF")
        found["own_name"] = facts.own_name()
        found["space"] = facts.space()
        found["mounts"] = facts.mounts()
    if logs:
        found["logs"] = [name for name in LOGS if os.path.isfile(facts.path(name))]
    found["time"] = time.time()  # last: nothing slow comes between it and its reader
    return found


def main(args):
    root = "/"
    doctor = False
    logs = False
    files = []
    while args:
        arg = args.pop(0)
        if arg == "--root" and args:
            root = args.pop(0)
        elif arg == "--doctor":
            doctor = True
        elif arg == "--logs":
            logs = True
        elif arg.startswith("/"):
            files.append(arg)
        else:
            sys.stderr.write(__doc__ or "")
            return 2
    sys.stdout.write(to_json(collect(root, doctor, logs, files)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
