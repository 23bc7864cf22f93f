#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants a fake dom0 below a folder: the skeleton agent in the vendor's places, ini file, network scripts, xend's constants.

usage: plant.py --root DIR [--release 3.2.1] [--ssl enable|disable] [--port N] [--ovm2]
"""
import optparse
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON_OF = {"3.2": "python2.4", "3.3": "python2.6", "3.4": "python2.6"}
INI = """[server]
# ssl=disable would be plain
ssl = %s
port=%d
no_ssl=disable
support=yes

[network]
virtualnetwork=linuxbridge
port=9
ssl=disable
"""
NETWORK = "NETWORKING=yes\nHOSTNAME=host-a.example\nGATEWAY=192.0.2.1\n"
BRIDGE_SCRIPT = """#!/bin/bash
# synthetic: a bridge over a VLAN; setup_bridge_port in a comment stays
. "$(dirname "$0")/../xen-network-common.sh"
start_bridge() {
    create_bridge "$1"
    setup_bridge_port "$2"
    my_setup_bridge_port_too "$2"
}
start_bridge "$@"
"""
COMMON_SCRIPT = """#!/bin/bash
# synthetic: functions that bridge scripts share
_setup_bridge_port () {
    ip link set "$1" up
}
create_bridge () {
    brctl addbr "$1"
}
"""
XEND_CONSTANTS = """# synthetic
DOM_STATE_RUNNING = 2
# MINIMUM_RESTART_TIME = 5 stood here
MINIMUM_RESTART_TIME = %d  # seconds
NOTE = "MINIMUM_RESTART_TIME = 7"
"""


def write(root, path, text, mode=0o644):
    path = os.path.join(root, path.lstrip("/"))
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    with open(path, "w") as handle:
        handle.write(text)
    os.chmod(path, mode)
    return path


def site_packages(release):
    return "usr/lib64/%s/site-packages" % PYTHON_OF[release[:3]]


def plant(root, release="3.2.1", ssl="enable", port=8899, ovm2=False):
    """Returns the folder of the agent."""
    agent = os.path.join(root, site_packages(release), "agent")
    shutil.copytree(os.path.join(HERE, "agent"), agent, ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    write(root, "/etc/ovs-release", "Oracle VM server release %s\n" % release)
    write(root, "/etc/ovs-agent/agent.ini", INI % (ssl, port), 0o600)
    write(root, "/etc/sysconfig/network", NETWORK)
    write(root, "/etc/xen/scripts/linuxbridge/ovs-vlan-bridge", BRIDGE_SCRIPT, 0o755)
    write(root, "/etc/xen/scripts/xen-network-common.sh", COMMON_SCRIPT)
    write(root, site_packages(release) + "/xen/xend/XendConstants.py",
          XEND_CONSTANTS % (60 if release.startswith("3.2") else 10))
    for folder in ("root/.ssh", "OVS/Repositories", "nfsmnt", "var/run", "var/log", "opt", "var/lib", "proc/sys/kernel"):
        if not os.path.isdir(os.path.join(root, folder)):
            os.makedirs(os.path.join(root, folder), 0o755)
    if ovm2:
        plant_ovm2(root, agent)
    return agent


def plant_ovm2(root, agent):
    """A module of the older kind beside the agent: its own file, its own line, its own class in the list."""
    write(root, os.path.join(agent, "api/OvmCommonModule.py")[len(root):],
          "# synthetic\nfrom agent.api.base import Agent\n\n\nclass OvmCommon(Agent):\n\n"
          "    def get_services(self, version=None):\n        return {'ovm2_ping': lambda: 'here'}\n")
    write(root, "/opt/ovs-agent-latest/OvmDispatcher.py", "# synthetic: the dispatcher of the older kind\n")
    path = os.path.join(agent, "target/api.py")
    with open(path) as handle:
        text = handle.read()
    text = text.replace("from agent.api import common\n", "from agent.api import common, OvmCommonModule\n")
    text = text.replace("\nMODULES = [\n    common", "\nMODULES = [\n    OvmCommonModule.OvmCommon,\n    common")
    with open(path, "w") as handle:
        handle.write(text)


def main():
    parser = optparse.OptionParser(usage=__doc__.split("usage: ")[1])
    parser.add_option("--root")
    parser.add_option("--release", default="3.2.1")
    parser.add_option("--ssl", default="enable")
    parser.add_option("--port", type="int", default=8899)
    parser.add_option("--ovm2", action="store_true", default=False)
    options, rest = parser.parse_args()
    if not options.root or rest or options.release[:3] not in PYTHON_OF:
        parser.error("--root is needed; releases are 3.2.x, 3.3.x, 3.4.x")
    print(plant(options.root, options.release, options.ssl, options.port, options.ovm2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
