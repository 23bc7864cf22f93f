#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two hundred hostile texts for every argument of every call: they are data. Nothing runs, nothing is written outside, nobody falls."""
import json
import os
import subprocess
import sys
import unittest

import module_test
import support

# `%s` is a path whose appearance would prove that somebody ran the text.
SEEDS = ["'", '"', ";touch %s", "$(touch %s)", "`touch %s`", "|touch %s", "&&touch %s", "\ntouch %s\n", "a\nb", "\r\n", "\t", "..",
         "../..", "../../etc/passwd", "/../etc", "/etc/cron.d/x", "/etc/passwd", "/opt/cloudstack/bin/storagehealth.py", "-rf", "--help",
         "-oProxyCommand=touch %s", "-F%s", "*", "?", "[a-z]*", "~", "~root", "$HOME", "${IFS}", "%s", "%n%n", "%(x)s", "{0}", "\\", "\\0",
         "\u00fc", "\u65e5\u672c", "\U0001f600", "\u202e", "a" * 300, "a" * 5000, "", " ", "  a", "a  ", ".", "/", "//", "/OVS/../etc/x",
         "1;2", "0x10", "1e9", "-1", "99999999999999999999", "NaN", "True", "None", "nil", "import os", "__class__", "<a>&b</a>",
         "]]>", "<!--", "eth0 up", "eth0;reboot", "0.0.0.0/0", "127.0.0.1 -c1", "10.0.0.1/33", "::1", "1.2.3.4\n5", "authorized_keys"]
FRAMES = ["{}", "x{}", "{}x", "'{}'", "/OVS/{}", "169.254.0.1{}"]


def hostile_texts(marker):
    found = []
    for frame in FRAMES:
        for seed in SEEDS:
            text = frame.replace("{}", seed.replace("%s", marker) if "touch" in seed or "-F" in seed else seed)
            if text not in found and not [c for c in text if ord(c) < 32 and c not in "\t\n\r"]:
                found.append(text)
    return found[:len(SEEDS)] + found[len(SEEDS)::2]


GOOD = {"call": ["x"], "get_vncport": ["i-2-3-VM"], "exec_domr": ["169.254.1.1", "true", 1, "root", 3922, "id"],
        "check_domr_port": ["127.0.0.1", 1, 1], "check_dom0_port": ["127.0.0.1", 1, 1], "check_domr_ssh": ["169.254.1.1", 3922, 1],
        "check_dom0_ip": ["10.0.0.1"], "check_dom0_storage_health_check": ["", "", "h", 20, 1],
        "check_dom0_storage_health": ["", "", "h", 2], "ovs_domr_upload_file": ["169.254.1.1", "/etc", "f", "text"],
        "ovs_control_interface": ["control0", "169.254.0.0/16"], "ovs_mkdirs": ["/OVS/x", 448], "ovs_check_file": ["/OVS/x"],
        "ovs_upload_ssh_key": ["key", "text"], "ovs_upload_file": ["/OVS/u", "f", "text"], "ovs_dom0_stats": ["xenbr0"],
        "ovs_domU_stats": ["i-2-3-VM"], "ping": ["10.0.0.1", 1], "get_vswitch_interface_by_ip": ["10.0.0.1"],
        "get_vswitch_interface_by_name": ["eth0"], "set_iface_ip": ["eth0", "10.0.0.1", 24], "check_iface_ip": ["eth0", "10.0.0.1"],
        "add_vswitch_vlan_bridge": ["vlan100", "ovsbr0", 100], "del_vswitch_vlan_bridge": ["vlan100"],
        "get_module_version": [], "get_ovs_version": [], "get_bridge_type": []}
# Where any text is right by its meaning: content, and the command that is for the system VM's own shell.
FREE = {("call", 0), ("exec_domr", 1), ("ovs_domr_upload_file", 3), ("ovs_upload_ssh_key", 1), ("ovs_upload_file", 2)}
# Calls each take a text at that place and hold it against a list or a table: a false or a nil is an answer too.
DRIVER = """
import errno, json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from agent.api import cloudstack
cloudstack.SAMPLE = cloudstack.WAIT_FOR_BRIDGE = 0
ran = []
def run(arguments, limit=0, given="", may_fail=False):
    ran.append([str(a) for a in arguments])
    return 0, "", ""
cloudstack.run = run
work = json.load(open(sys.argv[2]))
calls = cloudstack.CloudStack().get_services(None)
out = []
for name, arguments in work:
    del ran[:]
    try:
        if str is bytes:  # as Python 2's XML-RPC hands them over: ASCII as str, the rest as unicode
            arguments = [a.encode("ascii") if isinstance(a, type(u"")) and all(ord(c) < 128 for c in a) else a for a in arguments]
        calls[name](*arguments)
        out.append(["answer", "", list(ran)])
    except (ValueError, OSError, IOError, RuntimeError):
        error = sys.exc_info()[1]
        out.append([error.__class__.__name__, repr(error), list(ran)])
json.dump(out, open(sys.argv[3], "w"))
"""


class Hostile(module_test.Module):

    def work(self, texts):
        for name in sorted(GOOD):
            for place in range(len(GOOD[name])):
                for text in texts:
                    arguments = list(GOOD[name])
                    arguments[place] = text
                    yield name, place, arguments

    def test_every_argument_of_every_call_takes_them_as_data(self):
        # known defect 128
        marker = os.path.join(self.host.outside, "ran")
        texts = hostile_texts(marker)
        self.assertGreaterEqual(len(texts), 200)
        work = list(self.work(texts))
        self.host.write("/root/.ssh/id", "KEY", 0o600)
        for python in support.old_and_new():
            with self.subTest(python=python):
                before = support.snapshot(self.host.root)
                given, answers = os.path.join(self.host.outside, "given"), os.path.join(self.host.outside, "answers")
                with open(given, "w") as handle:
                    json.dump([[name, arguments] for name, _, arguments in work], handle)
                subprocess.run([python, "-c", DRIVER, os.path.dirname(self.host.agent), given, answers], check=True,
                               env=support.environment())
                with open(answers) as handle:
                    results = json.load(handle)
                self.assertEqual(len(work), len(results))
                for (name, place, arguments), (kind, text, ran) in zip(work, results):
                    self.judge(name, place, arguments[place], kind, text, ran)
                self.assertFalse(os.path.exists(marker))
                self.outside_is_untouched(before)

    def judge(self, name, place, text, kind, words, ran):
        """A text that goes on to a program is one whole argument of it, or part of one in a place we chose."""
        for argv in ran:
            if (name, place) not in FREE and text and not text.isalnum():
                for word in argv[1:]:
                    self.assertFalse(word.startswith("-") and word == text, (name, text, argv))
                self.assertFalse([w for w in argv if "touch" in w and "'" not in w], (name, text, argv))

    def outside_is_untouched(self, before):
        after = support.snapshot(self.host.root)
        for path in set(before) | set(after):
            if not path.startswith(("OVS/", "root/.ssh/", "var/run/trestle", "nfsmnt/", "opt/cloudstack/")) or \
                    path.startswith("opt/cloudstack/bin"):
                self.assertEqual(before.get(path), after.get(path), path)
        self.assertEqual(before.get("root/.ssh/authorized_keys"), after.get("root/.ssh/authorized_keys"))

    def test_over_the_wire_the_agent_stays_up_and_nothing_runs(self):
        # known defect 128
        marker = os.path.join(self.host.outside, "ran")
        texts = [t for t in hostile_texts(marker) if "\r" not in t][:: max(1, 1000 // int(os.environ.get("TRESTLE_SOAK_PERCENT") or 10))]
        for name, place, arguments in self.work(texts):
            try:
                getattr(self.agent, name)(*arguments)
            except support.CALL_FAILURES as error:
                self.assertIn("exceptions.", str(error), (name, arguments))
        self.assertEqual("x", self.agent.call("x"))
        self.assertFalse(os.path.exists(marker))
        for argv in self.ran():
            self.assertIn(argv[0], module_test.PROGRAMS)

    def test_content_comes_through_byte_for_byte(self):
        for i, text in enumerate(hostile_texts("/x")):
            if "\r" in text:  # XML itself reads it as a line end
                continue
            self.assertEqual(text, self.agent.call(text)) if i % 20 == 0 else None
        self.assertTrue(self.agent.ovs_upload_file("/OVS/h", "f", "".join(t for t in hostile_texts("/x") if "\r" not in t)))
        with open(self.host.path("/OVS/h/f"), encoding="utf-8", newline="") as handle:
            self.assertEqual("".join(t for t in hostile_texts("/x") if "\r" not in t), handle.read())


if __name__ == "__main__":
    support.main()
