#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The 27 calls of cloudstack.py over XML-RPC and TLS, in the agent that install.py put it into: replies, refusals, hostile texts."""
import glob
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import unittest
import xmlrpc.client

import support

CALLS = ("call get_vncport exec_domr check_domr_port check_dom0_port check_domr_ssh check_dom0_ip check_dom0_storage_health_check "
         "check_dom0_storage_health ovs_domr_upload_file ovs_control_interface ovs_mkdirs ovs_check_file ovs_upload_ssh_key "
         "ovs_upload_file ovs_dom0_stats ovs_domU_stats get_module_version get_ovs_version ping get_bridge_type "
         "get_vswitch_interface_by_ip get_vswitch_interface_by_name set_iface_ip check_iface_ip add_vswitch_vlan_bridge "
         "del_vswitch_vlan_bridge").split()
# A program that writes down its arguments, one file a run, and answers by the rules below.
RECORDER = """#!%(python)s
import json, os, sys, tempfile
number, path = tempfile.mkstemp(".json", "", "%(folder)s")
os.write(number, json.dumps(sys.argv).encode())
os.close(number)
rules = json.load(open("%(rules)s"))
for words, status, out in rules:
    if [w for w in words if w in " ".join([os.path.basename(sys.argv[0])] + sys.argv[1:])] == words:
        sys.stdout.write(out)
        sys.exit(status)
sys.exit(0)
"""
PROGRAMS = ("ip", "ping", "ssh", "ovs-vsctl", "xenstore-read")
GUESTS = {"node": {"total_memory": 4096, "free_memory": 1024, "nr_cpus": 4},
          "domains": {"Domain-0": [["domid", 0], ["cpu_time", 100.5]],
                      "i-2-3-VM": [["domid", 7], ["cpu_time", 12.5], ["start_time", 1000.0], ["vcpus", 2],
                                   ["device", ["vbd", ["uname", "file:/OVS/Repositories/a/VirtualDisks/x.raw"]]],
                                   ["device", ["vfb", ["location", "127.0.0.1:5907"]]]],
                      "0004fb0000060000aaaa": [["domid", 8], ["cpu_time", 1.0], ["device", ["vfb", ["location", "0.0.0.0:5908"]]]],
                      "headless": [["domid", 70], ["cpu_time", 1.0]]}}


class Module(unittest.TestCase):

    def setUp(self):
        self.host = self.make_host()
        self.agent = self.host.client()

    def make_host(self, python=sys.executable):
        host = support.Host(self, python)
        self.calls, self.rules = os.path.join(host.outside, "calls"), os.path.join(host.outside, "rules")
        os.mkdir(self.calls)
        self.answer()
        for name in PROGRAMS:
            host.write("/sbin/" + name, RECORDER % {"python": sys.executable, "folder": self.calls, "rules": self.rules}, 0o755)
        self.guests = os.path.join(host.outside, "guests.json")
        with open(self.guests, "w") as handle:
            json.dump(GUESTS, handle)
        path = host.path("/var/run/xend/xmlrpc.sock")
        os.makedirs(os.path.dirname(path))
        xend = subprocess.Popen([sys.executable, os.path.join(support.SKELETON, "fake_xend.py"), path, self.guests])
        self.addCleanup(xend.wait)
        self.addCleanup(xend.terminate)
        support.until(lambda: os.path.exists(path), "xend listens")
        host.write("/proc/mounts", "")
        self.addCleanup(lambda: host.run("storagehealth.py", "--stop"))
        return host.with_module()

    def answer(self, *rules):
        with open(self.rules, "w") as handle:
            json.dump(rules, handle)

    def ran(self):
        """Arguments of the programs that ran since the last question, in no order."""
        found = []
        for path in glob.glob(self.calls + "/*.json"):
            with open(path) as handle:
                argv = json.load(handle)
            found.append([os.path.basename(argv[0])] + argv[1:])
            os.unlink(path)
        return found

    def refused(self, words, call, *arguments):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            getattr(self.agent, call)(*arguments)
        self.assertIn(words, caught.exception.faultString)

    def network_device(self, name, rx=0, tx=0):
        self.host.write("/sys/class/net/%s/statistics/rx_bytes" % name, "%d\n" % rx)
        self.host.write("/sys/class/net/%s/statistics/tx_bytes" % name, "%d\n" % tx)
        self.host.write("/sys/class/net/%s/address" % name, "02:00:00:00:00:01\n")


class Calls(Module):

    def test_every_python_serves_all_calls_with_the_catalogues_names_and_arguments(self):
        for python in support.pythons():
            with self.subTest(python=python):
                host = support.Host(self, python)
                self.assertEqual(0, host.install()[0])
                listed = json.loads(host.run("introspect.py").stdout)["services"]
                ours = {s["name"]: [a["name"] for a in s["args"]] for s in listed if s["class"] == "CloudStack"}
                self.assertEqual(sorted(CALLS), sorted(ours))
                self.assertEqual(["host", "cmd", "timeout", "username", "port", "keyfile"], ours["exec_domr"])
                shared = os.path.join(os.environ.get("TRESTLE_SHARED_DIR", ""), "reference/ovm3-agent-api.json")
                if os.path.exists(shared):
                    with open(shared) as handle:
                        wanted = {c["name"]: [a["name"] for a in c["args"]] for c in json.load(handle)["module_calls"]["calls"]}
                    self.assertEqual(wanted, ours)

    def test_versions_and_echo(self):
        self.assertEqual(("0.4", "3.2.1", {"a": [1, None, "ü"]}), (self.agent.get_module_version(), self.agent.get_ovs_version(),
                                                                   self.agent.call({"a": [1, None, "ü"]})))

    def test_the_vnc_port_of_every_guest_whatever_its_name(self):
        # known defect 144
        self.assertEqual("5907", self.agent.get_vncport("i-2-3-VM"))
        self.assertEqual("5908", self.agent.get_vncport("0004fb0000060000aaaa"))
        self.assertEqual("0", self.agent.get_vncport("headless"))
        self.refused("No such domain", "get_vncport", "gone")

    def test_an_address_is_found_only_if_it_is_the_whole_address(self):
        # known defect 132
        self.answer([["addr"], 0, "2: eth0    inet 210.0.0.1/24 brd 210.0.0.255 scope global eth0\n"
                                  "3: eth1    inet 10.0.0.11/24 scope global eth1\n"])
        self.assertFalse(self.agent.check_dom0_ip("10.0.0.1"))
        self.assertTrue(self.agent.check_dom0_ip("210.0.0.1"))
        for wrong in ("10.0.0", "10.0.0.256", "1.0.0.0.1", "10a0b0c1", "010.0.0.1", "10.0.0.", ".*"):
            self.refused("Invalid", "check_dom0_ip", wrong)

    def test_a_port_answers_or_does_not(self):
        # known defect 26
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        began = time.monotonic()
        self.assertTrue(self.agent.check_dom0_port("127.0.0.1", self.host.port, 3))
        self.assertTrue(self.agent.check_domr_port("127.0.0.1", self.host.port))
        self.assertFalse(self.agent.check_dom0_port("127.0.0.1", closed.getsockname()[1], 3))
        self.assertLess(time.monotonic() - began, 60)
        closed.close()
        for wrong in (0, 65536, -1, "22;ls", True, 1.5, None):
            self.refused("Invalid port", "check_dom0_port", "127.0.0.1", wrong)

    def test_host_figures_are_bytes_of_that_bridge_and_not_swapped(self):
        # known defects 126, 127
        self.network_device("xenbr0", 1000, 2000)
        self.network_device("xenbr0.100", 7, 8)
        found = self.agent.ovs_dom0_stats("xenbr0")
        self.assertEqual(("1000", "2000", str(1024 << 20), str(4096 << 20)), (found["rx"], found["tx"], found["free"], found["total"]))
        self.assertRegex(found["cpu"], r"^\d+\.\d$")
        found = self.agent.ovs_dom0_stats("xenbr")
        self.assertEqual(("", "", str(4096 << 20)), (found["rx"], found["tx"], found["total"]))

    def test_guest_figures_sum_all_devices_and_survive_one_without(self):
        # known defect 145
        for disk, figures in (("vbd-7-51712", (10, 20, 1, 2)), ("vbd-7-51728", (100, 200, 3, 4)), ("vbd-70-51712", (9999,) * 4)):
            for name, number in zip(("rd_sect", "wr_sect", "rd_req", "wr_req"), figures):
                self.host.write("/sys/bus/xen-backend/devices/%s/statistics/%s" % (disk, name), "%d\n" % number)
        os.makedirs(self.host.path("/sys/bus/xen-backend/devices/vbd-7-51744"))
        self.network_device("vif7.0", 500, 600)
        self.network_device("tap7.0", 5, 6)
        self.network_device("vif70.0", 99999, 99999)
        self.answer([["xenstore-read", "/local/domain/7/"], 0, "4242\n"])
        self.host.write("/proc/4242/io", "rchar: 5\nread_bytes: 4096\nwrite_bytes: 8192\n")
        found = self.agent.ovs_domU_stats("i-2-3-VM")
        self.assertEqual({"rd_bytes": str(110 * 512 + 4096), "wr_bytes": str(220 * 512 + 8192), "rd_ops": "4", "wr_ops": "6",
                          "rx_bytes": "505", "tx_bytes": "606", "vcpus": "2", "cputime": "12.500000"},
                         {key: found[key] for key in found if key != "uptime"})
        self.assertIn(".", found["uptime"])
        self.refused("No such domain", "ovs_domU_stats", "gone")

    def test_folders_and_files_are_made_whole_and_only_where_callers_may(self):
        # known defects 10, 128
        self.assertIsNone(self.agent.ovs_mkdirs("/OVS/Repositories/a/b"))
        self.assertTrue(self.agent.ovs_mkdirs("/OVS/Repositories/a/b"))
        self.assertEqual(0o700, stat.S_IMODE(os.stat(self.host.path("/OVS/Repositories/a/b")).st_mode))
        self.assertIsNone(self.agent.ovs_mkdirs("/nfsmnt/x", "0755"))
        self.assertEqual(0o755, stat.S_IMODE(os.stat(self.host.path("/nfsmnt/x")).st_mode))
        self.assertTrue(self.agent.ovs_upload_file("/OVS/new/folder", "file", "täxt\n" * 1000))
        self.assertEqual("täxt\n" * 1000, open(self.host.path("/OVS/new/folder/file"), encoding="utf-8").read())
        self.assertEqual(["file"], os.listdir(self.host.path("/OVS/new/folder")))
        self.assertTrue(self.agent.ovs_check_file("/OVS/new/folder/file"))
        self.assertFalse(self.agent.ovs_check_file("/OVS/new/folder"))
        os.symlink("/etc", self.host.path("/OVS/link"))
        os.symlink(self.host.path("/etc"), self.host.path("/OVS/inner"))
        for wrong in ("/etc", "/OVS/../etc", "/OVS/link/x", "/OVS/inner/x", "/opt/cloudstack/bin", "/OVSx", "OVS", "/"):
            self.refused("Invalid path", "ovs_upload_file", wrong, "cron", "text")
            self.refused("Invalid path", "ovs_mkdirs", wrong)

    def test_a_disk_that_takes_no_more_is_a_fault_and_leaves_nothing(self):
        # known defect 146: a limit on file size stands for the full disk, the kernel refuses the write in the same place
        code = ("import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
                "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)); sys.path.insert(0, sys.argv[1]); "
                "from agent.api import cloudstack; cloudstack.CloudStack().ovs_upload_file('/OVS/up', 'big', 'x' * 100000)")
        done = subprocess.run([sys.executable, "-B", "-c", code, os.path.dirname(self.host.agent)], stderr=subprocess.PIPE,
                              universal_newlines=True)
        self.assertEqual(1, done.returncode)
        self.assertIn("File too large", done.stderr)
        self.assertEqual([], os.listdir(self.host.path("/OVS/up")))

    def test_a_key_can_be_read_by_root_alone(self):
        # known defect 129
        self.assertTrue(self.agent.ovs_upload_ssh_key("id_rsa.cloud", "PRIVATE"))
        self.assertTrue(self.agent.ovs_upload_ssh_key("/root/.ssh/id_rsa.cloud", "PRIVATE 2"))
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.host.path("/root/.ssh/id_rsa.cloud")).st_mode))
        self.assertEqual("PRIVATE 2", self.host.read("/root/.ssh/id_rsa.cloud"))
        for wrong in ("authorized_keys", "../x", "/etc/x", "/root/.ssh/../x", "config"):
            self.refused("Invalid key file", "ovs_upload_ssh_key", wrong, "x")
        os.chmod(self.host.path("/root/.ssh/id_rsa.cloud"), 0o644)
        self.refused("can be read by others", "exec_domr", "169.254.1.1", "true")

    def test_programs_get_arguments_and_no_shell(self):
        # known defect 128
        self.assertTrue(self.agent.ping("10.0.0.9", 2))
        self.assertEqual([["ping", "-c", "2", "-W", "2", "10.0.0.9"]], self.ran())
        self.answer([["ping"], 1, ""])
        self.assertFalse(self.agent.ping("10.0.0.9"))
        for wrong in ("-f", "a b", "a;b", "$(x)", "`x`", "a\nb", ""):
            self.refused("Invalid host", "ping", wrong)
        self.assertEqual(1, len(self.ran()))

    def test_the_heartbeat_is_started_once_and_replaced_when_its_settings_change(self):
        # known defects 33, 42 and 138: the settings that are asked for are those that it runs with, and each state has its own answer
        self.assertEqual([False, True], self.agent.check_dom0_storage_health_check("", "", "host-1", 20, 1))
        support.until(lambda: "pid=0 " not in self.host.read("/var/run/trestle/heartbeat.lock"), "it runs")
        self.assertEqual([True, False], self.agent.check_dom0_storage_health_check("/opt/cloudstack/bin", "storagehealth.py", "host-1",
                                                                                  20, 1))
        first = self.host.read("/var/run/trestle/heartbeat.lock")
        self.assertIn(" guid=host-1 timeout=20 interval=1 ", first)
        self.assertEqual([False, True], self.agent.check_dom0_storage_health_check("", "", "host-1", 30, 2))
        self.assertNotEqual(first, self.host.read("/var/run/trestle/heartbeat.lock"))
        self.assertIn(" guid=host-1 timeout=30 interval=2 ", self.host.read("/var/run/trestle/heartbeat.lock"))
        self.refused("Invalid", "check_dom0_storage_health_check", "/tmp", "evil.py", "host-1", 20, 1)
        self.refused("Invalid", "check_dom0_storage_health_check", "", "", "a b", 20, 1)

    def test_no_pool_is_no_proof_of_health(self):
        # known defect 133
        self.assertFalse(self.agent.check_dom0_storage_health("", "", "host-1", 2))

    def test_open_vswitch_calls(self):
        self.network_device("vlan100")
        self.answer([["iface-to-br", "vlan100"], 1, ""], [["addr", "vlan100"], 0, "4: vlan100    inet 192.0.2.5/24 scope global vlan100\n"],
                    [["addr"], 0, "4: vlan100    inet 192.0.2.5/24 scope global vlan100\n"])
        wanted = {"name": "vlan100", "mac": "02:00:00:00:00:01", "ip": "192.0.2.5", "mask": "24", "bridge": "vlan100"}
        self.assertEqual(wanted, self.agent.get_vswitch_interface_by_name("vlan100"))
        self.assertEqual(wanted, self.agent.get_vswitch_interface_by_ip("192.0.2.5"))
        self.assertIsNone(self.agent.get_vswitch_interface_by_ip("192.0.2.6"))
        self.assertIsNone(self.agent.get_vswitch_interface_by_name("other"))
        self.assertEqual(wanted, self.agent.add_vswitch_vlan_bridge("vlan100", "ovsbr0", 100))
        self.assertEqual(wanted, self.agent.del_vswitch_vlan_bridge("vlan100"))
        self.assertIsNone(self.agent.del_vswitch_vlan_bridge("other"))
        self.assertTrue(self.agent.set_iface_ip("vlan100", "192.0.2.5", 24))
        self.assertFalse(self.agent.check_iface_ip("vlan100", "192.0.2.55"))
        self.ran()
        self.assertIsNone(self.agent.add_vswitch_vlan_bridge("new", "ovsbr0", 100))
        self.assertIn(["ovs-vsctl", "--timeout=5", "--may-exist", "add-br", "new", "ovsbr0", "100"], self.ran())
        self.assertEqual("linuxbridge", self.agent.get_bridge_type())
        self.host.write("/etc/ovs-agent/agent.ini", "[x]\nvirtualnetwork=no\n[network]\n virtualnetwork = openvswitch\n")
        self.assertEqual("openvswitch", self.agent.get_bridge_type())


if __name__ == "__main__":
    support.main()
