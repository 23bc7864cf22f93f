# SPDX-License-Identifier: Apache-2.0
"""The kernel's NFS server without its helper programs: a portmapper and a mount service of a page, and the kernel's own tables.

What rpcbind and rpc.mountd do is answered here for the two folders that are exported; files go through the kernel's server alone.
"""
import os
import socketserver
import struct
import threading

DOMAIN, FOREVER = "lab", 2147483647
# Flags of an export: any port, no root squashing, no check of subtrees, an fsid of its own.
FLAGS = 0x0002 | 0x0400 | 0x2000
MOUNT_PORT, RPCBIND_PORT = 20048, 111
EXPORTS = {"/export": 0, "/export/one": 1, "/export/two": 2}
NFSD = "/proc/fs/nfsd/"


def tell(path, text):
    """One write, as the kernel wants it."""
    number = os.open(path, os.O_WRONLY)
    try:
        os.write(number, text.encode())
    finally:
        os.close(number)


def opaque(data):
    return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)


def handle_of(path):
    number = os.open(NFSD + "filehandle", os.O_RDWR)
    try:
        os.write(number, ("%s %s 64\n" % (DOMAIN, path)).encode())
        return bytes.fromhex(os.read(number, 4096).decode().strip().replace("\\x", ""))
    finally:
        os.close(number)


def answer(call):
    """The reply to one RPC: the portmapper agrees to everything, the mount service gives the handle of an exported folder."""
    xid, _, _, program, _, procedure, _, size = struct.unpack(">8I", call[:32])
    at = 32 + size + (-size % 4)
    at += 8 + struct.unpack(">I", call[at + 4:at + 8])[0]
    result = b""
    if program == 100000 and procedure != 0:
        result = struct.pack(">I", 1)
    elif program == 100005 and procedure == 1:
        length = struct.unpack(">I", call[at:at + 4])[0]
        path = call[at + 4:at + 4 + length].decode()
        result = struct.pack(">I", 2)  # no such export
        if path in EXPORTS:
            result = struct.pack(">I", 0) + opaque(handle_of(path)) + struct.pack(">II", 1, 1)
    return struct.pack(">6I", xid, 1, 0, 0, 0, 0) + result


class Rpc(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            mark = self.rfile.read(4)
            if len(mark) < 4:
                return
            reply = answer(self.rfile.read(struct.unpack(">I", mark)[0] & 0x7fffffff))
            self.wfile.write(struct.pack(">I", 0x80000000 | len(reply)) + reply)
            self.wfile.flush()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve_helpers():
    for port in (RPCBIND_PORT, MOUNT_PORT):
        threading.Thread(target=Server(("127.0.0.1", port), Rpc).serve_forever, daemon=True).start()


def start():
    for name, value in (("nfsv4leasetime", "10"), ("nfsv4gracetime", "10")):
        try:
            tell(NFSD + name, value + "\n")
        except OSError:
            pass  # only before the first start
    tell(NFSD + "threads", "4\n")
    try:
        tell(NFSD + "v4_end_grace", "Y\n")
    except OSError:
        pass
    tell("/proc/net/rpc/auth.unix.ip/channel", "nfsd 127.0.0.1 %d %s\n" % (FOREVER, DOMAIN))
    for path, fsid in EXPORTS.items():
        tell("/proc/net/rpc/nfsd.export/channel", "%s %s %d %d 0 0 %d\n" % (DOMAIN, path, FOREVER, FLAGS, fsid))
        tell("/proc/net/rpc/nfsd.fh/channel", "%s 1 \\x%s %d %s\n" % (DOMAIN, struct.pack("=I", fsid).hex(), FOREVER, path))


def stop():
    tell(NFSD + "threads", "0\n")
