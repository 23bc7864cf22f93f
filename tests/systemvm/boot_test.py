#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guest that boots: a disk of Debian's kernel, busybox and syslinux goes raw -> VHD.bz2 -> raw through `trestle template` and
says its own words on the serial console of an emulated machine, and the boot arguments as they came to it. There is no way to
skip it."""
import os
import random
import re
import shutil
import subprocess
import sys
import time
import unittest

import images
from images import MIB

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lab"))
import debian_kernel  # noqa: E402

DISK = 64 * MIB
FIRST = 2048  # sector of the only partition
PATIENCE = 420  # seconds; emulation takes about ten on a machine of its own

ARGUMENTS = "type=router name=r-4-VM domain=\"Zürich\" vmpassword=100%(^25) end=yes"
INIT = """#!/bin/sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
exec > /dev/ttyS0 2>&1
echo "trestle guest WORD is up, kernel $(/bin/busybox uname -s), pid $$"
hex() { /bin/busybox od -An -v -tx1 | /bin/busybox tr -d ' \\n'; }
echo "line $(/bin/boot-arguments | hex) sets $(/bin/boot-arguments /sets | hex) end of WORD"
/bin/busybox poweroff -f
"""


def argument_sets():
    """64 sets of boot arguments that no layer on the way may change."""
    sets = ["template=domP type=secstorage name=s-1-VM eth0ip=169.254.3.17 mgmtcidr=10.1.0.0/16 host=10.0.1.2,10.0.1.3 port=8250",
            "", "  two  blanks  ", "100%% %25 ^25 ^", "a=\"double\" b='single' c=`back` d=$(run) e=${x} f=\\n\\", "(a (b)) ; # & | < > ! ~ * ?",
            "name=Zürich 東京 Ñandú 🐙"]
    chance = random.Random(7)
    while len(sets) < 64:  # without line breaks, which end a set in the file
        sets.append("".join(chance.choice("%^\"'()\\$` =é€🐙\tabc123") for _ in range(60)))
    return sets


def encoded(text):
    """The rule of helpers/ovm3/boot_arguments, written down a second time."""
    out = ""
    for byte in text.encode("utf-8"):
        char = chr(byte)
        plain = "!" <= char <= "~" and char not in "\"'()\\$`%^"
        out += "%" if char == " " else char if plain else "^%02X" % byte
    return out


class Boot(images.Scene):
    def must(self, *words, **more):
        done = subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)
        self.assertEqual(done.returncode, 0, "%s: %s" % (" ".join(words), done.stdout.decode("utf-8", "replace")))
        return done.stdout

    def kernel(self):
        return debian_kernel.unpack(self.path("root"))[0]

    def initramfs(self, word):
        tree = self.path("tree")
        for name in ("bin", "dev", "proc"):
            os.makedirs(os.path.join(tree, name))
        shutil.copy("/bin/busybox", os.path.join(tree, "bin", "busybox"))
        for name in ("sh", "awk"):
            os.symlink("busybox", os.path.join(tree, "bin", name))
        shutil.copy(os.path.join(images.ROOT, "systemvm", "guest", "boot-arguments"), os.path.join(tree, "bin"))
        with open(os.path.join(tree, "sets"), "w") as sets:
            sets.writelines(encoded(one) + "\n" for one in argument_sets())
        with open(os.path.join(tree, "init"), "w") as init:
            init.write(INIT.replace("WORD", word))
        os.chmod(os.path.join(tree, "init"), 0o755)
        self.must("sh", "-c", "cd tree && find . | cpio -o -H newc --quiet | gzip > ../initrd.gz")

    def bootable_disk(self, word):
        kernel = self.kernel()
        self.initramfs(word)
        with open(self.path("syslinux.cfg"), "w") as config:
            config.write("DEFAULT guest\nLABEL guest\n KERNEL vmlinuz\n INITRD initrd.gz\n"
                         " APPEND console=ttyS0 quiet rdinit=/init panic=1 %s\n" % encoded(ARGUMENTS))
        with open(self.path("boot.raw"), "wb") as disk:
            disk.truncate(DISK)
        self.must("/usr/sbin/sfdisk", "-q", "boot.raw", input=b"label: dos\nstart=%d, type=c, bootable\n" % FIRST)
        with open("/usr/lib/syslinux/mbr/mbr.bin", "rb") as code, open(self.path("boot.raw"), "r+b") as disk:
            disk.write(code.read(440))
        image = "boot.raw@@%d" % (FIRST * 512)
        self.must("mformat", "-i", image, "-F", "-H", str(FIRST), "-h", "16", "-s", "63", "-T", str(DISK // 512 - FIRST), "::")
        for source, name in ((kernel, "vmlinuz"), ("initrd.gz", "initrd.gz"), ("syslinux.cfg", "syslinux.cfg")):
            self.must("mcopy", "-i", image, source, "::" + name)
        self.must("syslinux", "-t", str(FIRST * 512), "-i", "boot.raw")

    def console_of(self, disk, wanted):
        """What a guest says on its serial console until the wanted words, its end, or the end of our patience."""
        log = self.path("console.txt")
        machine = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
             "-serial", "file:" + log, "-drive", "file=%s,format=raw,if=ide,snapshot=on" % disk],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        until = time.monotonic() + PATIENCE
        said = ""
        try:
            while time.monotonic() < until:
                ended = machine.poll() is not None
                if os.path.exists(log):
                    said = images.content_of(log).decode("utf-8", "replace")
                if wanted in said or ended:
                    break
                time.sleep(0.2)
        finally:
            machine.kill()
            said += machine.communicate()[1].decode()
        return said

    def test_a_disk_that_went_through_vhd_and_bzip2_boots(self):
        word = "%016x" % random.getrandbits(64)
        self.bootable_disk(word)
        self.good("convert", "boot.raw", "boot.vhd", "--to", "vhd")
        self.must("bzip2", "-k", "-1", "boot.vhd")
        made = self.good("convert", "boot.vhd.bz2", "again.raw", "--checksum", images.sha256(self.path("boot.vhd.bz2")))
        self.assertEqual(made["content_sha256"], images.sha256(self.path("boot.raw")))
        os.remove(self.path("boot.raw"))
        said = self.console_of("again.raw", "end of " + word)
        self.assertIn("trestle guest %s is up, kernel Linux, pid 1" % word, said)
        told = re.search(r"line ([0-9a-f]*) sets ([0-9a-f]*) end of", said)
        self.assertIsNotNone(told, said)
        self.assertIn(ARGUMENTS.encode("utf-8"), bytes.fromhex(told.group(1)))
        self.assertEqual(bytes.fromhex(told.group(2)).decode("utf-8").split("\n"), argument_sets())

    def test_the_words_do_not_come_from_a_disk_that_is_damaged(self):
        self.disk("noise.raw", MIB, data=((0, 512),))
        machine = subprocess.run(["timeout", "5", "qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-display",
                                  "none", "-no-reboot", "-serial", "stdio", "-drive", "file=noise.raw,format=raw,if=ide"],
                                 cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
        self.assertNotIn(b"trestle guest", machine.stdout)


if __name__ == "__main__":
    unittest.main()
