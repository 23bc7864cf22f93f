#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Heartbeat on primary storage: writes one for every pool of this host, reads those of a neighbour, says a verdict for each.

No path on a pool is ever touched by the process that must not hang: a child does it, and is left behind if it hangs. README.md
beside this file holds the options, the verdicts and the reactions. Written for Python 2.4 to 3.
"""
import errno
import fcntl
import os
import select
import signal
import sys
import time
import zlib

sys.dont_write_bytecode = True
from introspect import GUESTS, STOP, Refused, as_bytes, as_text, clock, is_heartbeat, json_text, log, mounted_pools, program, \
    read_settings, read_text, write_text

RUN = "/var/run/trestle"
MEMORY = "/var/lib/trestle/heartbeat"
CONFIG = "/etc/trestle/heartbeat.conf"
RECORD_SIZE = 256  # always the same, so that it can be written in place where a full disk takes no new file
# Platform: marks of it, where its primary storage is mounted, name of the heartbeat file.
PROFILES = {
    "ovm3": (("/etc/ovs-release",), "/OVS/Repositories/", ".hb-%s"),
    "xenserver": (("/etc/xensource-inventory",), "/var/run/sr-mount/", "hb-%s"),
    "kvm": (("/etc/libvirt/qemu.conf", "/etc/cloudstack/agent"), "/mnt/", ".hb-%s"),
}
SETTINGS = {"profile": "", "primary": "", "guid": "", "timeout": "120", "interval": "1", "reaction": "report", "require": "",
            "mounts": "/proc/mounts"}
REACTIONS = ("report", "stop-guests", "reset")
RESTARTS, RESTART_WINDOW = 5, 60  # a crash loop is told, not continued
# Verdicts that mean: guests on this pool cannot write.
BAD = ("hung", "failed", "missing", "readonly")


def expected_pools(settings):
    """What the operator requires, and what was seen mounted before: a pool that vanishes is missing, not forgotten."""
    return settings["require"].split() + read_text(settings["memory"]).splitlines()


def remember(settings, paths):
    known = read_text(settings["memory"]).splitlines()
    new = [path for path in paths if path not in known]
    if new:
        write_text(settings["memory"], "".join([path + "\n" for path in known + new]))


def record_text(settings, sequence, state):
    """Line 1 is the time, as the plugin's reader wants it; the rest is ours. The checksum tells a torn record."""
    text = "%d\nseq=%d timeout=%s interval=%s state=%s run=%s" % (
        int(time.time()), sequence, settings["timeout"], settings["interval"], state, settings["run"])
    text += " crc=%08x" % (zlib.crc32(as_bytes(text)) & 0xffffffff)
    return text + " " * (RECORD_SIZE - 1 - len(text)) + "\n"


def read_record(text):
    """(run, sequence, state): it changes with every write. The plugin writes the time alone. None if torn."""
    body = text.rstrip()
    if " crc=" not in body:
        first = body.split("\n")[0]
        if first.replace(".", "", 1).isdigit():
            return ("time", first, "ok")
        return None
    head, crc = body.rsplit(" crc=", 1)
    if "%08x" % (zlib.crc32(as_bytes(head)) & 0xffffffff) != crc or "\n" not in head:
        return None
    words = dict([word.split("=", 1) for word in head.split("\n", 1)[1].split() if "=" in word])
    return (words.get("run", ""), words.get("seq", ""), words.get("state", "ok"))


def write_heartbeat(path, settings, sequence, state):
    """In a child. Renamed into place; where the disk takes no new file, in place, which needs none. Returns a verdict."""
    new = path + ".new"
    try:
        if os.path.lexists(new):
            os.unlink(new)
        write_through(new, record_text(settings, sequence, state), os.O_CREAT | os.O_EXCL)
        os.rename(new, path)
        return "ok"
    except (IOError, OSError):
        number = sys.exc_info()[1].errno
    if number in (errno.ENOSPC, errno.EDQUOT):
        try:
            write_through(path, record_text(settings, sequence, "full"), 0)
            return "full"
        except (IOError, OSError):
            pass
    return {errno.EROFS: "readonly"}.get(number, "failed")


def write_through(path, text, flags):
    number = os.open(path, os.O_WRONLY | flags, int("644", 8))
    try:
        os.write(number, as_bytes(text))
        os.fsync(number)
    finally:
        os.close(number)


class Child:
    """One operation on one pool in a process of its own; its answer is one short text. It may never come."""

    def __init__(self, work, keep_open=()):
        self.began, self.answer = clock(), None
        self.pipe, end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGCHLD):
                    signal.signal(number, signal.SIG_DFL)
                # Nothing of ours stays open in a process that may hang: callers wait for the end of our output.
                null = os.open("/dev/null", os.O_RDWR)
                for number in range(0, 256):
                    if number not in (end, null):
                        try:
                            os.close(number)
                        except OSError:
                            pass
                os.write(end, as_bytes(work()))
            finally:
                os._exit(0)
        os.close(end)

    def collect(self):
        """After select said that there is something; the child is at its end. One that ended without a word failed."""
        self.answer = as_text(os.read(self.pipe, 4096)) or "failed"
        os.close(self.pipe)
        try:
            os.waitpid(self.pid, 0)
        except OSError:
            pass
        return self.answer

    def leave(self):
        """Kills it without waiting: in the middle of a hung request it dies when the kernel lets it."""
        if self.answer is None:
            os.close(self.pipe)
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, os.WNOHANG)
            except OSError:
                pass


def wait_for(children, seconds):
    """Those of the children that have an answer, after at most so many seconds."""
    pipes = dict([(child.pipe, child) for child in children])
    try:
        ready = select.select(list(pipes.keys()), [], [], max(seconds, 0))[0]
    except select.error:  # a signal came
        return []
    for pipe in ready:
        pipes[pipe].collect()
    return [pipes[pipe] for pipe in ready]


def list_guests(settings, pool):
    """In a child: "none", or their names. What cannot be told counts as used."""
    try:
        return " ".join(GUESTS[settings["profile"]](settings["root"], pool)) or "none"
    except (Refused, OSError, ValueError):
        return "unknown"


def stop_guests(settings, pool):
    names = list_guests(settings, pool)
    if names not in ("none", "unknown"):
        for name in names.split():
            if settings["profile"] == "xenserver":
                name = "uuid=" + name
            program(settings["root"], STOP[settings["profile"]] + [name])
    return names


def reset_host(settings):
    """At once and without flushing: what is flushed would go to storage that others may have taken over."""
    for path, word in (("proc/sys/kernel/sysrq", "1"), ("proc/sysrq-trigger", "b")):
        number = os.open(os.path.join(settings["root"], path), os.O_WRONLY | os.O_TRUNC)
        os.write(number, as_bytes(word))
        os.close(number)


class Pool:

    def __init__(self, path):
        self.path, self.child, self.reader = path, None, None
        self.answer, self.verdict, self.sequence, self.due = "ok", "starting", 0, 0
        self.trouble_since, self.reacted = None, False


class Writer:

    def __init__(self, settings):
        self.settings, self.pools, self.shown = settings, {}, None
        self.timeout, self.interval = float(settings["timeout"]), float(settings["interval"])

    def look_at_mounts(self):
        mounted = mounted_pools(self.settings["mounts"], self.settings["primary"])
        remember(self.settings, sorted(mounted.keys()))
        for path in list(mounted.keys()) + expected_pools(self.settings):
            if path not in self.pools:
                self.pools[path] = Pool(path)
        return mounted

    def start(self, pool, state="ok"):
        pool.sequence += 1
        path = os.path.join(self.settings["root"], pool.path.lstrip("/"), self.settings["file"])
        sequence = pool.sequence
        pool.child = Child(lambda: write_heartbeat(path, self.settings, sequence, state))

    def judge(self, pool, mounted, now):
        """The verdict of a pool, and since when it has been in trouble."""
        since = now
        if pool.path not in mounted:
            verdict = "missing"
        elif mounted[pool.path]:
            verdict = "readonly"
        elif pool.child is not None and now - pool.child.began >= self.timeout:
            verdict, since = "hung", pool.child.began
        elif pool.child is not None and now - pool.child.began > max(2 * self.interval, 1):
            verdict = "slow"
        else:
            verdict = pool.answer
        if verdict not in BAD:
            pool.trouble_since, pool.reacted = None, False
        elif pool.trouble_since is None:
            pool.trouble_since = since
        pool.verdict = verdict

    def round(self, seconds):
        """Starts what is due, takes in what comes within the time, judges every pool."""
        mounted, now = self.look_at_mounts(), clock()
        for path in mounted:
            pool = self.pools[path]
            if pool.child is None and not mounted[path] and now >= pool.due:
                pool.due = now + self.interval
                self.start(pool)
        until, waiting = clock() + seconds, [pool for pool in self.pools.values() if pool.child is not None]
        while waiting and clock() < until:
            ready = wait_for([pool.child for pool in waiting], until - clock())
            for pool in waiting:
                if pool.child in ready:
                    pool.answer, pool.child = pool.child.answer, None
            waiting = [pool for pool in waiting if pool.child is not None]
        for pool in self.pools.values():
            self.judge(pool, mounted, clock())

    def report(self):
        state = [{"path": path, "verdict": self.pools[path].verdict} for path in sorted(self.pools.keys())]
        result = {"guid": self.settings["guid"], "reaction": self.settings["reaction"], "pools": state,
                  "verdict": overall([pool["verdict"] for pool in state], "ok")}
        if result != self.shown:
            write_text(self.settings["status"], json_text(result) + "\n")
            log(self.settings["log"], "; ".join(["%(path)s %(verdict)s" % pool for pool in state]) or "no pool: nothing is known")
        self.shown = result
        return result

    def react(self):
        """Once for each trouble, after it has lasted for the time-out."""
        for pool in self.pools.values():
            if pool.reader is not None:
                self.finish(pool)
            elif pool.trouble_since is not None and not pool.reacted and clock() - pool.trouble_since >= self.timeout:
                pool.reacted = True
                log(self.settings["log"], "%s is %s for %d s: %s" % (
                    pool.path, pool.verdict, self.timeout, self.settings["reaction"]))
                work = {"stop-guests": stop_guests, "reset": list_guests}.get(self.settings["reaction"])
                if work:
                    path = pool.path
                    pool.reader = Child(lambda: work(self.settings, path))

    def finish(self, pool):
        """The end of a reaction: guests of the pool are known, or three seconds are over."""
        names = "unknown"
        if wait_for([pool.reader], 0):
            names = pool.reader.answer
        elif clock() - pool.reader.began < 3 or self.settings["reaction"] != "reset":
            return
        pool.reader = None
        log(self.settings["log"], "%s: guests %s" % (pool.path, names))
        if self.settings["reaction"] == "reset" and names != "none" and pool.trouble_since is not None:
            log(self.settings["log"], "resetting this host")
            reset_host(self.settings)

    def run(self, parent):
        """Until told to stop, or until the supervisor is gone: then the next ping starts a new pair."""
        while os.getppid() == parent:
            began = clock()
            self.round(self.interval)
            self.report()
            self.react()
            while clock() - began < self.interval and os.getppid() == parent:
                wait_for([], min(self.interval - (clock() - began), 1))

    def say_goodbye(self):
        """A last record that tells a neighbour that silence is meant."""
        free = [pool for pool in self.pools.values() if pool.child is None and pool.verdict == "ok"]
        for pool in free:
            self.start(pool, "stopped")
        until = clock() + 2
        while [pool for pool in free if pool.child.answer is None] and clock() < until:
            wait_for([pool.child for pool in free if pool.child.answer is None], until - clock())


def overall(verdicts, good):
    """One word for all: unknown without any; good only if all are; else the worst."""
    for verdict in BAD + ("stale", "absent", "unreadable", "stopped", "full", "slow", "starting"):
        if verdict in verdicts:
            return verdict
    return verdicts and good or "unknown"


def read_heartbeat(path):
    """In a child."""
    try:
        handle = open(path, "rb")
        data = as_text(handle.read(RECORD_SIZE * 4))
        handle.close()
    except (IOError, OSError):
        return {errno.ENOENT: "absent"}.get(sys.exc_info()[1].errno, "unreadable")
    return "read " + data


class Reader:
    """A neighbour's look: fresh is what changes while we watch, by sequence number. No clock of another host is believed."""

    def __init__(self, settings):
        self.settings, self.timeout = settings, float(settings["timeout"])
        self.seen_file = os.path.join(settings["run_folder"], "seen-" + settings["guid"])
        self.seen = {}
        for words in [line.rsplit(" ", 2) for line in read_text(self.seen_file).splitlines()]:
            if len(words) == 3 and words[2].replace(".", "", 1).isdigit() and float(words[2]) <= clock():
                self.seen[words[0]] = (words[1], float(words[2]))

    def take(self, pool, answer):
        """One reading. Against what was seen before, by this look or an earlier one."""
        record = answer.startswith("read ") and read_record(answer[5:]) or None
        if record is None:
            pool.answer = answer.startswith("read ") and "unreadable" or answer
            pool.verdict = pool.answer
            return
        now, (before, since) = clock(), self.seen.get(pool.path, (None, 0))
        mark = "/".join(record[:2])
        if mark != before:
            self.seen[pool.path] = (mark, now)
        pool.answer = "stale"
        if record[2] == "stopped":
            pool.verdict = "stopped"
        elif before is not None and mark != before and (pool.sequence or now - since < self.timeout):
            pool.verdict = "fresh"  # it moved while we watched, or since a look that is no older than the time-out
        elif mark == before and now - since >= self.timeout:
            pool.verdict = "stale"
        pool.sequence += 1

    def watch(self):
        """Every pool until it is decided, at most for the time-out. A pool without a file is given five seconds."""
        mounted, began = mounted_pools(self.settings["mounts"], self.settings["primary"]), clock()
        pools = [Pool(path) for path in sorted(mounted.keys())]
        open_pools = pools[:]
        while open_pools and clock() - began < self.timeout:
            for pool in open_pools:
                if pool.child is None and clock() >= pool.due:
                    path = os.path.join(self.settings["root"], pool.path.lstrip("/"), self.settings["file"])
                    pool.child, pool.due = Child(lambda: read_heartbeat(path)), clock() + 0.5
            ready = wait_for([pool.child for pool in open_pools if pool.child is not None],
                             min(0.1, began + self.timeout - clock()))
            for pool in [pool for pool in open_pools if pool.child in ready and pool.child is not None]:
                self.take(pool, pool.child.answer)
                pool.child = None
            wait_for([], 0.02)
            open_pools = [pool for pool in open_pools if pool.verdict not in ("fresh", "stale", "stopped") and
                          not (pool.verdict in ("absent", "unreadable") and clock() - began > 5)]
        for pool in open_pools:
            silent, pool.verdict = pool.sequence == 0 and pool.verdict == "starting", pool.answer
            if pool.child is not None:  # one that was sent out just before the end proves nothing
                if silent or clock() - pool.child.began >= self.timeout / 2:
                    pool.verdict = "hung"
                pool.child.leave()
        for path in expected_pools(self.settings):
            if path not in [pool.path for pool in pools]:
                pools.append(Pool(path))
                pools[-1].verdict = "missing"
        write_text(self.seen_file, "".join(["%s %s %r\n" % (path, self.seen[path][0], self.seen[path][1])
                                            for path in self.seen]))
        return pools


def state_of(settings, pools):
    """(exit status, result). Alive is true or false only on proof: a heartbeat that moves, one that stands still everywhere."""
    verdicts = [pool.verdict for pool in pools]
    fresh, stale = "fresh" in verdicts, "stale" in verdicts
    alive = None
    if fresh or verdicts and not [v for v in verdicts if v != "stale"]:
        alive = fresh
    result = {"guid": settings["guid"], "alive": alive, "verdict": overall(verdicts, "fresh"),
              "pools": [{"path": pool.path, "verdict": pool.verdict} for pool in pools]}
    if not fresh and not stale:
        return 3, result
    return [v for v in verdicts if v != "fresh"] and 1 or 0, result


def lock_line(settings):
    return "guid=%(guid)s timeout=%(timeout)s interval=%(interval)s primary=%(primary)s reaction=%(reaction)s" % settings


def take_lock(settings, wanted):
    """The lock file, open and locked; None if the one that runs is as wanted. Another one is ended first."""
    if not os.path.isdir(settings["run_folder"]):
        os.makedirs(settings["run_folder"], int("755", 8))
    handle, tries = open(settings["lock"], "a+"), 0
    while True:
        try:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except (IOError, OSError):
            line = read_text(settings["lock"]).strip()
        pid, rest = (line.split(" ", 1) + [""])[:2]
        # Somebody who only looks holds the lock for a moment too: what the file says is then of one that is long gone.
        runs = is_heartbeat(pid[4:])
        if rest == wanted and (runs or pid == "pid=0"):
            return None
        if tries > 100:
            raise Refused("the heartbeat that runs (%s) does not end" % pid)
        if runs:
            try:
                os.kill(int(pid[4:]), {True: signal.SIGTERM, False: signal.SIGKILL}[tries < 60])
            except OSError:
                pass
        tries += 1
        wait_for([], 0.1)


def stop(settings, purge):
    """Ends the one that runs, if any; its lock tells whether it is still there. Purge leaves nothing of ours on this host."""
    if os.path.exists(settings["lock"]):
        take_lock(settings, None).close()
    if not purge:
        return
    paths = [settings[name] for name in ("memory", "log", "lock", "status")] + [settings["log"] + ".1"]
    for folder, names, files in os.walk(settings["run_folder"], False):
        paths += [os.path.join(folder, name) for name in files]
    for path in paths:
        if os.path.exists(path):
            os.unlink(path)
    kept = os.path.dirname(settings["memory"])
    for path in (os.path.join(settings["run_folder"], "domr"), settings["run_folder"], kept, os.path.dirname(kept)):
        if os.path.isdir(path) and not os.listdir(path):
            os.rmdir(path)


def work(settings, parent):
    writer = Writer(settings)

    def stopped(number, frame):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        writer.say_goodbye()
        os._exit(0)

    signal.signal(signal.SIGTERM, stopped)
    writer.run(parent)
    os._exit(0)


def supervise(settings):
    """Starts the worker again when it dies; a crash loop is told and ended. Returns the exit status."""
    deaths, me, worker = [], os.getpid(), [0]

    def pass_on(number, frame):
        os.kill(worker[0], signal.SIGTERM)

    while len([when for when in deaths if clock() - when < RESTART_WINDOW]) <= RESTARTS:
        worker[0] = os.fork()
        if worker[0] == 0:
            try:
                work(settings, me)
            except Exception:
                log(settings["log"], "the worker failed: %s" % (sys.exc_info()[1],))
                os._exit(1)
        signal.signal(signal.SIGTERM, pass_on)
        status = None
        while status is None:
            try:
                status = os.waitpid(worker[0], 0)[1]
            except OSError:  # a signal came
                pass
        if status == 0:
            return 0
        deaths.append(clock())
        log(settings["log"], "the worker ended with %d and is started again" % status)
    log(settings["log"], "ALERT: the worker died %d times within %d s; the heartbeat has ended" % (len(deaths), RESTART_WINDOW))
    return 1


def go_to_background(settings):
    wanted = lock_line(settings)
    lock = take_lock(settings, wanted)
    if lock is None:
        return 0
    lock.truncate(0)
    lock.write("pid=0 " + wanted + "\n")
    lock.flush()
    if os.fork() != 0:
        return 0
    os.setsid()
    os.chdir("/")
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    lock.truncate(0)
    lock.write("pid=%d %s\n" % (os.getpid(), wanted))
    lock.flush()
    os._exit(supervise(settings))


def settings_of(arguments):
    from optparse import OptionParser
    parser = OptionParser(usage="storagehealth.py [options]")
    parser.add_option("--root", default="/")
    parser.add_option("--config")
    parser.add_option("-g", "--guid", "--host")
    for short, name in (("-p", "--primary"), ("-t", "--timeout"), ("-i", "--interval")):
        parser.add_option(short, name)
    parser.add_option("-s", "--state", action="store_true")
    for name in ("--once", "--stop", "--purge", "--json"):
        parser.add_option(name, action="store_true")
    options = parser.parse_args(arguments)[0]
    root, settings = os.path.abspath(options.root), dict(SETTINGS)
    settings["root"], settings["run_folder"], settings["log"] = root, root + RUN, root + "/var/log/trestle-heartbeat.log"
    settings["lock"], settings["status"] = root + RUN + "/heartbeat.lock", root + RUN + "/heartbeat.status"
    settings["memory"] = root + MEMORY + "/pools"
    if options.stop or options.purge:
        return settings, options  # whatever else is set, and be it wrong, must not keep it running
    read_settings(options.config or root + CONFIG, settings)
    for name in ("guid", "primary", "timeout", "interval"):
        settings[name] = getattr(options, name) or settings[name]
    fill_in(settings, root, options.state)
    return settings, options


def fill_in(settings, root, reads):
    marks = [name for name in PROFILES if [m for m in PROFILES[name][0] if os.path.exists(os.path.join(root, m[1:]))]]
    settings["profile"] = settings["profile"] or (marks + [""])[0]
    if settings["profile"] not in PROFILES:
        raise SystemExit(42)
    settings["guid"] = settings["guid"] or os.uname()[1]
    if [c for c in settings["guid"] if not (c.isalnum() and ord(c) < 127) and c not in "._-"] or len(settings["guid"]) > 128:
        raise Refused("guid '%s': only letters, digits, '.', '_' and '-'" % settings["guid"])
    for name in ("timeout", "interval"):
        if not settings[name].isdigit() or not 1 <= int(settings[name]) <= 86400:
            raise Refused("%s '%s' is no number of seconds from 1 to 86400" % (name, settings[name]))
    if not reads and int(settings["interval"]) >= int(settings["timeout"]):
        raise Refused("the interval (%(interval)s) must be below the timeout (%(timeout)s)" % settings)
    if settings["reaction"] not in REACTIONS:
        raise Refused("reaction '%s' is none of %s" % (settings["reaction"], ", ".join(REACTIONS)))
    settings["primary"] = settings["primary"] or PROFILES[settings["profile"]][1]
    settings["file"], settings["mounts"] = (PROFILES[settings["profile"]][2] % settings["guid"],
                                            os.path.join(root, settings["mounts"].lstrip("/")))
    settings["run"] = "%x-%x" % (int(time.time()), os.getpid())


def main(arguments):
    try:
        settings, options = settings_of(arguments)
    except Refused:
        sys.stderr.write("storagehealth.py: %s\n" % sys.exc_info()[1])
        return 2
    try:
        if options.stop or options.purge:
            stop(settings, options.purge)
            return 0
        if not options.once and not options.state:
            return go_to_background(settings)
        if options.state:
            status, result = state_of(settings, Reader(settings).watch())
        else:
            writer = Writer(settings)
            writer.round(writer.timeout + 0.1)
            result = writer.report()
            status = {"ok": 0, "unknown": 3}.get(result["verdict"], 1)
    except Exception:  # 1 would be a verdict to who asks about a neighbour, and nothing was found out
        sys.stderr.write("storagehealth.py: %s\n" % sys.exc_info()[1])
        return options.state and 4 or 1
    if options.json:
        sys.stdout.write(json_text(result) + "\n")
    else:
        for pool in result["pools"]:
            sys.stdout.write("%(path)s: [%(verdict)s]\n" % pool)
        sys.stdout.write(result["verdict"] + "\n")
    sys.stdout.flush()
    os._exit(status)  # without waiting for a child that hangs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
