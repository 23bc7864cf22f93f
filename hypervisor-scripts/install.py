#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Puts the CloudStack module into the agent of an Oracle VM 3 host, and takes it out again byte for byte.

README.md beside this file is the contract. Written for Python 2.4 to 3.
"""
import fcntl
import glob
import os
import signal
import sys

sys.dont_write_bytecode = True  # beside these files nothing may be left that --remove does not know
from introspect import Refused, as_bytes, assignment, defines_function, digest, find_agent, find_release, ini_value, json_text, \
    listed_names, read_file, run_program, shell_words

SCRIPTS = ("cloudstack.py", "introspect.py", "install.py", "storagehealth.py")
BIN = "/opt/cloudstack/bin"
STATE = "/var/lib/trestle/install"
INI = "/etc/ovs-agent/agent.ini"
PATCHES = ("nozeroconf", "vlan-bridge", "xend-restart-time")
BRIDGE_FOLDER = "/etc/xen/scripts"
# The plugin's figure: a guest that reboots within its first ten seconds is still taken for a crash loop.
RESTART_TIME = 10
MARK = "  # put in by trestle"
MODE_PROGRAM = int("755", 8)
MODE_FILE = int("644", 8)
MODE_PRIVATE = int("700", 8)

def register(text):
    """Puts the class first into MODULES of agent/target/api.py, with an import of its own just before."""
    start, tokens = assignment(text, "MODULES")
    if not tokens or tokens[0][0] not in ("[", "("):
        raise Refused("MODULES is no list; this layout of agent/target/api.py is not known, nothing was changed")
    if "CloudStack" in listed_names(tokens):
        return text
    end, inside = "\r\n" in text and "\r\n" or "\n", tokens[0][2]
    item = end + "    cloudstack.CloudStack," + MARK
    if text[inside:inside + len(end)] != end:
        item += end + "    "
    line = "from agent.api import cloudstack" + MARK + end
    return text[:start] + line + text[start:inside] + item + text[inside:]


def unregister(text):
    end = "\r\n" in text and "\r\n" or "\n"
    item = end + "    cloudstack.CloudStack," + MARK
    text = text.replace("from agent.api import cloudstack" + MARK + end, "")
    return text.replace(item + end + "    ", item).replace(item, "")


def set_xend_time(text):
    tokens = assignment(text, "MINIMUM_RESTART_TIME")[1]
    if len(tokens) != 1 or not tokens[0][0].isdigit():
        raise Refused("MINIMUM_RESTART_TIME is no plain number; nothing was changed")
    if int(tokens[0][0]) <= RESTART_TIME:
        return text
    return text[:tokens[0][1]] + str(RESTART_TIME) + text[tokens[0][2]:]


def set_nozeroconf(text):
    """A true value: `no` works only where the scripts test for "not empty", and reads as the opposite."""
    lines, found = (text or "").splitlines(True), False
    for i in range(len(lines)):
        if lines[i].strip().startswith("NOZEROCONF="):
            found = True
            if lines[i].strip() != "NOZEROCONF=yes":
                lines[i] = "NOZEROCONF=yes\n"
    if not found:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.append("NOZEROCONF=yes\n")
    return "".join(lines)


def unset_nozeroconf(text, before):
    """Takes our line out of a file that others have changed since, or puts back the line that stood there."""
    old = [line for line in (before or "").splitlines(True) if line.strip().startswith("NOZEROCONF=")]
    lines = text.splitlines(True)
    for i in range(len(lines)):
        if lines[i].strip() == "NOZEROCONF=yes":
            lines[i] = "".join(old[-1:])
    return "".join(lines)


def set_bridge_call(text):
    lines = text.splitlines(True)
    for i in range(len(lines)):
        for word, start in reversed(shell_words(lines[i])):
            if word == "setup_bridge_port":
                lines[i] = lines[i][:start] + "_" + lines[i][start:]
    return "".join(lines)


def set_ini_key(text, key, value):
    """Exactly this key, with or without blanks round the sign; not one that ends in its name, not a comment, and not that of a later
    section."""
    lines, found = text.splitlines(True), False
    for i in range(len(lines)):
        if not found and "=" in lines[i] and lines[i].split("=", 1)[0].strip() == key:
            found = True
            end = lines[i][len(lines[i].rstrip("\r\n")):]
            head, old = lines[i].rstrip("\r\n").split("=", 1)
            if old.strip() != value:
                lines[i] = head + "=" + old[:len(old) - len(old.lstrip())] + value + end
    if not found:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.append("%s=%s\n" % (key, value))
    return "".join(lines)


def quoted(text):
    return "".join([(letter.isalnum() and letter < "\x7f" or letter in "/._-") and letter or "%%%02x" % ord(letter)
                    for letter in text])


def unquoted(text):
    parts = text.split("%")
    return parts[0] + "".join([chr(int(part[:2], 16)) + part[2:] for part in parts[1:]])


def mode_of(found):
    return found.st_mode & int("7777", 8)


def drop_new(path):
    """The name of the new file beside a path, without what an interrupted run left there."""
    new = os.path.join(os.path.dirname(path), "." + os.path.basename(path) + ".trestle-new")
    if os.path.lexists(new):
        os.unlink(new)
    return new


def put(path, text, mode, owner, mtime):
    """Whole or not at all: a new file beside it, on the disk, then renamed."""
    new = drop_new(path)
    handle = os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE_PRIVATE), "wb")
    try:
        handle.write(as_bytes(text))
        handle.flush()
        os.fsync(handle.fileno())
    finally:
        handle.close()
    if owner and os.geteuid() == 0:
        os.chown(new, owner[0], owner[1])
    os.chmod(new, mode)
    if mtime is not None:
        os.utime(new, (mtime, mtime))
    os.rename(new, path)


class Record:
    """What was touched, how it was before, what we made of it. Each line is on the disk before the change it tells of."""

    def __init__(self, root):
        self.folder = os.path.join(root, STATE.lstrip("/"))
        self.path = os.path.join(self.folder, "record")
        self.files, self.order, self.folders, self.restarts = {}, [], [], []
        self.size, self.size_before, self.copies = 0, 0, 0
        text = read_file(self.path) or ""
        self.existed = text != ""
        for line in text.splitlines(True):
            if line.endswith("\n"):  # a torn last line tells of nothing that was done
                self.read_line(line.split())
                self.size += len(line)
        self.size_before = self.size

    def read_line(self, words):
        if words[0] == "file":
            path = unquoted(words[1])
            self.copies += 1
            if path not in self.files:
                self.order.append(path)
            self.files[path] = {"before": words[2], "mode": int(words[3], 8), "owner": (int(words[4]), int(words[5])),
                                "mtime": int(words[6]), "after": [], "copy": words[7]}
        elif words[0] == "after":
            self.files[unquoted(words[1])]["after"].append(words[2])
        elif words[0] == "folder":
            self.folders.append(unquoted(words[1]))
        elif words[0] == "restart":
            self.restarts.append(words[1])
        elif words[0] == "restarted" and words[1] in self.restarts:
            self.restarts = [name for name in self.restarts if name != words[1]]

    def add(self, *words):
        line = " ".join([str(word) for word in words]) + "\n"
        if not os.path.isdir(self.folder):
            os.makedirs(self.folder, MODE_PRIVATE)
        number = os.open(self.path, os.O_RDWR | os.O_CREAT, int("600", 8))
        try:
            os.ftruncate(number, self.size)
            os.lseek(number, self.size, 0)
            if os.write(number, as_bytes(line)) != len(line):
                raise Refused("%s cannot be written whole; is the disk full?" % self.path)
            os.fsync(number)
        finally:
            os.close(number)
        self.size += len(line)
        self.read_line(line.split())

    def copy_of(self, path):
        return read_file(os.path.join(self.folder, self.files[path]["copy"]))

    def remember(self, path, text, after, edited):
        """How a file was. One that is edited and that others have written anew since (an update of the agent) is remembered anew:
        the old copy would bring the older agent's file back."""
        anew = edited and path in self.files and digest(text) not in [self.files[path]["before"]] + self.files[path]["after"]
        if path not in self.files or anew:
            copy, mode, owner, mtime = "-", 0, (0, 0), 0
            if text is not None:
                copy, found = "copy-%d" % self.copies, os.stat(path)
                mode, owner, mtime = mode_of(found), (found.st_uid, found.st_gid), int(found.st_mtime)
                if not os.path.isdir(self.folder):
                    os.makedirs(self.folder, MODE_PRIVATE)
                put(os.path.join(self.folder, copy), text, int("600", 8), None, None)
            self.add("file", quoted(path), digest(text), "%o" % mode, owner[0], owner[1], mtime, copy)
        if after not in self.files[path]["after"]:
            self.add("after", quoted(path), after)

    def forget_run(self):
        """After a rollback: as it was when this run began."""
        if not self.existed:
            self.forget_all()
            return
        number = os.open(self.path, os.O_RDWR)
        os.ftruncate(number, self.size_before)
        os.close(number)

    def forget_all(self):
        if os.path.isdir(self.folder):
            for name in os.listdir(self.folder):
                os.unlink(os.path.join(self.folder, name))
            os.rmdir(self.folder)
        parent = os.path.dirname(self.folder)
        if os.path.isdir(parent) and not os.listdir(parent):
            os.rmdir(parent)

class Run:

    def __init__(self, options):
        self.options, self.root = options, options.root
        self.record = Record(self.root)
        self.steps, self.way_back, self.made, self.agent_changed = [], [], [], False
        self.changed, self.restarted = False, False

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def shown(self, path):
        return path[len(self.root.rstrip("/")):]

    def step(self, name, outcome, detail=""):
        self.steps.append({"step": name, "outcome": outcome, "detail": detail})
        self.changed = self.changed or outcome in ("done", "undone")

    def lock(self):
        number = os.open(self.path("/etc/ovs-agent"), os.O_RDONLY)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError):
            raise Refused("another install.py is at work on this host; wait for it to end")
        return number  # held until the process ends

    def make_folder(self, path):
        if os.path.isdir(path):
            return
        self.make_folder(os.path.dirname(path))
        self.record.add("folder", quoted(path))
        self.made.append(path)
        os.mkdir(path, MODE_PROGRAM)

    def keep(self, path):
        """Remembers how to undo this one change if the run fails."""
        text, found = read_file(path), None
        if text is not None:
            found = os.stat(path)
        self.way_back.append((path, text, found))

    def change(self, name, path, text, mode=None, agent_reads=False, edited=False):
        if os.path.islink(path):
            raise Refused("%s is a symbolic link; put the file itself there" % self.shown(path))
        old = read_file(path)
        same_mode = mode is None or old is not None and mode_of(os.stat(path)) == mode
        if old == text and same_mode:
            self.step(name, "already", self.shown(path))
            return
        self.agent_changed = self.agent_changed or agent_reads
        if not self.options.check:
            if agent_reads and "agent" not in self.record.restarts:
                self.record.add("restart", "agent")
            self.make_folder(os.path.dirname(path))
            self.record.remember(path, old, digest(text), edited)
            self.keep(path)
            owner, mtime = None, None
            if old is not None:
                found = os.stat(path)
                owner, mode = (found.st_uid, found.st_gid), mode or mode_of(found)
            put(path, text, mode or MODE_FILE, owner, mtime)
            if old is not None and int(os.stat(path).st_mtime) == int(found.st_mtime):
                # Python takes compiled files by the second of their source: within the same one it would run the old code.
                os.utime(path, (found.st_mtime + 2, found.st_mtime + 2))
            if digest(read_file(path)) != digest(text):
                raise Refused("%s does not hold what was written; is the disk in order?" % self.shown(path))
        self.step(name, "done", self.shown(path))

    def patch(self, name, path, function, agent_reads=False):
        text = read_file(path)
        new = function(text)
        if function(new) != new:
            raise Refused("the change of %s does not hold; nothing was changed there" % self.shown(path))
        self.change(name, path, new, None, agent_reads, True)

    def rollback(self, held):
        """Back to how it was when this run began, newest first."""
        self.way_back.reverse()
        for path, text, found in self.way_back:
            drop_new(path)
            if text is None:
                if os.path.exists(path):
                    os.unlink(path)
            else:
                put(path, text, mode_of(found), (found.st_uid, found.st_gid), found.st_mtime)
        self.made.reverse()
        for path in self.made:
            if os.path.isdir(path) and not os.listdir(path):
                os.rmdir(path)
        if held is not None and not self.options.remove:
            self.record.forget_run()
            if self.agent_changed and self.options.restart_command:
                run_program(self.options.restart_command)

    def install(self):
        agent, release = find_agent(self.root), find_release(self.root, self.options.release)
        sources = {}
        for name in SCRIPTS:
            sources[name] = read_file(os.path.join(self.options.source, name))
            if sources[name] is None:
                raise Refused("%s has no %s; --source names the folder of the uploaded files" % (self.options.source, name))
        self.step("state", "already", self.shown(self.record.folder))
        for name in SCRIPTS:
            self.change("scripts", self.path(BIN + "/" + name), sources[name], MODE_PROGRAM)
        for path in self.record.order[:]:  # of another version, which had more of them
            if os.path.dirname(path) == self.path(BIN) and os.path.basename(path) not in SCRIPTS:
                self.give_back(path)
        module = os.path.join(agent, "api/cloudstack.py")
        self.change("module", module, sources["cloudstack.py"], MODE_FILE, True)
        target = os.path.join(agent, "target/api.py")
        self.compiles(target, register(read_file(target)))
        self.patch("register", target, register, True)
        self.edit_ini()
        self.patch_host(agent, release)
        if self.agent_changed and not self.options.check:
            self.loads(os.path.dirname(agent))
        self.restart()

    def compiles(self, path, text):
        """Only where the file as it was compiles with this Python: then it must do so with our lines too."""
        try:
            compile(as_bytes(read_file(path)), path, "exec")
        except SyntaxError:
            return
        compile(as_bytes(text), path, "exec")

    def loads(self, site):
        code = ("import sys; sys.path.insert(0, sys.argv[1]); from agent.api import cloudstack; "
                "cloudstack.CloudStack.get_services")
        status, said = run_program([sys.executable, "-c", code, site])
        if status != 0:
            raise Refused("this host's Python cannot load the module: %s" % said)

    def edit_ini(self):
        path, text = self.path(INI), read_file(self.path(INI))
        if not self.options.ssl and not self.options.port:
            return
        if text is None:
            raise Refused("%s is not there; install the agent first" % INI)
        if self.options.ssl == "disable" and ini_value(text, "ssl") != "disable":
            raise Refused("TLS of the agent is on and is never turned off from here; leave --ssl out")
        if self.options.ssl:
            text = set_ini_key(text, "ssl", self.options.ssl)
        if self.options.port:
            text = set_ini_key(text, "port", str(self.options.port))
        self.change("agent-ini", path, text, None, True, True)

    def patch_host(self, agent, release):
        wanted = [name for name in PATCHES if name not in self.options.skip]
        if "nozeroconf" in wanted:
            self.patch("nozeroconf", self.path("/etc/sysconfig/network"), set_nozeroconf)
        script = self.path(BRIDGE_FOLDER + "/linuxbridge/ovs-vlan-bridge")
        commons = [read_file(self.path(BRIDGE_FOLDER + "/" + name)) for name in
                   ("xen-network-common.sh", "linuxbridge/xen-network-common.sh")]
        renamed = [text for text in commons if defines_function(text, "_setup_bridge_port")]
        old = [text for text in commons if defines_function(text, "setup_bridge_port")]
        if "vlan-bridge" in wanted:
            if os.path.exists(script) and renamed and not old:
                self.patch("vlan-bridge", script, set_bridge_call)
            else:
                self.step("vlan-bridge", "already", "the script calls a function that is there")
        if "xend-restart-time" in wanted:
            constants = os.path.join(os.path.dirname(agent), "xen/xend/XendConstants.py")
            if release.startswith("3.2") and os.path.exists(constants):
                self.patch("xend-restart-time", constants, set_xend_time)
            else:
                self.step("xend-restart-time", "already", "release %s needs none" % release)

    def restart(self):
        if not self.agent_changed and "agent" not in self.record.restarts:
            self.step("restart-agent", "already", "nothing changed that the agent reads")
        else:
            self.restart_one("restart-agent", self.options.restart_command)
        patched = [s for s in self.steps if s["step"] == "xend-restart-time" and s["outcome"] in ("done", "undone")]
        if self.options.restart_xend and patched:
            self.restart_one("restart-xend", ["/sbin/service", "xend", "restart"])

    def restart_one(self, name, command):
        if not command:
            self.step(name, "already", "--root is another folder and no --restart-command is given")
        else:
            status, said = self.options.check and (0, "") or run_program(command)
            if status != 0:
                raise Refused("%s ended with %d: %s" % (" ".join(command), status, said))
            self.step(name, "done", " ".join(command))
            self.restarted = True
        if not self.options.check and self.record.restarts and os.path.exists(self.record.path):
            self.record.add("restarted", "agent")

    def remove(self):
        if not self.record.existed:
            if not self.options.check:
                self.record.forget_all()  # what a run left that was cut off before it changed anything
            self.step("state", "already", "nothing of ours is recorded here")
            return
        self.stop_heartbeat()
        order = self.record.order[:]
        order.reverse()
        for path in order:
            if not self.options.check and os.path.isdir(os.path.dirname(path)):
                drop_new(path)
            self.give_back(path)
        self.restart()
        if self.options.check:
            return
        for path in reversed(self.record.folders):
            if os.path.isdir(path) and not os.listdir(path):
                os.rmdir(path)
        self.record.forget_all()
        self.step("state", "undone", self.shown(self.record.folder))

    def stop_heartbeat(self):
        path = self.path(BIN + "/storagehealth.py")
        if digest(read_file(path)) not in self.record.files.get(path, {"after": []})["after"]:
            return
        if not self.options.check:
            status, said = run_program([sys.executable, path, "--root", self.root, "--purge"])
            if status != 0:
                raise Refused("the heartbeat does not stop: %s" % said)
        self.step("stop-heartbeat", "undone", self.shown(path))

    def step_of(self, path):
        for end, name in (("agent/api/cloudstack.py", "module"), ("target/api.py", "register"), (INI, "agent-ini"),
                          ("sysconfig/network", "nozeroconf"), ("ovs-vlan-bridge", "vlan-bridge"),
                          ("XendConstants.py", "xend-restart-time")):
            if path.endswith(end):
                return name
        return "scripts"

    def give_back(self, path):
        known, name, text = self.record.files[path], self.step_of(path), read_file(path)
        before, agent_reads = None, name in ("module", "register", "agent-ini")
        if known["copy"] != "-":
            before = self.record.copy_of(path)
        if digest(text) == known["before"]:
            self.step(name, "already", self.shown(path))
            return
        ours = digest(text) in known["after"]
        if not ours:
            before = {"register": unregister, "nozeroconf": lambda t: unset_nozeroconf(t, before)}.get(
                name, lambda t: t)(text or "")
            if text is None or before == text:
                self.step(name, "already", self.shown(path) + " was changed by others since and is left to them")
                return
        self.agent_changed = self.agent_changed or agent_reads
        if not self.options.check:
            if agent_reads and "agent" not in self.record.restarts:
                self.record.add("restart", "agent")
            self.keep(path)
            self.take_back(path, before, known, ours)
        self.step(name, "undone", self.shown(path))

    def take_back(self, path, before, known, ours):
        if before is None:
            os.unlink(path)
            stem = os.path.splitext(os.path.basename(path))[0]
            folder = os.path.dirname(path)
            for left in (glob.glob(os.path.join(folder, stem + ".py[co]")) +
                         glob.glob(os.path.join(folder, "__pycache__", stem + ".*.pyc"))):
                os.unlink(left)  # Python 2 would go on loading it
        elif ours:
            put(path, before, known["mode"], known["owner"], known["mtime"])
        else:
            found = os.stat(path)
            put(path, before, mode_of(found), (found.st_uid, found.st_gid), None)


def give_up(number, frame):
    raise Refused("signal %d came; everything is as it was" % number)


def catch(handler):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, handler)


def has_module(root):
    """Whether the agent has a module of this name now; after a removal it may be the plugin's own again."""
    try:
        return os.path.exists(os.path.join(find_agent(root), "api/cloudstack.py"))
    except Refused:
        return False


def run(options):
    """(exit status, what to print)."""
    work, held, error, release = None, None, "", options.release or ""
    try:
        work = Run(options)
        held = work.lock()
        release = find_release(options.root, options.release)
        {True: work.remove, False: work.install}[options.remove]()
    except (Refused, IOError, OSError, SyntaxError, ValueError, KeyError, IndexError):
        error = str(sys.exc_info()[1])
    if error and work and not options.check:
        catch(signal.SIG_IGN)
        work.step("run", "failed", error)
        work.rollback(held)
        work.changed = False
    result = {"changed": bool(work and work.changed), "restart": bool(work and work.restarted), "release": release,
              "module": has_module(options.root), "error": error, "steps": work and work.steps or []}
    return error and 1 or options.check and result["changed"] and 3 or 0, result


def options_of(arguments):
    from optparse import OptionParser
    restart = None
    if "--restart-command" in arguments:
        at = arguments.index("--restart-command")
        arguments, restart = arguments[:at], arguments[at + 1:]
    parser = OptionParser(usage="install.py [options] [--restart-command CMD ARG...]")
    parser.add_option("--root", default="/")
    parser.add_option("--source", default=os.path.dirname(os.path.abspath(__file__)))
    for name in ("--json", "--check", "--remove", "--restart-xend"):
        parser.add_option(name, action="store_true", default=False)
    parser.add_option("--release")
    parser.add_option("--skip", action="append", default=[], choices=PATCHES)
    parser.add_option("--ssl", choices=("enable", "disable"))
    parser.add_option("--port", type="int")
    options, rest = parser.parse_args(arguments)
    options.root = os.path.abspath(options.root)
    if rest or restart == [] or not os.path.isdir(options.root):
        parser.error("--root must be a folder, --restart-command takes a command, and nothing else may follow")
    if options.port is not None and not 1024 <= options.port <= 65535:
        parser.error("--port must be 1024 to 65535")
    if restart is None and options.root == "/":
        restart = ["/sbin/service", "ovs-agent", "restart"]
    options.restart_command = restart
    return options


def main(arguments):
    options = options_of(arguments)
    catch(give_up)
    status, result = run(options)
    if options.json:
        sys.stdout.write(json_text(result) + "\n")
        return status
    for step in result["steps"]:
        sys.stdout.write("%-18s %-8s %s\n" % (step["step"], step["outcome"], step["detail"]))
    if result["error"]:
        sys.stderr.write("install.py: " + result["error"] + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
