#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The host scripts keep to what Python 2.4 and 3 have in common, and every rule that says so finds its own sample."""
import os
import subprocess
import sys
import unittest

import support

try:
    import dialect
except ImportError:  # lib2to3 left with Python 3.13: run where there is one
    for other in support.pythons():
        if subprocess.call([other, "-c", "import lib2to3, sys; sys.exit(sys.version_info[0] < 3)"], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    raise SystemExit("no Python 3 with lib2to3 here: install Python 3.11 or 3.12")

GOOD = """
import os
import sys
try:
    import xmlrpclib
except ImportError:
    import xmlrpc.client as xmlrpclib


class X(object):
    def f(self, a, b=1, *rest, **named):
        try:
            try:
                x = a and b or None
            except (IOError, OSError):
                x = str(sys.exc_info()[1])
        finally:
            os.getpid()
        return "%s %d" % (x, int("755", 8)), [y for y in rest], {"k": 1}
"""


class Dialect(unittest.TestCase):

    def test_each_rule_finds_its_own_sample_and_nothing_else_in_it(self):
        for rule, sample in dialect.RULES.items():
            self.assertEqual({rule}, {found[1] for found in dialect.findings(sample)}, "%s: %r" % (rule, sample))

    def test_what_both_pythons_take_passes(self):
        self.assertEqual([], dialect.findings(GOOD))

    def test_every_rule_is_found_in_the_middle_of_a_real_script(self):
        with open(os.path.join(support.SCRIPTS, "introspect.py"), encoding="utf-8") as handle:
            source = handle.read()
        source = source[:source.index("\ndef read_file(")] + source[source.index("\ndef plain("):source.index("\ndef describe(")]
        for rule, sample in dialect.RULES.items():
            planted = source.replace("\ndef plain(", "\n" + sample + "\n\ndef plain(")
            self.assertIn(rule, {found[1] for found in dialect.findings(planted)}, rule)

    def test_the_host_scripts_keep_to_it(self):
        for name in sorted(os.listdir(support.SCRIPTS)):
            if name.endswith(".py"):
                with open(os.path.join(support.SCRIPTS, name), encoding="utf-8") as handle:
                    found = dialect.findings(handle.read())
                self.assertEqual([], found, "\n".join("%s:%d %s: %s" % ((name,) + f) for f in found))


if __name__ == "__main__":
    support.main()
