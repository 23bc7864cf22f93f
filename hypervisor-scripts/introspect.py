#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Looks at a host. Run as a program it prints every service of the agent: module, class, arguments, defaults, digests.

It loads the agent's own list of classes in a process of its own and asks each for its table, as the agent does. What it takes to
read a host's files and to find the guests on a pool serves install.py and storagehealth.py too. Written for Python 2.4 to 3.
"""
import glob
import os
import sys
import time

RELEASES = ("3.2", "3.3", "3.4")


class Refused(Exception):
    """What a person can do something about; its text says what."""


def as_text(data):
    """Bytes as a str with a character for each byte, so that one code serves Python 2 and 3."""
    if str is not type(data):
        data = data.decode("latin-1")
    return data


def read_file(path):
    """The text of a file, a character for each byte; None if there is no file."""
    if not os.path.exists(path):
        return None
    handle = open(path, "rb")
    try:
        data = handle.read()
    finally:
        handle.close()
    return as_text(data)


def as_bytes(text):
    if sys.version_info[0] > 2:
        return text.encode("latin-1")
    return text


def digest(text):
    if text is None:
        return "none"
    try:
        from hashlib import sha1
    except ImportError:
        from sha import new as sha1
    return sha1(as_bytes(text)).hexdigest()


def json_text(value):
    """JSON without the json module, which Python 2.4 lacks."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join([json_text(item) for item in value]) + "]"
    if isinstance(value, dict):
        keys = list(value.keys())
        keys.sort()
        return "{" + ", ".join([json_text(key) + ": " + json_text(value[key]) for key in keys]) + "}"
    text = ""
    for letter in str(value):
        if letter in '"\\':
            letter = "\\" + letter
        elif ord(letter) < 32 or ord(letter) > 126:
            letter = "\\u%04x" % ord(letter)
        text += letter
    return '"' + text + '"'

OPEN, CLOSE = "([{", ")]}"


def skip_string(text, at):
    quote = text[at]
    if text[at:at + 3] == quote * 3:
        quote = quote * 3
    at += len(quote)
    while at < len(text) and text[at:at + len(quote)] != quote:
        if text[at] == "\\":
            at += 1
        at += 1
    return at + len(quote)


def tokens_of(text):
    """Names, numbers, strings and signs with their places; a line end outside brackets is "\\n"; comments are left out.

    Own work because the tokenize module of a host's Python knows that Python's grammar only.
    """
    found, at, depth = [], 0, 0
    while at < len(text):
        start, letter = at, text[at]
        if letter == "#":
            while at < len(text) and text[at] != "\n":
                at += 1
            continue
        if letter == "\\":
            at += 2
            continue
        if letter in "\"'":
            at = skip_string(text, at)
        elif letter.isalnum() or letter == "_":
            while at < len(text) and (text[at].isalnum() or text[at] == "_"):
                at += 1
        else:
            at += 1
            if letter in OPEN:
                depth += 1
            if letter in CLOSE:
                depth -= 1
            if letter in " \t\r\f" or (letter == "\n" and depth > 0):
                continue
        found.append((text[start:at], start, at))
    return found


def assignment(text, name):
    """Where the one statement `name = ...` at the left edge begins, and its tokens after the sign."""
    found, tokens = [], tokens_of(text)
    for i in range(len(tokens) - 2):
        word, start = tokens[i][:2]
        at_edge = start == 0 or text[start - 1] == "\n"
        begins = i == 0 or tokens[i - 1][0] == "\n"
        if word == name and at_edge and begins and tokens[i + 1][0] == "=":
            rest = i + 2
            while rest < len(tokens) and tokens[rest][0] != "\n":
                rest += 1
            found.append((start, tokens[i + 2:rest]))
    if len(found) != 1:
        raise Refused("%d statements assign %s where one is expected; this layout is not known, nothing was changed"
                      % (len(found), name))
    return found[0]


def listed_names(tokens):
    """Last words of the dotted names of a list: [common.Common, x.Y] gives Common, Y."""
    names, word = [], None
    for token in tokens[1:]:
        if token[0] in (",", "]", ")"):
            if word:
                names.append(word)
            word = None
        elif token[0] != ".":
            word = token[0]
    return names


def shell_words(line):
    """Words of a line of shell with their places, up to a comment."""
    words, start = [], None
    for at in range(len(line) + 1):
        letter = line[at:at + 1]
        if letter and (letter.isalnum() or letter in "_-./"):
            if start is None:
                start = at
        else:
            if start is not None:
                words.append((line[start:at], start))
            start = None
            if letter == "#":
                break
    return words


def defines_function(text, name):
    for line in (text or "").splitlines():
        words = [word[0] for word in shell_words(line)]
        if words[:1] == [name] and "(" in line or words[:2] == ["function", name]:
            return True


def ini_value(text, key):
    for line in text.splitlines():
        if "=" in line and line.split("=", 1)[0].strip() == key:
            return line.split("=", 1)[1].strip()
    return None


def find_agent(root):
    """The folder of the one agent below a root."""
    found = [path for pattern in ("usr/lib64/python*", "usr/lib/python*")
             for path in glob.glob(os.path.join(root, pattern, "site-packages/agent/target/api.py"))]
    if len(found) != 1:
        raise Refused("%d agents found under /usr/lib64/python*/site-packages/agent where one is expected; is this a host "
                      "with Oracle VM Server 3?" % len(found))
    return os.path.dirname(os.path.dirname(found[0]))


def find_release(root, given=None):
    words = (given or read_file(os.path.join(root, "etc/ovs-release")) or "").split()
    release = (words or [""])[-1]
    if ".".join(release.split(".")[:2]) not in RELEASES:
        raise Refused("release '%s' is none of %s; /etc/ovs-release tells it" % (release, ", ".join(RELEASES)))
    return release


def run_program(arguments, limit=120):
    """(exit status, what it said). Its output goes to a file: what it leaves in the background cannot hold us up."""
    import select
    import signal
    import subprocess
    import tempfile
    said = tempfile.TemporaryFile()
    environment = dict(os.environ)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    nothing = open(os.devnull)
    try:
        try:
            process = subprocess.Popen(arguments, stdin=nothing, stdout=said, stderr=said, close_fds=True, env=environment)
        except OSError:
            return 127, str(sys.exc_info()[1])
    finally:
        nothing.close()
    waited = 0.0
    while process.poll() is None:
        if waited > limit:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            return 124, "no end after %d seconds" % limit
        select.select([], [], [], 0.02)
        waited += 0.02
    said.seek(0)
    text = "".join([(32 <= ord(c) < 127 or c == "\n") and c or "?" for c in as_text(said.read())])
    said.close()
    return process.returncode, text.strip()[-400:]


def clock():
    """Seconds on a clock that nobody sets. Python 2.4 has no other."""
    return os.times()[4]


def is_heartbeat(pid):
    """Whether this process is one of storagehealth.py: a number in a file may be anybody's by now, and 0 means all of us."""
    if not pid.isdigit() or int(pid) < 2:
        return False
    try:
        return "storagehealth" in read_text("/proc/%s/cmdline" % pid)
    except (IOError, OSError):  # it ended just now
        return False


def read_text(path):
    return read_file(path) or ""


def write_text(path, text):
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, int("700", 8))
    handle = open(path + ".new", "wb")
    try:
        handle.write(as_bytes(text))
    finally:
        handle.close()
    os.rename(path + ".new", path)


def mount_word(text):
    """The kernel writes blanks and the like as \\040."""
    parts = text.split("\\")
    return parts[0] + "".join([chr(int(part[:3], 8)) + part[3:] for part in parts[1:]])


def mounted_pools(mounts, prefix):
    """{mount point: True if it is mounted for reading only} of the NFS file systems below the prefix, nfs4 as well."""
    found = {}
    for words in [line.split() for line in read_text(mounts).splitlines()]:
        if len(words) > 3 and words[2] in ("nfs", "nfs4") and mount_word(words[1]).startswith(prefix):
            found[mount_word(words[1])] = "ro" in words[3].split(",")
    return found


def read_settings(path, settings):
    """Lines `key = value` into a dictionary that names all keys there are."""
    for line in read_text(path).splitlines():
        if line.strip() and not line.strip().startswith("#"):
            key, value = [word.strip() for word in (line + "=").split("=")[:2]]
            if key not in settings:
                raise Refused("%s: unknown setting '%s'; there are %s" % (path, key, ", ".join(sorted(settings.keys()))))
            settings[key] = value


def log(path, text):
    """One line into a log that keeps to two files of a MiB."""
    if os.path.exists(path) and os.stat(path).st_size > 1048576:
        os.rename(path, path + ".1")
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    handle = open(path, "ab")
    handle.write(as_bytes("%s storagehealth[%d]: %s\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), os.getpid(), text)))
    handle.close()


def program(root, arguments):
    """Output of a program of the host. It may take as long as it likes: the heartbeat calls it in a child."""
    import subprocess
    for folder in ("usr/sbin", "usr/bin", "sbin", "bin", "opt/xensource/bin"):
        path = os.path.join(root, folder, arguments[0])
        if os.path.exists(path):
            process = subprocess.Popen([path] + arguments[1:], stdout=subprocess.PIPE, close_fds=True)
            return as_text(process.communicate()[0])
    raise Refused("no program %s" % arguments[0])


def below(path, pool):
    return path.startswith(pool.rstrip("/") + "/")


def guests_ovm3(root, pool):
    """Names of running guests with a disk on the pool, out of xm's long list."""
    found = []
    for part in ("\n" + program(root, ["xm", "list", "--long"])).split("\n(domain")[1:]:
        names, paths = [], []
        for piece in part.replace(")", " ) ").split("("):
            words = piece.split()
            if words[:1] == ["name"] and len(words) > 1:
                names.append(words[1])
            if words[:1] == ["uname"] and len(words) > 1:
                paths.append(words[1].split(":", 1)[-1])
        if names and names[0] != "Domain-0" and [path for path in paths if below(path, pool)]:
            found.append(names[0])
    return found


def guests_xenserver(root, pool):
    """uuids of guests on this host with a disk on the storage repository that is mounted there."""
    here = ""
    for line in read_text(os.path.join(root, "etc/xensource-inventory")).splitlines():
        if line.startswith("INSTALLATION_UUID="):
            here = line.split("=", 1)[1].strip("'\"")
    ours = program(root, ["xe", "vm-list", "resident-on=" + here, "is-control-domain=false", "params=uuid", "--minimal"])
    disks = program(root, ["xe", "vdi-list", "sr-uuid=" + os.path.basename(pool), "params=uuid", "--minimal"])
    found = []
    for disk in [word for word in disks.strip().split(",") if word]:
        users = program(root, ["xe", "vbd-list", "vdi-uuid=" + disk, "currently-attached=true", "params=vm-uuid", "--minimal"])
        found += [user for user in users.strip().split(",") if user in ours.strip().split(",") and user not in found]
    return found


def guests_kvm(root, pool):
    found = []
    for name in program(root, ["virsh", "list", "--name"]).split("\n"):
        disks = name.strip() and program(root, ["virsh", "domblklist", name.strip()]) or ""
        if [line for line in disks.splitlines() if [word for word in line.split() if below(word, pool)]]:
            found.append(name.strip())
    return found


GUESTS = {"ovm3": guests_ovm3, "xenserver": guests_xenserver, "kvm": guests_kvm}
STOP = {"ovm3": ["xm", "destroy"], "xenserver": ["xe", "vm-shutdown", "force=true"], "kvm": ["virsh", "destroy"]}


def plain(value):
    """A default as JSON has it, or as Python prints it."""
    if value is None or value is True or value is False or isinstance(value, (int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return repr(value)


def signature(function):
    """Arguments without self, their real defaults, and the names of varargs and keywords (None without)."""
    import inspect
    if hasattr(inspect, "getfullargspec"):
        names, varargs, keywords, defaults = inspect.getfullargspec(function)[:4]
    else:
        names, varargs, keywords, defaults = inspect.getargspec(function)
    names, defaults = list(names), list(defaults or ())
    arguments = [{"name": str(name)} for name in names]
    for i in range(len(defaults)):
        arguments[len(arguments) - len(defaults) + i]["default"] = plain(defaults[i])
    # A bound method names its self; a table may hold plain functions and static methods too.
    if getattr(function, "__self__", getattr(function, "im_self", None)) is not None and arguments:
        del arguments[0]
    return arguments, varargs, keywords


def describe(name, function, owner):
    code = getattr(function, "__code__", getattr(function, "func_code", None))
    path = None
    if code is not None:
        path = code.co_filename
    found = {"name": name, "module": owner.__module__, "class": owner.__name__, "args": [], "varargs": None,
             "keywords": None, "file": path, "digest": None}
    if path and os.path.exists(path):
        found["digest"] = "sha1:" + digest(read_file(path))
    try:
        found["args"], found["varargs"], found["keywords"] = signature(function)
    except TypeError:
        found["keywords"] = "unknown"  # a builtin tells nothing of its arguments
    return found


def services_of(agent):
    """Every service that the agent's list of classes gives, also those that a later class hides."""
    sys.path.insert(0, os.path.dirname(agent))
    from agent.target import api
    try:
        from agent.lib.settings import get_api_version
        versions = get_api_version()
    except ImportError:
        versions = [None]
    found = {}
    for owner in api.MODULES:
        for version in versions:
            table = owner().get_services(version)
            for name in table:
                found[(name, owner.__module__ + "." + owner.__name__)] = describe(name, table[name], owner)
    keys = list(found.keys())
    keys.sort()
    return [found[key] for key in keys]


def main(arguments):
    from optparse import OptionParser
    parser = OptionParser(usage="introspect.py [--root DIR]")
    parser.add_option("--root", default="/")
    options, rest = parser.parse_args(arguments)
    if rest:
        parser.error("nothing but --root is taken")
    try:
        root = os.path.abspath(options.root)
        agent, release = find_agent(root), find_release(root)
        services = services_of(agent)
    except (Refused, ImportError, IOError, OSError, AttributeError):
        sys.stderr.write("introspect.py: %s\n" % sys.exc_info()[1])
        return 1
    for service in services:
        if service["file"] and root != "/" and service["file"].startswith(root):
            service["file"] = service["file"][len(root):]
    result = {"format": "introspection", "release": release, "python": sys.version.split()[0], "services": services}
    sys.stdout.write(json_text(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1:]))
