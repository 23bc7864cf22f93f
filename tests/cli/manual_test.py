#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the manual pages to the programs: every option and request stands in them, and they can be formatted."""
import os
import re
import shutil
import subprocess
import unittest

import bench

PAGES = os.path.join(bench.ROOT, "tools", "packaging", "man")


def page(name):
    with open(os.path.join(PAGES, name), encoding="utf-8") as text:
        return text.read().replace("\\-", "-")


def simulator_help(*words):
    done = subprocess.run([os.path.join(bench.BIN, "trestle-sim")] + list(words) + ["--help"],
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


class Manual(unittest.TestCase):
    def test_the_page_of_trestle_is_what_the_program_prints(self):
        with open(os.path.join(PAGES, "trestle.1"), encoding="utf-8") as text:
            self.assertEqual(text.read(), bench.run(["completion", "man"]).out, "run tools/cli/refresh")

    def test_the_page_of_the_simulator_has_every_option(self):
        text = page("trestle-sim.1")
        helps = [simulator_help("serve"), simulator_help("services"), simulator_help("ctl"),
                 simulator_help("ctl", "set-rule")]
        options = {option for part in helps for option in re.findall(r"(--[a-z][a-z0-9-]+)", part)} - {"--help"}
        self.assertGreater(len(options), 20)
        self.assertEqual([option for option in sorted(options) if option not in text], [])

    def test_the_page_of_the_simulator_has_every_request(self):
        text = page("trestle-sim.1")
        requests = re.findall(r"^  ([a-z][a-z-]+) ", simulator_help("ctl").split("ubcommands:")[1], re.M)
        self.assertIn("inspect", requests)
        self.assertEqual([request for request in requests if request not in text], [])

    def test_both_pages_can_be_formatted(self):
        for name in ("trestle.1", "trestle-sim.1"):
            if shutil.which("groff"):
                done = subprocess.run(["groff", "-man", "-Tascii", "-ww", os.path.join(PAGES, name)],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, b""), name)
            with open(os.path.join(PAGES, name), encoding="utf-8") as text:
                lines = text.read().splitlines()
            for line in lines:
                self.assertRegex(line, r"^(\.\\\"|\.(TH|SH|SS|PP|TP|BR|br|nf|fi)\b|[^.'])|^$", name)


if __name__ == "__main__":
    unittest.main()
