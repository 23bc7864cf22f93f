#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The step at the end of an appliance build: what it adds, what it leaves alone, and that it never leaves half of it."""
import hashlib
import os
import signal
import subprocess
import time
import unittest

import images
from images import MIB

EXPORT = os.path.join(images.ROOT, "systemvm", "export-raw")
UNPACK = {"bz2": "bzip2", "gz": "gzip", "xz": "xz", "zst": "zstd"}


class Export(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 8 * MIB)
        os.mkdir(self.path("output"))
        os.mkdir(self.path("dist"))
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "output/systemvm-4.20-kvm.qcow2")

    def export(self, *words, **more):
        environment = dict(os.environ, TRESTLE=images.TRESTLE, **more)
        done = subprocess.run([EXPORT] + list(words), cwd=self.folder, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, check=False)
        return done.returncode, done.stdout.strip(), done.stderr

    def write(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)

    def test_the_raw_export_lies_beside_the_others_with_its_checksum(self):
        self.write("dist/systemvm-4.20-xen.vhd.bz2", "another format")
        for pack, program in UNPACK.items():
            with self.subTest(pack=pack):
                status, out, err = self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist", "--name", "systemvm-4.20",
                                               "--pack", pack)
                self.assertEqual((status, out), (0, "dist/systemvm-4.20-ovm3.raw." + pack), err)
                subprocess.run(["sha256sum", "--quiet", "-c", "systemvm-4.20-ovm3.raw.%s.sha256" % pack], cwd=self.path("dist"),
                               check=True)
                with open(self.path(out), "rb") as packed:
                    content = subprocess.run([program, "-dc"], stdin=packed, stdout=subprocess.PIPE, check=True).stdout
                self.assertEqual(content, images.content_of(self.path("disk.raw")))
                os.remove(self.path(out))
                os.remove(self.path(out + ".sha256"))
        self.assertEqual(sorted(os.listdir(self.path("dist"))), ["systemvm-4.20-ovm3.raw.manifest.json", "systemvm-4.20-xen.vhd.bz2"])

    def test_a_name_is_a_name_and_no_expression(self):
        name = "a+b[1].c (d)"
        self.write("dist/md5sum.txt", "%s  aab1xc d-ovm3.raw.bz2\n" % ("0" * 32))
        os.mkdir(self.path("elsewhere"))
        for _ in range(2):  # the second time replaces the first
            status, _, err = self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist", "--name", name,
                                         CDPATH=self.path("elsewhere"))
            self.assertEqual(status, 0, err)
        packed = images.content_of(self.path("dist/%s-ovm3.raw.bz2" % name))
        self.assertEqual(images.content_of(self.path("dist/md5sum.txt")).decode(),
                         "%s  aab1xc d-ovm3.raw.bz2\n%s  %s-ovm3.raw.bz2\n" % ("0" * 32, hashlib.md5(packed).hexdigest(), name))
        for bad in ("a\nb", "a\\b", "a/b", ".a", ""):
            self.assertEqual(self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist", "--name", bad or ".")[0], 2, bad)

    def test_what_was_exported_can_be_seeded(self):
        _, out, _ = self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist", "--name", "systemvm-4.20")
        os.mkdir(self.path("secondary"))
        with open(self.path(out + ".sha256")) as lines:
            checksum = lines.read().split()[0]
        made = self.good("install", out, "--secondary", "secondary", "--id", "3", "--checksum", checksum)
        self.assertEqual(images.content_of(made["path"] if os.path.isabs(made["path"]) else self.path(made["path"])),
                         images.content_of(self.path("disk.raw")))

    def test_the_builds_own_lists_get_one_line_each_and_keep_the_others(self):
        other = "0" * 32 + "  systemvm-4x20-ovm3-raw-bz2\n"
        self.write("dist/md5sum.txt", other)
        self.write("dist/sha512sum.txt", "")
        for _ in range(2):  # the second time replaces the first
            self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist", "--name", "systemvm-4.20")
        packed = images.content_of(self.path("dist/systemvm-4.20-ovm3.raw.bz2"))
        self.assertEqual(images.content_of(self.path("dist/md5sum.txt")).decode(),
                         other + hashlib.md5(packed).hexdigest() + "  systemvm-4.20-ovm3.raw.bz2\n")
        self.assertEqual(images.content_of(self.path("dist/sha512sum.txt")).decode(),
                         hashlib.sha512(packed).hexdigest() + "  systemvm-4.20-ovm3.raw.bz2\n")
        self.assertFalse(os.path.exists(self.path("dist/sha256sum.txt")))

    def test_a_failure_at_any_step_leaves_the_folder_as_it_was(self):
        os.mkdir(self.path("bin"))
        before = sorted(os.listdir(self.path("dist")))
        for program, body in (("lbzip2", "echo broken; exit 1"), ("lbzip2", "shift; echo other content | /usr/bin/bzip2")):
            with open(self.path("bin/" + program), "w") as fake:
                fake.write("#!/bin/sh\n%s\n" % body)
            os.chmod(self.path("bin/" + program), 0o755)
            status, _, err = self.export("output/systemvm-4.20-kvm.qcow2", "--into", "dist",
                                         PATH=self.path("bin") + ":" + os.environ["PATH"])
            self.assertNotEqual(status, 0, err)
            self.assertEqual(sorted(os.listdir(self.path("dist"))), before)
        self.write("output/bad.vhd", "conectix" + "x" * 2000)
        self.assertEqual(self.export("output/bad.vhd", "--into", "dist")[0], 1)
        self.assertEqual(sorted(os.listdir(self.path("dist"))), before)

    def test_interrupted_it_takes_its_scratch_with_it(self):
        os.mkdir(self.path("bin"))
        with open(self.path("bin/lbzip2"), "w") as slow:
            slow.write("#!/bin/sh\nexec sleep 60\n")
        os.chmod(self.path("bin/lbzip2"), 0o755)
        process = subprocess.Popen([EXPORT, "output/systemvm-4.20-kvm.qcow2", "--into", "dist"], cwd=self.folder,
                                   env=dict(os.environ, TRESTLE=images.TRESTLE, PATH=self.path("bin") + ":" + os.environ["PATH"]),
                                   stderr=subprocess.PIPE, start_new_session=True)
        for line in process.stderr:
            if b"packing" in line:
                break
        time.sleep(0.1)
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(os.listdir(self.path("dist")), [])

    def test_bad_words_are_told(self):
        for words, said in (([], "name the image"), (["a", "b"], "second one"), (["a", "--pack", "rar"], "no packing"),
                            (["a", "--name"], "wants a value"), (["--odd"], "unknown option"),
                            (["output/systemvm-4.20-kvm.qcow2", "--name", "../x"], "no name")):
            status, _, err = self.export(*words)
            self.assertEqual(status, 2, err)
            self.assertIn(said, err)
        self.assertIn("is no folder", self.export("output/systemvm-4.20-kvm.qcow2", "--into", "nowhere")[2])
        self.assertIn("Examples:", self.export("--help")[1])


if __name__ == "__main__":
    unittest.main()
