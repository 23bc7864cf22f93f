#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What storage does to a conversion: bad disks, full ones, shares, leftovers of killed runs."""
import os
import signal
import socket
import subprocess
import sys
import time
import unittest

import images
from images import MIB


class OnOddDisk(images.Scene):
    """A folder `odd` on a file system of our own."""

    def mount(self, *files):
        os.mkdir(self.path("odd"))
        os.mkdir(self.path("control"))
        daemon = subprocess.Popen([sys.executable, os.path.join(images.HERE, "odd_disk.py"), self.path("control"), self.path("odd")] +
                                  [self.path(name) for name in files])

        def end():
            daemon.kill()
            daemon.wait()
            subprocess.call(["umount", "--lazy", self.path("odd")], stderr=subprocess.DEVNULL)
        self.addCleanup(end)
        images.until(lambda: os.path.exists(self.path("control/ready")) or daemon.poll() is not None)
        self.assertIsNone(daemon.poll(), "this test needs /dev/fuse")

    def tell(self, word):
        with open(self.path("control/odd.new"), "w") as handle:
            handle.write(word)
        os.rename(handle.name, self.path("control/odd"))

    def odd_names(self, *wanted):
        """Which of these are there: this file system lists nothing."""
        return [name for name in wanted if os.path.lexists(self.path("odd/" + name))]


class BadSource(OnOddDisk):
    def test_a_read_error_is_named_with_its_place_and_nothing_is_left(self):
        self.disk("disk.raw", 6 * MIB, data=((0, 6 * MIB),))
        self.qemu("convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", "disk.raw", "disk.vhd")
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        with open(self.path("disk.vhd.gz"), "wb") as out:
            subprocess.run(["gzip", "-1", "-c", self.path("disk.vhd")], stdout=out, check=True)
        files = ("disk.raw", "disk.vhd", "disk.qcow2", "disk.vhd.gz")
        self.mount(*files)
        for name in files:
            self.good("convert", "odd/" + name, "whole-%s.raw" % name)  # the disk is good
        before = self.names()
        for name in files:
            with self.subTest(name=name):
                self.tell("bad %d" % (3 * MIB))
                said = self.refused("convert", "odd/" + name, "out.raw")
                self.assertIn("Input/output error", said)
                if name != "disk.qcow2":  # that one is read by qemu-img
                    self.assertRegex(said, r"cannot read odd/%s at offset \d+: .*look at the kernel log" % name)
                self.assertEqual(self.names(), before)
                self.tell("ok")


class OnAShare(OnOddDisk):
    """Without nameless files the new image is `.NAME.part` until it is whole."""

    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 3 * MIB, data=((0, 2 * MIB),))
        self.want = images.content_of(self.path("disk.raw"))

    def check(self):
        self.assertEqual(images.content_of(self.path("odd/out.raw")), self.want)
        self.assertEqual(self.odd_names("out.raw", "out.raw.manifest.json", ".out.raw.part", ".out.raw.manifest.json.part"),
                         ["out.raw", "out.raw.manifest.json"])

    def test_a_conversion_ends_with_its_names_and_no_others(self):
        self.mount()
        self.good("convert", "disk.raw", "odd/out.raw")
        self.check()
        self.assertIn("--force", self.refused("convert", "disk.raw", "odd/out.raw"))
        self.good("convert", "disk.raw", "odd/out.raw", "--force")
        self.check()
        self.assertTrue(self.good("verify", "odd/out.raw")["equal"])

    def test_qemu_img_can_write_where_our_own_lock_is(self):
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        self.mount()
        self.good("convert", "disk.qcow2", "odd/out.raw")
        self.check()

    def test_a_scratch_file_of_a_killed_run_is_gone(self):
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        self.mount()
        os.mkdir(self.path("bin"))
        with open(self.path("bin/qemu-img"), "w") as slow:
            slow.write('#!/bin/sh\n[ "$1" = convert ] && { : > started; exec sleep 60; }\nexec /usr/bin/qemu-img "$@"\n')
        os.chmod(self.path("bin/qemu-img"), 0o755)
        process = self.start("convert", "disk.qcow2", "odd/out.raw", env=dict(os.environ, PATH=self.path("bin") + ":" + os.environ["PATH"]))
        images.until(lambda: os.path.exists(self.path("started")))
        process.kill()
        process.communicate()
        # Only what the next run takes over is left.
        images.until(lambda: images.content_of(self.path("control/names")) == b".out.raw.part")
        self.good("convert", "disk.qcow2", "odd/out.raw")
        self.check()

    def test_a_leftover_of_a_killed_run_is_replaced(self):
        self.mount()
        with open(self.path("odd/.out.raw.part"), "wb") as left:
            left.write(b"half")
        self.good("convert", "disk.raw", "odd/out.raw")
        self.check()

    def test_a_leftover_that_is_a_finished_image_is_not_written_to(self):
        self.mount()
        with open(self.path("odd/out.raw"), "wb") as mine:
            mine.write(b"finished")
        os.link(self.path("odd/out.raw"), self.path("odd/.out.raw.part"))  # killed between two steps of publishing
        self.refused("convert", "disk.raw", "odd/out.raw", "--force", "--checksum", "0" * 64)
        self.assertEqual(images.content_of(self.path("odd/out.raw")), b"finished")
        self.good("convert", "disk.raw", "odd/out.raw", "--force")
        self.check()

    def test_a_second_writer_of_the_same_target_is_told_of_the_first(self):
        import fcntl
        self.mount()
        with open(self.path("odd/.out.raw.part"), "wb") as writer:
            fcntl.flock(writer, fcntl.LOCK_EX)
            self.assertIn("another process writes", self.refused("convert", "disk.raw", "odd/out.raw"))
        self.good("convert", "disk.raw", "odd/out.raw")
        self.check()


class FullTarget(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 8 * MIB, data=((0, 7 * MIB),))
        os.mkdir(self.path("small"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.path("small")], check=True)
        self.addCleanup(subprocess.run, ["umount", self.path("small")], check=False)

    def test_a_full_target_is_named_and_left_empty(self):
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        for words in (("disk.raw", "small/out.raw"), ("disk.raw", "small/out.vhd", "--to", "vhd")):
            self.assertIn("No space left on device; free space there", self.refused("convert", *words))
            self.assertEqual(os.listdir(self.path("small")), [])
        self.assertIn("No space left on device", self.refused("convert", "disk.qcow2", "small/out.raw"))
        self.assertEqual(os.listdir(self.path("small")), [])
        self.disk("fits.raw", 8 * MIB, data=((0, MIB),))
        self.good("convert", "fits.raw", "small/out.raw")

    def test_a_full_store_shows_no_template(self):
        os.mkdir(self.path("small/store"))
        self.assertIn("No space left", self.refused("install", "disk.raw", "--secondary", "small/store", "--id", "3"))
        self.assertEqual(self.good("list", "--secondary", "small/store"), [])


class Patience(images.Scene):
    """SIGINT ends it within half a second on a machine of its own; the bound here allows for a busy one."""

    def ends_soon(self, process):
        time.sleep(0.7)
        self.assertIsNone(process.poll(), "it was over before")
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertLess(time.monotonic() - asked, 3)
        self.assertEqual(process.returncode, 1)
        self.assertNotIn("out.raw", self.names())

    def test_while_a_name_server_does_not_answer(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.153", 53))
        with open(self.path("resolv.conf"), "w") as config:
            config.write("nameserver 127.0.0.153\noptions timeout:20 attempts:2\n")
        subprocess.run(["mount", "--bind", self.path("resolv.conf"), "/etc/resolv.conf"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/etc/resolv.conf"], check=False)
        self.ends_soon(self.start("convert", "http://images.example.org/x.vhd", "out.raw"))

    def test_while_a_web_server_does_not_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.ends_soon(self.start("convert", "http://127.0.0.1:%d/x.vhd" % silent.getsockname()[1], "out.raw"))

    def test_while_another_program_works(self):
        self.disk("disk.raw", 8 * MIB)
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        os.mkdir(self.path("bin"))
        with open(self.path("bin/qemu-img"), "w") as slow:
            slow.write('#!/bin/sh\n[ "$1" = convert ] && { sleep 60 & wait; }\nexec /usr/bin/qemu-img "$@"\n')
        os.chmod(self.path("bin/qemu-img"), 0o755)
        environment = dict(os.environ, PATH=self.path("bin") + ":" + os.environ["PATH"])
        self.ends_soon(self.start("convert", "disk.qcow2", "out.raw", env=environment))


if __name__ == "__main__":
    images.own_mounts()
    unittest.main()
