#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A file system that is like a share in two ways: it knows no nameless files, and its disk may be bad from some byte on.

usage: odd_disk.py CONTROL MOUNTPOINT FILE...   the FILEs are in it from the start; the word "bad N" in CONTROL/<name of the mount
point> makes every read from byte N on an error. CONTROL/ready appears when it is mounted, CONTROL/names tells all names in it. Needs a mount namespace of its own.
"""
import errno
import os
import select
import stat
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scripts"))
import hanging_fs  # noqa: E402

LINK, LSEEK = 13, 46


class OddDisk(hanging_fs.FileSystem):
    def add(self, path):
        with open(path, "rb") as handle:
            content = handle.read()
        number, self.next = self.next, self.next + 1
        self.names[os.path.basename(path).encode()], self.data[number] = number, content
        self.modes[number] = stat.S_IFREG | 0o644

    def do(self, code, node, rest):
        if code == LSEEK:
            raise OSError(errno.ENOSYS, "holes are not known here")
        if code == hanging_fs.READ:
            offset, size = struct.unpack_from("<QI", rest, 8)
            word = self.word().split()
            if word[0] == "bad" and offset + size > int(word[1]):
                raise OSError(errno.EIO, "the disk is bad there")
        if code == hanging_fs.WRITE:  # in place: the files are large
            offset, size = struct.unpack_from("<QI", rest, 8)
            data = self.data[node] if isinstance(self.data[node], bytearray) else bytearray(self.data[node])
            if len(data) < offset + size:
                data.extend(bytes(offset + size - len(data)))
            data[offset:offset + size] = rest[40:40 + size]
            self.data[node] = data
            return struct.pack("<II", size, 0)
        if code == hanging_fs.CREATE:
            flags, mode = struct.unpack_from("<II", rest)
            name = rest[16:].rstrip(b"\0")
            if name in self.names:
                if flags & os.O_EXCL:
                    raise OSError(errno.EEXIST, "it is there")
                return self.entry(self.names[name]) + struct.pack("<QII", 0, 1, 0)
            return super().do(code, node, rest)
        if code == LINK:
            old, name = struct.unpack_from("<Q", rest)[0], rest[8:].rstrip(b"\0")
            if name in self.names:
                raise OSError(errno.EEXIST, "it is there")
            self.names[name] = old
            return self.entry(old)
        return super().do(code, node, rest)


def main(control, mountpoint, files):
    system = OddDisk(mountpoint, control)
    for path in files:
        system.add(path)
    with open(os.path.join(control, "ready"), "w"):
        pass
    told = None
    while True:
        if select.select([system.fd], [], [], 1)[0] and not system.serve():
            return
        system.answer_pending()
        names = b"\n".join(sorted(system.names))  # nobody can list them in the file system itself
        if names != told:
            told = names
            with open(os.path.join(control, "names.new"), "wb") as out:
                out.write(names)
            os.rename(out.name, os.path.join(control, "names"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
