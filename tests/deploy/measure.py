#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `trestle host prepare` over loopback SSH, process start included: `tools/bench prepare`."""
import os
import shutil
import statistics
import sys
import tempfile
import time

import deploy_test
import hosts

ROUNDS, MANY = 5, 50


def seconds(changed, *words):
    began = time.monotonic()
    ran = deploy_test.trestle("host", *words, "--json")
    took = time.monotonic() - began
    if ran.exit != 0 or [row for row in ran.rows() if row["changed"] != changed]:
        sys.exit("measure: %s" % ran)
    return took


def one(folder):
    """(first time, second time), medians."""
    os.mkdir(folder)
    host = hosts.Host(folder)
    first, second = [], []
    try:
        for _ in range(ROUNDS):
            first.append(seconds(True, "prepare", *host.options()))
            second.append(seconds(False, "prepare", *host.options()))
            seconds(True, "unprepare", *host.options())
    finally:
        host.stop()
    return statistics.median(first), statistics.median(second)


def many(folder):
    """Fifty hosts at once, each with an sshd and an agent of its own on this same machine."""
    all_hosts = []
    try:
        for number in range(MANY):
            place = os.path.join(folder, str(number))
            os.mkdir(place)
            all_hosts.append(hosts.Host(place))
        key = all_hosts[0].sshd
        known, words = os.path.join(folder, "known"), []
        with open(known, "w", encoding="utf-8") as out:
            for host in all_hosts:
                with open(host.sshd.known_hosts(), encoding="utf-8") as text:
                    out.write(text.read())
                if host.sshd is not key:
                    shutil.copyfile(key.path("key.pub"), host.sshd.path("key.pub"))
        words = ["127.0.0.1:%d" % host.sshd.port for host in all_hosts]
        for host in all_hosts:
            words += ["--host-root", host.root]
        words += ["--ssh-key", key.path("key"), "--known-hosts", known, "--host-python", sys.executable]
        words += all_hosts[0].restart_words()
        return seconds(True, "prepare", *words), seconds(False, "prepare", *words)
    finally:
        for host in all_hosts:
            host.stop()


def main():
    folder = tempfile.mkdtemp(prefix="trestle-measure-")
    try:
        first, second = one(os.path.join(folder, "one"))
        os.mkdir(os.path.join(folder, "many"))
        parallel, again = many(os.path.join(folder, "many"))
    finally:
        shutil.rmtree(folder, True)
    rows = [("prepare a host over loopback SSH", first, 3), ("prepare it a second time", second, 0.5),
            ("prepare %d hosts at once" % MANY, parallel, 10), ("prepare them a second time", again, 10)]
    missed = 0
    print("| what | measured | target | |\n|---|---|---|---|")
    for what, value, target in rows:
        missed += value > target
        print("| %s | %.2f s | <= %g s | %s |" % (what, value, target, "met" if value <= target else "MISSED"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
