#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The patch CD of system VMs: made, listed, compared, and put on a storage, by the program and beside xorriso."""
import hashlib
import os
import subprocess
import unittest

import images


class PatchCd(images.Scene):
    def setUp(self):
        super().setUp()
        self.texts = {"authorized_keys": "ssh-ed25519 AAAA synthetic\n", "cloud-scripts.tgz": "scripts " * 4000,
                      "agent.zip": "agent"}
        for name, text in self.texts.items():
            self.write(name, text)
        os.mkdir(self.path("ISOs"))

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def make(self, out, *more):
        return self.good("make-cd", *self.texts, "--out", out, *more)

    def put(self, cd="systemvm.iso"):
        return self.good("put-cd", cd, "--into", "ISOs")

    def test_what_lies_on_it_is_what_was_given_and_xorriso_reads_the_same(self):
        made = self.make("systemvm.iso")
        self.assertEqual({row["name"]: row["sha256"] for row in made["files"]},
                         {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.texts.items()})
        self.assertEqual(self.good("list-cd", "systemvm.iso"), made)
        os.mkdir(self.path("out"))
        subprocess.run(["xorriso", "-osirrox", "on", "-indev", "systemvm.iso", "-extract", "/", "out"], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name, text in self.texts.items():
            with open(self.path("out/" + name), encoding="utf-8") as found:
                self.assertEqual(found.read(), text)

    def test_it_is_never_overwritten_unless_force_is_given(self):
        first = self.make("systemvm.iso")
        self.write("agent.zip", "another")
        self.assertIn("--force", self.refused("make-cd", *self.texts, "--out", "systemvm.iso"))
        self.assertEqual(self.good("list-cd", "systemvm.iso"), first)
        self.assertNotEqual(self.make("systemvm.iso", "--force")["sha256"], first["sha256"])

    def test_two_are_compared_by_content_and_the_file_that_differs_is_named(self):
        self.make("one.iso")
        self.make("same.iso")
        self.assertEqual(self.good("compare-cd", "one.iso", "same.iso"), {"equal": True, "differences": []})
        self.write("agent.zip", "agenT")  # of the same size
        self.make("other.iso")
        status, out, err = self.run_it("compare-cd", "one.iso", "other.iso")
        self.assertEqual((status, err), (3, ""))
        self.assertIn("agent.zip", out)
        self.assertNotIn("authorized_keys", out)

    def test_it_is_put_on_a_storage_once_and_a_new_content_gets_a_new_name(self):
        made = self.make("systemvm.iso")
        first = self.put()
        self.assertEqual((first["outcome"], first["sha256"]), ("copied", made["sha256"]))
        self.assertEqual(images.sha256(self.path(first["path"])), made["sha256"])
        self.assertEqual(self.put()["outcome"], "was there")
        # Of the same size and another content is not the same
        with open(self.path(first["path"]), "r+b") as damaged:
            damaged.seek(40000)
            damaged.write(b"!")
        self.assertEqual(self.put()["outcome"], "damaged, mended")
        self.assertEqual(images.sha256(self.path(first["path"])), made["sha256"])
        self.write("agent.zip", "agenT")
        self.make("next.iso")
        second = self.put("next.iso")
        self.assertEqual(sorted(os.listdir(self.path("ISOs"))), sorted([first["name"], second["name"]]))

    def test_what_is_no_cd_or_no_folder_is_refused_and_nothing_is_left(self):
        self.assertIn("agent.zip", self.refused("put-cd", "agent.zip", "--into", "ISOs"))
        self.make("systemvm.iso")
        self.assertIn("nowhere", self.refused("put-cd", "systemvm.iso", "--into", "nowhere"))
        self.assertEqual(os.listdir(self.path("ISOs")), [])
        os.mkdir(self.path("deep"))
        self.write("deep/agent.zip", "the same name")
        self.assertIn("agent.zip", self.refused("make-cd", "agent.zip", "deep/agent.zip", "--out", "double.iso", status=2))
        self.assertIn("missing", self.refused("make-cd", "missing", "--out", "double.iso"))
        self.assertFalse(os.path.exists(self.path("double.iso")))


if __name__ == "__main__":
    unittest.main()
