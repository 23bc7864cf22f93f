#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Conversions between raw and every format of qemu-img, judged by qemu-img; known defect-free sizes and limits."""
import json
import os
import pty
import subprocess
import time
import unittest

import images
from images import MIB

# Sectors around each step of the geometry that the VHD specification computes, and the largest one.
BOUNDARIES = [17 * 4 * 1024, 17 * 16 * 1024, 31 * 16 * 1024, 65535 * 16 * 63, 65535 * 16 * 255]


class ToRaw(images.Scene):
    def check_from(self, qemu_format, options, name="in.img"):
        self.disk("disk.raw", 24 * MIB)
        self.qemu("convert", "-f", "raw", "-O", qemu_format, *options, "disk.raw", name)
        made = self.good("convert", name, "out.raw")
        self.same(name, qemu_format, "out.raw", "raw")
        self.assertEqual(made["content_sha256"], images.sha256(self.path("out.raw")))
        self.assertEqual(self.names(), sorted(["disk.raw", name, "out.raw", "out.raw.manifest.json"]))
        # Only what holds data takes space; file systems add a block of their own here and there.
        self.assertLessEqual(made["on_disk_bytes"], 3 * MIB + 70000 + 65536)
        return made

    def test_vhd_of_each_subformat_and_size_rule(self):
        for options in (["-o", "subformat=dynamic"], ["-o", "subformat=fixed"],
                        ["-o", "subformat=dynamic,force_size=on"], ["-o", "subformat=fixed,force_size=on"]):
            with self.subTest(options=options):
                made = self.check_from("vpc", options)
                self.assertEqual(made["source"]["format"], "vhd")
                self.assertIn(made["source"]["subformat"], options[1])
                for name in ("out.raw", "out.raw.manifest.json"):
                    os.remove(self.path(name))

    def test_formats_that_qemu_img_reads_for_us(self):
        for qemu_format in ("qcow2", "vmdk", "vdi", "vhdx"):
            with self.subTest(format=qemu_format):
                made = self.check_from(qemu_format, [])
                self.assertEqual(made["source"]["format"], qemu_format)
                for name in ("in.img", "out.raw", "out.raw.manifest.json"):
                    os.remove(self.path(name))

    def without_qemu(self, text="exit 9"):
        """An environment whose qemu-img is this script: even a look by the real one opens what an image names."""
        os.mkdir(self.path("bin"))
        with open(self.path("bin/qemu-img"), "w") as script:
            script.write("#!/bin/sh\n" + text + "\n")
        os.chmod(self.path("bin/qemu-img"), 0o755)
        return dict(os.environ, PATH=self.path("bin") + ":" + os.environ["PATH"])

    def test_an_image_that_names_other_files_is_not_even_looked_at(self):
        secret = self.disk("secret.raw", MIB)
        self.qemu("create", "-f", "qcow2", "-b", secret, "-F", "raw", "backing.qcow2")
        self.qemu("create", "-f", "qcow2", "-o", "data_file=" + self.path("data.raw"), "data.qcow2", "1M")
        description = images.VMDK_DESCRIPTION % secret
        with open(self.path("bare.vmdk"), "w") as trap:
            trap.write(description)
        with open(self.path("inner.vmdk"), "wb") as trap:
            trap.write(images.described_vmdk(description))
        before, environment = self.names(), self.without_qemu()
        for name, said in (("backing.qcow2", "stands on a backing file"), ("data.qcow2", "keeps its data in another file"),
                           ("bare.vmdk", "only describes a disk"), ("inner.vmdk", "only describes a disk")):
            with self.subTest(name=name):
                self.assertIn(said, self.refused("convert", name, "out.raw", status=2, env=environment))
                self.assertEqual(self.names(), sorted(before + ["bin"]))

    # A path that only begins like ours was taken for it, so any file of this machine became the content.
    def test_a_path_round_about_our_own_descriptors_is_another_file(self):
        secret = self.disk("secret.raw", MIB)
        round_about = "/proc/self/fd/../../.." + secret
        with open(self.path("inner.vmdk"), "wb") as trap:
            trap.write(images.described_vmdk(images.VMDK_DESCRIPTION % round_about))
        self.assertIn('"%s"' % round_about, self.qemu("info", "-f", "vmdk", "--output=json", "inner.vmdk"))
        self.refused("convert", "inner.vmdk", "out.raw", status=2)
        self.qemu("create", "-f", "vmdk", "good.vmdk", "1M")
        environment = self.without_qemu("""echo '{"virtual-size": 512, "format-specific": {"data": {"extents": [{"filename":
            "%s"}]}}}'""" % round_about)
        self.assertIn("several files", self.refused("convert", "good.vmdk", "out.raw", status=2, env=environment))

    def test_current_size_counts_and_the_geometry_only_warns(self):
        self.qemu("create", "-f", "vpc", "-o", "force_size=on", "odd.vhd", str(10 * MIB + 512))
        status, out, err = self.run_it("convert", "odd.vhd", "out.raw", "--json")
        self.assertEqual(status, 0, err)
        self.assertEqual(json.loads(out)["size_bytes"], 10 * MIB + 512)
        self.assertIn("current size counts", err)


class ToVhd(images.Scene):
    def test_sizes_around_every_step_of_the_geometry(self):
        for boundary in BOUNDARIES:
            for sectors in (boundary - 1, boundary, boundary + 1):
                with self.subTest(sectors=sectors):
                    size = sectors * 512
                    self.disk("disk.raw", size, data=((0, 4096), (size - 512, 512)))
                    self.good("convert", "disk.raw", "out.vhd", "--to", "vhd", "--no-manifest", "--force")
                    info = json.loads(self.qemu("info", "-f", "vpc", "--output=json", "out.vhd"))
                    self.assertEqual(info["virtual-size"], size)
                    self.same("disk.raw", "raw", "out.vhd", "vpc")

    def test_both_subformats_come_back_as_the_same_content(self):
        for subformat in ("dynamic", "fixed"):
            for size in (512, MIB, 5 * MIB + 512, 24 * MIB):
                with self.subTest(subformat=subformat, size=size):
                    self.disk("disk.raw", size)
                    self.good("convert", "disk.raw", "out.vhd", "--to", "vhd", "--subformat", subformat, "--force")
                    self.same("disk.raw", "raw", "out.vhd", "vpc")
                    self.good("convert", "out.vhd", "back.raw", "--force")
                    self.assertEqual(images.content_of(self.path("back.raw")), images.content_of(self.path("disk.raw")))
                    self.assertTrue(self.good("verify", "out.vhd", "disk.raw")["equal"])

    def test_the_limit_of_2040_gib_is_named(self):
        self.disk("big.raw", 2040 << 30, data=())
        self.good("convert", "big.raw", "big.vhd", "--to", "vhd", "--no-manifest")
        with open(self.path("big.raw"), "ab") as out:
            out.truncate((2040 << 30) + 512)
        self.assertIn("2040 GiB", self.refused("convert", "big.raw", "more.vhd", "--to", "vhd", status=2))

    def test_127_gib_of_nearly_nothing_go_both_ways(self):
        size = 127 << 30
        self.disk("disk.raw", size, data=((0, 4096), (size // 2, 4096), (size - 4096, 4096)))
        made = self.good("convert", "disk.raw", "out.vhd", "--to", "vhd", "--no-manifest")
        self.assertLess(made["on_disk_bytes"], 2 * MIB)
        self.good("convert", "out.vhd", "back.raw", "--no-manifest")
        self.same("disk.raw", "raw", "back.raw", "raw")


class Verify(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 24 * MIB)
        self.good("convert", "disk.raw", "made.raw")

    def flip(self, offset, bit):
        with open(self.path("made.raw"), "r+b") as image:
            image.seek(offset)
            old = image.read(1)[0]
            image.seek(offset)
            image.write(bytes([old ^ (1 << bit)]))

    def test_one_flipped_bit_is_named_from_the_manifest_alone(self):
        self.assertTrue(self.good("verify", "made.raw")["equal"])
        for offset, bit in ((0, 0), (1234567, 5), (20 * MIB + 3, 7), (24 * MIB - 1, 1)):
            self.flip(offset, bit)
            status, out, _ = self.run_it("verify", "made.raw", "--json")
            self.assertEqual(status, 3)
            found = json.loads(out)["differences"]
            self.assertEqual([(f["offset"], f["length"], f["bit"]) for f in found], [(offset, 1, bit)])
            self.flip(offset, bit)
        self.assertTrue(self.good("verify", "made.raw")["equal"])

    def test_two_formats_are_equal_by_content_and_one_bit_makes_them_differ(self):
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "made.raw", "made.qcow2")
        self.assertTrue(self.good("verify", "made.qcow2", "made.raw")["equal"])
        self.flip(2 * MIB + 17, 3)
        status, out, _ = self.run_it("verify", "made.qcow2", "made.raw", "--json")
        self.assertEqual(status, 3)
        self.assertEqual([(f["offset"], f["bit"]) for f in json.loads(out)["differences"]], [(2 * MIB + 17, 3)])

    def test_a_missing_manifest_says_what_to_do(self):
        self.assertIn("without --no-manifest", self.refused("verify", "disk.raw"))


class Manners(images.Scene):
    def test_an_existing_file_stays_unless_force_is_given(self):
        self.disk("disk.raw", MIB)
        with open(self.path("out.raw"), "w") as out:
            out.write("mine")
        self.assertIn("--force", self.refused("convert", "disk.raw", "out.raw"))
        self.assertEqual(images.content_of(self.path("out.raw")), b"mine")
        self.good("convert", "disk.raw", "out.raw", "--force")
        self.assertTrue(self.good("verify", "out.raw")["equal"])

    def test_a_terminal_sees_a_bar_and_a_pipe_sees_json_lines(self):
        self.disk("disk.raw", 24 * MIB)
        _, _, err = self.run_it("convert", "disk.raw", "out.raw")
        steps = [json.loads(line)["step"] for line in err.splitlines()]
        self.assertEqual(steps[:2], ["converting", "flushing"])
        master, slave = pty.openpty()
        done = subprocess.run([images.TRESTLE, "template", "convert", "disk.raw", "bar.raw"], cwd=self.folder,
                              stdout=subprocess.DEVNULL, stderr=slave, check=False)
        os.close(slave)
        drawn = os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(drawn, r"\[=*\.*\] \d+% converting")
        self.assertTrue(drawn.endswith("\r\x1b[K"), repr(drawn[-20:]))

    def test_a_file_size_limit_leaves_nothing_behind(self):
        self.disk("disk.raw", 24 * MIB)
        limited = subprocess.run(
            ["bash", "-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" template convert disk.raw out.raw", images.TRESTLE],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        self.assertEqual(limited.returncode, 1, limited.stderr)
        self.assertIn("File too large", limited.stderr)
        self.assertEqual(self.names(), ["disk.raw"])


class Interrupted(images.Scene):
    """The program is stopped at many moments of one conversion; nothing half-made is ever to be seen."""

    def try_once(self, number, after):
        process = self.start("convert", "disk.raw", "out.raw")
        time.sleep(after)
        process.send_signal(number)
        asked = time.monotonic()
        process.communicate(timeout=60)
        took = time.monotonic() - asked
        names = self.names()
        if process.returncode == 0:
            self.assertEqual(names, ["disk.raw", "out.raw", "out.raw.manifest.json"])
        else:
            self.assertNotIn("out.raw", names)
        rest = [name for name in names if name not in ("disk.raw", "out.raw", "out.raw.manifest.json")]
        self.assertEqual(rest, [])
        return process.returncode, took

    def test_kill_and_sigint_leave_nothing_and_a_rerun_succeeds(self):
        self.disk("disk.raw", 96 * MIB, data=((0, 80 * MIB),))
        ends = []
        for number in (9, 2):
            for after in (0.01, 0.03, 0.06, 0.1, 0.2):
                status, took = self.try_once(number, after)
                ends.append(status)
                self.assertLess(took, 10)  # half a second on a machine of its own
                if status == 0:
                    for name in ("out.raw", "out.raw.manifest.json"):
                        os.remove(self.path(name))
        self.assertIn(-9, ends)
        self.assertIn(1, ends, "no SIGINT came in time")
        self.good("convert", "disk.raw", "out.raw")
        self.assertTrue(self.good("verify", "out.raw", "disk.raw")["equal"])


if __name__ == "__main__":
    unittest.main()
