# SPDX-License-Identifier: Apache-2.0
"""What the tests of `trestle template` share: a folder, the built program, qemu-img, disks of known content."""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("TRESTLE_BIN_DIR", os.path.join(ROOT, "build", "dev", "bin"))
TRESTLE = os.path.join(BIN, "trestle")
MIB = 1 << 20


def own_mounts():
    """Starts this program again in a mount namespace of its own; root is not needed where user namespaces are."""
    if os.environ.get("TRESTLE_OWN_MOUNTS"):
        return
    os.environ["TRESTLE_OWN_MOUNTS"] = "1"
    options = ["--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    os.execvp("unshare", ["unshare"] + options + [sys.executable] + sys.argv)


def until(happens, seconds=60):
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in %d s" % seconds)
        time.sleep(0.02)


def content_of(path):
    with open(path, "rb") as handle:
        return handle.read()


def sha256(path, algorithm="sha256"):
    digest = hashlib.new(algorithm)
    with open(path, "rb") as handle:
        for piece in iter(lambda: handle.read(MIB), b""):
            digest.update(piece)
    return digest.hexdigest()


VMDK_DESCRIPTION = """# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="monolithicFlat"
RW 2048 FLAT "%s" 0
"""


def described_vmdk(description):
    """A VMDK of no size of its own, which qemu-img reads as the description that lies in it."""
    text = description.encode()
    text += b"\0" * (-len(text) % 512)
    head = b"KDMV" + struct.pack("<IIQQQQIQQQ", 1, 3, 0, 128, 1, len(text) // 512, 512, 0, 0, 128) + b"\0\n \r\n"
    return head.ljust(512, b"\0") + text + b"\0" * 65536


class Scene(unittest.TestCase):
    """A folder for each test; it must be empty of everything that the test does not name."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="trestle-template-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def names(self):
        return sorted(os.listdir(self.folder))

    def disk(self, name, size, data=((0, 3 * MIB), (9 * MIB, 70000))):
        """A sparse raw disk with random data at the given places."""
        with open(self.path(name), "wb") as out:
            out.truncate(size)
            for offset, length in data:
                out.seek(offset)
                out.write(os.urandom(min(length, max(0, size - offset))))
        return self.path(name)

    def start(self, *args, **more):
        return subprocess.Popen([TRESTLE, "template"] + list(args), cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True, **more)

    def run_it(self, *args, **more):
        """Exit status, standard output and standard error."""
        process = self.start(*args, **more)
        out, err = process.communicate(timeout=300)
        return process.returncode, out.decode("utf-8"), err.decode("utf-8")

    def good(self, *args, **more):
        """The document of a command that must work."""
        status, out, err = self.run_it(*(list(args) + ["--json"]), **more)
        self.assertEqual(status, 0, out + err)
        return json.loads(out)

    def refused(self, *args, status=1, **more):
        """What a command says that must not work."""
        found, out, err = self.run_it(*args, **more)
        self.assertEqual(found, status, out + err)
        return err

    def qemu(self, *args):
        done = subprocess.run(["qemu-img"] + list(args), cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, check=False)
        self.assertEqual(done.returncode, 0, "qemu-img %s: %s" % (" ".join(args), done.stdout))
        return done.stdout

    def same(self, one, one_format, other, other_format):
        self.assertIn("Images are identical", self.qemu("compare", "-f", one_format, "-F", other_format, one, other))
