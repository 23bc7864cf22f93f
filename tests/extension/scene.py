# SPDX-License-Identifier: Apache-2.0
"""What the tests of the extension share: the built program started as CloudStack starts it, a simulated host with VMs
that it has made, and a look at what the host has afterwards."""
import ast
import copy
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("TRESTLE_BIN_DIR", os.path.join(ROOT, "build", "dev", "bin"))
PROGRAM = os.environ.get("TRESTLE_EXTENSION", os.path.join(BIN, "trestle-extension"))

REPOSITORY = "0004fb0000030000f1a8b1e9c2c1a2b3"
TEMPLATE = "0004fb00001400009c3f52d1b7a04e10"
ISO = "0004fb0000150000aa51c0de77f0b215.iso"
MANAGER = "0004fb00000100001234567890abcdef"
HOST_KEY = "00112233445566778899aabbccddeeff"
OTHER_HOST = "ffeeddccbbaa99887766554433221100"
UNIQUE_ID = ":".join(HOST_KEY[i:i + 2] for i in range(0, 32, 2))
PASSWORD = "Ovs&Agent=<1>'x'"
TEMPLATE_TEXT = "the bytes of the template\n"


class Ran:
    """One finished run: exit status (negative if it was killed), the merged output, how long it took."""

    def __init__(self, exit_status, out, seconds, orphans):
        self.exit = exit_status
        self.out = out
        self.seconds = seconds
        self.orphans = orphans

    def document(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit %d after %.2f s: %s" % (self.exit, self.seconds, self.out[:3000])


def group_lives(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def start(action, payload, wait, environment=None, program=None):
    """As the management server does: no shell, one pipe for both outputs, a stdin that stays open and silent."""
    env = {"PATH": "/usr/bin:/bin"}
    env.update(environment or {})
    return subprocess.Popen([program or PROGRAM, action, payload, str(wait)], env=env, cwd="/", stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)


def finish(process, limit):
    """Reads nothing before the program has ended; SIGKILL at the limit."""
    began = time.monotonic()
    try:
        process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    seconds = time.monotonic() - began
    orphans = group_lives(process.pid)
    out = process.stdout.read().decode("utf-8")
    process.stdin.close()
    process.stdout.close()
    return Ran(process.returncode, out, seconds, orphans)


def run(action, payload, wait=1800, environment=None, limit=None, program=None):
    return finish(start(action, payload, wait, environment, program), limit or min(wait, 120))


def shared_port(addresses):
    """One that is free at each of the addresses."""
    while True:
        with socket.socket() as probe:
            probe.bind((addresses[0], 0))
            port = probe.getsockname()[1]
            try:
                for address in addresses[1:]:
                    with socket.socket() as other:
                        other.bind((address, port))
                return port
            except OSError:
                pass


def derived_id(uuid):
    return "0004fb0000060000" + uuid.replace("-", "")[16:]


class Case(unittest.TestCase):
    """What an answer of the program must be."""

    def good(self, ran):
        """The document of an answer that says success."""
        self.assertEqual(ran.exit, 0, ran)
        self.assertEqual(ran.document()["status"], "success", ran)
        return ran.document()

    def bad(self, ran, *words):
        """The error of an answer that says so; it has these words."""
        self.assertEqual(ran.exit, 1, ran)
        error = ran.document()["error"]
        for word in words:
            self.assertIn(word, error)
        return error


class Host:
    """A simulated host with one repository, a bridge named bond0 over eth1, a template and an ISO image."""

    def __init__(self, vms=(), templates=(TEMPLATE,), isos=(ISO,), bridges=("bond0",), password=PASSWORD, faults=(),
                 memory_mib=262144, stamp=True, certificate="good", release="3.3.1", durations=None, second=False, vlans=()):
        self.folder = tempfile.mkdtemp(prefix="trestle-extension-")
        self.root = os.path.join(self.folder, "repository")
        os.mkdir(self.root)
        self.payloads = os.path.join(self.folder, "payloads")
        os.mkdir(self.payloads)
        files = [{"path": "ISOs/" + iso, "size_bytes": 1 << 20} for iso in isos]
        for template in templates:
            path = "/OVS/Repositories/%s/Templates/%s/System.img" % (REPOSITORY, template)
            files.append({"path": "Templates/%s/System.img" % template, "text": TEMPLATE_TEXT})
            files.append({"path": "Templates/%s/vm.cfg" % template,
                          "text": "name = 'ol7'\nOVM_domain_type = 'xen_hvm'\nmemory = 1024\ndisk = ['file:%s,xvda,w']\n"
                                  % path})
        if stamp:
            files.append({"path": ".generic_fs_stamp", "text": "x"})
        nics = [{"name": "eth0", "mac": "00:21:f6:00:01:00", "ip": {"address": "127.0.4.1", "netmask": "255.0.0.0"}}]
        nics += [{"name": "eth%d" % (n + 1), "mac": "00:21:f6:00:02:%02x" % n} for n in range(len(bridges))]
        port = shared_port(("127.0.4.1", "127.0.4.2")) if second else 0
        world = {
            "version": 1, "password": password, "durations": dict({"start_ms": 20, "stop_ms": 20, "reboot_ms": 20},
                                                                  **(durations or {})),
            "exports": [{"device": "nfs-1:/export/a", "directory": self.root, "size_bytes": 1 << 42}],
            "hosts": [{"name": "ovm-a", "address": "127.0.4.1", "port": port, "release": release, "unique_id": UNIQUE_ID,
                       "ownership": {"manager_uuid": MANAGER}, "tls": {"certificate": certificate},
                       "hardware": {"memory_mib": memory_mib},
                       "network": {"nics": nics, "bridges": [{"name": name, "ports": ["eth%d" % (n + 1)]}
                                                             for n, name in enumerate(bridges)] + list(vlans)}}],
            "repositories": [{"id": REPOSITORY, "alias": "main", "device": "nfs-1:/export/a", "manager_uuid": MANAGER,
                              "files": files}],
            "vms": [self.world_vm(vm) for vm in vms], "faults": list(faults)}
        if second:  # another member of the pool: the same repository, an agent at the same port of its own address
            other = copy.deepcopy(world["hosts"][0])
            other.update(name="ovm-b", address="127.0.4.2", unique_id=":".join(OTHER_HOST[i:i + 2] for i in range(0, 32, 2)))
            for number, nic in enumerate(other["network"]["nics"]):
                nic["mac"] = "00:21:f6:00:03:%02x" % number
            other["network"]["nics"][0]["ip"]["address"] = "127.0.4.2"
            world["hosts"].append(other)
        with open(os.path.join(self.folder, "world.json"), "w", encoding="utf-8") as out:
            json.dump(world, out)
        ready = os.path.join(self.folder, "ready.json")
        self.control = os.path.join(self.folder, "control.sock")
        with open(os.path.join(self.folder, "sim.log"), "wb") as log:
            self.process = subprocess.Popen([os.path.join(BIN, "trestle-sim"), "serve", "--world", out.name, "--control",
                                             self.control, "--ready-file", ready], stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            if os.path.exists(ready) and os.path.getsize(ready):
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        try:
            with open(ready, encoding="utf-8") as handle:
                self.ready = json.load(handle)
        except OSError:
            with open(os.path.join(self.folder, "sim.log"), encoding="utf-8") as log:
                raise RuntimeError("the simulator did not start: " + log.read()) from None
        self.address = self.ready["hosts"][0]["address"]
        self.port = self.ready["hosts"][0]["port"]
        for vm in vms:
            self.mark(vm)

    @staticmethod
    def world_vm(vm):
        ident = vm.get("id", derived_id(vm["cs_uuid"] or "0" * 32)).replace("-", "")
        disk = "/OVS/Repositories/%s/VirtualDisks/%s-old-0.img" % (REPOSITORY, ident)
        config = {"name": vm["name"], "memory": vm.get("memory", 1024), "vcpus": 2, "disk": ["file:%s,xvda,w" % disk],
                  "vif": ["mac=%s,bridge=bond0" % nic["mac"] for nic in vm.get("nics", [])]}
        if vm.get("cs_uuid"):
            config["uuid"] = "-".join((ident[:8], ident[8:12], ident[12:16], ident[16:20], ident[20:]))
            config["OVM_description"] = "cloudstack-uuid=" + vm["cs_uuid"]
            if vm.get("making") is not None:
                config["OVM_description"] += " cloudstack-making=dead0001@%d" % vm["making"]
        if vm.get("vnc"):
            config["vfb"] = ["type=vnc,vncunused=1,vnclisten=%s,keymap=en-us,vncpasswd=%s"
                             % (vm["vnc"]["bind"], vm["vnc"]["password"])]
        entry = {"id": ident, "repository": REPOSITORY, "config": config}
        if vm["power"] in ("running", "paused"):
            entry["host"] = "ovm-a"
            entry["state"] = vm["power"]
        if vm.get("guest"):
            entry["guest"] = vm["guest"]
        return entry

    def mark(self, vm):
        """The disk and the marker file of a VM that the program has made."""
        ident = vm.get("id", derived_id(vm["cs_uuid"] or "0" * 32)).replace("-", "")
        disk = os.path.join(self.root, "VirtualDisks", ident + "-old-0.img")
        if not os.path.exists(disk) or vm["power"] == "stopped":
            with open(disk, "w", encoding="utf-8") as out:
                out.write("old disk")
        if vm.get("cs_uuid"):
            stage = "on" if vm.get("making") is None else "making"
            name = "cloudstack.%s.%s.%s" % (stage, vm.get("host", HOST_KEY), vm["name"])
            with open(os.path.join(self.root, "VirtualMachines", ident, name), "w", encoding="utf-8") as out:
                out.write("x")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, **request):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.control)
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        if not answer.get("ok"):
            raise RuntimeError(str(answer))
        return answer

    def host(self, name="ovm-a"):
        answer = self.ask(do="inspect", host=name)
        return answer.get("host", answer)

    def domains(self, name="ovm-a"):
        return self.host(name).get("domains", [])

    def url(self, address=None):
        return "https://%s:%d/api/3" % (address or self.address, self.port)

    def markers(self, ident):
        return sorted(name for name in os.listdir(os.path.join(self.root, "VirtualMachines", ident)) if name != "vm.cfg")

    def payload(self, document, name="payload.json"):
        """Writes a payload file; a text goes out as it is."""
        path = os.path.join(self.payloads, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False))
        return path

    def configs(self):
        """vm.cfg of every VM, by folder."""
        found = {}
        for path in glob.glob(os.path.join(self.root, "VirtualMachines", "*", "vm.cfg")):
            with open(path, encoding="utf-8") as handle:
                found[os.path.basename(os.path.dirname(path))] = parse_config(handle.read())
        return found

    def disks(self):
        return sorted(os.listdir(os.path.join(self.root, "VirtualDisks")))

    def local(self, path):
        return path.replace("/OVS/Repositories/" + REPOSITORY, self.root)


def parse_config(text):
    config = {}
    for line in ast.parse(text).body:
        config[line.targets[0].id] = ast.literal_eval(line.value)
    return config


def power_of(host, ident, name="ovm-a"):
    """running, paused or stopped."""
    for domain in host.domains(name):
        if domain["vm_id"] == ident:
            return "paused" if domain["state"] == "paused" else "running"
    return "stopped"


def vm_payload(host, uuid, name, vlan=1577, nics=1, details=None, **changes):
    """A payload of our own in the form that the management server writes."""
    levels = {"host": {"url": host.url(), "user": "oracle", "password": PASSWORD, "network_bridge": "bond0",
                       "repository_id": REPOSITORY, "verify_tls_certificate": "false"},
              "virtualmachine": {"template_type": "template", "template_id": TEMPLATE}}
    for level, entries in (details or {}).items():
        levels.setdefault(level, {}).update(entries)
    mac = "02:01:%s:%s:%s" % (uuid[-6:-4], uuid[-4:-2], uuid[-2:])
    document = {"externaldetails": levels, "virtualmachineid": uuid, "virtualmachinename": name,
                "cloudstack.vm.details": {
                    "id": 7, "name": name, "uuid": uuid, "state": "Starting", "type": "User", "cpus": 2,
                    "minRam": 1 << 30, "maxRam": 1 << 30, "vncPassword": "Zt4mPq0LxW7sRb2Hc9Vn1A",
                    "details": {"deployvm": "true"}, "disks": [],
                    "nics": [{"deviceId": n, "mac": "%s:%02x" % (mac, n), "broadcastUri": "vlan://%s" % vlan,
                              "uuid": "4c2e7d10-83b5-4f6a-9d21-70a6c1e5b208"} for n in range(nics)]}}
    document["cloudstack.vm.details"].update(changes)
    return document
