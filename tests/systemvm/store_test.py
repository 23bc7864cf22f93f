#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Templates on secondary storage: installed, listed, served and removed; the SQL of each CloudStack release."""
import hashlib
import os
import re
import signal
import socket
import struct
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import images
from images import MIB


class Store(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 8 * MIB)
        self.good("convert", "disk.raw", "disk.vhd", "--to", "vhd")
        os.mkdir(self.path("secondary"))

    def install(self, *more):
        return self.good("install", "disk.vhd", "--secondary", "secondary", "--id", "12", *more)

    def test_what_cloudstack_finds_is_a_raw_template_with_its_properties(self):
        made = self.install()
        folder = self.path("secondary/template/tmpl/1/12")
        self.assertEqual(sorted(os.listdir(folder)),
                         ["systemvm-12.raw", "systemvm-12.raw.manifest.json", "template.properties"])
        self.assertEqual(images.content_of(os.path.join(folder, "systemvm-12.raw")), images.content_of(self.path("disk.raw")))
        with open(os.path.join(folder, "template.properties")) as lines:
            properties = dict(line.rstrip("\n").split("=", 1) for line in lines)
        size = str(8 * MIB)
        self.assertEqual(properties, {
            "filename": "systemvm-12.raw", "description": "SystemVM Template (Ovm3)", "checksum": "", "hvm": "false",
            "size": size, "raw": "true", "id": "12", "public": "true", "raw.filename": "systemvm-12.raw",
            "uniquename": "routing-12", "raw.virtualsize": size, "virtualsize": size, "raw.size": size})
        self.assertTrue(self.good("verify", made["path"])["equal"])

    def test_an_installed_template_is_not_replaced_unless_force_is_given(self):
        self.install()
        self.assertIn("--force", self.refused("install", "disk.vhd", "--secondary", "secondary", "--id", "12"))
        self.install("--force")

    def test_force_takes_the_image_of_another_installer_away_and_nothing_else(self):
        folder = self.path("secondary/template/tmpl/1/12")
        os.makedirs(folder)
        for name, text in (("x.qcow2", "old"), ("notes", "mine"), ("template.properties", "filename=x.qcow2\nuniquename=routing-12\n")):
            with open(os.path.join(folder, name), "w") as out:
                out.write(text)
        self.install("--force")
        self.assertEqual(sorted(os.listdir(folder)),
                         ["notes", "systemvm-12.raw", "systemvm-12.raw.manifest.json", "template.properties"])

    def test_a_failed_install_shows_nothing(self):
        self.refused("install", "disk.vhd", "--secondary", "secondary", "--id", "12", "--checksum", "0" * 64)
        self.assertEqual(self.good("list", "--secondary", "secondary"), [])
        self.assertEqual(os.listdir(self.path("secondary/template/tmpl/1")), [])

    def test_list_and_remove_know_ours_from_others(self):
        self.install()
        other = self.path("secondary/template/tmpl/1/3")
        os.makedirs(other)
        with open(os.path.join(other, "template.properties"), "w") as out:
            out.write("#Thu\nfilename=x.qcow2\nuniquename=routing-3\nvirtualsize=5\n")
        listed = {one["id"]: one for one in self.good("list", "--secondary", "secondary")}
        self.assertEqual([(i, one["installed_by_trestle"], one["image_present"]) for i, one in sorted(listed.items())],
                         [(3, False, False), (12, True, True)])
        self.assertIn("--force", self.refused("remove", "--secondary", "secondary", "--id", "3"))
        self.good("remove", "--secondary", "secondary", "--id", "12")
        self.assertEqual(os.listdir(self.path("secondary/template/tmpl/1")), ["3"])
        self.assertIn("there is no template 12", self.refused("remove", "--secondary", "secondary", "--id", "12"))

    def test_sql_speaks_the_language_of_each_release(self):
        md5, sha = images.sha256(self.path("disk.raw"), "md5"), images.sha256(self.path("disk.raw"))
        for release, checksum, as_is in (("4.5", md5, False), ("4.10", md5, False), ("4.11.3", "{SHA-256}" + sha, False),
                                         ("4.14", "{SHA-256}" + sha, False), ("4.15", "{SHA-256}" + sha, True),
                                         ("4.20", "{SHA-256}" + sha, True)):
            sql = self.install("--cloudstack", release, "--force")["sql"]
            row = re.match(r"INSERT IGNORE INTO cloud.vm_template \((.*)\)\n  VALUES \((.*)\);\n", sql)
            columns, values = row.group(1).split(", "), re.findall(r"'(?:[^']|'')*'|[^, ]+", row.group(2))
            self.assertEqual(len(columns), len(values), sql)
            told = dict(zip(columns, values))
            self.assertEqual((told["id"], told["name"], told["checksum"], told["format"], told["hypervisor_type"], told["size"]),
                             ("12", "'systemvm-ovm3-%s'" % release, "'%s'" % checksum, "'RAW'", "'Ovm3'", str(8 * MIB)))
            self.assertEqual("deploy_as_is" in told, as_is)
        for release in ("4.4", "4.21", "5.0", "4.x", ""):
            self.assertIn("4.5 to 4.20", self.refused("install", "disk.vhd", "--secondary", "secondary", "--id", "13",
                                                      "--cloudstack", release, status=2))

    def test_names_cannot_break_out_of_the_sql(self):
        sql = self.install("--name", "o'neil\\'; DROP TABLE x; --")["sql"]
        self.assertIn("'o''neil\\\\''; DROP TABLE x; --'", sql)


class Serve(images.Scene):
    def serving(self, *more):
        self.disk("disk.raw", 2 * MIB)
        process = self.start("serve", "disk.raw", "--id", "12", "--host", "127.0.0.1", "--listen", "127.0.0.1:0", *more)
        self.addCleanup(process.kill)
        for line in process.stderr:
            found = re.search(rb"serving (http://\S+) until", line)
            if found:
                return process, found.group(1).decode()
        self.fail("it does not serve: %s" % process.communicate()[0])
        return None

    def test_the_sql_points_to_what_is_really_served_whole_and_in_part(self):
        process, url = self.serving()
        want = images.content_of(self.path("disk.raw"))
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(answer.read(), want)
        request = urllib.request.Request(url, headers={"Range": "bytes=1000000-"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual((answer.status, answer.read()), (206, want[1000000:]))
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD")) as answer:
            self.assertEqual(answer.headers["Content-Length"], str(len(want)))
        for bad in (url + "x", url.rsplit("/", 1)[0] + "/../etc/passwd"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(bad)
            self.assertEqual(refused.exception.code, 404)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, data=b"x", method="PUT"))
        self.assertEqual(refused.exception.code, 405)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertIn("UPDATE cloud.vm_template SET url = '%s'" % url, out.decode())
        self.assertIn("{SHA-256}" + hashlib.sha256(want).hexdigest(), out.decode())
        self.assertIn("sent 2 times", out.decode())

    def test_our_own_client_can_fetch_from_it(self):
        _, url = self.serving()
        self.good("convert", url, "copy.raw")
        self.assertTrue(self.good("verify", "copy.raw", "disk.raw")["equal"])

    def test_a_name_of_any_letters_becomes_a_good_address(self):
        self.disk("disk.raw", MIB)
        name = "system vm #1 100% é?.raw"
        os.rename(self.path("disk.raw"), self.path(name))
        process = self.start("serve", name, "--id", "12", "--host", "127.0.0.1", "--listen", "127.0.0.1:0")
        self.addCleanup(process.kill)
        line = b""
        while b"serving" not in line:
            line = process.stderr.readline()
            self.assertNotEqual(line, b"", "it does not serve")
        url = re.search(rb"serving (http://\S+) until", line).group(1).decode()
        self.assertTrue(url.endswith("/system%20vm%20%231%20100%25%20%C3%A9%3F.raw"), url)
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(answer.read(), images.content_of(self.path(name)))

    def test_a_client_that_goes_away_does_not_end_the_server(self):
        process, url = self.serving()
        port = int(url.split(":")[2].split("/")[0])
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(b"GET /disk.raw HTTP/1.1\r\n\r\n")
                client.recv(100)
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(answer.read(), images.content_of(self.path("disk.raw")))
        self.assertIsNone(process.poll())

    def test_a_file_that_shrinks_ends_the_answer_and_not_the_server(self):
        self.disk("disk.raw", 64 * MIB, data=((0, 64 * MIB),))
        process = self.start("serve", "disk.raw", "--id", "12", "--host", "127.0.0.1", "--listen", "127.0.0.1:0")
        self.addCleanup(process.kill)
        port = 0
        while not port:
            found = re.search(rb"serving http://127.0.0.1:(\d+)/", process.stderr.readline())
            port = int(found.group(1)) if found else 0
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /disk.raw HTTP/1.1\r\n\r\n")
            time.sleep(0.5)  # it has sent what the buffers take, and waits
            os.truncate(self.path("disk.raw"), MIB)
            client.settimeout(60)
            got = 0
            for part in iter(lambda: client.recv(1 << 20), b""):
                got += len(part)
        self.assertLess(got, 64 * MIB)
        self.assertIsNone(process.poll())

    def test_a_host_that_is_no_name_is_a_usage_error(self):
        self.disk("disk.raw", MIB)
        for host in ("", "a b", "a/b", "a?b", "a#b", "me@h", "h:80", "[::1]", "h\nx", "x'; DROP TABLE y; --", "\u00e4"):
            said = self.refused("serve", "disk.raw", "--id", "1", "--host", host, "--listen", "127.0.0.1:0", "--for", "100ms", status=2)
            self.assertNotIn("serving", said, host)
        for host in ("mgmt1.example.org", "192.0.2.1", "2001:db8::1"):
            self.good("serve", "disk.raw", "--id", "1", "--host", host, "--listen", "127.0.0.1:0", "--for", "100ms")

    def test_only_raw_is_served(self):
        self.disk("disk.raw", MIB)
        subprocess.run(["gzip", "-k", "disk.raw"], cwd=self.folder, check=True)
        self.assertIn("is gzip, and Ovm3 takes raw", self.refused("serve", "disk.raw.gz", "--id", "1", "--host", "h", status=2))
        subprocess.run(["qemu-img", "convert", "-O", "qcow2", "disk.raw", "disk.qcow2"], cwd=self.folder, check=True)
        self.assertIn("template convert", self.refused("serve", "disk.qcow2", "--id", "1", "--host", "h", status=2))


if __name__ == "__main__":
    unittest.main()
