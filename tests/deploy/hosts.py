#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hosts to deploy to: a planted dom0 tree, the skeleton agent serving it, and a real sshd in front of it.

Also a TCP proxy that cuts connections, and snapshots of trees that are compared byte for byte.

usage: hosts.py DIR   stands one host up in the new folder DIR until it is killed. DIR/address says where to log in with
DIR/sshd/key, trusting DIR/sshd/known-hosts; its root is DIR/dom0, DIR/restart restarts its agent, whose password is `secret`.
"""
import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SKELETON = os.path.join(ROOT, "tests", "scripts", "skeleton")
sys.path.insert(0, SKELETON)
import plant  # noqa: E402

AGENT_PASSWORD = "secret"  # the skeleton's own
SSH_PASSWORD = "a pass'word \"with\" $things"


def wait_until(done, what, seconds=60):
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("too late: " + what)
        time.sleep(0.01)


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def answers(address, port):
    try:
        socket.create_connection((address, port), 1).close()
        return True
    except OSError:
        return False


def make_key(path):
    for name in (path, path + ".pub"):
        if os.path.exists(name):
            os.remove(name)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)


class Sshd:
    """A real OpenSSH server with keys of its own; nss_wrapper gives the account a home, a shell and a password of its own."""

    def __init__(self, folder, address="127.0.0.1", port=0, second=None):
        self.folder = folder
        self.second = second  # a further address to listen on
        os.makedirs(folder, exist_ok=True)
        os.makedirs("/run/sshd", exist_ok=True)
        self.address, self.port = address, port or free_port(address)
        for name in ("hostkey", "key", "strangerkey"):
            make_key(self.path(name))
        secret = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=SSH_PASSWORD.encode(), check=True,
                                stdout=subprocess.PIPE).stdout.decode().strip()
        self.write("passwd", "sshd:x:102:65534::/run/sshd:/usr/sbin/nologin\nroot:x:0:0::%s:/bin/sh\n" % folder)
        self.write("group", "root:x:0:\nnogroup:x:65534:\n")
        self.write("shadow", "root:%s:19000:0:99999:7:::\n" % secret)
        self.write("password", SSH_PASSWORD + "\n")
        also = "ListenAddress %s\n" % second if second else ""
        self.write("config", also + "Port %d\nListenAddress %s\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nStrictModes no\n"
                   "UsePAM no\nPermitRootLogin yes\nMaxStartups 300\nSubsystem sftp internal-sftp\n"
                   % (self.port, address, self.path("hostkey"), self.path("key.pub")))
        self.process = None
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(self.path(name), 0o600)

    def start(self):
        env = dict(os.environ, LD_PRELOAD="libnss_wrapper.so", NSS_WRAPPER_PASSWD=self.path("passwd"),
                   NSS_WRAPPER_GROUP=self.path("group"), NSS_WRAPPER_SHADOW=self.path("shadow"))
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", self.path("config")], env=env,
                                            stdout=log, stderr=log)
        wait_until(lambda: answers(self.address, self.port), "sshd in %s" % self.folder)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def change_host_key(self):
        self.stop()
        make_key(self.path("hostkey"))
        self.start()

    def known_hosts(self, port=None):
        """A file that knows this server, at another port if one stands before it."""
        with open(self.path("hostkey.pub"), encoding="utf-8") as key:
            text = key.read().strip()
        self.write("known-hosts", "".join("[%s]:%d %s\n" % (address, port or self.port, text)
                                          for address in (self.address, self.second) if address))
        return self.path("known-hosts")

    def fingerprint(self):
        told = subprocess.run(["ssh-keygen", "-lf", self.path("hostkey.pub")], check=True, stdout=subprocess.PIPE)
        return told.stdout.decode().split()[1]


def write(root, path, text):
    plant.write(root, path, text)


def plant_ready(root, release="3.3.1", port=8899):
    """A planted host that meets every prerequisite which can be seen in its files."""
    os.makedirs(root)
    plant.plant(root, release, "enable", port)
    os.makedirs(os.path.join(root, "var/tmp"))
    write(root, "/etc/hosts", "192.0.2.7 host-a.example\n127.0.0.1 localhost\n")
    write(root, "/etc/sysconfig/network", plant.NETWORK + "NOZEROCONF=yes\n")
    for name in ("xenbr0/brif/bond0", "bond0/bonding"):
        os.makedirs(os.path.join(root, "sys/class/net", name))
    os.makedirs(os.path.join(root, "sys/class/net/xenbr0/bridge"))
    write(root, "/sys/class/net/xenbr0/operstate", "up\n")
    write(root, "/sys/class/net/bond0/operstate", "up\n")
    write(root, "/sys/class/net/bond0/bonding/slaves", "eth0 eth1\n")
    write(root, "/proc/net/route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
          "xenbr0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n")
    write(root, "/proc/mounts", "nfs1:/export /nfsmnt/a nfs rw,vers=3 0 0\n/dev/sda1 / ext3 rw 0 0\n")
    write(root, "/var/log/ovs-agent.log", "".join("agent line %d\n" % i for i in range(50)))
    write(root, "/var/log/xen/xend.log", "xend line\n")


class Host:
    """A dom0 tree with its agent and its SSH server."""

    def __init__(self, folder, release="3.3.1", serve=True):
        self.folder = folder
        self.root = os.path.join(folder, "dom0")
        os.makedirs(self.root)
        self.agent_port = free_port()
        plant.plant(self.root, release, "enable", self.agent_port)
        os.makedirs(os.path.join(self.root, "var/tmp"))
        os.makedirs(os.path.join(self.root, "etc/ovs-agent/cert"))
        self.cert = os.path.join(self.root, "etc/ovs-agent/cert/certificate.pem")
        self.key = os.path.join(self.root, "etc/ovs-agent/cert/key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", self.key, "-out", self.cert, "-days", "30", "-subj", "/CN=agent"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.agent = None
        self.sshd = Sshd(os.path.join(folder, "sshd"))
        if serve:
            self.start_agent()
        self.before = snapshot(self.root)

    def start_agent(self):
        with open(os.path.join(self.folder, "agent.log"), "ab") as log:
            self.agent = subprocess.Popen([sys.executable, os.path.join(SKELETON, "serve.py"), "--root", self.root,
                                           "--cert", self.cert, "--key", self.key], stdout=log, stderr=log)
        wait_until(lambda: answers("127.0.0.1", self.agent_port), "the skeleton agent")

    def stop_agent(self):
        if self.agent is not None:
            self.agent.terminate()
            self.agent.wait(timeout=30)
            self.agent = None
            # A request's process holds the listening socket until it is scheduled for the first time.
            wait_until(lambda: not answers("127.0.0.1", self.agent_port), "the agent is stopped")

    def stop(self):
        self.sshd.stop()
        self.stop_agent()

    def restart_words(self):
        # What serve.py --restart does, without the start of a Python that is no part of what is tested and measured.
        words = ["/bin/sh", "-c", 'kill -HUP "$(cat "$1"/var/run/ovs-agent.pid)"', "sh", "{root}"]
        return ["--agent-restart=" + word for word in words]

    def start_words(self):
        """In place of restart_words: starts the agent whether or not it runs, as the vendor's service does."""
        words = ["/bin/sh", "-c", 'kill "$(cat "$1"/var/run/ovs-agent.pid)" 2>/dev/null; '
                 'exec setsid "$2" "$3" --root "$1" --cert "$4" --key "$5" >>"$1/../agent.log" 2>&1 &', "sh", "{root}", sys.executable,
                 os.path.join(SKELETON, "serve.py"), self.cert, self.key]
        return ["--agent-restart=" + word for word in words]

    def stop_started(self):
        """Ends the agent that start_words started."""
        with open(os.path.join(self.root, "var/run/ovs-agent.pid"), encoding="utf-8") as pid:
            number = int(pid.read())
        try:
            os.kill(number, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def options(self, port=None, restart=True, python=sys.executable):
        """Options of `trestle host prepare` that fit this host, after its address."""
        return ["%s:%d" % (self.sshd.address, port or self.sshd.port), "--ssh-key", self.sshd.path("key"), "--known-hosts",
                self.sshd.known_hosts(port), "--host-root", self.root, "--host-python", python,
                ] + (self.restart_words() if restart else [])

    def changes(self):
        """What differs from the host as it was, [] if nothing does."""
        return differences(self.before, snapshot(self.root))


def snapshot(root):
    """Path -> (kind and mode, owner, content) of everything below a root but what the running agent itself writes."""
    found = {}
    for folder, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(folder, name)
            short = os.path.relpath(path, root)
            if short.startswith(("var/run", "var/log")) or "__pycache__" in short or short.endswith(".pyc"):
                continue
            told = os.lstat(path)
            content = ""
            if stat.S_ISLNK(told.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(told.st_mode):
                with open(path, "rb") as data:
                    content = hashlib.sha256(data.read()).hexdigest()
            found[short] = (told.st_mode, told.st_uid, told.st_gid, content)
    return found


def differences(before, after):
    return sorted(set(["- " + name for name in before if name not in after] +
                      ["+ " + name for name in after if name not in before] +
                      ["~ " + name for name in before if name in after and before[name] != after[name]]))


class Cutter:
    """A TCP proxy that cuts the connection once so many bytes went from the client to the server, or when told to.

    `once`: later connections pass; otherwise none does until `mend` is called. Counts what passes.
    """

    def __init__(self, port):
        self.target = port
        self.limit = None
        self.once = True
        self.cuts = 0
        self.passed = 0
        self.open = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def arm(self, limit, once):
        with self.lock:
            self.limit, self.once, self.cuts, self.passed = limit, once, 0, 0

    def mend(self):
        self.arm(None, True)

    def cut_now(self):
        """Ends every connection that is open, in the middle of whatever it does."""
        with self.lock:
            self.cuts += 1
            ends, self.open = self.open, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                down = self.cuts > 0 and not self.once
            if down:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.open += [client, server]
            for source, sink, counts in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.pump, args=(source, sink, counts), daemon=True).start()

    def pump(self, source, sink, counts):
        try:
            while True:
                data = source.recv(4096)
                if not data:
                    break
                if counts:
                    with self.lock:
                        self.passed += len(data)
                        cut = self.limit is not None and self.passed >= self.limit and not (self.once and self.cuts)
                        self.cuts += cut
                    if cut:
                        break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()  # the other direction closes the other one

    def close(self):
        self.listener.close()


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(folder)
    host = Host(folder)
    host.sshd.known_hosts()
    write(folder, "/restart", "#!/bin/sh\nexec '%s' '%s' --root '%s' --restart\n"
          % (sys.executable, os.path.join(SKELETON, "serve.py"), host.root))
    os.chmod(os.path.join(folder, "restart"), 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    write(folder, "/address.new", "%s:%d\n" % (host.sshd.address, host.sshd.port))
    os.rename(os.path.join(folder, "address.new"), os.path.join(folder, "address"))
    try:
        while True:
            signal.pause()
    finally:
        host.stop()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
