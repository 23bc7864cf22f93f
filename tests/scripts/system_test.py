#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls of the module against the real thing: `ip` on a bridge in a network namespace of its own, commands in a real sshd."""
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import unittest

import support

SITE = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); from agent.api import cloudstack; "
CONTROL = SITE + """
import os, subprocess
def ip(*words):
    return subprocess.check_output(("/sbin/ip",) + words).decode()
module, root = cloudstack.CloudStack(), cloudstack.ROOT
ip("link", "add", "control0", "type", "bridge")
ip("link", "add", "other0", "type", "bridge")
ip("link", "set", "other0", "up")
ip("addr", "add", "192.0.2.1/24", "dev", "other0")
ip("route", "add", "169.254.0.0/16", "dev", "other0")
ip("link", "set", "control0", "arp", "off")
for name in ("control0", "other0"):
    os.makedirs(root + "/sys/class/net/" + name)
ifcfg = root + "/etc/sysconfig/network-scripts/ifcfg-"
os.makedirs(os.path.dirname(ifcfg))
for name in ("control0", "other0"):
    open(ifcfg + name, "w").close()
for again in range(2):
    assert module.ovs_control_interface("control0", "169.254.0.0/16") is True
    routes = ip("-4", "route", "show", "169.254.0.0/16")
    assert routes.count("169.254.0.0/16") == 1 and "control0" in routes or "dev control0" in routes, routes
    assert "other0" not in routes, routes
    link = ip("-4", "addr", "show", "dev", "control0")
    assert "inet 169.254.0.1/16" in link and "NOARP" not in link and "UP" in link, link
    assert "192.0.2.0/24" in ip("-4", "route", "show", "dev", "other0")
    assert not os.path.exists(ifcfg + "control0") and os.path.exists(ifcfg + "other0")
assert module.check_dom0_ip("169.254.0.1") is True and module.check_dom0_ip("169.254.0.11") is False
ip("addr", "flush", "dev", "control0")
assert module.ovs_control_interface("control0", "169.254.0.1/16") is True
assert module.check_iface_ip("control0", "169.254.0.1") is True
assert module.set_iface_ip("other0", "192.0.2.9", 24) is True and module.set_iface_ip("other0", "192.0.2.9", 24) is True
try:
    module.ovs_control_interface("gone0", "169.254.0.0/16")
    assert False, "a device that is not there was set up"
except OSError:
    assert "No such device" in str(sys.exc_info()[1])
"""
FAILS_TO_COME_UP = SITE + """
import os
root = cloudstack.ROOT
os.makedirs(root + "/sys/class/net/control0")
ifcfg = root + "/etc/sysconfig/network-scripts/ifcfg-control0"
os.makedirs(os.path.dirname(ifcfg))
open(ifcfg, "w").close()
try:
    cloudstack.CloudStack().ovs_control_interface("control0", "169.254.0.0/16")
    assert False, "no such device in the kernel, and yet"
except RuntimeError:
    assert "control0" in str(sys.exc_info()[1])
assert os.path.exists(ifcfg), "the file may go only once the interface is up"
"""


class Control(unittest.TestCase):

    def in_network(self, code):
        host = support.Host(self)
        os.makedirs(host.path("/sbin"))
        os.symlink("/sbin/ip", host.path("/sbin/ip"))
        self.assertEqual(0, host.install()[0])
        options = ["--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        for python in support.old_and_new():
            shutil.rmtree(host.path("/sys"), True)
            shutil.rmtree(host.path("/etc/sysconfig/network-scripts"), True)
            done = subprocess.run(["unshare"] + options + [python, "-c", code, os.path.dirname(host.agent)], stderr=subprocess.PIPE,
                                  universal_newlines=True)
            self.assertEqual(0, done.returncode, "%s: %s" % (python, done.stderr))

    def test_the_link_local_bridge_gets_address_route_and_arp_and_loses_its_file(self):
        # known defect 143
        self.in_network(CONTROL)

    def test_the_file_stays_if_the_interface_does_not_come_up(self):
        # known defect 143
        self.in_network(FAILS_TO_COME_UP)


class SystemVm(unittest.TestCase):
    """A real sshd stands for the system VM."""

    def setUp(self):
        self.host = support.Host(self)
        os.makedirs(self.host.path("/usr/bin"))
        os.symlink(shutil.which("ssh"), self.host.path("/usr/bin/ssh"))
        self.folder = self.host.outside
        self.make_key("host_key"), self.make_key("id")
        with open(self.folder + "/id") as handle:
            self.private = handle.read()
        shutil.copy(self.folder + "/id.pub", self.folder + "/authorized_keys")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self.start()
        self.host.with_module()
        self.agent = self.host.client()
        self.agent.ovs_upload_ssh_key("id_rsa.cloud", self.private)

    def make_key(self, name):
        for path in (self.folder + "/" + name, self.folder + "/" + name + ".pub"):
            if os.path.exists(path):
                os.unlink(path)
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", self.folder + "/" + name], check=True)

    def start(self):
        with open(self.folder + "/sshd_config", "w") as handle:
            handle.write("Port %d\nListenAddress 127.0.0.1\nHostKey %s/host_key\nAuthorizedKeysFile %s/authorized_keys\nStrictModes no\n"
                         "UsePAM no\nPidFile none\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
                         % (self.port, self.folder, self.folder))
        if os.geteuid() == 0 and not os.path.isdir("/run/sshd"):
            os.mkdir("/run/sshd")
        sshd = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.assertTrue(sshd, "this test needs openssh-server: run tools/setup")
        self.sshd = subprocess.Popen([sshd, "-D", "-e", "-f", self.folder + "/sshd_config"], stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop)
        support.until(self.listens, "sshd listens")

    def listens(self):
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.sshd.terminate()
        self.sshd.wait()

    def run_in_domr(self, command):
        return self.agent.exec_domr("127.0.0.1", command, 10, self.user, self.port)

    def test_exit_status_output_and_errors_come_back_all_of_them(self):
        # known defects 25, 113, 130
        self.assertEqual({"rc": 3, "out": "out\n", "err": "err\n"}, self.run_in_domr("echo out; echo err >&2; exit 3"))
        found = self.run_in_domr("head -c 3000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2")
        self.assertEqual((0, 3000000, 300000), (found["rc"], len(found["out"]), len(found["err"])))
        self.assertEqual("a  b'c\"d$HOME\n", self.run_in_domr("echo 'a  b'\\''c\"d$HOME'")["out"])

    def test_a_login_that_fails_is_a_fault_that_says_why(self):
        self.agent.ovs_upload_ssh_key("id_rsa.cloud", self.private.replace("b", "c", 40))
        with self.assertRaises(support.CALL_FAILURES) as caught:
            self.run_in_domr("true")
        self.assertIn("failed (255)", str(caught.exception))
        self.agent.ovs_upload_ssh_key("id_rsa.cloud", self.private)
        self.stop()
        with self.assertRaises(support.CALL_FAILURES) as caught:
            self.run_in_domr("true")
        self.assertIn("refused", str(caught.exception))

    def test_a_host_key_is_kept_and_a_changed_one_refused_until_a_guest_has_started(self):
        # known defect 129
        self.assertEqual(0, self.run_in_domr("true")["rc"])
        self.stop()
        self.make_key("host_key")
        self.start()
        with self.assertRaises(support.CALL_FAILURES) as caught:
            self.run_in_domr("true")
        self.assertIn("host key of 127.0.0.1 has changed", str(caught.exception))
        self.guest_started_now()
        self.assertEqual(0, self.run_in_domr("true")["rc"])

    def guest_started_now(self):
        path, source = self.host.path("/var/run/xend/xmlrpc.sock"), self.folder + "/guests"
        os.makedirs(os.path.dirname(path))
        with open(source, "w") as handle:
            json.dump({"node": {}, "domains": {"v-1-VM": [["domid", 3], ["start_time", time.time() + 1]]}}, handle)
        xend = subprocess.Popen([sys.executable, os.path.join(support.SKELETON, "fake_xend.py"), path, source])
        self.addCleanup(xend.wait)
        self.addCleanup(xend.terminate)
        support.until(lambda: os.path.exists(path), "xend listens")

    def test_a_file_arrives_whole_in_a_folder_that_was_not_there(self):
        # known defect 131
        code = SITE + ("cloudstack.DOMR_PORT = int(sys.argv[2]); f = cloudstack.domr; "
                       "cloudstack.domr = lambda h, c, **k: f(h, c, 10, sys.argv[3], int(sys.argv[2]), given=k['given']); "
                       "cloudstack.CloudStack().ovs_domr_upload_file('127.0.0.1', sys.argv[4], sys.argv[5], sys.argv[6])")

        def upload(folder, name, text):
            return subprocess.run([sys.executable, "-c", code, os.path.dirname(self.host.agent), str(self.port), self.user, folder,
                                   name, text], stderr=subprocess.PIPE, universal_newlines=True)
        folder = self.folder + "/new folder/it's"
        done = upload(folder, "a $(touch x); b", "t\u00e4xt 'quoted'\n")
        self.assertEqual(0, done.returncode, done.stderr)
        with open(folder + "/a $(touch x); b", encoding="utf-8") as handle:
            self.assertEqual("t\u00e4xt 'quoted'\n", handle.read())
        self.assertEqual(["a $(touch x); b"], os.listdir(folder))
        done = upload("/dev/null/x", "f", "text")
        self.assertEqual(1, done.returncode)
        self.assertIn("did not take the file", done.stderr)


if __name__ == "__main__":
    support.main()
