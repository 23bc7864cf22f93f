# SPDX-License-Identifier: Apache-2.0
"""What the tests of the host scripts share: the Pythons of this machine, planted hosts, the agent that serves them, its client."""
import glob
import hashlib
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import xmlrpc.client

HERE = os.path.dirname(os.path.abspath(__file__))
SKELETON = os.path.join(HERE, "skeleton")
SCRIPTS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "hypervisor-scripts")
sys.path.insert(0, SKELETON)
import plant  # noqa: E402

# In memory where there is such a folder: hundreds of installations sync their files, and no test here cuts the power.
BELOW = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
LONG = 60  # seconds; a bound for what must happen at some time, never a measure


def pythons():
    """Every Python found, one path for each version, oldest first."""
    places = ["/usr/bin", "/usr/local/bin"] + os.environ.get("PATH", "").split(os.pathsep)
    places += glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin")) + glob.glob("/opt/python*/bin")
    found = {}
    for place in places:
        for path in sorted(glob.glob(os.path.join(place, "python[23].[0-9]*"))):
            if os.access(path, os.X_OK) and not path.endswith("config") and "shims" not in path:
                code = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
                try:
                    text = subprocess.run([path, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
                except (OSError, subprocess.CalledProcessError):
                    continue
                found.setdefault(tuple(int(part) for part in text.decode().split(".")), path)
    found.setdefault(sys.version_info[:2], sys.executable)
    return [found[version] for version in sorted(found)]


def old_and_new():
    """The oldest Python, this one and the newest: for tests that would take long with all of them."""
    found = pythons()
    return list(dict.fromkeys([found[0], sys.executable, found[-1]]))


def main():
    found = pythons()
    versions = [subprocess.run([p, "-c", "import sys; print(sys.version.split()[0])"], stdout=subprocess.PIPE,
                               universal_newlines=True).stdout.strip() for p in found]
    print("Pythons: " + " ".join(versions), flush=True)
    if not [version for version in versions if version.startswith("3")]:
        raise SystemExit("no Python 3 here: the host scripts cannot be judged")
    if not [version for version in versions if version.startswith("2")]:
        print("no Python 2 here: its grammar is judged by dialect_test alone", flush=True)
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)


def until(condition, what):
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("never happened: " + what)


def snapshot(root):
    """Everything in a tree: names, modes, owners, times of files to the second, content."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            stat = os.lstat(path)
            item = [oct(stat.st_mode), stat.st_uid, stat.st_gid]
            if os.path.islink(path):
                item.append(os.readlink(path))
            elif os.path.isfile(path):
                with open(path, "rb") as handle:
                    item += [int(stat.st_mtime), hashlib.sha256(handle.read()).hexdigest()]
            found[os.path.relpath(path, root)] = item
    return found


def environment():
    return dict(os.environ, PYTHONDONTWRITEBYTECODE="1")


class Host:
    """A planted host below a short path: a Unix socket's path has 107 characters at most."""

    def __init__(self, test, python=sys.executable, **planted):
        self.root = tempfile.mkdtemp(prefix="hs", dir=BELOW)
        self.outside = tempfile.mkdtemp(prefix="hs", dir=BELOW)
        test.addCleanup(shutil.rmtree, self.outside, True)
        test.addCleanup(shutil.rmtree, self.root, True)
        self.test, self.python, self.server = test, python, None
        self.agent = plant.plant(self.root, **planted)

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def write(self, path, text, mode=0o644):
        return plant.write(self.root, path, text, mode)

    def read(self, path):
        with open(self.path(path), encoding="latin-1") as handle:
            return handle.read()

    def run(self, script, *arguments, **options):
        """A host script as a process of its own: what it prints goes through pipes, as over SSH."""
        command = [self.python, os.path.join(options.get("source", SCRIPTS), script), "--root", self.root] + list(arguments)
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=120,
                              env=environment())

    def install(self, *arguments, **options):
        """(exit status, its JSON)."""
        done = self.run("install.py", "--json", *arguments, **options)
        self.test.assertTrue(done.stdout, done.stderr)
        return done.returncode, json.loads(done.stdout)

    def start_agent(self, tls=True):
        ready = os.path.join(self.outside, "ready")
        command = [self.python, os.path.join(SKELETON, "serve.py"), "--root", self.root, "--port=0", "--ready-file", ready]
        if tls:
            key, certificate = certificates()
            command += ["--key", key, "--cert", certificate]
        self.log = open(os.path.join(self.outside, "agent.log"), "w")
        self.test.addCleanup(self.log.close)
        self.server = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment())
        self.test.addCleanup(self.stop_agent)
        self.wait_for_agent()
        self.tls = tls
        return self

    def wait_for_agent(self):
        ready = os.path.join(self.outside, "ready")
        until(lambda: os.path.exists(ready) or self.server.poll() is not None, "the agent listens")
        self.test.assertIsNone(self.server.poll(), self.read_log())
        with open(ready) as handle:
            self.port = int(handle.read().split()[0])
        os.unlink(ready)

    def read_log(self):
        with open(os.path.join(self.outside, "agent.log"), encoding="utf-8", errors="replace") as handle:
            return handle.read()

    def restart_command(self):
        return [self.python, os.path.join(SKELETON, "serve.py"), "--root", self.root, "--restart"]

    def stop_agent(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def client(self, user="oracle", password="secret"):
        scheme = "https" if self.tls else "http"
        return xmlrpc.client.ServerProxy("%s://%s:%s@127.0.0.1:%d/api/3/" % (scheme, user, password, self.port), allow_none=True,
                                         context=ssl._create_unverified_context() if self.tls else None)

    def with_module(self):
        """Installed and served."""
        status, result = self.install()
        self.test.assertEqual(0, status, result)
        return self.start_agent()


KEPT = {}


def certificates():
    if "folder" not in KEPT:
        KEPT["folder"] = tempfile.TemporaryDirectory()
        folder = KEPT["folder"].name
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/key.pem", "-out",
                        folder + "/cert.pem", "-days", "2", "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
    return KEPT["folder"].name + "/key.pem", KEPT["folder"].name + "/cert.pem"


CALL_FAILURES = (xmlrpc.client.Fault, http.client.HTTPException, OSError)
