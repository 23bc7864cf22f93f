#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example of every --help against a fresh simulator, and holds every document to its documented shape."""
import concurrent.futures
import json
import os
import shutil
import sys
import unittest

import bench

sys.path.insert(0, os.path.join(bench.ROOT, "tests", "deploy"))
import hosts  # noqa: E402

OVER_SSH = ("trestle host prepare ", "trestle host unprepare ", "trestle host doctor ", "trestle host logs ")


def missing(shape, value, where="document"):
    """Documented members that the document does not have."""
    if isinstance(shape, list) and isinstance(value, list):
        return [m for item in value[:1] for m in missing(shape[0], item, where + "[0]")]
    if not isinstance(shape, dict) or not isinstance(value, dict):
        return []
    found = ["%s.%s is documented but not there" % (where, name) for name in shape
             if name not in ("*", "?") and not name.endswith("?") and name not in value]
    return found + [m for name in value if name in shape for m in missing(shape[name], value[name], "%s.%s" % (where, name))]


class Login:
    """An SSH server on the first two hosts of a simulator, and the trees that the examples name."""

    def __init__(self, folder, simulator):
        self.sshd = hosts.Sshd(os.path.join(folder.path, "sshd"), simulator.network + "1", 2201, simulator.network + "2")
        shutil.copyfile(self.sshd.path("key"), os.path.join(folder.path, "ssh-key"))
        shutil.copyfile(self.sshd.known_hosts(), os.path.join(folder.path, "known-hosts"))
        for name in ("dom0", "dom0-2", "ready"):
            hosts.plant_ready(os.path.join(folder.path, name))

    def stop(self):
        self.sshd.stop()


def try_example(line, shape):
    """Problems of one example, an empty list if there are none."""
    folder = bench.Folder()
    try:
        simulator = bench.Simulator(folder)
        try:
            folder.write("hosts.txt", "%s\n%s\n" % (simulator.url(1), simulator.url(2)))
            login = Login(folder, simulator) if line.startswith(OVER_SSH) else None
            ran = bench.run(simulator.moved(line), environment=simulator.environment(), cwd=folder.path)
            if login is not None:
                login.stop()
        finally:
            simulator.stop()
    finally:
        folder.remove()
    if ran.exit != 0:
        return ["%s: %r" % (line, ran)]
    problems = []
    if line.endswith("--json") and shape is not None:
        document = json.loads(ran.out)
        problems += bench.mismatches(shape, document) + missing(shape, document)
    elif shape is not None and ran.out.lstrip().startswith("{\"") and "--json" not in line:
        problems.append("prints JSON without --json")
    return ["%s: %s" % (line, problem) for problem in problems]


class Examples(unittest.TestCase):
    def test_every_help_ends_with_two_examples_that_run(self):
        jobs = []
        with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
            for words in bench.commands():
                text = bench.run(words + ["--help"]).out
                lines = bench.examples(text)
                self.assertEqual(len(lines), 2, words)
                self.assertNotEqual(lines[0], lines[1], words)
                for line in lines:
                    self.assertTrue(line.startswith("trestle "), line)
                    jobs.append(pool.submit(try_example, line, bench.schema(text)))
            problems = [problem for job in jobs for problem in job.result()]
        self.assertGreaterEqual(len(jobs), 100, "too few commands were found")
        self.assertEqual(problems, [], "\n".join(problems))

    def test_help_of_nouns_and_program_ends_with_two_examples_of_their_verbs(self):
        known = {line for words in bench.commands() for line in bench.examples(bench.run(words + ["--help"]).out)}
        for words in [[]] + [[noun] for noun in bench.listed(bench.run(["--help"]).out, "Nouns")]:
            for line in bench.examples(bench.run(words + ["--help"]).out):
                self.assertIn(line, known)

    def test_the_shape_check_can_fail(self):
        self.assertTrue(bench.mismatches({"a": "text"}, {"a": 1}))
        self.assertTrue(bench.mismatches({"a": "text"}, {"b": "x"}))
        self.assertTrue(bench.mismatches(["integer"], [1, "x"]))
        self.assertTrue(bench.mismatches("boolean", None))
        self.assertTrue(bench.mismatches({"a": {"b": "text"}}, {"a": None}))
        self.assertEqual(bench.mismatches({"a": {"?": "", "b": "text"}, "c": ["text", "?"]}, {"a": None, "c": None}), [])
        self.assertTrue(missing({"a": "text?"}, {}))
        self.assertEqual(bench.mismatches({"a": "text?", "*": "any"}, {"a": None, "z": [1]}), [])


if __name__ == "__main__":
    unittest.main()
