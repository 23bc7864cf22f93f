#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""File systems in memory that hang, fill up or go read-only on command: the kernel's FUSE protocol spoken directly.

usage: hanging_fs.py CONTROL MOUNTPOINT...   mounts all of them; the word in CONTROL/<name of the mount point> tells each what to do:
ok, hang (answers nothing; what was asked is answered when the word changes), full, readonly, broken. CONTROL/ready appears at the end.
CONTROL/<name of the mount point>.writes holds the number of writes that came.
Needs /dev/fuse and a mount namespace of its own (unshare --mount).
"""
import ctypes
import errno
import os
import select
import stat
import struct
import sys

HEADER = struct.Struct("<IIQQIIII")
LOOKUP, FORGET, GETATTR, SETATTR, UNLINK, RENAME, OPEN, READ, WRITE, STATFS, RELEASE = 1, 2, 3, 4, 10, 12, 14, 15, 16, 17, 18
FSYNC, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, ACCESS, CREATE, INTERRUPT, BATCH_FORGET, RENAME2 = (
    20, 25, 26, 27, 28, 29, 34, 35, 36, 42, 45)
CHANGES = (SETATTR, UNLINK, RENAME, WRITE, CREATE, RENAME2)
SIZE_IS_SET = 8


class FileSystem:
    """One folder with files in memory. Node 1 is the folder, each file has a number of its own."""

    def __init__(self, mountpoint, control):
        self.names, self.data, self.modes, self.next = {}, {}, {}, 2
        self.word_file = os.path.join(control, os.path.basename(mountpoint))
        self.pending, self.writes = [], 0
        self.fd = os.open("/dev/fuse", os.O_RDWR)
        libc = ctypes.CDLL(None, use_errno=True)
        options = "fd=%d,rootmode=40000,user_id=%d,group_id=%d" % (self.fd, os.getuid(), os.getgid())
        if libc.mount(b"trestle", mountpoint.encode(), b"fuse", 0, options.encode()) != 0:
            raise OSError(ctypes.get_errno(), "cannot mount: " + os.strerror(ctypes.get_errno()), mountpoint)

    def word(self):
        try:
            with open(self.word_file) as handle:
                return handle.read().strip() or "ok"
        except FileNotFoundError:
            return "ok"

    def serve(self):
        try:
            request = os.read(self.fd, 1 << 20)
        except OSError as error:
            return error.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT)
        self.pending.append(request)
        return True

    def answer_pending(self):
        word = self.word()
        if word == "hang":
            # Only the mount itself is answered, it was asked before anybody hung it.
            hold = [r for r in self.pending if HEADER.unpack_from(r)[1] != INIT]
        else:
            hold = []
        due = [r for r in self.pending if r not in hold]
        self.pending = hold
        for request in due:
            self.answer(request, word)

    def answer(self, request, word):
        _, code, unique, node = HEADER.unpack_from(request)[:4]
        if code in (FORGET, BATCH_FORGET, INTERRUPT):
            return
        body, number = b"", 0
        if word == "broken" and code != INIT:
            number = errno.EIO
        elif word == "readonly" and code in CHANGES:
            number = errno.EROFS
        elif word == "full" and code == CREATE:
            number = errno.ENOSPC
        else:
            try:
                body = self.do(code, node, request[HEADER.size:])
            except OSError as error:
                number = error.errno
        try:
            os.write(self.fd, struct.pack("<IiQ", 16 + len(body), -number, unique) + body)
        except OSError:
            pass  # who asked is gone

    def attributes(self, node):
        mode = stat.S_IFDIR | 0o755 if node == 1 else self.modes[node]
        size = 0 if node == 1 else len(self.data[node])
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, mode, 1, os.getuid(), os.getgid(),
                           0, 4096, 0)

    def entry(self, node):
        return struct.pack("<QQQQII", node, 0, 0, 0, 0, 0) + self.attributes(node)

    def node_of(self, name):
        if name not in self.names:
            raise OSError(errno.ENOENT, "none")
        return self.names[name]

    def do(self, code, node, rest):
        if code == INIT:
            major, minor, readahead = struct.unpack_from("<III", rest)
            return struct.pack("<IIIIHHIIHHI7I", 7, min(minor, 31), readahead, 0, 12, 10, 65536, 1, 0, 0, 0, *[0] * 7)
        if code == LOOKUP:
            return self.entry(self.node_of(rest.rstrip(b"\0")))
        if code == GETATTR:
            return struct.pack("<QII", 0, 0, 0) + self.attributes(node)
        if code == SETATTR:
            valid, _, _, size = struct.unpack_from("<IIQQ", rest)
            if valid & SIZE_IS_SET:
                self.data[node] = self.data[node][:size].ljust(size, b"\0")
            return struct.pack("<QII", 0, 0, 0) + self.attributes(node)
        if code == CREATE:
            mode, name = struct.unpack_from("<II", rest)[1], rest[16:].rstrip(b"\0")
            number, self.next = self.next, self.next + 1
            self.names[name], self.data[number], self.modes[number] = number, b"", mode
            return self.entry(number) + struct.pack("<QII", 0, 0, 0)
        if code == UNLINK:
            del self.names[rest.rstrip(b"\0")], rest
            return b""
        if code in (RENAME, RENAME2):
            old, new = rest[8 if code == RENAME else 16:].split(b"\0")[:2]
            self.names[new] = self.names.pop(old)
            return b""
        if code in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, 1, 0)  # past the page cache: every read and write comes here
        if code == READ:
            offset, size = struct.unpack_from("<QI", rest, 8)
            return self.data[node][offset:offset + size]
        if code == WRITE:
            self.writes += 1
            with open(self.word_file + ".writes.new", "w") as handle:
                handle.write("%d" % self.writes)
            os.rename(self.word_file + ".writes.new", self.word_file + ".writes")
            offset, size = struct.unpack_from("<QI", rest, 8)
            data = self.data[node].ljust(offset, b"\0")
            self.data[node] = data[:offset] + rest[40:40 + size] + data[offset + size:]
            return struct.pack("<II", size, 0)
        if code == STATFS:
            return struct.pack("<QQQQQIIII6I", 1000, 500, 500, 1000, 500, 4096, 255, 4096, 0, *[0] * 6)
        if code in (RELEASE, FSYNC, FLUSH, RELEASEDIR, ACCESS, READDIR):
            return b""
        raise OSError(errno.ENOSYS, "none")


def main(control, mountpoints):
    systems = [FileSystem(mountpoint, control) for mountpoint in mountpoints]
    with open(os.path.join(control, "ready"), "w"):
        pass
    while systems:
        ready = select.select([system.fd for system in systems], [], [], 0.02)[0]
        for system in systems[:]:
            if system.fd in ready and not system.serve():
                systems.remove(system)
            system.answer_pending()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
