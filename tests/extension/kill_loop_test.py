#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lives of many VMs from several processes at once, with kills at random moments: no VM twice, no disk lost or left over,
every later call consistent. TRESTLE_SOAK_PERCENT says how much of the whole is run (a tenth unless it is set)."""
import concurrent.futures
import os
import random
import time
import unittest

import scene

VMS, PROCESSES = 40, 8
PERCENT = int(os.environ.get("TRESTLE_SOAK_PERCENT", "10"))
SEED = int(os.environ.get("TRESTLE_SOAK_SEED", str(int(time.time()))))
WAIT = 90


class Loop:
    def __init__(self, host, number, seed):
        self.host = host
        self.random = random.Random(seed)
        self.uuid = "33333333-2222-4333-8444-%012x" % (0x555555550000 + number)
        self.name = "i-3-%d-VM" % (1000 + number)
        self.ident = scene.derived_id(self.uuid)
        self.path = host.payload(scene.vm_payload(host, self.uuid, self.name, vlan=100 + number % 5), "vm%d.json" % number)
        self.kills = 0

    def do(self, action):
        """The action, killed some times at random moments, then repeated until it is left alone."""
        moments = [self.random.uniform(0, 1.2) for _ in range(self.random.choice((0, 1, 1, 2)))]
        if action == "create":  # its two copies take 0.3 s: one kill meets it on the fastest machine too
            moments.insert(0, self.random.uniform(0, 0.25))
        for moment in moments:
            process = scene.start(action, self.path, WAIT)
            time.sleep(moment)
            if process.poll() is None:
                process.kill()
                self.kills += 1
            scene.finish(process, 5)
        ran = scene.run(action, self.path, WAIT)
        if ran.exit != 0:
            raise AssertionError("%s of %s: %r" % (action, self.name, ran))
        return ran.document()

    def state(self, wanted):
        said = scene.run("status", self.path, WAIT).document().get("power_state")
        if said != wanted:
            raise AssertionError("%s is said to be %s, not %s" % (self.name, said, wanted))

    def check(self):
        """One VM, and exactly the disk that it names."""
        configs = [c for c in self.host.configs().values() if c["name"] == self.name]
        if len(configs) != 1:
            raise AssertionError("%d VMs are named %s" % (len(configs), self.name))
        named = configs[0]["disk"][0].split(",")[0].split("/")[-1]
        have = [disk for disk in self.host.disks() if disk.startswith(self.ident)]
        if have != [named]:
            raise AssertionError("%s names disk %s, there are %s" % (self.name, named, have))

    def run(self):
        self.do("create")
        self.state("PowerOn")
        self.check()
        self.do("stop")
        self.state("PowerOff")
        self.do("start")
        self.state("PowerOn")
        self.check()
        if self.random.random() < 0.5:
            self.do("stop")
        self.do("delete")
        return self.kills


class KillLoop(unittest.TestCase):
    def test_kills_at_random_moments_lose_nothing_and_leave_nothing(self):
        count = max(PROCESSES // 2, VMS * PERCENT // 100)
        # A copy takes a while, so that kills meet it.
        faults = [{"service": "copy_file", "action": "delay", "delay_ms": 150}]
        with scene.Host(faults=faults) as host:
            with concurrent.futures.ThreadPoolExecutor(max_workers=PROCESSES) as pool:
                jobs = [pool.submit(Loop(host, n, SEED + n).run) for n in range(count)]
                problems, kills = [], 0
                for job in jobs:
                    try:
                        kills += job.result()
                    except AssertionError as error:
                        problems.append(str(error))
            self.assertEqual(problems, [], "seed %d" % SEED)
            self.assertGreater(kills, 0, "seed %d: nothing was killed" % SEED)
            self.assertEqual([host.configs(), host.disks(), host.domains()], [{}, [], []], "seed %d" % SEED)


if __name__ == "__main__":
    unittest.main()
