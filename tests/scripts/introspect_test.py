#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""introspect.py against planted agents under every Python, and `trestle api diff` on what it prints."""
import hashlib
import json
import os
import subprocess
import unittest

import support


class Introspect(unittest.TestCase):

    def listing(self, host):
        done = host.run("introspect.py")
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def test_every_python_tells_arguments_real_defaults_varargs_and_digests(self):
        for python in support.pythons():
            with self.subTest(python=python):
                host = support.Host(self, python)
                before = support.snapshot(host.root)
                found = self.listing(host)
                self.assertEqual(before, support.snapshot(host.root))
                self.assertEqual(("introspection", "3.2.1"), (found["format"], found["release"]))
                services = {service["name"]: service for service in found["services"]}
                self.assertEqual(["count_arguments", "echo", "get_agent_setting", "get_api_version", "get_last_boot_time", "sleep_for"],
                                 [service["name"] for service in found["services"]])
                self.assertEqual([{"name": "seconds", "default": 1}, {"name": "reason", "default": None}], services["sleep_for"]["args"])
                self.assertEqual([{"name": "name"}, {"name": "section", "default": "server"}], services["get_agent_setting"]["args"])
                counted = services["count_arguments"]
                self.assertEqual([{"name": "first"}, {"name": "second", "default": [1, 2]}], counted["args"])
                self.assertEqual(("others", "named", "agent.api.common", "Settings"),
                                 (counted["varargs"], counted["keywords"], counted["module"], counted["class"]))
                self.assertTrue(counted["file"].startswith("/usr/lib64/"), counted["file"])
                with open(host.path(counted["file"]), "rb") as handle:
                    self.assertEqual("sha1:" + hashlib.sha1(handle.read()).hexdigest(), counted["digest"])

    def test_no_agent_and_an_agent_that_does_not_load_are_told(self):
        host = support.Host(self)
        host.write(os.path.join(host.agent, "target/api.py")[len(host.root):], "import a_module_that_is_not_there\n")
        done = host.run("introspect.py")
        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertIn("a_module_that_is_not_there", done.stderr)
        os.unlink(os.path.join(host.agent, "target/api.py"))
        self.assertIn("0 agents found", host.run("introspect.py").stderr)

    def diff(self, before, after, *options):
        paths = []
        for name, listing in (("before", before), ("after", after)):
            paths.append(os.path.join(self.folder, name + ".json"))
            with open(paths[-1], "w") as handle:
                json.dump(listing, handle)
        program = os.path.join(os.environ["TRESTLE_BIN_DIR"], "trestle")
        return subprocess.run([program, "api", "diff"] + list(options) + paths, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)

    def test_a_planted_rename_argument_default_and_removal_are_found_and_nothing_else(self):
        host = support.Host(self)
        self.folder, before = host.outside, self.listing(host)
        self.assertEqual(0, self.diff(before, before).returncode)
        path = os.path.join(host.agent, "api/common.py")[len(host.root):]
        text = host.read(path)
        for old, new in (('"echo": self.echo', '"say": self.echo'), ("def get_api_version(self)", "def get_api_version(self, kind=None)"),
                         ("seconds=1, reason=None", "seconds=2, reason=None"), ('"get_last_boot_time": self.get_last_boot_time, ', "")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        host.write(path, text)
        done = self.diff(before, self.listing(host), "--json")
        self.assertEqual(3, done.returncode, done.stderr)
        found = [(d["service"], d["kind"], d["detail"]) for d in json.loads(done.stdout)["differences"]]
        self.assertEqual([("echo", "removed", ""), ("get_api_version", "argument-added", "kind"), ("get_last_boot_time", "removed", ""),
                          ("say", "added", ""), ("sleep_for", "default", "seconds: 1 -> 2")], found)
        self.assertIn("sleep_for: default seconds: 1 -> 2\n", self.diff(before, self.listing(host)).stdout)

    def test_installing_the_module_adds_its_27_calls_and_changes_nothing_else(self):
        host = support.Host(self)
        self.folder, before = host.outside, self.listing(host)
        self.assertEqual(0, host.install()[0])
        found = json.loads(self.diff(before, self.listing(host), "--json").stdout)["differences"]
        self.assertEqual((27, {"added"}), (len(found), {d["kind"] for d in found}))


if __name__ == "__main__":
    support.main()
