#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scripts on a real kernel: bonds, VLANs, control0 and the zeroconf route, NFS mounts whose server stops, a reset by sysrq.

Part of `tools/check --long` alone: a machine is emulated twice. There is no way to skip it.
"""
import re
import shutil
import tempfile
import unittest

import machine

PATIENCE = 420  # seconds for one boot
FIRST = ["bonds-bridges-and-vlans-are-seen", "routes-and-own-name-are-seen", "a-bond-that-is-down-is-seen", "install-puts-the-module-in",
         "the-agent-serves-it", "a-zeroconf-route-is-seen", "control0-is-set-up", "the-link-local-route-is-control0s-alone",
         "other-routes-stay", "the-address-is-known", "its-file-is-gone", "the-file-says-no-zeroconf",
         "control0-is-put-right-by-hand-again", "bytes-of-the-bridge-are-the-kernels", "two-real-nfs-mounts",
         "both-kinds-of-mount-are-watched", "the-record-is-on-the-server", "a-read-only-mount-is-seen",
         "a-mount-that-vanished-is-missing", "a-stopped-server-is-hung-and-does-not-hang-us", "the-heartbeat-starts",
         "a-second-ping-starts-none", "the-neighbour-sees-it-alive", "storage-that-comes-back-in-time-resets-nobody"]
SECOND = ["the-installation-survived-the-reset", "no-half-configured-control0", "control0-is-set-up",
          "the-link-local-route-is-control0s-alone", "other-routes-stay", "the-address-is-known",
          "unmounted-pools-are-missing-and-not-healthy", "a-lock-of-before-the-reset-stops-nobody", "removal-works",
          "the-host-is-given-back-byte-for-byte", "nothing-of-ours-runs"]
TIMEOUT = 10


class Lab(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="trestle-lab-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.machine = machine.Machine(self.folder)

    # known defects 133, 134, 138 and 143
    def test_the_scripts_do_on_a_real_kernel_what_they_do_on_planted_files(self):
        said, how, took = self.machine.boot(PATIENCE)
        print("first boot: %.0f s, ended by %s" % (took, how), flush=True)
        self.assertNotIn("LAB FAILED", said, said[-6000:])
        self.assertEqual(re.findall(r"LAB ok (\S+)", said), FIRST, said[-6000:])
        self.assertEqual(how, "reset", said[-3000:])
        stopped = float(re.search(r"LAB stopped ([\d.]+)", said).group(1))
        last = [float(tick) for tick in re.findall(r"LAB tick ([\d.]+)", said)][-1]
        print("the host reset itself %.1f s after its storage stopped; the time-out is %d s" % (last - stopped, TIMEOUT), flush=True)
        self.assertGreater(last - stopped, TIMEOUT - 2)
        self.assertLess(last - stopped, TIMEOUT + 15)  # five seconds on a machine that is not emulated; the figure is printed
        said, how, took = self.machine.boot(PATIENCE)
        print("second boot: %.0f s, ended by %s" % (took, how), flush=True)
        self.assertEqual(re.findall(r"LAB ok (\S+)", said), SECOND, said[-6000:])
        self.assertIn("LAB all ok", said)
        self.assertEqual(how, "off", said[-3000:])


if __name__ == "__main__":
    unittest.main()
