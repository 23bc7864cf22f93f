#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the extension against a simulated host over loopback TLS, process start included: `tools/bench extension`."""
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import scene

VMS, ROUNDS = 900, 30
MOST_CALLS = 4
# ptrace(2): its requests, and the option that stops a program while it still has its memory.
TRACE_ME, CONTINUE, SET_OPTIONS, STOP_AT_EXIT = 0, 7, 0x4200, 0x40


def vm(number):
    uuid = "44444444-2222-4333-8444-%012x" % (0x555555550000 + number)
    return {"name": "i-4-%d-VM" % number, "cs_uuid": uuid, "power": "stopped" if number % 3 == 0 else "running", "memory": 64}


def milliseconds(action, path, rounds, environment=None):
    """Median of whole runs, from start to exit."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        done = subprocess.run([scene.PROGRAM, action, path, "60"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict({"PATH": "/usr/bin:/bin"}, **(environment or {})), check=False)
        times.append((time.perf_counter() - began) * 1000)
        if done.returncode != 0:
            sys.exit("measure: %s failed: %s" % (action, done.stdout.decode()))
    return statistics.median(times), done.stdout


def resident_mib(action, path):
    """The most that a run had resident, as its own memory map tells at its end. What wait4() tells is no measure of a small
    program: the kernel counts in what this process had when it forked, before the program came into its place."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    child = os.fork()
    if child == 0:
        out = os.open("/dev/null", os.O_WRONLY)
        os.dup2(out, 1)
        libc.ptrace(TRACE_ME, 0, 0, 0)
        os.execve(scene.PROGRAM, [scene.PROGRAM, action, path, "60"], {"PATH": "/usr/bin:/bin"})
    os.waitpid(child, 0)
    libc.ptrace(SET_OPTIONS, child, 0, STOP_AT_EXIT)
    most, signal_number = None, 0
    while True:
        libc.ptrace(CONTINUE, child, 0, signal_number)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSTOPPED(status):
            break
        signal_number = 0 if status >> 16 else os.WSTOPSIG(status)
        if status >> 16:
            with open("/proc/%d/status" % child, encoding="ascii") as told:
                most = [int(line.split()[1]) / 1024 for line in told if line.startswith("VmHWM:")][0]
    if status != 0 or most is None:
        sys.exit("measure: %s ended with %d" % (action, status))
    return most


def stripped_mb():
    folder = tempfile.mkdtemp()
    try:
        copy = os.path.join(folder, "program")
        shutil.copy(scene.PROGRAM, copy)
        subprocess.run(["strip", copy], check=True)
        return os.path.getsize(copy) / 1e6
    finally:
        shutil.rmtree(folder)


def main():
    rows = [("size of the stripped program", stripped_mb(), 10, "MB")]
    with scene.Host(vms=[vm(1)]) as host:
        path = host.payload(scene.vm_payload(host, vm(1)["cs_uuid"], vm(1)["name"], nics=0))
        rows.append(("status of a running VM", milliseconds("status", path, ROUNDS)[0], 15, "ms"))
        rows.append(("resident memory of it", resident_mib("status", path), 10, "MiB"))
    vms = [vm(n) for n in range(VMS)]
    with scene.Host(vms=vms, memory_mib=1 << 20) as host:
        path = host.payload(scene.vm_payload(host, vms[0]["cs_uuid"], vms[0]["name"], nics=0))
        taken, out = milliseconds("statuses", path, 10)
        states = json.loads(out)["power_state"]
        wanted = {v["name"]: "PowerOff" if v["power"] == "stopped" else "PowerOn" for v in vms}
        if states != wanted:
            sys.exit("measure: the report is wrong")
        rows.append(("statuses of %d VMs, a third of them stopped" % VMS, taken, 250, "ms"))
        log = os.path.join(host.folder, "log")
        milliseconds("statuses", path, 1, {"TRESTLE_EXTENSION_LOG": log, "TRESTLE_EXTENSION_LOG_LEVEL": "debug"})
        with open(log, encoding="utf-8") as lines:
            rows.append(("agent calls of it", sum("START" in line for line in lines), MOST_CALLS, "calls"))
    missed = 0
    print("| what | measured | target | |\n|---|---|---|---|")
    for what, value, target, unit in rows:
        missed += value > target
        print("| %s | %.4g %s | <= %g %s | %s |" % (what, value, unit, target, unit, "met" if value <= target else "MISSED"))
    # A CPU second count tells a busy machine from a slow program.
    print("CPU seconds of all runs: %.2f" % sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
