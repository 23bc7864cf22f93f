# SPDX-License-Identifier: Apache-2.0
"""Runs inside the lab VM: our real scripts on a real kernel's bonds, VLANs, bridges, routes and NFS mounts.

Each finding is a line on the console, `LAB ok NAME` or `LAB FAILED NAME`. The first boot ends by the reset that the heartbeat
makes; the second one looks at what that left, and gives the host back.
"""
import ctypes
import glob
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
import xmlrpc.client

sys.path.insert(0, "/lab")
import nfs_server  # noqa: E402

TIMEOUT = 10  # seconds, of the heartbeat
PATIENCE = 120  # seconds; emulation is slow, what is waited for is not
PYTHON = "/usr/bin/python3"
BIN = "/opt/cloudstack/bin"
STATUS, LOG = "/var/run/trestle/heartbeat.status", "/var/log/trestle-heartbeat.log"
CONF = "/etc/trestle/heartbeat.conf"
IFCFG = "/etc/sysconfig/network-scripts/ifcfg-control0"
ONE, TWO = "/OVS/Repositories/one", "/OVS/Repositories/two"
V3 = "vers=3,nolock,proto=tcp,port=2049,mountproto=tcp,mountport=%d,addr=127.0.0.1" % nfs_server.MOUNT_PORT
V4 = "vers=4.1,proto=tcp,port=2049,addr=127.0.0.1,clientaddr=127.0.0.1"


class Failed(Exception):
    pass


def say(text):
    print("LAB " + text, flush=True)


def check(name, good, detail=""):
    say("%s %s" % ("ok" if good else "FAILED", name) + (": %s" % (detail,) if not good else ""))
    if not good:
        raise Failed(name)


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, check=False, **more)
    if done.returncode != 0:
        raise Failed("%s: %d: %s" % (" ".join(words), done.returncode, done.stdout))
    return done.stdout


def ip(*words):
    return run("ip", *words)


def until(done, what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = done()
        if value:
            return value
        time.sleep(0.1)
    raise Failed("never happened: " + what)


def read(path):
    with open(path, encoding="latin-1") as handle:
        return handle.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="latin-1") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def uptime():
    return float(read("/proc/uptime").split()[0])


def reads(text, path):
    return os.path.exists(path) and text in read(path)


def snapshot():
    """What install.py may touch, file by file."""
    found = {}
    for top in ("/usr/lib64", "/etc", "/opt", "/var/lib"):
        for folder, folders, files in os.walk(top):
            if "__pycache__" in folder:
                continue
            for name in folders + [name for name in files if not name.endswith(".pyc")]:
                path = os.path.join(folder, name)
                told = os.lstat(path)
                content = ""
                if os.path.isfile(path) and not os.path.islink(path):
                    with open(path, "rb") as handle:
                        content = hashlib.sha1(handle.read()).hexdigest()
                if name != "__pycache__":
                    found[path] = [told.st_mode, told.st_uid, told.st_gid, content]
    return found


def agent():
    context = ssl._create_unverified_context()
    return xmlrpc.client.ServerProxy("https://oracle:secret@127.0.0.1:8899/api/3/", allow_none=True, context=context)


def agent_answers():
    try:
        return agent().get_api_version() == [3]
    except (OSError, http.client.HTTPException, xmlrpc.client.Error):
        return False


def with_module(name, *arguments):
    """A call of the module, once the agent is up with it."""
    until(agent_answers, "the agent answers")
    return getattr(agent(), name)(*arguments)


def install(*words):
    done = subprocess.run([PYTHON, "/lab/scripts/install.py", "--json", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    try:
        return done.returncode, json.loads(done.stdout.decode())
    except ValueError:
        raise Failed("install.py: %d %s" % (done.returncode, done.stderr.decode())) from None


def facts():
    return json.loads(run(PYTHON, "/lab/scripts/facts.py", "--doctor"))


# --- the network --------------------------------------------------------------------------------


def bond_over_two_links():
    """eth0 and eth1 lead into a switch in a network namespace of its own."""
    ip("netns", "add", "outside")
    ip("-n", "outside", "link", "add", "switch", "type", "bridge")
    ip("-n", "outside", "link", "set", "switch", "up")
    ip("link", "add", "bond0", "type", "bond", "mode", "active-backup", "miimon", "100")
    for number in (0, 1):
        ip("link", "add", "eth%d" % number, "type", "veth", "peer", "name", "port%d" % number, "netns", "outside")
        ip("link", "set", "eth%d" % number, "master", "bond0")
        ip("-n", "outside", "link", "set", "port%d" % number, "master", "switch", "up")
    ip("link", "set", "bond0", "up")
    ip("link", "add", "xenbr0", "type", "bridge")
    ip("link", "set", "bond0", "master", "xenbr0")
    ip("addr", "add", "192.0.2.1/24", "dev", "xenbr0")
    ip("link", "set", "xenbr0", "up")
    ip("-n", "outside", "addr", "add", "192.0.2.2/24", "dev", "switch")


def vlan(number):
    """A bridge of a VLAN on the bond, and the same VLAN on the switch."""
    ip("link", "add", "link", "bond0", "name", "bond0.%d" % number, "type", "vlan", "id", str(number))
    ip("link", "add", "vlan%d" % number, "type", "bridge")
    ip("link", "set", "bond0.%d" % number, "master", "vlan%d" % number, "up")
    ip("addr", "add", "198.51.100.1/24", "dev", "vlan%d" % number)
    ip("link", "set", "vlan%d" % number, "up")
    ip("-n", "outside", "link", "add", "link", "switch", "name", "switch.%d" % number, "type", "vlan", "id", str(number))
    ip("-n", "outside", "addr", "add", "198.51.100.2/24", "dev", "switch.%d" % number)
    ip("-n", "outside", "link", "set", "switch.%d" % number, "up")


def reaches(address):
    return subprocess.run(["ping", "-c", "1", "-W", "2", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def network():
    bond_over_two_links()
    vlan(100)
    until(lambda: reaches("192.0.2.2"), "the bond carries untagged frames")
    until(lambda: reaches("198.51.100.2"), "the bond carries the VLAN")
    ip("-n", "outside", "link", "set", "port0", "down")
    until(lambda: "eth1" in read("/sys/class/net/bond0/bonding/active_slave"), "the bond changes over")
    until(lambda: reaches("192.0.2.2") and reaches("198.51.100.2"), "one link of the bond carries both")
    seen = facts()
    bridges = {bridge["name"]: bridge["ports"] for bridge in seen["bridges"]}
    check("bonds-bridges-and-vlans-are-seen", seen["bonds"] == [{"name": "bond0", "up": True, "slaves": ["eth0", "eth1"]}] and
          bridges == {"xenbr0": ["bond0"], "vlan100": ["bond0.100"]}, seen)
    check("routes-and-own-name-are-seen", {"device": "xenbr0", "destination": "192.0.2.0", "mask": "255.255.255.0"} in seen["routes"] and
          seen["own_name"] == {"name": "lab-1", "address": "192.0.2.1"} and seen["nozeroconf"] is None, seen)
    ip("link", "set", "bond0", "down")
    check("a-bond-that-is-down-is-seen", not facts()["bonds"][0]["up"])
    ip("link", "set", "bond0", "up")
    until(lambda: reaches("192.0.2.2"), "the bond is up again")
    ip("link", "set", "bond0.100", "up")


def zeroconf_and_control():
    """What the vendor's network scripts leave: the link-local route on every bridge. And a system VM on control0."""
    ip("route", "add", "169.254.0.0/16", "dev", "xenbr0")
    ip("route", "add", "169.254.0.0/16", "dev", "vlan100", "metric", "5")
    check("a-zeroconf-route-is-seen", [r["device"] for r in facts()["routes"] if r["destination"] == "169.254.0.0"] ==
          ["xenbr0", "vlan100"], facts()["routes"])
    control_is_made()
    check("its-file-is-gone", not os.path.exists(IFCFG))
    check("the-file-says-no-zeroconf", "NOZEROCONF=yes\n" in read("/etc/sysconfig/network"))
    ip("addr", "flush", "dev", "control0")
    ip("link", "set", "control0", "down", "arp", "off")
    until(lambda: not reaches("169.254.3.4"), "the system VM is out of reach")
    check("control0-is-put-right-by-hand-again", with_module("ovs_control_interface", "control0", "169.254.0.0/16") is True and
          reaches("169.254.3.4"), ip("addr", "show", "dev", "control0"))


def control_is_made():
    """control0 comes up on demand, alone with its route, and a system VM behind it answers."""
    ip("link", "add", "control0", "type", "bridge")
    ip("link", "set", "control0", "arp", "off")
    ip("netns", "add", "router")
    ip("link", "add", "vif7.0", "type", "veth", "peer", "name", "eth0", "netns", "router")
    ip("link", "set", "vif7.0", "master", "control0", "up")
    ip("-n", "router", "addr", "add", "169.254.3.4/16", "dev", "eth0")
    ip("-n", "router", "link", "set", "eth0", "up")
    before = ip("-4", "route", "show").splitlines()
    check("control0-is-set-up", with_module("ovs_control_interface", "control0", "169.254.0.0/16") is True)
    routes = [r["device"] for r in facts()["routes"] if r["destination"] == "169.254.0.0"]
    check("the-link-local-route-is-control0s-alone", routes == ["control0"], routes)
    after = ip("-4", "route", "show").splitlines()
    others = [line for line in before if "169.254" not in line]
    check("other-routes-stay", others == [line for line in after if "169.254" not in line], after)
    until(lambda: reaches("169.254.3.4"), "the system VM behind control0 answers")
    check("the-address-is-known", with_module("check_dom0_ip", "169.254.0.1") is True)


def statistics():
    """rx and tx of a real bridge against the kernel's own table."""
    os.makedirs("/var/run/xend", exist_ok=True)
    write("/lab/guests.json", json.dumps({"node": {"total_memory": 4096, "free_memory": 1024, "nr_cpus": 4}, "domains": {}}))
    xend = subprocess.Popen([PYTHON, "/lab/fake_xend.py", "/var/run/xend/xmlrpc.sock", "/lab/guests.json"])
    until(lambda: os.path.exists("/var/run/xend/xmlrpc.sock"), "xend listens")
    run("ping", "-c", "5", "-s", "1000", "-i", "0.2", "192.0.2.2")

    def table():
        words = [line.split(":")[1].split() for line in read("/proc/net/dev").splitlines() if line.strip().startswith("xenbr0:")][0]
        return words[0], words[8]
    found = with_module("ovs_dom0_stats", "xenbr0")
    check("bytes-of-the-bridge-are-the-kernels", (found["rx"], found["tx"]) == table() and int(found["rx"]) > 5000, (found, table()))
    xend.kill()
    xend.wait()


# --- storage ------------------------------------------------------------------------------------


def mount(source, target, kind, options, flags=0):
    os.makedirs(target, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()) != 0:
        raise Failed("mount %s on %s: %s" % (source, target, os.strerror(ctypes.get_errno())))


def nfs():
    mount("nfsd", "/proc/fs/nfsd", "nfsd", "")
    nfs_server.serve_helpers()
    nfs_server.start()
    mount("127.0.0.1:/export/one", ONE, "nfs", V3)
    mount("127.0.0.1:/two", TWO, "nfs4", V4)
    kinds = {line.split()[1]: line.split()[2] for line in read("/proc/mounts").splitlines()}
    check("two-real-nfs-mounts", (kinds[ONE], kinds[TWO]) == ("nfs", "nfs4"), kinds)


def once(*words):
    done = subprocess.run([PYTHON, BIN + "/storagehealth.py", "--guid", "once", "--timeout", str(TIMEOUT), "--once", "--json", *words],
                          stdout=subprocess.PIPE, check=False)
    result = json.loads(done.stdout.decode())
    return done.returncode, {os.path.basename(pool["path"]): pool["verdict"] for pool in result["pools"]}


def verdicts():
    # known defects 133, 134
    until(lambda: once()[0] == 0, "a new server lets clients of before reclaim what they had, and takes no new file meanwhile")
    found = once()
    check("both-kinds-of-mount-are-watched", found == (0, {"one": "ok", "two": "ok"}), found)
    check("the-record-is-on-the-server", os.path.getsize("/export/one/.hb-once") == 256 == os.path.getsize("/export/two/.hb-once"))
    mount("127.0.0.1:/export/one", "/OVS/Repositories/locked", "nfs", V3 + ",nosharecache", 1)
    found = once()
    check("a-read-only-mount-is-seen", found == (1, {"one": "ok", "two": "ok", "locked": "readonly"}), found)
    run("umount", "/OVS/Repositories/locked")
    found = once()
    check("a-mount-that-vanished-is-missing", found == (1, {"one": "ok", "two": "ok", "locked": "missing"}), found)
    write("/var/lib/trestle/heartbeat/pools", ONE + "\n" + TWO + "\n")
    nfs_server.stop()
    began = time.monotonic()
    found = once()
    say("took verdict of two hung mounts %.1f s, time-out %d s" % (time.monotonic() - began, TIMEOUT))
    check("a-stopped-server-is-hung-and-does-not-hang-us", found == (1, {"one": "hung", "two": "hung"}), found)
    nfs_server.start()
    until(lambda: once() == (0, {"one": "ok", "two": "ok"}), "the server is back")


def neighbour():
    """A second host: our own file tree again, with a memory, a run folder and an NFS client of its own."""
    mount("/", "/neighbour", "", "", 4096)
    for folder in ("/proc", "/dev"):
        mount(folder, "/neighbour" + folder, "", "", 4096)
    for folder in ("/var/lib/trestle", "/var/run"):
        mount("tmp", "/neighbour" + folder, "tmpfs", "")
    mount("127.0.0.1:/export/one", "/neighbour" + ONE, "nfs", V3 + ",nosharecache")


def seen_by_the_neighbour():
    done = subprocess.run(["chroot", "/neighbour", PYTHON, BIN + "/storagehealth.py", "--guid", "lab-1", "--timeout", str(TIMEOUT),
                           "--state", "--json"], stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout.decode())["alive"]


def heartbeat():
    write(CONF, "reaction = reset\n")
    write(LOG, "")
    started = with_module("check_dom0_storage_health_check", "", "", "lab-1", TIMEOUT, 1)
    check("the-heartbeat-starts", started == [False, True], started)
    until(lambda: reads('"verdict": "ok"', STATUS), "it beats")
    check("a-second-ping-starts-none", with_module("check_dom0_storage_health_check", "", "", "lab-1", TIMEOUT, 1) == [True, False])
    neighbour()
    until(lambda: seen_by_the_neighbour() is True, "the neighbour sees it alive")
    say("ok the-neighbour-sees-it-alive")
    # The negative twin of the reset: storage that comes back in time.
    nfs_server.stop()
    until(lambda: reads("slow", STATUS), "it is slow")
    time.sleep(TIMEOUT - 5)
    nfs_server.start()
    until(lambda: reads('"verdict": "ok"', STATUS), "it recovers")
    check("storage-that-comes-back-in-time-resets-nobody", "resetting" not in read(LOG), read(LOG))


def reset():
    """The last thing of this boot. What a power cut would lose is lost here too: nothing is synced from now on."""
    write("/lab/phase", "2\n")
    os.sync()
    say("stopped %.1f" % uptime())
    nfs_server.stop()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        say("tick %.1f" % uptime())
        time.sleep(0.5)
    check("the-host-resets-itself", False, read(LOG))


def module():
    status, result = install()
    check("install-puts-the-module-in", status == 0 and result["restart"], result)
    check("the-agent-serves-it", with_module("get_module_version") == "0.4")


def first_boot():
    write("/lab/before.json", json.dumps(snapshot()))
    failed = 0
    for part in (network, module, zeroconf_and_control, statistics, nfs, verdicts, heartbeat):
        say("at %.1f %s" % (uptime(), part.__name__))
        try:
            part()
        except Failed as why:  # the others may still tell something
            say("FAILED %s: %s" % (part.__name__, why))
            failed += 1
    if not failed:
        reset()


def second_boot():
    """After a reset in the middle of things."""
    status, result = install("--check")
    check("the-installation-survived-the-reset", status == 0, result)
    check("no-half-configured-control0", not os.path.exists(IFCFG) and not os.path.exists("/sys/class/net/control0"))
    run("/sbin/service", "ovs-agent", "restart")
    bond_over_two_links()
    control_is_made()
    found = once()
    check("unmounted-pools-are-missing-and-not-healthy", found == (1, {"one": "missing", "two": "missing"}), found)
    write(CONF, "reaction = report\n")
    started = with_module("check_dom0_storage_health_check", "", "", "lab-1", TIMEOUT, 1)
    check("a-lock-of-before-the-reset-stops-nobody", started == [False, True], started)
    until(lambda: reads('"verdict": "missing"', STATUS), "it reports")
    status, result = install("--remove")
    check("removal-works", status == 0, result)
    os.unlink(CONF)
    os.rmdir(os.path.dirname(CONF))
    before, after = json.loads(read("/lab/before.json")), snapshot()
    del before[IFCFG]  # goes for good once control0 was up
    different = sorted(path for path in set(before) | set(after) if before.get(path) != after.get(path))
    check("the-host-is-given-back-byte-for-byte", not different, different)
    check("nothing-of-ours-runs", not [p for p in glob.glob("/proc/[0-9]*/cmdline") if reads("storagehealth", p)])
    say("all ok")


def main():
    try:
        if os.path.exists("/lab/phase"):
            second_boot()
        else:
            first_boot()
    except Failed as failed:
        say("FAILED %s" % failed)
        return 1
    except Exception:
        say("FAILED " + traceback.format_exc().replace("\n", " | "))
        return 1
    return 0


if __name__ == "__main__":
    socket.setdefaulttimeout(60)
    threading.stack_size(1 << 18)
    sys.exit(main())
