# SPDX-License-Identifier: Apache-2.0
"""The module that an Oracle VM 3 agent loads for CloudStack: 27 calls, as Trestle and the CloudStack plugin use them.

Arguments are data: no shell of this host ever sees one, each is checked before anything happens. A call that cannot do what it
was told raises; the agent turns that into a fault. Written for Python 2.4 to 3; README.md tells what differs from the plugin's.
"""
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

try:
    import xmlrpclib
except ImportError:
    import xmlrpc.client as xmlrpclib

from agent.api.base import Agent

VERSION = "0.4"  # the plugin's main branch is 0.1, its Open vSwitch branch 0.3
# What stands before /usr in this file's own place: "/" on a host, a folder in tests.
ROOT = os.path.abspath(__file__).split("/usr/lib")[0] or "/"
BIN = "/opt/cloudstack/bin"
SSH_FOLDER = "/root/.ssh"
HEARTBEAT_LOCK = "/var/run/trestle/heartbeat.lock"
PINS = "/var/run/trestle/domr"
XEND_SOCKET = "/var/run/xend/xmlrpc.sock"
# Where files and folders may be made for a caller, but never in BIN, whose programs run as root.
WRITABLE = ("/OVS", "/nfsmnt", "/opt/cloudstack", "/var/cloudstack", "/var/lib/cloudstack")
DOMR_PORT, DOMR_KEY = 3922, "~/.ssh/id_rsa.cloud"
MIB, SECTOR = 1048576, 512
CommandError = RuntimeError  # a program of the host failed
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
COMMAND_LIMIT, DOMR_LIMIT = 30, 3600  # seconds that programs of this host, commands in a system VM, may take
UNICODE = type("".encode("ascii").decode("ascii"))  # the name differs between the Pythons
SAMPLE, WAIT_FOR_BRIDGE = 0.2, 5  # seconds


def text_of(value, what, letters=None, limit=255):
    """A text of the platform's str type; only of the given letters if there are any, never starting like an option."""
    if not isinstance(value, (str, UNICODE)):
        raise ValueError("Invalid %s: a text is wanted, not %s" % (what, type(value).__name__))
    try:
        encoded = value.encode("utf-8")
    except UnicodeError:
        raise ValueError("Invalid %s: it is no proper Unicode" % what)
    if str is type(encoded):
        value = encoded
    if not value or len(value) > limit:
        raise ValueError("Invalid %s: 1 to %d characters are wanted, not %d" % (what, limit, len(value)))
    if letters is not None and (value[0] == "-" or [c for c in value if c not in LETTERS + letters]):
        raise ValueError("Invalid %s: %r; only letters, digits and %s may stand in it" % (what, value, letters))
    if [c for c in value if ord(c) < 32 or ord(c) == 127]:
        raise ValueError("Invalid %s: %r has a control character" % (what, value))
    return value


def number_of(value, what, least, most):
    digits = [c for c in "%s" % (value,) if c in "0123456789"]
    if isinstance(value, bool) or not digits or "".join(digits) != "%s" % (value,) or not least <= int(value) <= most:
        raise ValueError("Invalid %s: %r is no number from %d to %d" % (what, value, least, most))
    return int(value)


def mode_of(value):
    """Permission bits: a number as it is, a text as octal digits."""
    if isinstance(value, (str, UNICODE)) and value and not [c for c in value if c not in "01234567"]:
        value = int(value, 8)
    return number_of(value, "mode", 0, int("7777", 8))


def data_of(value):
    """The bytes of a text or a Binary."""
    if isinstance(value, xmlrpclib.Binary):
        return value.data
    if isinstance(value, UNICODE):
        value = value.encode("utf-8")
    if not isinstance(value, type("".encode("ascii"))):
        raise ValueError("Invalid content: a text is wanted, not %s" % type(value).__name__)
    return value


def host_of(value, what="host"):
    return text_of(value, what, ".-", 253)


def interface_of(value, what="interface"):
    """Fifteen characters is what the kernel takes. "." and ".." would be folders in sysfs."""
    return name_of(text_of(value, what, "._-:", 15), what)


def address_of(value):
    """A dotted IPv4 address, kept as text."""
    address = text_of(value, "address", ".", 15)
    parts = address.split(".")
    if len(parts) != 4 or [p for p in parts if not p.isdigit() or len(p) > 3 or int(p) > 255 or str(int(p)) != p]:
        raise ValueError("Invalid address: %r is no IPv4 address" % address)
    return address


def network_of(value):
    """(address, network, prefix length) of "169.254.0.1/16"."""
    address, length = (text_of(value, "network", "./", 18).split("/") + [""])[:2]
    length = number_of(length, "prefix length", 1, 32)
    bits = struct.unpack("!I", socket.inet_aton(address_of(address)))[0]
    mask = (0xffffffff << (32 - length)) & 0xffffffff
    return address, socket.inet_ntoa(struct.pack("!I", bits & mask)), length


def host_path(path):
    return os.path.join(ROOT, path.lstrip("/"))


def path_of(value):
    """An absolute path without `..`; no limit on where it points."""
    path = text_of(value, "path", None, 4095)
    if path[0] != "/" or ".." in path.split("/"):
        raise ValueError("Invalid path: %r must be absolute, without '..'" % path)
    return os.path.normpath("/" + path.lstrip("/"))


def writable(value):
    """A path below the folders that callers may write to, also after its links are followed."""
    path = path_of(value)
    real = os.path.realpath(host_path(path))
    shown = "/" + real[len(os.path.realpath(ROOT)):].lstrip("/")
    for seen in (path + "/", shown + "/"):
        if not [f for f in WRITABLE if seen.startswith(f + "/")] or seen.startswith(BIN + "/"):
            raise ValueError("Invalid path: %r is not below %s, where callers may write" % (path, ", ".join(WRITABLE)))
    return path


def name_of(value, what="file name"):
    name = text_of(value, what)
    if "/" in name or name in (".", ".."):
        raise ValueError("Invalid %s: %r must be a name without a folder" % (what, name))
    return name


def make_folders(path, mode):
    """With all parents; a parent gets 0755."""
    if os.path.isdir(path):
        return
    make_folders(os.path.dirname(path), int("755", 8))
    os.mkdir(path)
    os.chmod(path, mode)


def write_whole(path, data, mode):
    """A new file beside it with its mode before its content, then renamed: readers see the old one or the new one."""
    if os.path.isdir(path):
        raise OSError(errno.EISDIR, "Is a directory", path)
    number, new = tempfile.mkstemp(".new", ".trestle-", os.path.dirname(path))
    try:
        os.chmod(new, mode)
        while data:
            data = data[os.write(number, data):]
        os.fsync(number)
        os.rename(new, path)
    finally:
        os.close(number)
        if os.path.exists(new):
            os.unlink(new)


def read_text(path):
    handle = open(host_path(path), "rb")
    try:
        return handle.read().decode("latin-1")
    finally:
        handle.close()


def program(name):
    if name.startswith("/"):
        return name
    for folder in ("/sbin", "/usr/sbin", "/bin", "/usr/bin"):
        path = host_path(folder + "/" + name)
        if os.path.exists(path):
            return path
    raise OSError(errno.ENOENT, "No such program on this host", name)


def run(arguments, limit=COMMAND_LIMIT, given="", may_fail=False):
    """(exit status, output, errors). Input and output go through files: any amount of them blocks nobody."""
    out, err, source = tempfile.TemporaryFile(), tempfile.TemporaryFile(), tempfile.TemporaryFile()
    source.write(data_of(given))
    source.seek(0)
    arguments = [program(arguments[0])] + [str(word) for word in arguments[1:]]
    environment = {"PATH": "/sbin:/usr/sbin:/bin:/usr/bin", "LC_ALL": "C", "HOME": host_path("/root")}
    process = subprocess.Popen(arguments, stdin=source, stdout=out, stderr=err, close_fds=True, env=environment)
    until, wait = os.times()[4] + limit, 0.002  # the clock that nobody sets
    while process.poll() is None:
        if os.times()[4] > until:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            raise CommandError("Command: %r failed (no end after %d seconds)" % (arguments[:1], limit))
        select.select([], [], [], wait)
        wait = min(wait * 2, 0.05)
    texts = [handle.seek(0) or handle.read().decode("utf-8", "replace") for handle in (out, err)]
    if process.returncode != 0 and not may_fail:
        raise CommandError("Command: %r failed (%d): stderr: %s" % (arguments, process.returncode, texts[1].strip()))
    return process.returncode, texts[0], texts[1]


def xend(method, *arguments):
    """One XML-RPC call over xend's socket. Own transport: the library's differs between the Pythons, and has no time limit."""
    body = data_of(xmlrpclib.dumps(arguments, method))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(COMMAND_LIMIT)
        if line.connect_ex(host_path(XEND_SOCKET)) != 0:
            raise CommandError("xend does not answer on %s; start it with service xend start" % XEND_SOCKET)
        head = "POST /RPC2 HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body)
        line.sendall(data_of(head) + body)
        pieces = [line.recv(65536)]
        while pieces[-1]:
            pieces.append(line.recv(65536))
    finally:
        line.close()
    reply = data_of("").join(pieces).split(data_of("\r\n\r\n"), 1)
    if len(reply) != 2:
        raise CommandError("xend gave no answer to %s; is it running?" % method)
    return xmlrpclib.loads(reply[1])[0][0]


def field(record, name, default=None):
    """A field of one of xend's lists: ['domain', ['name', 'x'], ...]."""
    for item in record[1:]:
        if isinstance(item, (list, tuple)) and len(item) > 1 and item[0] == name:
            return item[1]
    return default


def domain_of(value):
    name = text_of(value, "domain", "._+:-", 128)
    try:
        return xend("xend.domain", name, 1)
    except xmlrpclib.Fault:
        raise OSError(errno.ENOENT, "No such domain", name)


def counters(folder, names):
    """Numbers out of sysfs; a device that has none counts nothing and hides nobody else's."""
    found = [0] * len(names)
    for i in range(len(names)):
        try:
            found[i] = int(read_text(folder + "/" + names[i]))
        except (IOError, OSError, ValueError):
            pass
    return found


def entries(folder, prefixes):
    names = os.path.isdir(host_path(folder)) and os.listdir(host_path(folder)) or []
    return [name for name in names if [p for p in prefixes if name.startswith(p)]]


def emulated_disk(domid):
    """(bytes read, bytes written) by the device model, which serves the emulated disks of a guest without drivers."""
    try:
        pid = run(["xenstore-read", "/local/domain/%d/image/device-model-pid" % domid])[1].strip()
        lines = read_text("/proc/%d/io" % number_of(pid, "process id", 2, 4194304)).splitlines()
        figures = dict([(line.split(":")[0], int(line.split(":")[1])) for line in lines])
    except (IOError, OSError, ValueError, IndexError, CommandError):
        return 0, 0
    return figures.get("read_bytes", 0), figures.get("write_bytes", 0)


def addresses(interface=None):
    """[(interface, address, prefix length)] of all IPv4 addresses."""
    arguments = ["ip", "-4", "-o", "addr", "show"]
    if interface:
        arguments += ["dev", interface]
    found = []
    for words in [line.split() for line in run(arguments, may_fail=interface is not None)[1].splitlines()]:
        if "inet" in words:
            address, length = (words[words.index("inet") + 1].split("/") + ["32"])[:2]
            found.append((words[1].rstrip(":"), address, length))
    return found


def key_file(value):
    path = text_of(value, "key file", None, 4095)
    if path.startswith("~/"):
        path = "/root" + path[1:]
    path = host_path(path_of(path))
    if not os.path.isfile(path):
        raise OSError(errno.ENOENT, "No such key file; upload it with ovs_upload_ssh_key", path)
    if os.stat(path).st_mode & int("077", 8):
        raise ValueError("Invalid key file: %r can be read by others and ssh refuses that; upload it again" % path)
    return path


def pin_of(host, port):
    """The file with the host key seen at first contact. A changed key is refused, unless a guest has started since: that may be
    a new system VM at this address."""
    folder = host_path(PINS)
    make_folders(folder, int("700", 8))
    pin = os.path.join(folder, "%s_%d" % (host, port))
    if os.path.exists(pin):
        try:
            started = [float(field(domain, "start_time", 0)) for domain in xend("xend.domains", 1)
                       if int(field(domain, "domid", 0) or 0) > 0]
        except (socket.error, CommandError, ValueError, xmlrpclib.Fault):
            started = []
        if [seconds for seconds in started if seconds > os.stat(pin).st_mtime]:
            os.unlink(pin)
    return pin


SSH_FAILURES = ("ssh:", "Permission denied", "Host key verification failed", "Connection ", "kex_exchange", "@@@@", "Load key",
                "No ", "Bad ", "Could not", "Warning: Identity")


def domr(host, command, timeout=10, username="root", port=DOMR_PORT, keyfile=DOMR_KEY, given=""):
    """(exit status, output, errors) of a command in a system VM. A login that fails raises."""
    host, port = host_of(host), number_of(port, "port", 1, 65535)
    timeout = number_of(timeout, "timeout", 1, 3600)
    username = text_of(username, "user name", "._-", 32)
    key, pin = key_file(keyfile), pin_of(host, port)
    check = {True: "yes", False: "no"}[os.path.exists(pin)]
    options = ["BatchMode=yes", "IdentitiesOnly=yes", "ConnectTimeout=%d" % timeout, "ServerAliveInterval=15",
               "ServerAliveCountMax=4", "UserKnownHostsFile=" + pin, "GlobalKnownHostsFile=/dev/null",
               "StrictHostKeyChecking=" + check, "CheckHostIP=no", "LogLevel=ERROR"]
    arguments = ["ssh", "-F", "/dev/null", "-i", key, "-p", port, "-l", username]
    for option in options:
        arguments += ["-o", option]
    status, out, err = run(arguments + [host, command], DOMR_LIMIT, given, True)
    failures = [text for text in SSH_FAILURES if err.lstrip().startswith(text)]
    if status == 255 and (failures or username + "@" + host in err):
        if "IDENTIFICATION HAS CHANGED" in err:
            err = "the host key of %s has changed and no guest has started since; remove %s if that is right" % (host, pin)
        raise CommandError("Command: ['ssh', %r] failed (255): stderr: %s" % (host, err.strip()))
    return status, out, err


def heartbeat_state():
    """Settings of the heartbeat that runs, {} if none does. It holds a lock on its file as long as it lives."""
    if not os.path.exists(host_path(HEARTBEAT_LOCK)):
        return {}
    handle = open(host_path(HEARTBEAT_LOCK), "r")
    try:
        fcntl.flock(handle.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (IOError, OSError):
        return dict([word.split("=", 1) for word in handle.readline().split() if "=" in word])
    return {}


def heartbeat_arguments(path, script, guid, timeout):
    """What both calls take. Path and script may name our program or be empty: nothing else is ever run."""
    wanted = {"path": (path, BIN), "script": (script, "storagehealth.py")}
    for what, (value, ours) in wanted.items():
        if value not in ("", None) and os.path.normpath(text_of(value, what, None, 4095)) not in (ours, BIN + "/" + ours):
            raise ValueError("Invalid %s: only %s/storagehealth.py is run; leave it empty" % (what, BIN))
    return (text_of(guid, "guid", "._-", 128), number_of(timeout, "timeout", 2, 86400))


def heartbeat(arguments, limit):
    script = host_path(BIN + "/storagehealth.py")
    return run([sys.executable or "python", script, "--root", ROOT] + arguments, limit, "", True)


def vswitch_interface(name):
    """Struct of an interface of Open vSwitch, None if there is none of that name."""
    if not os.path.isdir(host_path("/sys/class/net/" + name)):
        return None
    status, bridge = run(["ovs-vsctl", "iface-to-br", name], may_fail=True)[:2]
    if status != 0:
        bridge = name  # a bridge is its own
    found = {"name": name, "mac": read_text("/sys/class/net/%s/address" % name).strip(), "bridge": bridge.strip()}
    for address in addresses(name)[:1]:
        found["ip"], found["mask"] = address[1], str(address[2])
    return found


def wait_for_bridge(name, there):
    """Struct of a bridge once it is there, or gone, or after five seconds; None for gone."""
    until = time.time() + WAIT_FOR_BRIDGE
    while (vswitch_interface(name) is not None) != there and time.time() < until:
        select.select([], [], [], 0.1)
    return vswitch_interface(name)


class CloudStack(Agent):

    def get_services(self, version=None):
        """All public methods of this class itself are calls; whatever the base class has stays inside."""
        return dict([(name, getattr(self, name)) for name in vars(CloudStack) if name[0] != "_" and name != "get_services"])

    def call(self, msg):
        return msg

    def get_module_version(self):
        return VERSION

    def get_ovs_version(self):
        return (read_text("/etc/ovs-release").split() or [""])[-1]

    def get_vncport(self, domain):
        """Of any guest, whatever its name; "0" if it has no frame buffer."""
        for item in domain_of(domain)[1:]:
            if isinstance(item, (list, tuple)) and item[0] == "device" and item[1][0] == "vfb":
                port = str(field(item[1], "location", "")).rsplit(":", 1)[-1]
                if port.isdigit():
                    return port
        return "0"

    def exec_domr(self, host, cmd, timeout=10, username="root", port=DOMR_PORT, keyfile=DOMR_KEY):
        """`cmd` is for the shell of the system VM, as it always was; this host has it as one argument of ssh."""
        if not isinstance(cmd, (str, UNICODE)) or "\0" in cmd:
            raise ValueError("Invalid command: a text without NUL is wanted")
        status, out, err = domr(host, data_of(cmd).decode("utf-8"), timeout, username, port, keyfile)
        return {"rc": status, "out": out, "err": err}

    def check_domr_port(self, ip, port=DOMR_PORT, timeout=3):
        place, line = (host_of(ip), number_of(port, "port", 1, 65535)), socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.settimeout(number_of(timeout, "timeout", 1, 600))
        try:
            return line.connect(place) is None
        except (socket.error, socket.timeout):
            return False

    check_dom0_port = check_domr_port

    def check_domr_ssh(self, ip, port=DOMR_PORT, timeout=10):
        return domr(ip, "true", timeout, port=port)[0] == 0

    def check_dom0_ip(self, ip):
        return address_of(ip) in [found[1] for found in addresses()]

    def check_dom0_storage_health_check(self, path, script, guid, timeout, interval):
        guid, timeout = heartbeat_arguments(path, script, guid, timeout)
        interval, state = number_of(interval, "interval", 1, timeout), heartbeat_state()
        wanted = {"guid": guid, "timeout": str(timeout), "interval": str(interval)}
        if not [key for key in wanted if state.get(key) != wanted[key]]:
            return [True, False]
        status, out, err = heartbeat(["--guid", guid, "--timeout", timeout, "--interval", interval], COMMAND_LIMIT)
        if status != 0:
            raise CommandError("the heartbeat did not start: %s" % err.strip())
        return [False, True]

    def check_dom0_storage_health(self, path, script, guid, timeout):
        """True only if each pool shows a fresh heartbeat. No pool, or no answer, is no proof of health."""
        guid, timeout = heartbeat_arguments(path, script, guid, timeout)
        status, out, err = heartbeat(["--state", "--guid", guid, "--timeout", timeout], timeout + COMMAND_LIMIT)
        if status not in (0, 1, 3):
            raise CommandError("the heartbeat cannot be read: %s" % err.strip())
        return status == 0

    def ovs_domr_upload_file(self, domr, path, file, content):
        """Through ssh's input into a new file, then renamed. True says that it is there."""
        folder, name = path_of(path), name_of(file)
        quoted = ["'" + word.replace("'", "'\\''") + "'" for word in (folder, "%s/.%s.new" % (folder, name), folder + "/" + name)]
        command = "umask 077; mkdir -p %s && cat > %s && chmod 644 %s && mv -f %s %s" % (
            quoted[0], quoted[1], quoted[1], quoted[1], quoted[2])
        status, out, err = globals()["domr"](domr, command, given=content)
        if status != 0:
            raise CommandError("the system VM did not take the file (%d): %s" % (status, err.strip()))
        return True

    def ovs_control_interface(self, dev, cidr):
        """Address, route and ARP of the link-local bridge. Its ifcfg file goes once it is up: after a reboot it would come up
        without its route; it is set up on demand instead."""
        dev, (address, network, length) = interface_of(dev), network_of(cidr)
        if not os.path.isdir(host_path("/sys/class/net/" + dev)):
            raise OSError(errno.ENODEV, "No such device", dev)
        if not [a for a in addresses(dev) if network_of("%s/%d" % (a[1], length))[1] == network]:
            if address == network:
                address = socket.inet_ntoa(struct.pack("!I", struct.unpack("!I", socket.inet_aton(network))[0] + 1))
            run(["ip", "addr", "add", "%s/%d" % (address, length), "dev", dev])
        run(["ip", "link", "set", dev, "arp", "on", "up"])
        route = "%s/%d" % (network, length)
        for line in run(["ip", "-4", "route", "show", route])[1].splitlines():
            words = line.split()
            if words and words[0] in (route, network) and "dev" in words and words[words.index("dev") + 1] != dev:
                run(["ip", "route", "del", route, "dev", words[words.index("dev") + 1]])
        run(["ip", "route", "replace", route, "dev", dev])
        ifcfg = host_path("/etc/sysconfig/network-scripts/ifcfg-" + dev)
        if os.path.isfile(ifcfg):
            os.unlink(ifcfg)
        return True

    def ovs_mkdirs(self, dir, mode=int("700", 8)):
        """None when it was made, true when it was there."""
        path, mode = host_path(writable(dir)), mode_of(mode)
        if os.path.isdir(path):
            return True
        make_folders(path, mode)

    def ovs_check_file(self, file):
        return os.path.isfile(host_path(path_of(file)))

    def ovs_upload_ssh_key(self, keyfile, content):
        """A name, or a path in root's SSH folder. Only root can read it: ssh refuses any other key."""
        path = text_of(keyfile, "key file", None, 4095)
        folder, name = os.path.split(path)
        if folder not in ("", "~/.ssh", SSH_FOLDER) or name in ("authorized_keys", "authorized_keys2", "config", "rc"):
            raise ValueError("Invalid key file: %r is not the name of a key in %s" % (path, SSH_FOLDER))
        name_of(name, "key file")
        make_folders(host_path(SSH_FOLDER), int("700", 8))
        write_whole(host_path(SSH_FOLDER + "/" + name), data_of(content), int("600", 8))
        return True

    def ovs_upload_file(self, path, filename, content):
        folder, name, data = writable(path), name_of(filename), data_of(content)
        writable(folder + "/" + name)
        make_folders(host_path(folder), int("755", 8))
        write_whole(host_path(folder + "/" + name), data, int("644", 8))
        return True

    def ovs_dom0_stats(self, bridge):
        """Texts. rx and tx are bytes as the bridge counts them, blank if there is no such bridge."""
        bridge = interface_of(bridge, "bridge")
        node = xend("xend.node.info")
        memory = dict([(item[0], item[1]) for item in node if isinstance(item, (list, tuple)) and len(item) > 1])
        # CPU seconds of all domains together: /proc/stat of dom0 knows only dom0's own.
        busy_time = lambda: sum([float(field(domain, "cpu_time", 0)) for domain in xend("xend.domains", 1)])
        before, start = busy_time(), time.time()
        select.select([], [], [], SAMPLE)
        busy, span = busy_time() - before, time.time() - start
        percent = 100.0 * busy / (max(span, 0.001) * max(int(memory.get("nr_cpus", 1)), 1))
        found = {"cpu": "%.1f" % min(max(percent, 0.0), 100.0), "free": str(int(memory["free_memory"]) * MIB),
                 "total": str(int(memory["total_memory"]) * MIB), "rx": "", "tx": ""}
        folder = "/sys/class/net/%s/statistics" % bridge
        if os.path.isdir(host_path(folder)):
            found["rx"], found["tx"] = [str(number) for number in counters(folder, ("rx_bytes", "tx_bytes"))]
        return found

    def ovs_domU_stats(self, domain):
        """Texts, summed over all disks and NICs, emulated ones too. rx is what this host received from the guest."""
        info = domain_of(domain)
        domid, total = int(field(info, "domid", 0)), [0, 0, 0, 0]
        backend, ours = "/sys/bus/xen-backend/devices", ["%s-%d-" % (kind, domid) for kind in ("vbd", "tap", "qdisk")]
        for name in entries(backend, ours):
            seen = counters("%s/%s/statistics" % (backend, name), ("rd_sect", "wr_sect", "rd_req", "wr_req"))
            total = [total[i] + seen[i] for i in range(4)]
        read, written = emulated_disk(domid)
        rx, tx = 0, 0
        for name in entries("/sys/class/net", ["vif%d." % domid, "tap%d." % domid]):
            seen = counters("/sys/class/net/%s/statistics" % name, ("rx_bytes", "tx_bytes"))
            rx, tx = rx + seen[0], tx + seen[1]
        uptime = max(time.time() - float(field(info, "start_time", time.time())), 0.0)
        return {"rd_bytes": str(total[0] * SECTOR + read), "wr_bytes": str(total[1] * SECTOR + written),
                "rd_ops": str(total[2]), "wr_ops": str(total[3]), "rx_bytes": str(rx), "tx_bytes": str(tx),
                "cputime": "%f" % float(field(info, "cpu_time", 0)), "uptime": "%f" % uptime,
                "vcpus": str(field(info, "vcpus", field(info, "online_vcpus", "")))}

    def ping(self, host, count=3):
        arguments = ["ping", "-c", number_of(count, "count", 1, 100), "-W", "2", host_of(host)]
        return run(arguments, 300, may_fail=True)[0] == 0

    def get_bridge_type(self):
        """Key virtualnetwork of section network in agent.ini."""
        section, kind = "", "linuxbridge"
        for line in read_text("/etc/ovs-agent/agent.ini").splitlines():
            key, value = [word.strip() for word in (line + "=").split("=")[:2]]
            section = key.startswith("[") and key or section
            if section == "[network]" and key == "virtualnetwork" and value:
                kind = str(value)
        return kind

    def get_vswitch_interface_by_ip(self, ip):
        address = address_of(ip)
        for found in addresses():
            if found[1] == address:
                return vswitch_interface(found[0])
        return None

    def get_vswitch_interface_by_name(self, name):
        return vswitch_interface(interface_of(name))

    def set_iface_ip(self, iface, ip, mask):
        iface, address, length = interface_of(iface), address_of(ip), number_of(mask, "prefix length", 1, 32)
        if address not in [found[1] for found in addresses(iface)]:
            run(["ip", "addr", "add", "%s/%d" % (address, length), "dev", iface])
        run(["ip", "link", "set", iface, "up"])
        return self.check_iface_ip(iface, address)

    def check_iface_ip(self, iface, ip):
        return address_of(ip) in [found[1] for found in addresses(interface_of(iface))]

    def add_vswitch_vlan_bridge(self, name, bridge, vlan):
        name, bridge, vlan = interface_of(name), interface_of(bridge, "bridge"), number_of(vlan, "VLAN", 1, 4094)
        if vswitch_interface(name) is None:
            run(["ovs-vsctl", "--timeout=5", "--may-exist", "add-br", name, bridge, vlan])
            run(["ip", "link", "set", name, "up"])
        return wait_for_bridge(name, True)

    def del_vswitch_vlan_bridge(self, name):
        name = interface_of(name)
        run(["ovs-vsctl", "--timeout=5", "--if-exists", "del-br", name])
        return wait_for_bridge(name, False)
