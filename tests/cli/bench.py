# SPDX-License-Identifier: Apache-2.0
"""What the text tests of the CLI share: the built programs, a simulator, a folder with example files."""
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("TRESTLE_BIN_DIR", os.path.join(ROOT, "build", "dev", "bin"))
TRESTLE = os.path.join(BIN, "trestle")
PASSWORD = "example"

# The smallest stored reply, for the examples of `agent decode`.
REPLY = """<?xml version='1.0'?>
<methodResponse><params><param><value><array><data></data></array></value></param></params></methodResponse>
"""


class Ran:
    """One finished command: exit status and both texts."""

    def __init__(self, done):
        self.exit = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    def document(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit %d\n--- stdout\n%s\n--- stderr\n%s" % (self.exit, self.out[:4000], self.err[:4000])


def run(args, environment=None, stdin=b"", cwd=None, timeout=120):
    """Runs trestle with a list of words, or a whole line through a shell if `args` is a text."""
    env = {"PATH": BIN + ":/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    env.update(environment or {})
    command = args if isinstance(args, str) else [TRESTLE] + list(args)
    return Ran(subprocess.run(command, shell=isinstance(args, str), env=env, input=stdin, cwd=cwd, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, check=False))


def make_templates(folder):
    """The images that examples of `trestle template` name: a raw disk of 4 MiB, and the same as a VHD."""
    raw = os.path.join(folder, "systemvm.raw")
    with open(raw, "wb") as out:
        out.truncate(4 << 20)
        out.seek(1 << 20)
        out.write(b"system VM" * 1000)
    for source, target in (("systemvm.raw", "systemvm.vhd"), ("systemvm.vhd", "again.raw")):
        made = run(["template", "convert", source, target] + (["--to", "vhd"] if target.endswith("vhd") else []),
                   cwd=folder)
        if made.exit != 0:
            raise RuntimeError("cannot make %s: %r" % (target, made))
    for name in ("", ".manifest.json"):
        os.replace(os.path.join(folder, "again.raw" + name), raw + name)
    os.mkdir(os.path.join(folder, "secondary"))
    os.mkdir(os.path.join(folder, "seeded"))
    made = run(["template", "install", "systemvm.raw", "--secondary", "seeded", "--id", "11"], cwd=folder)
    if made.exit != 0:
        raise RuntimeError("cannot seed a template: %r" % made)
    for name in ("authorized_keys", "agent.zip"):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write("synthetic\n")
    made = run(["template", "make-cd", "authorized_keys", "--out", "systemvm.iso"], cwd=folder)
    if made.exit != 0:
        raise RuntimeError("cannot make a patch CD: %r" % made)


class Folder:
    """A temporary folder with the files that examples name."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="trestle-cli-")
        self.write("reply.xml", REPLY)
        self.write("vm.json", json.dumps({"name": "app2", "memory": 512, "vcpus": 2}))
        self.write("web1.json", json.dumps({"name": "web1", "memory": 512}))
        self.write("hosts.txt", "# two hosts\nhttps://127.0.1.1\nhttps://127.0.1.2\n")
        self.write("new-password", "changed\n")
        self.write("ssh-key", "-----BEGIN PRIVATE KEY-----\nsynthetic\n-----END PRIVATE KEY-----\n")
        make_templates(self.path)
        shutil.copytree(os.path.join(ROOT, "objects", "ovm3", "api", "catalog"), os.path.join(self.path, "catalog"))
        shutil.copytree(os.path.join(ROOT, "tests", "golden", "schema"), os.path.join(self.path, "bodies"))

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as out:
            out.write(text)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Simulator:
    """A running trestle-sim with the example world, moved to loopback addresses of its own."""

    def __init__(self, folder, release=None, options=()):
        # Tests run side by side with others that listen on port 8899.
        self.network = "127.%d.%d." % (random.randint(10, 250), random.randint(1, 250))
        with open(os.path.join(HERE, "example-world.json"), encoding="utf-8") as text:
            world = json.loads(self.moved(text.read()))
        for host in world["hosts"]:
            host["release"] = release or host.get("release", "3.3.1")
            if release == "3.2.1":
                host["tls"] = {"least": "1.0", "most": "1.0"}
        folder.write("world.json", json.dumps(world))
        ready = os.path.join(folder.path, "ready.json")
        if os.path.exists(ready):
            os.remove(ready)
        self.process = subprocess.Popen(
            [os.path.join(BIN, "trestle-sim"), "serve", "--world", os.path.join(folder.path, "world.json"),
             "--ready-file", ready] + list(options), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the simulator does not start: %s" % self.process.stderr.read().decode())
            time.sleep(0.01)
        with open(ready, encoding="utf-8") as text:
            self.ready = json.load(text)

    def moved(self, text):
        """The text with the addresses of the example world replaced by those of this simulator."""
        return text.replace("127.0.1.", self.network)

    def url(self, number):
        return "https://%s%d" % (self.network, number)

    def environment(self, number=1):
        return {"TRESTLE_URL": self.url(number), "TRESTLE_PASSWORD": PASSWORD,
                "TRESTLE_CA_FILE": self.ready["ca_file"]}

    def trestle(self, *args, number=1, **more):
        return run(args, environment=self.environment(number), **more)

    def control(self, *args):
        done = subprocess.run([os.path.join(BIN, "trestle-sim"), "ctl", "--control", self.ready["control"]] + list(args),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stdout.decode())
        return done.stdout.decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stderr.close()


def commands():
    """Every command of the program as a list of words, found by asking --help."""
    found = []
    for noun in listed(run(["--help"]).out, "Nouns"):
        verbs = listed(run([noun, "--help"]).out, "Verbs")
        found += [[noun, verb] for verb in verbs] or [[noun]]
    return found


def listed(text, title):
    """First words of the lines below a title."""
    words = []
    inside = False
    for line in text.splitlines():
        if line.startswith(title):
            inside = True
        elif not line.startswith("  "):
            inside = False
        elif inside and not line.startswith("   "):
            words.append(line.split()[0])
    return words


def examples(help_text):
    """The two lines at the end of a help text."""
    head, _, tail = help_text.rpartition("\nExamples:\n")
    assert head, "no examples in: %s" % help_text
    return [line[2:] for line in tail.splitlines()]


def schema(help_text):
    """The shape of the --json document, absent for commands that print none of their own."""
    lines = help_text.splitlines()
    if "Document of --json:" not in lines:
        return None
    return json.loads(lines[lines.index("Document of --json:") + 1])


def mismatches(shape, value, where="document"):
    """Everything in which a value differs from its documented shape."""
    if isinstance(shape, str):
        kind = shape.rstrip("?")
        if value is None and (shape.endswith("?") or kind == "any"):
            return []
        good = {"any": True, "text": isinstance(value, str), "boolean": isinstance(value, bool),
                "integer": isinstance(value, int) and not isinstance(value, bool),
                "number": isinstance(value, (int, float)) and not isinstance(value, bool)}[kind]
        return [] if good else ["%s is %r, documented as %s" % (where, value, shape)]
    if value is None and (shape[1:] == ["?"] if isinstance(shape, list) else "?" in shape):
        return []
    if isinstance(shape, list):
        if not isinstance(value, list):
            return ["%s is no list" % where]
        return [m for i, item in enumerate(value) for m in mismatches(shape[0], item, "%s[%d]" % (where, i))]
    if not isinstance(value, dict):
        return ["%s is no object" % where]
    found = []
    for name, item in value.items():
        known = shape.get(name, shape.get(name + "?", shape.get("*")))
        if known is not None:
            found += mismatches(known, item, "%s.%s" % (where, name))
        else:
            found.append("%s.%s is not documented" % (where, name))
    return found
