#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Damaged images of qemu-img: every sector of the start cut off, structures changed; never a wrong disk, always a place."""
import os
import subprocess
import unittest

import images
from images import MIB


class Damaged(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 8 * MIB, data=((0, 3 * MIB),))
        self.qemu("convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", "disk.raw", "good.vhd")
        self.whole = images.content_of(self.path("good.vhd"))

    def convert(self, content):
        """What is said of a file of that content; None if it became a disk, which must then be the right one."""
        with open(self.path("bad.vhd"), "wb") as out:
            out.write(content)
        done = subprocess.run([images.TRESTLE, "template", "convert", "bad.vhd", "out.raw", "--no-manifest"],
                              cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode == 0:
            self.assertEqual(images.content_of(self.path("out.raw")), images.content_of(self.path("disk.raw")))
            os.remove(self.path("out.raw"))
            return None
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn("out.raw", self.names())
        return done.stderr.decode()

    def test_a_cut_at_each_sector_of_the_first_64_kib_is_refused(self):
        for end in list(range(512, 8192, 512)) + list(range(8192, 65537, 8192)):
            self.assertIn("offset", self.convert(self.whole[:end]), end)

    def test_a_changed_byte_in_each_field_is_named_or_mended_from_the_copy(self):
        said = 0
        for at in (0, 9, 13, 17, 25, 29, 41, 50, 57, 60, 65, 70, 84, 100, 512, 530, 540, 545, 548, 560, 600, 1100):
            changed = bytearray(self.whole)
            changed[at] ^= 0xFF
            message = self.convert(bytes(changed))
            if at >= 512:
                self.assertIn("VHD header at offset 512: field '", message, at)
                said += 1
            else:
                self.assertIsNone(message, at)
        self.assertEqual(said, 8)

    def test_two_blocks_in_one_place_are_a_loop_in_the_table(self):
        changed = bytearray(self.whole)
        changed[1540:1544] = changed[1536:1540]
        self.assertIn("overlaps", self.convert(bytes(changed)))

    def test_a_source_of_no_right_kind_is_refused(self):
        self.assertIn("no file and no block device", self.refused("convert", "/dev/null", "out.raw", status=2))
        self.assertIn("check the path", self.refused("convert", "nothing.vhd", "out.raw"))
        self.assertIn("no file and no block device", self.refused("convert", ".", "out.raw", status=2))
        with open(self.path("empty.vhd"), "w"):
            pass
        self.assertIn("is empty", self.refused("convert", "empty.vhd", "out.raw"))


if __name__ == "__main__":
    unittest.main()
