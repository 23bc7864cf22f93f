#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`trestle host prepare` and `unprepare` against real SSH servers, planted hosts and agents that load what is installed."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import hosts

BIN = os.environ.get("TRESTLE_BIN_DIR", os.path.join(hosts.ROOT, "build", "dev", "bin"))
SCRIPTS = os.path.join(hosts.ROOT, "hypervisor-scripts")
HOSTILE = ["-oProxyCommand=touch /tmp/trestle-hostile", "$(touch /tmp/trestle-hostile)", "`touch /tmp/trestle-hostile`",
           "a;touch /tmp/trestle-hostile", "a b", "host\nname", "[::1", "host:99999", "@", "root@", "\u202etsoh", "../../etc"]


class Ran:
    def __init__(self, done):
        self.exit = done.returncode
        self.out, self.err = done.stdout.decode(), done.stderr.decode()

    def rows(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit %d\n%s\n%s" % (self.exit, self.out[:3000], self.err[:3000])


def trestle(*args, environment=None, timeout=170):
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TRESTLE_PASSWORD": hosts.AGENT_PASSWORD,
           "PYTHONDONTWRITEBYTECODE": "1"}
    env.update(environment or {})
    return Ran(subprocess.run([os.path.join(BIN, "trestle")] + list(args), env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, start_new_session=True,
                              check=False))


PLUGIN_MODULE = """# synthetic: the plugin's module, cut down to its version
from agent.api.base import Agent


class CloudStack(Agent):

    def get_services(self, version=None):
        return {"get_module_version": lambda: "%s"}
"""


def plant_plugin(host, version):
    """An older module, registered the plugin's way."""
    agent = os.path.join(host.root, "usr/lib64/python2.6/site-packages/agent")
    with open(os.path.join(agent, "target/api.py"), encoding="utf-8") as source:
        text = source.read()
    text = text.replace("from agent.api import common\n", "from agent.api import common, cloudstack\n")
    text = text.replace("\nMODULES = [\n", "\nMODULES = [\n\tcloudstack.CloudStack,\n")
    hosts.write(agent, "/target/api.py", text)
    hosts.write(agent, "/api/cloudstack.py", PLUGIN_MODULE % version)
    hosts.write(host.root, "/opt/cloudstack/bin/storagehealth.py", "# synthetic: the plugin's heartbeat %s\n" % version)


class OnAHost(unittest.TestCase):
    release = "3.3.1"

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="trestle-deploy-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.host = self.plant("host")

    def plant(self, name, **more):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        host = hosts.Host(folder, more.pop("release", self.release), **more)
        self.addCleanup(host.stop)
        return host

    def good(self, *args, **more):
        ran = trestle("host", *args, "--json", **more)
        self.assertEqual(ran.exit, 0, ran)
        return ran.rows()[0]

    def bad(self, *args, **more):
        ran = trestle("host", *args, "--json", **more)
        self.assertEqual(ran.exit, 1, ran)
        row = ran.rows()[0]
        self.assertFalse(row["ok"])
        return row

    def version(self, host=None):
        """The module's version as the agent itself tells it, None if it has no module."""
        host = host or self.host
        ran = trestle("agent", "call", "get_module_version", "--json", "--insecure", "--url",
                      "https://127.0.0.1:%d" % host.agent_port)
        return ran.rows() if ran.exit == 0 else None

    def assert_untouched(self, host=None):
        self.assertEqual((host or self.host).changes(), [])


class Preparing(OnAHost):
    # known defects 37 and 139: nothing is restarted or copied when nothing differs, and all of it can be taken back
    def test_a_bare_host_becomes_ready_stays_so_and_is_given_back_byte_for_byte(self):
        self.assertIsNone(self.version())
        first = self.good("prepare", *self.host.options())
        self.assertTrue(first["changed"])
        self.assertTrue(first["agent_pin"].startswith("sha256//"))
        self.assertEqual(first["module_version"], self.version())
        self.assertNotEqual(self.host.changes(), [])
        outcomes = {step["step"]: step["outcome"] for step in first["steps"]}
        for step in ("connect", "inspect", "upload", "module", "register", "install", "agent"):
            self.assertEqual(outcomes[step], "done", first)
        ready = hosts.snapshot(self.host.root)
        with open(os.path.join(self.host.root, "var/run/ovs-agent.pid"), encoding="utf-8") as pid:
            serving = (pid.read(), os.fstat(pid.fileno()).st_mtime)
        second = self.good("prepare", *self.host.options())
        self.assertFalse(second["changed"])
        self.assertEqual(hosts.differences(ready, hosts.snapshot(self.host.root)), [])
        with open(os.path.join(self.host.root, "var/run/ovs-agent.pid"), encoding="utf-8") as pid:
            self.assertEqual((pid.read(), os.fstat(pid.fileno()).st_mtime), serving, "the agent was restarted for nothing")
        gone = self.good("unprepare", *self.host.options())
        self.assertTrue(gone["changed"])
        self.assertIsNone(self.version())
        self.assert_untouched()
        again = self.good("unprepare", *self.host.options())
        self.assertFalse(again["changed"])
        self.assert_untouched()

    # known defect 31: 3.4 as well
    def test_every_release_is_prepared(self):
        for release in ("3.2.1", "3.4.1"):
            host = self.plant("r" + release, release=release)
            self.assertTrue(self.good("prepare", *host.options())["release"].startswith(release[:3]))
            self.good("unprepare", *host.options())
            self.assert_untouched(host)

    def older(self, version, fewer=False):
        """A folder with the scripts of an older version; `fewer`: one that did not have the heartbeat yet."""
        folder = os.path.join(self.folder, "scripts-" + version)
        shutil.copytree(SCRIPTS, folder)
        self.edit(os.path.join(folder, "cloudstack.py"), 'VERSION = "0.4"', 'VERSION = "%s"' % version)
        if fewer:
            self.edit(os.path.join(folder, "install.py"), ', "storagehealth.py")', ")")
        return folder

    def edit(self, path, old, new):
        with open(path, encoding="utf-8") as source:
            text = source.read()
        self.assertEqual(text.count(old), 1, (path, old))
        with open(path, "w", encoding="utf-8") as out:
            out.write(text.replace(old, new))

    # known defects 37 and 139: each version takes the place of another one whole, in either direction
    def test_two_older_versions_are_upgraded_and_either_can_be_gone_back_to(self):
        oldest, old = self.older("0.2", fewer=True), self.older("0.3")
        trees = {}
        for version, more in (("0.2", ["--scripts", oldest]), ("0.3", ["--scripts", old]), ("0.4", [])):
            row = self.good("prepare", *self.host.options(), *more)
            self.assertEqual((row["changed"], row["module_version"], self.version()), (True, version, version))
            trees[version] = hosts.snapshot(self.host.root)
            self.assertFalse(self.good("prepare", *self.host.options(), *more)["changed"])
        for version, folder in (("0.2", oldest), ("0.3", old)):
            row = self.good("prepare", *self.host.options(), "--scripts", folder)
            self.assertEqual((row["changed"], self.version()), (True, version))
            self.good("prepare", *self.host.options())
            self.assertEqual(self.version(), "0.4")
        # The record of what was touched grows by the way that the host has come; nothing else may differ.
        left = hosts.differences(trees["0.4"], hosts.snapshot(self.host.root))
        self.assertEqual([name for name in left if "var/lib/trestle/install" not in name], [])
        self.good("unprepare", *self.host.options())
        self.assert_untouched()

    def test_an_upgrade_that_fails_goes_back_to_the_version_that_was_there(self):
        for version in ("0.2", "0.3"):
            folder = self.older(version, fewer=version == "0.2")
            self.good("prepare", *self.host.options(), "--scripts", folder)
            before = hosts.snapshot(self.host.root)
            broken = os.path.join(self.folder, "broken-" + version)
            shutil.copytree(SCRIPTS, broken)
            # It loads, and the agent that has it does not come up: nobody but the agent's silence tells.
            self.edit(os.path.join(broken, "cloudstack.py"), "        return dict([(name, getattr(self, name)) for",
                      "        raise SystemExit(1)\n        return dict([(name, getattr(self, name)) for")
            row = self.bad("prepare", *self.host.options(restart=False), *self.host.start_words(), "--scripts", broken, "--timeout", "8")
            self.addCleanup(self.host.stop_started)
            self.assertIn("the former version is installed again", [step["detail"] for step in row["steps"]])
            left = hosts.differences(before, hosts.snapshot(self.host.root))
            self.assertEqual([name for name in left if "var/lib/trestle/install" not in name], [])
            hosts.wait_until(lambda: self.version() == version, "the agent serves version %s again" % version)
            self.good("unprepare", *self.host.options(restart=False), *self.host.start_words())
            self.assert_untouched()

    # known defect 141: the plugin's own module, registered its way, is replaced and given back
    def test_the_plugins_own_modules_are_replaced_and_come_back(self):
        for version in ("0.1", "0.3"):
            host = self.plant("plugin" + version, serve=False)
            plant_plugin(host, version)
            host.before = hosts.snapshot(host.root)
            host.start_agent()
            self.assertEqual(self.version(host), version)
            self.good("prepare", *host.options())
            self.assertEqual(self.version(host), "0.4")
            ran = trestle("host", "unprepare", *host.options(), "--timeout", "20", "--json")
            self.assertEqual(host.changes(), [], ran)
            self.assertEqual((ran.exit, self.version(host)), (0, version), ran)

    def test_a_stopped_agent_is_no_obstacle_if_the_restart_starts_it(self):
        self.host.stop_agent()
        self.assertFalse(hosts.answers("127.0.0.1", self.host.agent_port))
        row = self.good("prepare", *self.host.options(restart=False), *self.host.start_words())
        self.addCleanup(self.host.stop_started)
        self.assertEqual((row["changed"], self.version()), (True, row["module_version"]))
        self.host.stop_started()
        hosts.wait_until(lambda: not hosts.answers("127.0.0.1", self.host.agent_port), "it is stopped again")
        # The negative twin: a restart that starts nothing undoes everything.
        self.good("unprepare", *self.host.options(restart=False), *self.host.start_words())
        self.host.stop_started()
        hosts.wait_until(lambda: not hosts.answers("127.0.0.1", self.host.agent_port), "it is stopped again")
        self.bad("prepare", *self.host.options(restart=False), "--agent-restart=/bin/true", "--timeout", "4")
        self.assert_untouched()

    def test_a_host_whose_python_has_no_sha256_is_only_looked_at_the_second_time(self):
        masked = os.path.join(self.folder, "old-python")
        os.mkdir(masked)
        with open(os.path.join(masked, "hashlib.py"), "w", encoding="utf-8") as module:
            module.write("raise ImportError('as on Python 2.4')\n")
        # It has SHA-1 under the name that it had then.
        with open(os.path.join(masked, "sha.py"), "w", encoding="utf-8") as module:
            module.write("from _sha1 import sha1 as new\n")
        python = os.path.join(masked, "python")
        with open(python, "w", encoding="utf-8") as script:
            script.write("#!/bin/sh\nPYTHONPATH=%s exec %s \"$@\"\n" % (masked, sys.executable))
        os.chmod(python, 0o755)
        self.assertTrue(self.good("prepare", *self.host.options(python=python))["changed"])
        again = self.good("prepare", *self.host.options(python=python))
        self.assertNotIn("upload", [step["step"] for step in again["steps"]])
        self.assertFalse(again["changed"])
        with open(os.path.join(self.host.root, "opt/cloudstack/bin/introspect.py"), "r+", encoding="utf-8") as script:
            script.write("#?")  # of the same size
        self.assertTrue(self.good("prepare", *self.host.options(python=python))["changed"])

    def test_a_login_that_is_not_roots_is_told(self):
        ran = trestle("host", "prepare", "nobody@127.0.0.1:%d" % self.host.sshd.port, "--ssh-key",
                      self.host.sshd.path("strangerkey"), "--known-hosts", self.host.sshd.known_hosts(), "--json")
        self.assertEqual(ran.exit, 1)
        self.assertEqual(ran.rows()[0]["error"]["code"], "unauthenticated")


class Trust(OnAHost):
    def login(self, *more, port=None):
        return ["127.0.0.1:%d" % (port or self.host.sshd.port), "--ssh-key", self.host.sshd.path("key"), "--host-root",
                self.host.root, "--host-python", sys.executable] + list(more)

    # known defect 36: host keys are checked
    def test_an_unknown_host_is_refused_until_it_is_accepted_and_a_changed_one_always(self):
        known = os.path.join(self.folder, "known")
        row = self.bad("prepare", *self.login("--known-hosts", known), *self.host.restart_words())
        self.assertEqual(row["error"]["code"], "unauthenticated")
        self.assertIn(self.host.sshd.fingerprint(), row["error"]["what"])
        self.assert_untouched()
        self.good("prepare", *self.login("--known-hosts", known, "--accept-new-host-key"), *self.host.restart_words())
        self.good("prepare", *self.login("--known-hosts", known), *self.host.restart_words())
        self.host.sshd.change_host_key()
        for more in ([], ["--accept-new-host-key"]):
            ran = trestle("host", "prepare", *self.login("--known-hosts", known, *more))
            self.assertEqual(ran.exit, 1)
            self.assertIn("HAS CHANGED", ran.out + ran.err)
        self.good("prepare", *self.login("--host-key", self.host.sshd.fingerprint()), *self.host.restart_words())

    def test_a_password_logs_in_and_a_wrong_one_is_refused_and_never_shown(self):
        trust = ["--known-hosts", self.host.sshd.known_hosts(), "--host-root", self.host.root, "--host-python", sys.executable]
        where = "127.0.0.1:%d" % self.host.sshd.port
        ran = trestle("host", "prepare", where, *trust, "--json", "-v", environment={"TRESTLE_SSH_PASSWORD": "hunter2-wrong"})
        self.assertEqual(ran.exit, 1)
        self.assertEqual(ran.rows()[0]["error"]["code"], "unauthenticated")
        self.assertNotIn("hunter2", ran.out + ran.err)
        self.assert_untouched()
        row = self.good("prepare", where, *trust, "--ssh-password-file", self.host.sshd.path("password"),
                        *self.host.restart_words())
        self.assertTrue(row["ok"])

    def test_a_wrong_password_of_the_agent_is_found_before_anything_is_changed(self):
        row = self.bad("prepare", *self.host.options(), environment={"TRESTLE_PASSWORD": "wrong-one"})
        self.assertIn(row["error"]["code"], ("unauthenticated", "permission_denied"))
        self.assertNotIn("wrong-one", json.dumps(row))
        self.assert_untouched()

    def test_hostile_hosts_are_usage_errors(self):
        if os.path.exists("/tmp/trestle-hostile"):
            os.remove("/tmp/trestle-hostile")
        for name in HOSTILE:
            for verb in ("prepare", "unprepare", "doctor", "logs"):
                ran = trestle("host", verb, "--ssh-key", self.host.sshd.path("key"), "--", name)
                self.assertEqual(ran.exit, 2, (name, ran))
                self.assertEqual(ran.err.count("\n"), 1, (name, ran))
        self.assertFalse(os.path.exists("/tmp/trestle-hostile"))

    def test_a_hostile_root_and_python_are_data(self):
        strange = os.path.join(self.folder, "a 'b' $(touch x); \"c\"")
        os.rename(self.host.root, strange)
        os.symlink(strange, self.host.root)  # the running agent keeps its old path
        options = self.host.options()
        options[options.index("--host-root") + 1] = strange
        self.good("prepare", *options)
        ran = trestle("host", "prepare", *self.host.options(python="$(touch x)"), "--json")
        self.assertEqual(ran.rows()[0]["error"]["code"], "failed_precondition")


class Undoing(OnAHost):
    def test_an_agent_that_does_not_come_back_with_the_module_undoes_everything(self):
        row = self.bad("prepare", *self.host.options(restart=False), "--agent-restart=/bin/true", "--timeout", "6")
        self.assertIn("the agent to answer", row["error"]["what"])
        self.assertIn("undone", [step["outcome"] for step in row["steps"]])
        self.assert_untouched()

    def test_a_removal_that_fails_late_is_not_told_to_be_undone(self):
        self.good("prepare", *self.host.options())
        row = self.bad("unprepare", *self.host.options(restart=False), "--agent-restart=/bin/true", "--timeout", "4")
        self.assertEqual(self.host.changes(), [])  # all is taken out, and the agent runs on with what it has loaded
        self.assertIn("repeat the command", row["error"]["what"])
        told = [step["detail"] for step in row["steps"] if step["step"] == "undo"]
        self.assertEqual(told, ["the upload is gone; the removal is not undone"])
        # The negative twin: a removal that install.py has undone itself leaves the host as it was.
        self.host.stop_agent()
        self.host.start_agent()
        self.good("prepare", *self.host.options())
        ready = hosts.snapshot(self.host.root)
        row = self.bad("unprepare", *self.host.options(restart=False), "--agent-restart=/bin/false")
        self.assertNotIn("repeat the command", row["error"]["what"])
        left = hosts.differences(ready, hosts.snapshot(self.host.root))
        self.assertEqual([name for name in left if "var/lib/trestle/install" not in name], [])

    def test_a_restart_that_fails_undoes_everything(self):
        row = self.bad("prepare", *self.host.options(restart=False), "--agent-restart=/bin/false")
        self.assertEqual(row["error"]["code"], "failed_precondition")
        self.assert_untouched()

    # known defects 38 and 139: an unknown layout is refused with its cause, not edited
    def test_a_tree_that_is_not_the_vendors_is_left_alone(self):
        target = os.path.join(self.host.root, "usr/lib64/python2.6/site-packages/agent/target/api.py")
        with open(target, "w", encoding="utf-8") as out:
            out.write("THIS = 'is no agent'\n")
        self.host.before = hosts.snapshot(self.host.root)
        row = self.bad("prepare", *self.host.options())
        self.assertTrue(row["error"]["what"])
        self.assert_untouched()

    def test_a_machine_without_an_agent_is_told_so(self):
        os.remove(os.path.join(self.host.root, "etc/ovs-agent/agent.ini"))
        self.host.before = hosts.snapshot(self.host.root)
        row = self.bad("prepare", *self.host.options())
        self.assertIn("Oracle VM", row["error"]["what"])
        self.assert_untouched()

    def test_a_host_without_python_is_told_so(self):
        row = self.bad("prepare", *self.host.options(python="/no/such/python"))
        self.assertIn("--host-python", row["error"]["what"])
        self.assert_untouched()


class CutLinks(OnAHost):
    """At every step: where each begins is learnt from a whole run, by what it logs while it goes on."""
    parts = 2 if int(os.environ.get("TRESTLE_SOAK_PERCENT") or "10") < 100 else 12

    def setUp(self):
        super().setUp()
        self.cutter = hosts.Cutter(self.host.sshd.port)
        self.addCleanup(self.cutter.close)
        self.cutter.arm(None, True)
        self.marks = self.marks_of_a_whole_run()
        self.ready = hosts.snapshot(self.host.root)
        self.good("unprepare", *self.host.options())
        self.assert_untouched()

    def marks_of_a_whole_run(self):
        """[(step, bytes that had gone to the host when it was logged)], and at last how many went in all."""
        env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TRESTLE_PASSWORD": hosts.AGENT_PASSWORD}
        marks = []
        with subprocess.Popen([os.path.join(BIN, "trestle"), "host", "prepare", *self.through(), "-v"], env=env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            for line in run.stderr:
                if b"deployment step" in line:
                    marks.append((re.search(rb"step=\"?([\w-]+)", line).group(1).decode(), self.cutter.passed))
        self.assertEqual(run.returncode, 0)
        return marks + [("clean up", self.cutter.passed)]

    def through(self):
        return self.host.options(self.cutter.port)

    def limits(self):
        """Numbers of bytes: for each step its first one, and some places within it."""
        found, before = [], 0
        for _, passed in self.marks:
            if passed - before > 40:  # install.py tells of several steps at once
                found += [before + 1 + (passed - before) * part // self.parts for part in range(self.parts)]
                before = passed
        return found

    def test_once_at_every_step_is_undone(self):
        failed = set()
        for limit in self.limits():
            self.cutter.arm(limit, once=True)
            ran = trestle("host", "prepare", *self.through(), "--json")
            if ran.exit == 0:  # what was cut was the cleaning up, which took a connection of its own
                self.assertEqual(hosts.differences(self.ready, hosts.snapshot(self.host.root)), [], limit)
                failed.add("clean up")
                self.good("unprepare", *self.host.options())
            else:
                failed.add([step["step"] for step in ran.rows()[0]["steps"] if step["outcome"] == "failed"][0])
                self.assertEqual(self.host.changes(), [], (limit, ran))
            self.assertEqual(self.cutter.cuts, 1, limit)
            self.assertIsNone(self.version(), limit)
        self.assertEqual(failed, {"connect", "inspect", "upload", "install", "clean up"}, self.marks)

    def test_while_install_is_at_work_is_undone_and_for_good_is_repeatable(self):
        begun, on = os.path.join(self.folder, "begun"), os.path.join(self.folder, "on")
        script = os.path.join(self.folder, "slow-restart")
        with open(script, "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\n: > '%s'\nwhile [ ! -e '%s' ]; do sleep 0.05; done\nexec '%s' '%s' --root '%s' --restart\n" % (
                begun, on, sys.executable, os.path.join(hosts.SKELETON, "serve.py"), self.host.root))
        os.chmod(script, 0o755)
        options = self.host.options(self.cutter.port, restart=False) + ["--agent-restart=" + script]
        for once in (True, False):
            for name in (begun, on):
                if os.path.exists(name):
                    os.remove(name)
            self.cutter.arm(None, once)
            env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TRESTLE_PASSWORD": hosts.AGENT_PASSWORD}
            with subprocess.Popen([os.path.join(BIN, "trestle"), "host", "prepare", *options, "--json"], env=env,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
                hosts.wait_until(lambda: os.path.exists(begun), "install.py restarts the agent")
                self.cutter.cut_now()
                if once:
                    # The installer of the lost connection still holds its lock: undoing has to wait for it.
                    hosts.wait_until(lambda: any(name.startswith("trestle-upload-") for name in
                                                 os.listdir(os.path.join(self.host.root, "var/tmp"))), "undoing begins")
                else:
                    self.assertEqual(run.wait(timeout=170), 1)
                open(on, "w", encoding="utf-8").close()
                row = json.loads(run.stdout.read())[0]
            self.assertEqual("install", [step["step"] for step in row["steps"] if step["outcome"] == "failed"][0], row)
            if once:
                self.assertEqual(self.host.changes(), [], row)
                self.assertIsNone(self.version())
            else:
                self.assertIn("undoing it failed as well", row["error"]["what"])
        self.cutter.mend()
        row = self.good("prepare", *self.through())
        self.assertEqual(hosts.differences(self.ready, hosts.snapshot(self.host.root)), [])
        self.assertEqual(self.version(), row["module_version"])

    def test_for_good_at_every_step_is_put_right_by_the_next_run(self):
        for limit in self.limits()[1::2]:
            self.cutter.arm(limit, once=False)
            trestle("host", "prepare", *self.through(), "--json")
            self.cutter.mend()
            row = self.good("prepare", *self.through())
            self.assertTrue(row["module_version"], limit)
            self.assertEqual(hosts.differences(self.ready, hosts.snapshot(self.host.root)), [], limit)
            self.good("unprepare", *self.through())
            self.assert_untouched()


class ManyHosts(OnAHost):
    def test_each_gets_its_own_result_and_a_bad_one_spoils_no_other(self):
        others = [self.host] + [self.plant("other%d" % i) for i in range(3)]
        known = os.path.join(self.folder, "all-known")
        with open(known, "w", encoding="utf-8") as out:
            for host in others[:3]:  # the last one stays unknown
                with open(host.sshd.known_hosts(), encoding="utf-8") as one:
                    out.write(one.read())
        words = ["127.0.0.1:%d" % host.sshd.port for host in others]
        for host in others:
            if host is not self.host:
                shutil.copyfile(self.host.sshd.path("key.pub"), host.sshd.path("key.pub"))
            words += ["--host-root", host.root]
        words += ["--ssh-key", self.host.sshd.path("key"), "--known-hosts", known, "--host-python", sys.executable]
        words += self.host.restart_words()
        ran = trestle("host", "prepare", *words, "--json")
        self.assertEqual(ran.exit, 1, ran)
        rows = ran.rows()
        self.assertEqual([row["host"] for row in rows], ["root@127.0.0.1:%d" % host.sshd.port for host in others])
        self.assertEqual([row["ok"] for row in rows], [True, True, True, False], ran)
        self.assertEqual(rows[3]["error"]["code"], "unauthenticated")
        self.assert_untouched(others[3])
        for host in others[:3]:
            self.assertEqual(self.version(host), rows[0]["module_version"])
        ran = trestle("host", "unprepare", *words, "--json")
        self.assertEqual([row["ok"] for row in ran.rows()], [True, True, True, False], ran)
        for host in others:
            self.assert_untouched(host)

    def test_two_deployments_of_one_host_at_once_leave_it_ready_or_as_it_was(self):
        command = [os.path.join(BIN, "trestle"), "host", "prepare", *self.host.options(), "--json"]
        env = {"PATH": "/usr/bin:/bin", "TRESTLE_PASSWORD": hosts.AGENT_PASSWORD, "PYTHONDONTWRITEBYTECODE": "1"}
        both = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        ends = [process.wait(timeout=170) for process in both]
        self.assertTrue(set(ends) <= {0, 1}, ends)
        self.good("prepare", *self.host.options())
        self.good("unprepare", *self.host.options())
        self.assert_untouched()


if __name__ == "__main__":
    unittest.main()
