#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Custom action Migrate between two simulated hosts of one repository; the commands of the guide, run as they stand there."""
import json
import os
import re
import subprocess
import tempfile
import unittest

import scene
from scene import Host, derived_id, power_of, run, vm_payload

UUID = "11111111-2222-4333-8444-555555555501"
NAME = "i-2-101-VM"
VM = derived_id(UUID)
MADE = {"name": NAME, "cs_uuid": UUID, "power": "running"}
THERE = "127.0.4.2"
GUIDE = os.path.join(scene.ROOT, "integration", "doors", "extension", "README.md")


def at(host, address=None, nics=0):
    """A payload for the VM at one of the two hosts."""
    return vm_payload(host, UUID, NAME, nics=nics, details={"host": {"url": host.url(address)}})


def migration(host, destination, role="Admin", **details):
    document = at(host)
    document["externaldetails"]["host"].update(details)
    document.update(action="Migrate", parameters={"destination": destination}, caller={"name": "somebody", "roletype": role})
    return document


class Case(scene.Case):
    def ask(self, host, action, document, wait=60):
        return run(action, host.payload(document), wait)

    def migrate(self, host, destination=THERE, wait=60, **more):
        return self.ask(host, "Migrate", migration(host, destination, **more), wait)

    def states(self, host, address=None):
        return self.good(self.ask(host, "statuses", at(host, address)))["power_state"]


class Migrate(Case):
    def test_a_running_vm_moves_and_belongs_to_the_other_host_from_then_on(self):
        with Host(vms=[MADE], second=True) as host:
            self.assertEqual([self.states(host), self.states(host, THERE)], [{NAME: "PowerOn"}, {}])
            self.good(self.migrate(host))
            self.assertEqual([power_of(host, VM), power_of(host, VM, "ovm-b")], ["stopped", "running"])
            self.assertEqual(host.markers(VM), ["cloudstack.on.%s.%s" % (scene.OTHER_HOST, NAME)])
            self.assertEqual([self.states(host), self.states(host, THERE)], [{}, {NAME: "PowerOn"}])
            # Once it is off, it is off there; here it is neither reported nor started again.
            self.good(self.ask(host, "stop", at(host, THERE)))
            self.assertEqual([self.states(host), self.states(host, THERE)], [{}, {NAME: "PowerOff"}])
            self.bad(self.ask(host, "start", at(host)), "last on the host", "Adopt")
            self.good(self.ask(host, "start", at(host, THERE)))
            self.assertEqual([len(host.disks()), len(host.configs())], [1, 1])

    def test_a_move_that_fails_leaves_the_vm_where_it_is_and_known(self):
        faults = {"a fault": {"service": "migrate_vm", "action": "fault", "fault_class": "exceptions.Exception",
                              "fault_text": "made up by the test"},
                  "a target that is not ready": {"service": "setup_migration_target", "action": "fault",
                                                 "fault_class": "exceptions.Exception", "fault_text": "made up by the test"}}
        for name, fault in faults.items():
            with self.subTest(name), Host(vms=[MADE], second=True, faults=[fault]) as host:
                before = host.markers(VM)
                self.bad(self.migrate(host), "made up by the test")
                self.assertEqual([power_of(host, VM), power_of(host, VM, "ovm-b")], ["running", "stopped"])
                self.assertEqual(host.markers(VM), before)
                # The reason for the marker: without it a VM that is stopped is reported by nobody.
                self.good(self.ask(host, "stop", at(host)))
                self.assertEqual([self.states(host), self.states(host, THERE)], [{NAME: "PowerOff"}, {}])
                host.ask(do="clear_rules")
                self.good(self.ask(host, "start", at(host)))
                self.good(self.migrate(host))

    def test_a_lost_answer_is_followed_until_the_vm_runs_there(self):
        for fault in ({"action": "drop_after"}, {"action": "truncate", "bytes": 40}):
            with self.subTest(fault), Host(vms=[MADE], second=True, faults=[dict(fault, service="migrate_vm", times=1)]) as host:
                self.good(self.migrate(host))
                self.assertEqual([power_of(host, VM), power_of(host, VM, "ovm-b")], ["stopped", "running"])
                self.assertEqual(self.states(host, THERE), {NAME: "PowerOn"})

    def test_a_move_of_unknown_end_is_no_reason_to_call_the_vm_stopped(self):
        with Host(vms=[MADE], second=True, faults=[{"service": "migrate_vm", "action": "hang", "times": 1}]) as host:
            ran = self.migrate(host, wait=8)
            self.bad(ran, "may still run on", "Adopt")
            self.assertLess(ran.seconds, 8)
            self.assertEqual([self.states(host), self.states(host, THERE)], [{NAME: "PowerOn"}, {}])
            # It may have arrived over there by now: nobody says that it is stopped here, where CloudStack could start it again.
            self.assertEqual(host.markers(VM), [])
            document = migration(host, THERE)
            document.update(action="Adopt", parameters={})
            self.good(self.ask(host, "Adopt", document))
            self.good(self.ask(host, "stop", at(host)))
            self.assertEqual(self.states(host), {NAME: "PowerOff"})

    def test_where_it_cannot_go_it_is_refused_and_nothing_changes(self):
        with Host(vms=[MADE], second=True) as host:
            before = host.markers(VM)
            for destination, word in (("127.0.4.99", "127.0.4.99"), ("127.0.4.1", "stays on"), ("no-such-host.invalid", "no-such-host")):
                self.bad(self.migrate(host, destination, wait=12), word)
            for hostile in ("127.0.4.2/x", "evil@127.0.4.2", "127.0.4.2#", "-x", "a b", "$(id)", "x" * 300, "127.0.4.2\nx", "\u202e"):
                self.bad(self.migrate(host, hostile), "destination")
            self.bad(self.migrate(host, ""), "destination")
            self.bad(self.migrate(host, role="User"), "for admins")
            self.assertEqual([power_of(host, VM), host.markers(VM)], ["running", before])
            self.good(self.migrate(host, role="User", user_actions="Doctor, Migrate"))
            self.assertEqual(power_of(host, VM, "ovm-b"), "running")
        with Host(vms=[dict(MADE, power="stopped")], second=True) as host:
            self.bad(self.migrate(host), "does not run", "Adopt")
            self.assertEqual(host.markers(VM), ["cloudstack.on.%s.%s" % (scene.HOST_KEY, NAME)])


class Guide(Case):
    """What the guide tells people to type, with the simulated host's own values in the places of its examples."""

    def setUp(self):
        with open(GUIDE, encoding="utf-8") as text:
            self.text = text.read()

    def values(self, host):
        return {"url": host.url(), "password": scene.PASSWORD, "repository_id": scene.REPOSITORY, "network_bridge": "bond0",
                "tls_pin": host.ready["pin"], "template_id": scene.TEMPLATE}

    def cloudmonkey(self):
        """{command without its object: its words} of the block of commands."""
        block = self.text.split("In CloudMonkey")[1].split("```")[1]
        return {" ".join(line.split()[:2]): line for line in block.strip().splitlines()}

    def details(self, command, host, what="externaldetails"):
        """What a command hands over, by the values of this host; every name must be one that this host has a value for."""
        values = self.values(host)
        return {name: values[name] for name in re.findall(r"%s\[0\]\.(\w+)=" % what, command)}

    def test_its_commands_lead_from_zero_to_a_running_vm_with_a_snapshot(self):
        commands = self.cloudmonkey()
        with Host() as host:
            levels = {"resourcemap": self.details(commands["add cluster"], host), "host": self.details(commands["add host"], host),
                      "virtualmachine": self.details(commands["register template"], host)}
            self.assertEqual(sorted(levels["host"]), ["network_bridge", "password", "tls_pin", "url"])
            document = vm_payload(host, UUID, NAME)
            document["externaldetails"] = levels
            prepared = self.good(self.ask(host, "prepare", document))["details"]
            reserved = re.search(r"reservedresourcedetails=(\S+)", commands["create extension"]).group(1).split(",")
            self.assertTrue(set(prepared) <= set(reserved), "what prepare returns is not for users to set")
            levels["virtualmachine"].update(prepared)
            self.good(self.ask(host, "create", document))
            self.assertEqual(power_of(host, VM), "running")
            self.good(self.ask(host, "stop", document))
            snapshot = dict(document, action=re.search(r"add customaction .*\bname=(\w+) resourcetype", commands["add customaction"]).group(1))
            snapshot["parameters"] = dict(re.findall(r"parameters\[0\]\.(\w+)=(\S+)", commands["run customaction"]))
            self.assertEqual(list(snapshot["parameters"]), re.findall(r"parameters\[0\]\.name=(\w+)", commands["add customaction"]))
            self.good(self.ask(host, snapshot["action"], snapshot))
            snapshot.update(action="ListSnapshots", parameters={})
            self.assertEqual(self.good(self.ask(host, "ListSnapshots", snapshot))["message"],
                             [{"snap_name": "nightly-01"}])

    def test_the_payload_by_hand_is_checked_as_it_says(self):
        line = re.search(r"^echo '(.*)' > check.json$", self.text, re.MULTILINE).group(1)
        with Host() as host, tempfile.TemporaryDirectory(dir="/tmp") as folder:
            document = json.loads(line)
            values = self.values(host)
            for level in document["externaldetails"].values():
                for name in level:
                    level[name] = values[name]
            os.chmod(folder, 0o700)
            with open(os.path.join(folder, "check.json"), "w", encoding="utf-8") as out:
                json.dump(document, out)
            done = subprocess.run([scene.PROGRAM, "--check", "check.json"], cwd=folder, stdout=subprocess.PIPE, check=False,
                                  env={"PATH": "/usr/bin:/bin", "TRESTLE_EXTENSION_LOG": "/dev/null"})
            self.assertEqual(done.returncode, 0, done.stdout.decode())
            self.assertNotIn("FAIL", done.stdout.decode())
            done = subprocess.run([scene.PROGRAM, "--explain", "create", "check.json"], cwd=folder, stdout=subprocess.PIPE, check=False,
                                  env={"PATH": "/usr/bin:/bin", "TRESTLE_EXTENSION_LOG": "/dev/null"})
            self.assertIn("virtualmachineid", done.stdout.decode())  # it names no VM: that is told, not guessed

    def test_the_pin_is_what_the_pipeline_prints(self):
        pipeline = re.search(r"`(openssl s_client.*?)`", self.text, re.DOTALL).group(1).replace("\n", " ")
        with Host() as host:
            line = pipeline.replace("HOST:8899", "%s:%d" % (host.address, host.port))
            done = subprocess.run(["bash", "-c", line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  check=True, timeout=60)
            self.assertEqual("sha256//" + done.stdout.decode().strip(), host.ready["pin"])

    def test_every_action_of_the_guide_is_one_of_the_programs_and_the_other_way_round(self):
        table = self.text.split("Custom actions, in any spelling")[1].split("\n\n")[1]
        named = {name.lower() for name in re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:]))}
        sources = ""
        for name in ("extension_custom.cc", "extension_fleet.cc"):
            with open(os.path.join(scene.ROOT, "integration", "ovm3", name), encoding="utf-8") as text:
                sources += text.read()
        self.assertEqual(named, set(re.findall(r'\.name = "(\w+)", \.custom = true', sources)))

    def test_ldd_says_that_it_is_no_dynamic_executable(self):
        done = subprocess.run(["ldd", scene.PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("not a dynamic executable", done.stdout.decode())
        done = subprocess.run(["ldd", "/bin/sh"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertNotIn("not a dynamic executable", done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
