#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every case of the golden payloads (EXPECT.json) against a simulated host: each one twice, and once more with its
keys in another order and unknown ones among them."""
import concurrent.futures
import hashlib
import json
import os
import socket
import unittest

import schema
import scene

GOLDEN = os.path.join(os.environ.get("TRESTLE_SHARED_DIR", ""), "golden", "extension")
REPEATED = {"prepare", "create", "deploy", "start", "stop", "delete", "status", "statuses", "getconsole"}
AGENT = "10.20.30.11"


def secrets_of(value, below=False):
    """Texts under a key that matches password, secret or token."""
    if isinstance(value, dict):
        for key, item in value.items():
            hit = any(word in key.lower() for word in ("password", "secret", "token"))
            yield from secrets_of(item, below or hit)
    elif isinstance(value, list):
        for item in value:
            yield from secrets_of(item, below)
    elif below and isinstance(value, str) and value:
        yield value


def turned_round(value):
    """The same document with its keys in reverse order and unknown ones added."""
    if isinstance(value, dict):
        turned = {"zz_unknown": {"a": [1, None, {}]}} if value and not all(isinstance(v, str) for v in value.values()) else {}
        for key in reversed(list(value)):
            turned[key] = turned_round(value[key])
        return turned
    return [turned_round(item) for item in value] if isinstance(value, list) else value


def vlan_of(host, bridge):
    ports = [b["ports"] for b in host["network"]["bridges"] if b["name"] == bridge][0]
    return int(ports[0].split(".")[1]) if "." in ports[0] else None


class Look:
    """What the host shows after a run, in the words of EXPECT.json."""

    def __init__(self, host):
        self.host = host
        self.configs = host.configs()
        self.inner = host.host()

    def problems(self, want):
        found = []
        named = {ident: config for ident, config in self.configs.items() if config["name"] == want["vm"]}
        if want.get("exists", True) != bool(named):
            return ["VM %s is %sthere" % (want["vm"], "" if named else "not ")]
        if "disks_left" in want and len(self.host.disks()) != want["disks_left"]:
            found.append("disks left: %s" % self.host.disks())
        if not named:
            return found + ["left behind: %s" % disk for disk in self.host.disks()]
        if len(named) != want.get("count", len(named)):
            found.append("%d VMs of that name" % len(named))
        ident, config = sorted(named.items())[0]
        if "power" in want and scene.power_of(self.host, ident) not in want["power"].split("|"):
            found.append("power is %s" % scene.power_of(self.host, ident))
        if "cpus" in want and config["vcpus"] != want["cpus"]:
            found.append("vcpus: %s" % config["vcpus"])
        if "memory_bytes" in want and config["memory"] << 20 != want["memory_bytes"]:
            found.append("memory: %s" % config["memory"])
        return found + self.device_problems(config, want)

    def device_problems(self, config, want):
        found = []
        disks = [dict(zip(("path", "dev", "mode"), text.split(":", 1)[1].split(","))) for text in config.get("disk", [])]
        plain = [self.host.local(d["path"]) for d in disks if ":cdrom" not in d["dev"]]
        if "nics" in want:
            pairs = [dict(p.split("=", 1) for p in text.split(",")) for text in config["vif"]]
            have = [{"mac": p["mac"].lower(), "vlan": vlan_of(self.inner, p["bridge"])} for p in pairs]
            if have != [dict(nic, mac=nic["mac"].lower()) for nic in want["nics"]]:
                found.append("NICs: %s" % have)
        if "disk_from" in want:
            with open(plain[0], encoding="utf-8") as handle:
                if handle.read() != scene.TEMPLATE_TEXT:
                    found.append("the disk is no copy of the template")
        if "new_disk_gb" in want and os.path.getsize(plain[0]) != want["new_disk_gb"] << 30:
            found.append("the new disk has %d bytes" % os.path.getsize(plain[0]))
        if "cdrom" in want and not any(d["path"].endswith(want["cdrom"]) for d in disks if ":cdrom" in d["dev"]):
            found.append("no CD: %s" % disks)
        if "snapshot" in want and not any(want["snapshot"] in name for name in self.host.disks()):
            found.append("no snapshot: %s" % self.host.disks())
        if "snapshot_absent" in want and any(want["snapshot_absent"] in name for name in self.host.disks()):
            found.append("a snapshot: %s" % self.host.disks())
        return found


def vms_of(case):
    """The VMs of a world; one that a killed create has left bears the mark of its making."""
    vms = []
    for vm in case["world"]["vms"]:
        half_made = "note" in vm and "killed" in vm["note"]
        vms.append(dict(vm, making=1000 if half_made else None))
    return vms


def judge(case, ran, host, wait):
    """Problems of one run: the rules for all, then the outcomes, one of which must fit."""
    found = []
    if ran.exit < 0 or ran.seconds > min(wait - min(0.5, wait * 0.1), 30 if case["action"] in (
            "status", "statuses", "getconsole") else wait):
        found.append("A1: it took %.1f s" % ran.seconds)
    if len(ran.out.encode()) > 61440:
        found.append("A2: %d bytes" % len(ran.out))
    if ran.orphans:
        found.append("A8: a child outlives it")
    document = json.loads(ran.out) if ran.out.strip() else None
    if document is not None and not isinstance(document, dict):
        found.append("A3: no object")
    error = (document or {}).get("error", "\n")
    if ran.exit != 0 and not (1 <= ran.exit <= 125 and len(error) <= 2000 and "\n" not in error):
        found.append("A4: %r" % ran)
    reasons = []
    for outcome in case["any_of"]:
        reason = outcome_problems(outcome, ran, document, host)
        if not reason:
            return found
        reasons.append(reason)
    return found + ["no outcome fits: %s" % reasons]


def outcome_problems(outcome, ran, document, host):
    if (outcome["exit"] == "zero") != (ran.exit == 0):
        return ["exit %d" % ran.exit]
    found = []
    if document is None:
        found += [] if outcome["stdout_may_be_empty"] else ["nothing was printed"]
    else:
        wanted = json.loads(json.dumps(outcome["stdout"]).replace(AGENT, host.address if host else AGENT))
        found += schema.problems(wanted, document)
    for after in outcome["after"]:
        found += Look(host).problems(after)
    return found


def closed_port():
    """A port that refuses connections as long as the socket lives."""
    holder = socket.socket()
    holder.bind(("127.0.4.1", 0))
    return holder


def folder_state(folder):
    state = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as handle:
            state[name] = hashlib.sha256(handle.read()).hexdigest()
    return state


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(GOLDEN, "EXPECT.json"), encoding="utf-8") as handle:
            cls.cases = json.load(handle)["cases"]

    def text_of(self, case, change=None):
        with open(os.path.join(GOLDEN, case["file"]), encoding="utf-8") as handle:
            text = handle.read()
        if change and text:
            text = json.dumps(change(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
        return text

    def play(self, case, text, times):
        """Problems of a case that is played so many times on one host."""
        world = case["world"]
        if world["agent"] not in ("up", "down"):
            return ["a state that this test does not play: " + world["agent"]]
        with closed_port() as closed, scene.Host(vms=vms_of(case), templates=world["templates"], isos=world["isos"],
                                                 bridges=world["bridges"],
                                                 password=world.get("password", scene.PASSWORD)) as host:
            port = host.port if world["agent"] == "up" else closed.getsockname()[1]
            path = host.payload(text.replace(AGENT + ":8899", "%s:%d" % (host.address, port)))
            before = folder_state(host.payloads)
            secrets = list(secrets_of(json.loads(text))) if text else []
            for _ in range(times):
                ran = scene.run(case["action"], path, case["wait"])
                found = judge(case, ran, host, case["wait"])
                shown = ran.out
                if ran.exit == 0 and case["action"] == "getconsole":
                    shown = ran.out.replace(ran.document()["console"].get("password", "\0"), "")
                found += ["A5: a secret is printed" for secret in secrets if secret in shown]
                if folder_state(host.payloads) != before:
                    found.append("A6: the payload's folder was changed")
                if found:
                    return ["%s: %s: %r" % (case["id"], found, ran)]
        return []

    def play_all(self, change, times):
        with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
            jobs = [pool.submit(self.play, case, self.text_of(case, change), times(case)) for case in self.cases]
            problems = [problem for job in jobs for problem in job.result()]
        self.assertEqual(problems, [], "\n".join(problems))

    def test_all_cases_are_right_twice(self):
        self.assertGreaterEqual(len(self.cases), 38)
        self.play_all(None, lambda case: 2 if case["action"] in REPEATED else 1)

    def test_order_of_keys_and_unknown_keys_make_no_difference(self):
        self.play_all(turned_round, lambda case: 1)

    def test_the_judge_can_say_no(self):
        for case in self.cases:
            wrong = case["example_wrong"]
            ran = scene.Ran(wrong["exit"], json.dumps(wrong["stdout"]), 0.1, False)
            with self.subTest(case["id"]), scene.Host(vms=vms_of(case)) as host:
                self.assertNotEqual(judge(case, ran, host, case["wait"]), [])


if __name__ == "__main__":
    unittest.main()
