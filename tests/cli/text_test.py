#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built program as a person and a script meet it: the main job, errors, terminals, passwords."""
import os
import pty
import select
import subprocess
import time
import unittest

import bench


class OnASimulator(unittest.TestCase):
    release = "3.3.1"
    options = ()  # that every command takes

    def setUp(self):
        self.folder = bench.Folder()
        self.addCleanup(self.folder.remove)
        self.simulator = bench.Simulator(self.folder, release=self.release)
        self.addCleanup(self.simulator.stop)

    def good(self, *args, **more):
        ran = self.simulator.trestle(*args, *self.options, **more)
        self.assertEqual(ran.exit, 0, "%s: %r" % (" ".join(args), ran))
        return ran

    def hanging_ping(self):
        """A process whose call is out; a rule has to see to it that no answer comes."""
        process = subprocess.Popen([bench.TRESTLE, "host", "ping", "--json", "-v"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.simulator.environment())
        while b"START" not in process.stderr.readline():
            self.assertIsNone(process.poll(), "it ended before its call went out")
        return process

    def document(self, *args, **more):
        return self.good(*args, "--json", **more).document()


class TheMainJob(OnASimulator):
    def test_from_an_unowned_host_to_a_vm_that_moves_and_goes(self):
        manager = "0004fb00000100001a2b3c4d5e6f7081"
        self.assertEqual(self.document("host", "show", number=5)["membership_state"], "Unowned")
        owned = self.document("host", "own", "--manager", manager, number=5)
        self.assertEqual(owned["manager_unique_id"], manager)
        pool = self.document("pool", "create", "quick", "--virtual-ip", self.simulator.network + "77", number=2)
        self.assertEqual(pool["pool"]["alias"], "quick")
        self.assertTrue(pool["is_current_master"])
        joined = self.document("pool", "join", self.simulator.url(2), number=5)
        self.assertEqual(sorted(joined["pool"]["members"]), [self.simulator.network + "2", self.simulator.network + "5"])
        repo = self.document("repo", "create", "nfs-1:/export/second", "--name", "work", number=2)
        self.assertEqual((repo["alias"], repo["status"]), ("work", "Mounted"))
        self.document("repo", "add", "nfs-1:/export/second", "--id", repo["uuid"], number=5)
        disk = self.document("disk", "create", "app.img", "--repo", "work", "--size", "10G", number=2)
        self.assertEqual(disk["size_bytes"], 10 << 30)
        created = self.document("vm", "create", "--repo", "work", "--name", "app", "--memory", "512", "--disk",
                                "app.img", "--nic", "xenbr0", number=2)
        self.assertEqual(self.state("app", 2), "stopped")
        self.assertEqual(self.document("vm", "start", "app", number=2)["power_state"], "running")
        self.assertEqual(self.state("app", 2), "running")
        # A host of 3.2 ends a guest that reboots within a minute of its start.
        self.simulator.control("step", "61")
        self.assertEqual(self.document("vm", "reboot", created["vm"], number=2)["power_state"], "running")
        moved = self.document("vm", "migrate", "app", "--to", self.simulator.network + "5", number=2)
        self.assertEqual(moved["host"], self.simulator.network + "5:8899")
        self.assertEqual(self.state("app", 5), "running")
        self.assertEqual(self.state("app", 2), "stopped")
        self.assertIn("counters", self.document("vm", "stats", "app", number=5))
        self.assertEqual(self.document("vm", "stop", "app", number=5)["power_state"], "stopped")
        self.document("vm", "delete", "app", number=5)
        self.assertEqual([vm for vm in self.document("vm", "list", number=5) if vm["name"] == "app"], [])
        self.document("disk", "delete", "app.img", "--repo", "work", number=2)

    def state(self, name, number):
        return {vm["name"]: vm["power_state"] for vm in self.document("vm", "list", number=number)}[name]


class TheMainJobOn32(TheMainJob):
    """Hosts of 3.2 take ownership in another form, answer in other words, and know no TLS above 1.0."""
    release = "3.2.1"
    options = ("--allow-tls10",)

    def test_old_tls_is_refused_unless_it_is_asked_for(self):
        refused = self.simulator.trestle("host", "ping", "--timeout", "5")
        self.assertEqual(refused.exit, 1, refused)
        self.assertIn("--allow-tls10", refused.err)
        self.good("host", "ping")


    def test_a_guest_that_the_host_ended_is_not_waited_for(self):
        self.good("vm", "start", "db1")
        ran = self.simulator.trestle("vm", "reboot", "db1", "--allow-tls10", "--json")
        self.assertEqual(ran.exit, 1, ran)
        self.assertIn("did not come back", ran.document()["error"]["what"])


class TheMainJobOn34(TheMainJob):
    release = "3.4"


class Verbs(OnASimulator):
    def test_a_running_vm_is_not_deleted(self):
        ran = self.simulator.trestle("vm", "delete", "web1")
        self.assertEqual(ran.exit, 1)
        self.assertIn("stop it first", ran.err)
        self.assertEqual(self.document("vm", "show", "web1")["power_state"], "running")

    def test_a_disk_in_use_is_not_deleted(self):
        ran = self.simulator.trestle("disk", "delete", "web1.img", "--repo", "main")
        self.assertEqual(ran.exit, 1)
        self.assertIn("VM web1 uses this disk", ran.err)
        self.good("disk", "info", "web1.img", "--repo", "main")

    def test_a_repeated_create_finds_the_first_vm(self):
        create = ["vm", "create", "--repo", "main", "--name", "twin", "--memory", "256"]
        self.good(*create)
        again = self.simulator.trestle(*create, "--json")
        self.assertEqual(again.exit, 1)
        self.assertEqual(again.document()["error"]["code"], "already_exists")

    def test_differences_have_an_exit_code_of_their_own(self):
        self.folder.write("other.json", '{"memory": 4096, "name": "web1"}')
        ran = self.simulator.trestle("vm", "diff", "web1", "--spec", os.path.join(self.folder.path, "other.json"), "--json")
        self.assertEqual(ran.exit, 3)
        self.assertEqual(ran.document(), [{"key": "memory", "stored": 512, "wanted": 4096}])

    def test_erasing_a_repository_wants_its_id(self):
        for more in (["--erase"], ["--confirm", "x"], ["--erase", "--confirm", "main"]):
            self.assertEqual(self.simulator.trestle("repo", "delete", "old", *more).exit, 2, more)
        self.assertIn("old", [repo["alias"] for repo in self.document("repo", "list")])

    def test_configure_sends_only_what_differs(self):
        self.assertEqual(self.document("vm", "configure", "web1", "--memory", "512")["changed"], [])
        changed = self.document("vm", "configure", "web1", "--memory", "640")
        self.assertEqual(changed["changed"], ["memory"])
        self.assertEqual(self.document("vm", "config", "web1")["memory_mib"], 640)

    def test_names_in_several_repositories_and_ids_both_work(self):
        vm = self.document("vm", "show", "db1")["vm"]
        self.assertEqual(self.document("vm", "show", vm)["name"], "db1")
        self.assertEqual(self.document("vm", "show", vm, "--repo", "main")["name"], "db1")
        self.assertEqual(self.simulator.trestle("vm", "show", "nobody").exit, 1)


class Errors(OnASimulator):
    def one_line(self, ran, *words):
        self.assertEqual(ran.exit, 1, ran)
        self.assertEqual(ran.err.count("\n"), 1, ran)
        for word in words:
            self.assertIn(word, ran.err.lower(), ran)
        error = ran.document()["error"]
        self.assertEqual(set(error), {"code", "what", "host", "service", "fault", "cause"})
        return error

    def ping(self, timeout="30", **environment):
        merged = dict(self.simulator.environment(), **environment)
        merged = {name: value for name, value in merged.items() if value is not None}
        return bench.run(["host", "ping", "--json", "--timeout", timeout], environment=merged)

    def test_a_wrong_password(self):
        error = self.one_line(self.ping(TRESTLE_PASSWORD="not it"), "password")
        self.assertIn(error["code"], ("unauthenticated", "permission_denied"))

    def test_a_host_that_is_not_there(self):
        ran = self.ping(timeout="3", TRESTLE_URL=self.simulator.url(99))
        self.assertEqual(ran.exit, 1, ran)
        self.assertEqual(ran.document()["error"]["code"], "unavailable")
        # A safe question is repeated inside the time limit, and that is said once.
        self.assertEqual([line.split()[0] for line in ran.err.splitlines()], ["warn", "trestle"])

    def test_a_wrong_pin(self):
        pin = "sha256//" + "A" * 43 + "="
        error = self.one_line(self.ping(TRESTLE_CA_FILE=None, TRESTLE_PIN=pin), "pin")
        self.assertEqual(error["code"], "unauthenticated")

    def test_the_right_pin(self):
        ran = self.ping(TRESTLE_CA_FILE=None, TRESTLE_PIN=self.simulator.ready["pin"])
        self.assertEqual(ran.exit, 0, ran)

    def test_plain_http_on_a_tls_port(self):
        self.one_line(self.ping(TRESTLE_URL=self.simulator.url(1).replace("https", "http")))

    def test_insecure_warns_every_time(self):
        for _ in range(2):
            ran = bench.run(["host", "ping", "--insecure"], environment=dict(
                self.simulator.environment(), TRESTLE_CA_FILE=""))
            self.assertEqual(ran.exit, 0, ran)
            self.assertIn("warn", ran.err)
        self.assertEqual(self.simulator.trestle("host", "ping").err, "")

    def test_a_hanging_host_ends_at_the_time_limit(self):
        self.simulator.control("set-rule", "--service", "echo", "--action", "hang")
        begin = time.monotonic()
        error = self.one_line(bench.run(["host", "ping", "--json", "--timeout", "500ms"],
                                        environment=self.simulator.environment()))
        self.assertEqual(error["code"], "deadline_exceeded")
        self.assertLess(time.monotonic() - begin, 60)

    def test_a_fault_is_told_whole(self):
        ran = self.simulator.trestle("agent", "call", "start_vm", '"x"', '"y"', "--json")
        error = self.one_line(ran)
        self.assertEqual(error["service"], "start_vm")
        self.assertEqual(error["fault"]["code"], 1)

    def test_an_interrupt_ends_a_call(self):
        self.simulator.control("set-rule", "--service", "echo", "--action", "hang")
        process = self.hanging_ping()
        process.send_signal(2)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b'"cancelled"', out)


class Terminal(OnASimulator):
    """Runs the program on a pseudo terminal."""

    def typed(self, args, answer, environment):
        child, master = pty.fork()
        if child == 0:
            os.execve(bench.TRESTLE, [bench.TRESTLE] + args, environment)
        shown = b""
        sent = False
        while True:
            ready, _, _ = select.select([master], [], [], 30)
            self.assertTrue(ready, "the program neither asks nor ends: %r" % shown)
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
            if not sent and b"Password of oracle" in shown:
                os.write(master, answer)
                sent = True
        os.close(master)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown

    def test_the_password_is_asked_for_and_not_shown(self):
        environment = self.simulator.environment()
        del environment["TRESTLE_PASSWORD"]
        code, shown = self.typed(["host", "ping"], bench.PASSWORD.encode() + b"\n", environment)
        self.assertEqual(code, 0, shown)
        self.assertNotIn(bench.PASSWORD.encode(), shown)
        code, shown = self.typed(["host", "ping"], b"wrong\n", environment)
        self.assertEqual(code, 1, shown)
        self.assertNotIn(b"wrong\r", shown)

    def test_an_interrupt_while_asking_leaves_the_terminal_as_it_was(self):
        environment = self.simulator.environment()
        del environment["TRESTLE_PASSWORD"]
        code, shown = self.typed(["host", "ping"], b"\x03", environment)
        self.assertEqual(code, 1, shown)
        self.assertIn(b"stopped while asking", shown)

    def test_progress_is_a_moving_bar_that_goes_away(self):
        code, shown = self.typed(["vm", "start", "db1"], b"", self.simulator.environment())
        self.assertEqual(code, 0, shown)
        self.assertIn(b"\r\x1b[K[", shown)
        tail = shown.rsplit(b"\r\x1b[K", 1)[1]
        self.assertIn(b"running", tail)
        self.assertNotIn(b"[=", tail)

    def test_without_a_terminal_progress_is_one_line_a_step(self):
        err = self.good("vm", "start", "db1").err
        self.assertNotIn("\x1b", err)
        self.assertIn("starting VM db1\n", err)


class HostileHost(OnASimulator):
    def test_control_characters_never_reach_the_terminal(self):
        spec = '{"name": "evil", "memory": 128, "OVM_description": "\\u009b31m\\u007f\\u202e\\nforged"}'
        self.folder.write("evil.json", spec)
        self.good("vm", "create", "--repo", "main", "--spec", os.path.join(self.folder.path, "evil.json"))
        for command in (["vm", "list"], ["vm", "show", "evil"], ["vm", "config", "evil"], ["vm", "config", "evil", "--raw"]):
            out = self.good(*command).out
            self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f\x80-\x9f\u202e]", command)


class Secrets(OnASimulator):
    def test_nobody_can_read_the_password_from_outside(self):
        self.simulator.control("set-rule", "--service", "echo", "--action", "hang")
        process = self.hanging_ping()
        with open("/proc/%d/cmdline" % process.pid, "rb") as text:
            self.assertNotIn(bench.PASSWORD.encode(), text.read())
        process.terminate()
        out, err = process.communicate(timeout=60)
        self.assertNotIn(bench.PASSWORD.encode(), out + err)


if __name__ == "__main__":
    unittest.main()
