# SPDX-License-Identifier: Apache-2.0
"""Settings of the agent out of its ini file. The tree may lie below any folder: the root is what stands before /usr."""
import os

ROOT = os.path.abspath(__file__).split("/usr/lib64/")[0] or "/"
INI = os.path.join(ROOT, "etc/ovs-agent/agent.ini")


def get_api_version():
    return [3]


def get_setting(name, section="server"):
    """The value of a key, None if there is none. Blanks round the sign are allowed, as the vendor's parser allows them."""
    found, inside = None, None
    handle = open(INI)
    try:
        for line in handle:
            line = line.strip()
            if line.startswith("["):
                inside = line.strip("[]")
            elif "=" in line and inside == section and not line.startswith("#"):
                key, value = line.split("=", 1)
                if key.strip() == name:
                    found = value.strip()
    finally:
        handle.close()
    return found
