#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The .thrift files are Thrift to the stock compiler, and the generator names what it cannot read.

idl_test.py SOURCE_FOLDER THRIFT_COMPILER
"""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

ROOT, COMPILER = sys.argv[1:3]
SCHEMA = os.path.join(ROOT, "integration", "schema")
GOOD = """/** Doc. */
struct A {
  1: optional string name
  2: bool on
} (java = "x.A", role = "transfer")
"""


def generate(text, name="one.thrift"):
    """Exit status, what it said, and the header it wrote for this text."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as handle:
            handle.write(text)
        done = subprocess.run([sys.executable, "-B", os.path.join(SCHEMA, "generate.py"), os.path.join(folder, "out"), path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        header = os.path.join(folder, "out", "one.h")
        if not os.path.exists(header):
            return done.returncode, done.stderr, ""
        with open(header, encoding="utf-8") as handle:
            return done.returncode, done.stderr, handle.read()


class StockCompiler(unittest.TestCase):
    def test_takes_every_file(self):
        paths = sorted(glob.glob(os.path.join(SCHEMA, "*.thrift")))
        self.assertGreater(len(paths), 10)
        with tempfile.TemporaryDirectory() as folder:
            for path in paths:
                done = subprocess.run([COMPILER, "--gen", "json", "-o", folder, path], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, universal_newlines=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)


class Generator(unittest.TestCase):
    def refuses(self, text, *words):
        status, said, header = generate(text)
        self.assertNotEqual(status, 0)
        self.assertEqual(header, "")
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("Traceback", said)

    def test_writes_what_is_right(self):
        status, said, header = generate(GOOD)
        self.assertEqual((status, said), (0, ""))
        self.assertIn("std::optional<std::string> name = {};", header)
        self.assertIn("bool on = {};", header)

    def test_names_file_and_line_of_what_it_cannot_read(self):
        self.refuses(GOOD + "service S { }\n", "one.thrift:6", "service")
        self.refuses(GOOD.replace("1: optional", "one: optional"), "one.thrift:3", "expected number")
        self.refuses(GOOD.replace('"x.A"', '"x.A'), "one.thrift:5")

    def test_refuses_members_out_of_order(self):
        self.refuses(GOOD.replace("2: bool", "3: bool"), "A: members must be numbered 1, 2, 3")

    def test_refuses_types_that_nobody_defines(self):
        self.refuses(GOOD.replace("bool on", "Bolt on"), "type Bolt is not defined")
        self.refuses(GOOD.replace("bool on", "map<i32, string> on"), "keys of maps are texts")

    def test_refuses_notes_it_does_not_know(self):
        self.refuses(GOOD.replace('role = "transfer"', 'role = "transfer", parnet = "B"'), "parnet")
        self.refuses(GOOD.replace('role = "transfer"', 'role = "answr"'), "answr")
        self.refuses(GOOD.replace('role = "transfer"', 'role = "transfer", parent = "B"'), "B is not defined")
        self.refuses(GOOD.replace('role = "transfer"', 'role = "command", sequence = "field:of"'), "field:of")

    def test_refuses_one_name_for_two_things(self):
        self.refuses(GOOD + GOOD, "A is defined twice")
        self.refuses(GOOD + GOOD.replace("struct A", "struct B"), "the same class")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
