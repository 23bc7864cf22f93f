#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the heartbeat on 20 pools that really hang: `tools/bench heartbeat`."""
import os
import sys
import time

import storagehealth_test
import support

POOLS, HUNG, TIMEOUT, ROUNDS, INTERVALS = 20, 5, 3, 3, 10


class Measured(storagehealth_test.Background):
    """A host with its pools; stands outside of any test run."""

    def runTest(self):
        pass

    def writes(self, name):
        with open(os.path.join(self.control, name + ".writes"), encoding="ascii") as handle:
            return int(handle.read())


def verdict(scene):
    names = ["hung%d" % i for i in range(HUNG)]
    for name in names:
        scene.tell(name, "hang")
    worst = 0
    for _ in range(ROUNDS):
        began = time.monotonic()
        status, word, pools, _ = scene.judged("--guid", "h", "--timeout", str(TIMEOUT), "--once")
        worst = max(worst, time.monotonic() - began)
        if (status, word, list(pools.values()).count("hung"), list(pools.values()).count("ok")) != (1, "hung", HUNG, POOLS - HUNG):
            sys.exit("measure: the verdict is wrong: %r" % pools)
    for name in names:
        scene.tell(name, "ok")
    return worst


def running(scene):
    """(resident MiB of the larger process, writes for each pool and interval at most)."""
    scene.start("--timeout", "60")
    names = ["good%d" % i for i in range(POOLS - HUNG)]
    support.until(lambda: not [n for n in names if not os.path.exists(os.path.join(scene.control, n + ".writes"))], "all beat")
    before, began = [scene.writes(name) for name in names], time.monotonic()
    time.sleep(INTERVALS)
    passed = time.monotonic() - began
    most = max(scene.writes(name) - count for name, count in zip(names, before))
    sizes = []
    for pid in scene.pids():
        with open("/proc/%d/status" % pid, encoding="ascii") as handle:
            sizes += [int(line.split()[1]) / 1024 for line in handle if line.startswith("VmRSS:")]
    return max(sizes), most / (int(passed) + 1)


def main():
    scene = Measured()
    scene.setUp()
    try:
        scene.hanging(*(["hung%d" % i for i in range(HUNG)] + ["good%d" % i for i in range(POOLS - HUNG)]))
        rows = [("verdict of %d pools, %d of them hung, time-out %d s" % (POOLS, HUNG, TIMEOUT), verdict(scene), TIMEOUT + 1, "s")]
        resident, writes = running(scene)
        rows += [("resident memory of the heartbeat, %d pools" % POOLS, resident, 16, "MiB"),
                 ("writes for each pool and interval", writes, 1, "")]
    finally:
        scene.doCleanups()
    missed = 0
    print("| what | measured | target | |\n|---|---|---|---|")
    for what, value, target, unit in rows:
        missed += value > target
        print("| %s | %.3g %s | <= %g %s | %s |" % (what, value, unit, target, unit, "met" if value <= target else "MISSED"))
    return 1 if missed else 0


if __name__ == "__main__":
    storagehealth_test.own_mounts()
    sys.exit(main())
