# SPDX-License-Identifier: Apache-2.0
"""A lab VM: Debian's kernel under full emulation, a disk with busybox, Python, iproute2 and our scripts, a serial console to listen to."""
import os
import shutil
import subprocess
import sys
import time

import debian_kernel

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "scripts", "skeleton"))
import plant  # noqa: E402

DISK_MODULES = ("virtio_pci", "virtio_blk")
LAB_MODULES = ("bonding", "8021q", "bridge", "veth", "dummy", "nfsv3", "nfsv4", "nfsd")
PYTHON = "/usr/bin/python3"
LEFT_OUT = shutil.ignore_patterns("test", "tests", "idlelib", "ensurepip", "lib2to3", "config-*", "turtledemo", "tkinter", "distutils",
                                  "pydoc_data")
# The clock of an emulated processor runs at any speed on a busy machine; that of the board does not.
APPEND = "console=ttyS0 quiet panic=1 tsc=unstable clocksource=acpi_pm rdinit=/init"
FIRST = """#!/bin/sh
/bin/busybox mount -t devtmpfs dev /dev
for module in $(/bin/busybox cat /modules); do /bin/busybox insmod "$module"; done
/bin/busybox mount -t ext4 /dev/vda /disk
exec /bin/busybox switch_root /disk /sbin/init
"""
INIT = """#!/bin/sh
export PATH=/sbin:/usr/sbin:/bin:/usr/bin HOME=/root PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp; mount -t tmpfs run /run
exec </dev/null >/dev/ttyS0 2>&1
for module in $(cat /lab/modules); do
  case "$module" in */bonding.ko) insmod "$module" max_bonds=0 ;; *) insmod "$module" ;; esac
done
ip link set lo up
python3 /lab/guest.py || echo "LAB FAILED guest.py ended with $?"
sync
poweroff -f
"""
SERVICE = """#!/bin/sh
[ "$1 $2" = "ovs-agent restart" ] || exit 3
[ -e /var/run/ovs-agent.pid ] && kill "$(cat /var/run/ovs-agent.pid)" 2>/dev/null
setsid python3 /lab/serve.py --root / --cert /etc/ovs-agent/cert/certificate.pem --key /etc/ovs-agent/cert/key.pem \\
  </dev/null >>/var/log/agent.log 2>&1 &
"""
XM = """#!/bin/sh
cat <<'END'
(domain (domid 0) (name Domain-0))
(domain
    (domid 3)
    (name i-2-3-VM)
    (device (vbd (uname file:/OVS/Repositories/one/VirtualDisks/root.raw) (dev xvda:disk))))
END
"""


def libraries_of(paths):
    """Every shared library that these programs and modules load, the loader as well."""
    found = set()
    for path in paths:
        told = subprocess.run(["ldd", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode()
        found.update(word for word in told.split() if word.startswith("/") and os.path.exists(word))
    return found


def put(root, path, text, mode=0o644):
    plant.write(root, path, text, mode)


def copy(root, path):
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(path, target)  # follows links: the file itself


class Machine:
    """Its disk lives on from one boot to the next."""

    def __init__(self, folder):
        self.folder = folder
        self.kernel, self.modules = debian_kernel.unpack(os.path.join(folder, "package"))
        self.disk = os.path.join(folder, "disk.raw")
        self.initrd = os.path.join(folder, "initrd")
        self.make_initrd()
        self.make_disk()

    def make_initrd(self):
        tree = os.path.join(self.folder, "first")
        for name in ("bin", "dev", "disk"):
            os.makedirs(os.path.join(tree, name))
        shutil.copy("/bin/busybox", tree + "/bin/busybox")
        os.symlink("busybox", tree + "/bin/sh")
        names = []
        for path in debian_kernel.with_dependencies(self.modules, DISK_MODULES):
            shutil.copy(path, tree)
            names.append("/" + os.path.basename(path))
        put(tree, "/modules", "\n".join(names) + "\n")
        put(tree, "/init", FIRST, 0o755)
        subprocess.run("cd '%s' && find . | cpio -o -H newc --quiet > '%s'" % (tree, self.initrd), shell=True, check=True)

    def make_disk(self):
        tree = os.path.join(self.folder, "tree")
        plant.plant(tree, "3.2.1", "enable", 8899)
        for name in ("bin", "sbin", "dev", "proc", "sys", "tmp", "root", "lab", "var/tmp", "var/log", "etc/sysconfig/network-scripts",
                     "etc/ovs-agent/cert", "OVS/Repositories", "export/one", "export/two", "neighbour", "run"):
            os.makedirs(os.path.join(tree, name), exist_ok=True)
        self.programs(tree)
        os.makedirs(tree + "/lab/modules.d")
        names = []
        for path in debian_kernel.with_dependencies(self.modules, LAB_MODULES):
            shutil.copy(path, tree + "/lab/modules.d")
            names.append("/lab/modules.d/" + os.path.basename(path))
        put(tree, "/lab/modules", "\n".join(names) + "\n")
        for source in ("tests/lab/guest.py", "tests/lab/nfs_server.py", "tests/scripts/skeleton/serve.py",
                       "tests/scripts/skeleton/fake_xend.py"):
            shutil.copy(os.path.join(TOP, source), tree + "/lab")
        shutil.copytree(os.path.join(TOP, "hypervisor-scripts"), tree + "/lab/scripts")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                        tree + "/etc/ovs-agent/cert/key.pem", "-out", tree + "/etc/ovs-agent/cert/certificate.pem", "-days", "30",
                        "-subj", "/CN=agent"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        put(tree, "/sbin/init", INIT, 0o755)
        put(tree, "/sbin/service", SERVICE, 0o755)
        put(tree, "/usr/sbin/xm", XM, 0o755)
        put(tree, "/etc/hosts", "127.0.0.1 localhost\n192.0.2.1 lab-1\n")
        put(tree, "/etc/sysconfig/network", plant.NETWORK + "HOSTNAME=lab-1\n")
        put(tree, "/etc/sysconfig/network-scripts/ifcfg-control0", "DEVICE=control0\nONBOOT=yes\nBOOTPROTO=none\n")
        with open(self.disk, "wb") as disk:
            disk.truncate(640 << 20)
        subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", tree, self.disk], check=True)

    def programs(self, tree):
        shutil.copy("/bin/busybox", tree + "/bin/busybox")
        for applet in subprocess.run(["/bin/busybox", "--list"], stdout=subprocess.PIPE, check=True).stdout.decode().split():
            if applet not in ("busybox", "ip", "service", "init", "python3"):
                os.symlink("/bin/busybox", tree + "/bin/" + applet)
        told = subprocess.run([PYTHON, "-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])"], stdout=subprocess.PIPE,
                              check=True).stdout.decode().strip()
        shutil.copytree(told, tree + told, ignore=LEFT_OUT, symlinks=False, ignore_dangling_symlinks=True)
        extensions = [os.path.join(told, "lib-dynload", name) for name in os.listdir(os.path.join(told, "lib-dynload"))]
        ip = shutil.which("ip", path="/sbin:/usr/sbin:/bin:/usr/bin")
        libraries = libraries_of([PYTHON, ip] + extensions)
        # Nothing is linked with it: threads load it when they end.
        libraries.add(os.path.join(os.path.dirname([path for path in libraries if "/libc.so" in path][0]), "libgcc_s.so.1"))
        for path in [PYTHON] + sorted(libraries):
            copy(tree, path)
        os.makedirs(tree + "/sbin", exist_ok=True)
        shutil.copy(ip, tree + "/sbin/ip")

    def boot(self, seconds):
        """(what it said, how it ended, seconds it took). It ends by powering off or by a reset, which ends the emulator too."""
        log = os.path.join(self.folder, "console")
        began = time.monotonic()
        machine = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-m", "768", "-nodefaults", "-display", "none", "-no-reboot", "-kernel",
             self.kernel, "-initrd", self.initrd, "-append", APPEND, "-serial", "file:" + log,
             "-drive", "file=%s,format=raw,if=virtio,cache=unsafe" % self.disk, "-qmp", "stdio"],
            cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        how = "never"
        try:
            # Its input stays open: without somebody to talk to it tells nobody why it ends.
            machine.stdin.write(b'{"execute": "qmp_capabilities"}\n')
            machine.stdin.flush()
            machine.wait(timeout=seconds)
            how = "reset" if b'"reason": "guest-reset"' in machine.stdout.read() else "off"
        except subprocess.TimeoutExpired:
            pass
        finally:
            machine.kill()
            machine.wait()
            machine.stdin.close()
            machine.stdout.close()
        with open(log, "rb") as said:
            return said.read().decode("utf-8", "replace").replace("\r", ""), how, time.monotonic() - began
