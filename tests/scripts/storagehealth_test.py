#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""storagehealth.py on pools that hang, fill up, go read-only and vanish: FUSE file systems, the mount table is put beside them."""
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import unittest

import support

FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "%(log)s"
[ -f "%(folder)s/$(basename "$0")-$1" ] && cat "%(folder)s/$(basename "$0")-$1"
exit 0
"""
XM_LIST = """(domain (domid 0) (name Domain-0))
(domain
    (domid 3)
    (name i-2-3-VM)
    (device (vbd (uname file:/OVS/Repositories/pool1/VirtualDisks/root.raw) (dev xvda:disk))))
(domain
    (domid 4)
    (name i-2-4-VM)
    (device (vbd (uname file:/OVS/Repositories/pool10/VirtualDisks/root.raw) (dev xvda:disk))))
"""


def own_mounts():
    """Once more in a mount namespace of its own, as root of a user namespace if need be: no mount survives the test."""
    if os.environ.get("TRESTLE_OWN_MOUNTS"):
        return
    os.environ["TRESTLE_OWN_MOUNTS"] = "1"
    options = ["--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    os.execvp("unshare", ["unshare"] + options + [sys.executable] + sys.argv)


def runs(pid):
    """A zombie that nobody has taken away yet does not."""
    try:
        with open("/proc/%d/stat" % pid) as handle:
            return handle.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False


class Pools(unittest.TestCase):

    def setUp(self):
        self.host = support.Host(self)
        self.mounts, self.control = [], os.path.join(self.host.outside, "control")
        os.mkdir(self.control)
        self.addCleanup(lambda: self.health("--stop"))

    def health(self, *arguments, **options):
        done = self.host.run("storagehealth.py", *arguments)
        self.assertNotIn("Traceback", done.stderr)
        return done.returncode

    def judged(self, *arguments):
        """(exit status, verdict for all, {pool: verdict}, the whole)."""
        done = self.host.run("storagehealth.py", "--json", *arguments)
        self.assertTrue(done.stdout, done.stderr)
        result = json.loads(done.stdout)
        pools = {os.path.basename(pool["path"]): pool["verdict"] for pool in result["pools"]}
        return done.returncode, result["verdict"], pools, result

    def table(self):
        self.host.write("/proc/mounts", "".join("srv:/%s %s %s %s 0 0\n" % line for line in self.mounts))

    def pool(self, name, kind="nfs", options="rw,hard", prefix="/OVS/Repositories/"):
        path = prefix + name
        os.makedirs(self.host.path(path), exist_ok=True)
        self.mounts.append((name, path, kind, options))
        self.table()
        return self.host.path(path)

    def hanging(self, *names):
        """Pools on file systems of our own."""
        paths = [self.pool(name) for name in names]
        daemon = subprocess.Popen([sys.executable, os.path.join(support.HERE, "hanging_fs.py"), self.control] + paths)

        def end():  # its end answers everything that hangs
            daemon.kill()
            daemon.wait()
            for path in paths:
                subprocess.call(["umount", "--lazy", path], stderr=subprocess.DEVNULL)
        self.addCleanup(end)
        support.until(lambda: os.path.exists(self.control + "/ready") or daemon.poll() is not None, "the file systems are mounted")
        self.assertIsNone(daemon.poll(), "this test needs /dev/fuse")

    def tell(self, name, word):
        with open(os.path.join(self.control, name + ".new"), "w") as handle:
            handle.write(word)
        os.rename(handle.name, os.path.join(self.control, name))

    def record(self, name, guid="h"):
        return self.host.read("/OVS/Repositories/%s/.hb-%s" % (name, guid))

    def log_has(self, text):
        path = self.host.path("/var/log/trestle-heartbeat.log")
        return os.path.exists(path) and text in self.host.read("/var/log/trestle-heartbeat.log")


class Verdicts(Pools):

    def test_the_table_of_verdicts(self):
        # known defects 133, 134
        self.hanging("good", "full", "readonly", "broken", "hung")
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "50", "--once"))  # a full disk keeps what is there
        self.pool("four", "nfs4")
        self.pool("locked", "nfs", "ro,hard")
        self.mounts.append(("disk", "/OVS/Repositories/disk", "ext3", "rw"))
        self.mounts.append(("else", "/mnt/else", "nfs", "rw"))
        self.table()
        self.host.write("/etc/trestle/heartbeat.conf", "require = /OVS/Repositories/gone\n")
        for name, word in (("full", "full"), ("readonly", "readonly"), ("broken", "broken"), ("hung", "hang")):
            self.tell(name, word)
        status, verdict, pools, _ = self.judged("--guid", "h", "--timeout", "2", "--once")
        self.assertEqual({"good": "ok", "four": "ok", "full": "full", "readonly": "readonly", "broken": "failed", "hung": "hung",
                          "locked": "readonly", "gone": "missing"}, pools)
        self.assertEqual((1, "hung"), (status, verdict))
        self.assertIn("state=full", self.record("full"))

    def test_every_python_says_the_same(self):
        for python in support.pythons():
            with self.subTest(python=python):
                self.host.python = python
                self.mounts = []
                self.table()
                self.assertEqual((3, "unknown", {}), self.judged("--guid", "h", "--once")[:3])
                self.pool("one"), self.pool("two", "nfs4")
                self.assertEqual((0, "ok", {"one": "ok", "two": "ok"}), self.judged("--guid", "h", "--once")[:3])
                self.assertEqual(256, len(self.record("one")))
                self.assertTrue(self.record("two").split("\n")[0].isdigit())
                os.unlink(self.host.path("/var/lib/trestle/heartbeat/pools"))

    def test_a_pool_that_vanishes_is_missing_and_not_forgotten(self):
        # known defect 133
        self.pool("one")
        self.pool("two")
        self.assertEqual(0, self.judged("--guid", "h", "--once")[0])
        del self.mounts[1]
        self.table()
        self.assertEqual((1, "missing", {"one": "ok", "two": "missing"}), self.judged("--guid", "h", "--once")[:3])

    def test_twenty_pools_five_of_them_hung_are_judged_in_the_timeout_and_a_second(self):
        # known defects 133, 134
        self.hanging(*["hung%d" % i for i in range(5)])
        for i in range(15):
            self.pool("good%d" % i)
        for i in range(5):
            self.tell("hung%d" % i, "hang")
        began = time.monotonic()
        status, verdict, pools, _ = self.judged("--guid", "h", "--timeout", "3", "--once")
        took = time.monotonic() - began
        print("verdict of 20 pools with 5 hung: %.2f s with a timeout of 3 s" % took, flush=True)
        self.assertEqual((1, "hung", 5), (status, verdict, list(pools.values()).count("hung")))
        self.assertEqual(15, list(pools.values()).count("ok"))
        self.assertLess(took, 3 + 15)  # a machine under load; the figure itself is printed
        status, verdict, pools, _ = self.judged("--guid", "h", "--timeout", "3", "--state")
        self.assertEqual(5, list(pools.values()).count("hung"))

    def test_mount_points_with_blanks(self):
        self.pool("with blank")
        self.mounts[-1] = ("x", "/OVS/Repositories/with\\040blank", "nfs", "rw")
        self.table()
        self.assertEqual({"with blank": "ok"}, self.judged("--guid", "h", "--once")[2])

    def test_wrong_settings_are_told(self):
        # known defect 137
        for wrong in (["--timeout", "0"], ["--timeout", "x"], ["--interval", "9", "--timeout", "9"], ["--guid", "a b"], ["--guid", "../x"],
                      ["--guid", "$(x)"]):
            self.assertEqual(2, self.health("--once", *wrong), wrong)
        self.host.write("/etc/trestle/heartbeat.conf", "reaction = explode\n")
        self.assertEqual(2, self.health("--once"))
        self.host.write("/etc/trestle/heartbeat.conf", "reactoin = reset\n")
        self.assertEqual(2, self.health("--once"))

    def test_an_unknown_platform_is_refused(self):
        os.unlink(self.host.path("/etc/ovs-release"))
        self.assertEqual(42, self.health("--once"))

    def test_xenserver_and_kvm_profiles_with_long_options(self):
        # known defects 136, 137
        os.unlink(self.host.path("/etc/ovs-release"))
        self.host.write("/etc/xensource-inventory", "INSTALLATION_UUID='abc'\n")
        path = self.pool("sr1", prefix="/var/run/sr-mount/")
        self.assertEqual(0, self.health("--host", "x-1", "--timeout", "7", "--interval", "2", "--once"))
        self.assertEqual(["hb-x-1"], os.listdir(path))
        with open(os.path.join(path, "hb-x-1")) as handle:
            self.assertIn("timeout=7 interval=2", handle.read())
        os.unlink(self.host.path("/etc/xensource-inventory"))
        self.host.write("/etc/libvirt/qemu.conf", "")
        path = self.pool("kvm1", prefix="/mnt/")
        self.assertEqual(1, self.health("--guid", "k", "--once"))  # the pool of the other platform is missing now
        self.assertEqual([".hb-k"], os.listdir(path))


class Neighbour(Pools):

    def start(self, *arguments):
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "3", *arguments))

    def test_a_beating_host_is_fresh_a_silent_one_stale_a_stopped_one_neither(self):
        # known defects 133, 135
        self.pool("one")
        self.start()
        support.until(lambda: self.judged("--guid", "h", "--timeout", "3", "--state")[:3] == (0, "fresh", {"one": "fresh"}), "it beats")
        line = self.host.read("/var/run/trestle/heartbeat.lock")
        pid = int(line.split()[0][4:])
        worker = int(subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE).stdout.split()[0])
        os.kill(pid, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        status, verdict, _, result = self.judged("--guid", "h", "--timeout", "3", "--state")
        self.assertEqual((1, "stale", False), (status, verdict, result["alive"]))
        self.start()
        support.until(lambda: self.judged("--guid", "h", "--timeout", "3", "--state")[1] == "fresh", "it beats again")
        self.health("--stop")
        status, verdict, _, result = self.judged("--guid", "h", "--timeout", "3", "--state")
        self.assertEqual((3, "stopped", None), (status, verdict, result["alive"]))

    def write_record(self, sequence, age):
        """As another host writes it whose clock is that far off."""
        sys.path.insert(0, support.SCRIPTS)
        import storagehealth
        kept, storagehealth.time.time = storagehealth.time.time, lambda: kept() + age
        try:
            text = storagehealth.record_text({"timeout": "3", "interval": "1", "run": "r"}, sequence, "ok")
        finally:
            storagehealth.time.time = kept
        path = self.host.path("/OVS/Repositories/one/.hb-n")
        with open(path + ".new", "w") as handle:
            handle.write(text)
        os.rename(path + ".new", path)

    def test_ten_minutes_of_clock_skew_change_nothing(self):
        # known defect 135
        self.pool("one")
        for skew in (-600, 600):
            self.write_record(1, skew)
            watcher = subprocess.Popen([sys.executable, os.path.join(support.SCRIPTS, "storagehealth.py"), "--root", self.host.root,
                                        "--guid", "n", "--timeout", "30", "--state"], stdout=subprocess.DEVNULL)
            number = 1
            while watcher.poll() is None:
                number += 1
                self.write_record(number, skew)
                time.sleep(0.2)
            self.assertEqual(0, watcher.returncode, skew)
            os.unlink(self.host.path("/var/run/trestle/seen-n"))
            self.assertEqual(1, self.judged("--guid", "n", "--timeout", "3", "--state")[0], skew)
            os.unlink(self.host.path("/var/run/trestle/seen-n"))

    def test_a_second_look_after_the_timeout_is_decided_at_once(self):
        self.pool("one")
        self.write_record(1, 0)
        self.assertEqual("stale", self.judged("--guid", "n", "--timeout", "8", "--state")[1])
        began = time.monotonic()
        self.assertEqual("stale", self.judged("--guid", "n", "--timeout", "8", "--state")[1])
        self.assertLess(time.monotonic() - began, 30)

    def test_nothing_to_judge_by_is_unknown_and_not_healthy(self):
        # known defects 119, 120, 121, 133
        self.mounts = []
        self.table()
        status, verdict, _, result = self.judged("--guid", "n", "--timeout", "3", "--state")
        self.assertEqual((3, "unknown", None), (status, verdict, result["alive"]))
        self.pool("one")
        status, verdict, _, result = self.judged("--guid", "n", "--timeout", "3", "--state")
        self.assertEqual((3, "absent", None), (status, verdict, result["alive"]))
        self.host.write("/OVS/Repositories/one/.hb-n", "no heartbeat at all")
        status, verdict, _, result = self.judged("--guid", "n", "--timeout", "3", "--state")
        self.assertEqual((3, "unreadable", None), (status, verdict, result["alive"]))

    def test_whatever_bytes_a_file_holds_no_python_falls_over_it(self):
        texts = (b"\xff\xfe\x00binary", b"", b"\n" * 300, b"1.2.3", b"9\nseq=1 crc=zz", b"\xc3\xa9" * 5000, b" crc=00000000")
        for i, data in enumerate(texts):
            with open(os.path.join(self.pool("pool%d" % i), ".hb-n"), "wb") as handle:
                handle.write(data)
        for python in support.old_and_new():
            self.host.python = python
            status, verdict, pools, _ = self.judged("--guid", "n", "--timeout", "3", "--state")
            self.assertEqual((3, "unreadable", {"unreadable"}), (status, verdict, set(pools.values())), python)

    def test_a_torn_record_is_not_believed(self):
        self.pool("one")
        self.write_record(1, 0)
        text = self.record("one", "n")
        self.host.write("/OVS/Repositories/one/.hb-n", text.replace("seq=1 ", "seq=9 "))
        self.assertEqual("unreadable", self.judged("--guid", "n", "--timeout", "3", "--state")[1])

    def test_the_plugins_own_heartbeat_files_are_read_too(self):
        self.pool("one")
        self.host.write("/OVS/Repositories/one/.hb-n", "1413834408.5")
        self.assertEqual("stale", self.judged("--guid", "n", "--timeout", "3", "--state")[1])

    def test_a_look_that_fails_is_no_verdict(self):
        # known defects 120, 121: "not alive" only on proof, and an error is none
        self.pool("one")
        self.host.write("/var/run/trestle/seen-n", "/OVS/Repositories/one r/1 later\n\xff\n")
        self.assertEqual(3, self.judged("--guid", "n", "--timeout", "2", "--state")[0])
        os.unlink(self.host.path("/var/run/trestle/seen-n"))
        os.makedirs(self.host.path("/var/run/trestle/seen-n.new"))
        done = self.host.run("storagehealth.py", "--guid", "n", "--timeout", "2", "--state")
        self.assertEqual((4, ""), (done.returncode, done.stdout))
        self.assertIn("seen-n", done.stderr)

    def test_a_reader_on_hung_storage_ends(self):
        # known defect 133
        self.hanging("one")
        self.tell("one", "hang")
        status, verdict, _, result = self.judged("--guid", "n", "--timeout", "3", "--state")
        self.assertEqual((3, "hung", None), (status, verdict, result["alive"]))


class Background(Pools):

    def pids(self):
        pid = int(self.host.read("/var/run/trestle/heartbeat.lock").split()[0][4:])
        worker = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE).stdout.split()
        return [pid] + [int(word) for word in worker]

    def start(self, *arguments):
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "2", *arguments))
        support.until(lambda: "pid=0 " not in self.host.read("/var/run/trestle/heartbeat.lock") and len(self.pids()) == 2, "it runs")

    def fakes(self, *names):
        self.host.write("/proc/sysrq-trigger", "")
        self.host.write("/proc/sys/kernel/sysrq", "0\n")
        for name in names:
            self.host.write("/usr/sbin/" + name, FAKE % {"log": self.host.outside + "/ran", "folder": self.host.outside}, 0o755)
        open(self.host.outside + "/ran", "w").close()

    def ran(self):
        with open(self.host.outside + "/ran") as handle:
            return handle.read()

    def test_it_beats_once_an_interval_runs_once_and_is_small(self):
        # known defects 134, 138
        self.pool("one")
        self.start()
        first = self.pids()
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "2"))
        self.assertEqual(first, self.pids())
        read = lambda: int(self.record("one").split("seq=")[1].split()[0])
        support.until(lambda: os.path.exists(self.host.path("/OVS/Repositories/one/.hb-h")), "it beats")
        begin, began = read(), time.monotonic()
        support.until(lambda: read() >= begin + 3, "it goes on")
        self.assertGreater(time.monotonic() - began, 1.9)  # never more often than once a second
        sizes = []
        for pid in first:
            with open("/proc/%d/status" % pid) as handle:
                sizes += [int(line.split()[1]) for line in handle if line.startswith("VmRSS:")]
        print("resident: supervisor %d KiB, writer %d KiB" % tuple(sizes), flush=True)
        self.assertLessEqual(max(sizes), 16 << 10)
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "5"))
        self.assertNotEqual(first, self.pids())

    def held(self, text):
        """The lock as another process holds it, with this in its file."""
        path = self.host.path("/var/run/trestle/heartbeat.lock")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = open(path, "w")
        handle.write(text)
        handle.flush()
        fcntl.flock(handle, fcntl.LOCK_SH)
        self.addCleanup(handle.close)
        return handle

    def test_the_storage_gets_one_write_for_each_pool_and_interval(self):
        # known defect 134
        self.hanging("one", "two")
        self.start("--interval", "1")

        def writes(name):
            with open(os.path.join(self.control, name + ".writes")) as handle:
                return int(handle.read())
        support.until(lambda: os.path.exists(self.control + "/one.writes") and os.path.exists(self.control + "/two.writes"), "it beats")
        begin, began = [writes("one"), writes("two")], time.monotonic()
        support.until(lambda: writes("one") >= begin[0] + 3 and writes("two") >= begin[1] + 3, "it goes on")
        passed = time.monotonic() - began
        for name, before in zip(("one", "two"), begin):
            self.assertLessEqual(writes(name) - before, passed + 1, name)

    def test_a_number_in_the_lock_is_no_licence_to_kill(self):
        # known defect 138: the file may be of one that is long gone, or of one that has no number yet
        self.pool("one")
        stranger = subprocess.Popen(["sleep", "600"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        for pid in (0, 1, stranger.pid):
            lock = self.held("pid=%d guid=other timeout=9 interval=1 primary=/x reaction=report\n" % pid)
            command = [sys.executable, os.path.join(support.SCRIPTS, "storagehealth.py"), "--root", self.host.root, "--guid", "h",
                       "--timeout", "2"]
            # A group of its own, as the agent's processes are one: a signal to number 0 would end all of them.
            group = subprocess.Popen(["/bin/sh", "-c", '"$@"; echo survived with $?', "sh"] + command, stdout=subprocess.PIPE,
                                     start_new_session=True, universal_newlines=True)
            time.sleep(0.5)
            lock.close()
            self.assertEqual("survived with 0\n", group.communicate(timeout=support.LONG)[0], pid)
            self.assertIsNone(stranger.poll())
            support.until(lambda: len(self.pids()) == 2, "it runs")
            self.assertEqual(0, self.health("--stop"))

    def test_one_who_only_looks_at_the_lock_is_not_taken_for_the_heartbeat(self):
        # known defect 138
        self.pool("one")
        self.start()
        line = self.host.read("/var/run/trestle/heartbeat.lock")
        self.assertEqual(0, self.health("--stop"))
        lock = self.held(line)
        starting = subprocess.Popen([sys.executable, os.path.join(support.SCRIPTS, "storagehealth.py"), "--root", self.host.root,
                                     "--guid", "h", "--timeout", "2"])
        time.sleep(0.5)
        lock.close()
        self.assertEqual(0, starting.wait(timeout=support.LONG))
        support.until(lambda: len(self.pids()) == 2, "it was started and not believed to run")

    def test_stopping_one_that_only_just_starts_is_no_error(self):
        lock = self.held("")
        stopping = subprocess.Popen([sys.executable, os.path.join(support.SCRIPTS, "storagehealth.py"), "--root", self.host.root,
                                     "--stop"], stderr=subprocess.PIPE)
        time.sleep(0.5)
        lock.close()
        self.assertEqual((0, b""), (stopping.wait(timeout=support.LONG), stopping.communicate()[1]))

    def both_or_the_alert(self):
        """Both processes, or True once the alert is told: the file of their numbers changes while it is read."""
        found = self.pids()
        return found if len(found) == 2 else self.log_has("ALERT")

    def test_a_killed_writer_is_started_again_and_a_crash_loop_is_told(self):
        # known defect 138
        self.pool("one")
        self.start()
        supervisor, worker = self.pids()
        for _ in range(6):
            os.kill(worker, signal.SIGKILL)
            support.until(lambda: worker not in self.pids(), "it is gone")
            found = support.until(self.both_or_the_alert, "a new one, or the alert")
            if found is True:
                break
            worker = found[1]
        support.until(lambda: self.log_has("ALERT"), "the crash loop is told")
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "2"))
        self.assertNotEqual(supervisor, self.pids()[0])

    def test_a_killed_supervisor_takes_the_writer_with_it_and_the_next_call_starts_both(self):
        # known defect 138
        self.pool("one")
        self.start()
        before = self.pids()
        os.kill(before[0], signal.SIGKILL)
        support.until(lambda: not runs(before[1]), "the writer ends")
        self.start()
        self.assertNotEqual(before, self.pids())

    def test_reporting_touches_nobody(self):
        # known defect 134: one pool down must not take the host with it
        self.fakes("xm")
        self.hanging("pool1")
        self.start()
        self.tell("pool1", "hang")
        support.until(lambda: self.log_has("pool1 is hung for 2 s: report"), "it is told")
        self.assertEqual(("", "", "0\n"), (self.ran(), self.host.read("/proc/sysrq-trigger"), self.host.read("/proc/sys/kernel/sysrq")))
        self.tell("pool1", "ok")
        support.until(lambda: '"verdict": "ok"' in self.host.read("/var/run/trestle/heartbeat.status"), "it recovers")

    def test_stopping_guests_stops_those_of_the_pool_alone(self):
        # known defect 134
        self.fakes("xm")
        with open(self.host.outside + "/xm-list", "w") as handle:
            handle.write(XM_LIST)
        self.host.write("/etc/trestle/heartbeat.conf", "reaction = stop-guests\n")
        self.hanging("pool1", "pool10")
        self.start()
        self.tell("pool1", "hang")
        support.until(lambda: "destroy" in self.ran(), "the guest is stopped")
        support.until(lambda: self.log_has("guests i-2-3-VM"), "it is told")
        self.assertEqual(["xm destroy i-2-3-VM"], [line for line in self.ran().splitlines() if "destroy" in line])
        self.assertEqual("", self.host.read("/proc/sysrq-trigger"))

    def test_a_reset_only_when_told_to_and_only_for_a_pool_in_use(self):
        # known defect 134
        self.fakes("xm")
        with open(self.host.outside + "/xm-list", "w") as handle:
            handle.write(XM_LIST)
        self.host.write("/etc/trestle/heartbeat.conf", "reaction = reset\n")
        self.hanging("pool1", "pool2")
        self.start()
        self.tell("pool2", "hang")
        support.until(lambda: self.log_has("pool2: guests none"), "nobody uses it")
        self.assertEqual("", self.host.read("/proc/sysrq-trigger"))
        self.tell("pool1", "hang")
        support.until(lambda: self.host.read("/proc/sysrq-trigger") == "b", "the host is reset")
        self.assertEqual("1", self.host.read("/proc/sys/kernel/sysrq"))

    def test_storage_that_comes_back_in_time_resets_nobody(self):
        # known defect 134
        self.fakes("xm")
        self.host.write("/etc/trestle/heartbeat.conf", "reaction = reset\n")
        self.hanging("pool1")
        self.assertEqual(0, self.health("--guid", "h", "--timeout", "30"))
        support.until(lambda: os.path.exists(self.host.path("/var/run/trestle/heartbeat.status")), "it runs")
        self.tell("pool1", "hang")
        support.until(lambda: "slow" in self.host.read("/var/run/trestle/heartbeat.status"), "it is slow")
        self.tell("pool1", "ok")
        support.until(lambda: '"verdict": "ok"' in self.host.read("/var/run/trestle/heartbeat.status"), "it recovers")
        self.assertEqual(("", ""), (self.ran(), self.host.read("/proc/sysrq-trigger")))

    def test_purge_leaves_nothing(self):
        # known defect 39
        before = support.snapshot(self.host.root)
        self.pool("one")
        self.start()
        pids = self.pids()
        # Neither a typing error in the settings nor a host name of any kind keeps it there.
        self.host.write("/etc/trestle/heartbeat.conf", "reactoin = reset\nguid = (none)\n")
        self.assertEqual(0, self.health("--purge"))
        os.unlink(self.host.path("/etc/trestle/heartbeat.conf"))
        os.rmdir(self.host.path("/etc/trestle"))
        support.until(lambda: not [pid for pid in pids if runs(pid)], "both are gone")
        left = set(support.snapshot(self.host.root)) - set(before)
        self.assertEqual({"proc/mounts", "OVS/Repositories/one", "OVS/Repositories/one/.hb-h"}, left)


if __name__ == "__main__":
    own_mounts()
    support.main()
