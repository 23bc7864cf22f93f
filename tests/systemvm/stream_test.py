#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compressed images and images from a web server that breaks off, lies, sends on, or is slow."""
import http.server
import os
import ssl
import subprocess
import threading
import unittest

import images
from images import MIB

PACKERS = {"gz": ["gzip", "-1"], "bz2": ["bzip2", "-1"], "xz": ["xz", "-0"], "zst": ["zstd", "-q", "-1"]}


class Server:
    """Serves one file. `breaks`: after how many bytes each connection breaks off, one after the other."""

    def __init__(self, path, breaks=(), ranges=True, etag='"one"', redirects=0, tls=None, length=True, grown=0):
        self.asked = []
        content = images.content_of(path)
        breaks = list(breaks)
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked = self.headers.get("Range")
                server.asked.append((self.path, asked))
                if len(server.asked) <= redirects:
                    self.send_response(302)
                    self.send_header("Location", "/moved/%d" % len(server.asked))
                    self.end_headers()
                    return
                if self.path == "/missing":
                    self.send_error(404)
                    return
                start = int(asked[6:-1]) if asked and ranges else 0
                self.send_response(206 if start else 200)
                if length:
                    self.send_header("Content-Length", str(len(content) - start))
                if etag:
                    self.send_header("ETag", etag() if callable(etag) else etag)
                if start:
                    self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(content) - 1, len(content) + grown))
                self.end_headers()
                end = start + breaks.pop(0) if breaks else len(content)
                try:
                    self.wfile.write(content[start:end])
                except OSError:
                    pass  # the client had enough

            def log_message(self, *_):
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http%s://127.0.0.1:%d/" % ("s" if tls else "", self.httpd.server_address[1])
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.httpd.socket = context.wrap_socket(self.httpd.socket, server_side=True)
        self.thread = threading.Thread(target=self.httpd.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()


class Packed(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 24 * MIB)
        self.qemu("convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", "disk.raw", "disk.vhd")
        self.qemu("convert", "-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on", "disk.raw", "fixed.vhd")
        self.want = images.sha256(self.path("disk.raw"))

    def pack(self, name, how):
        packed = name + "." + how
        with open(self.path(packed), "wb") as out:
            subprocess.run(PACKERS[how] + ["-c", self.path(name)], stdout=out, check=True)
        return packed

    def serve(self, name, **more):
        server = Server(self.path(name), **more)
        self.addCleanup(server.close)
        return server


class Compressed(Packed):
    def test_every_packing_of_every_kind_of_disk(self):
        for how in PACKERS:
            for name in ("disk.vhd", "fixed.vhd", "disk.raw"):
                with self.subTest(name=name, how=how):
                    made = self.good("convert", self.pack(name, how), "out.raw", "--force")
                    self.assertEqual(made["content_sha256"], self.want)
                    self.assertEqual(images.sha256(self.path("out.raw")), self.want)
                    self.assertEqual(made["size_bytes"], 24 * MIB)
                    self.assertLess(made["on_disk_bytes"], 4 * MIB)

    def test_packed_images_that_must_be_files_first(self):
        self.qemu("convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        self.assertEqual(self.good("convert", self.pack("disk.qcow2", "gz"), "out.raw")["content_sha256"], self.want)
        self.good("convert", self.pack("disk.raw", "xz"), "out.vhd", "--to", "vhd")
        self.same("disk.raw", "raw", "out.vhd", "vpc")
        self.assertTrue(self.good("verify", "disk.raw.xz", "out.raw")["equal"])

    def test_blocks_in_another_order_give_the_same_disk_and_digest(self):
        content = bytearray(images.content_of(self.path("disk.vhd")))
        first, second = content[1536:1540], content[1540:1544]
        one, other = int.from_bytes(first, "big") * 512, int.from_bytes(second, "big") * 512
        length = 2 * MIB + 512
        content[one:one + length], content[other:other + length] = content[other:other + length], content[one:one + length]
        content[1536:1540], content[1540:1544] = second, first
        with open(self.path("mixed.vhd"), "wb") as out:
            out.write(content)
        made = self.good("convert", self.pack("mixed.vhd", "gz"), "out.raw")
        self.assertEqual(made["content_sha256"], self.want)
        self.assertEqual(images.sha256(self.path("out.raw")), self.want)

    def test_damaged_packing_leaves_nothing(self):
        for how in PACKERS:
            content = bytearray(images.content_of(self.path(self.pack("disk.vhd", how))))
            for name, bad in (("short", content[:len(content) // 2]), ("cut", content[:-3])):
                with open(self.path("bad"), "wb") as out:
                    out.write(bad)
                before = self.names()
                self.assertIn("check that the image is whole", self.refused("convert", "bad", "out.raw"), (how, name))
                self.assertEqual(self.names(), before)

    def test_a_checksum_is_of_the_packed_file_and_decides(self):
        packed = self.pack("disk.vhd", "bz2")
        for algorithm, form in (("md5", "%s"), ("sha256", "%s"), ("sha256", "{SHA-256}%s"), ("sha512", "sha512:%s")):
            value = form % images.sha256(self.path(packed), algorithm)
            self.good("convert", packed, "out.raw", "--force", "--checksum", value)
        os.remove(self.path("out.raw"))
        os.remove(self.path("out.raw.manifest.json"))
        before = self.names()
        self.assertIn("fetch it again", self.refused("convert", packed, "out.raw", "--checksum", "0" * 64))
        self.assertEqual(self.names(), before)
        self.refused("convert", packed, "out.raw", "--checksum", "12", status=2)


class FromTheWeb(Packed):
    def test_a_download_that_breaks_goes_on_where_it_was(self):
        packed = self.pack("disk.vhd", "bz2")
        server = self.serve(packed, breaks=[1000, 70000, 500000])
        made = self.good("convert", server.url + "x.vhd.bz2?token=secret", "out.raw", "--checksum",
                         images.sha256(self.path(packed)))
        self.assertEqual(made["content_sha256"], self.want)
        self.assertEqual([asked for _, asked in server.asked],
                         [None, "bytes=1000-", "bytes=71000-", "bytes=571000-"])
        self.assertNotIn(b"secret", images.content_of(self.path("out.raw.manifest.json")))

    def test_plain_images_and_servers_that_cannot_begin_in_the_middle(self):
        server = self.serve("disk.vhd", breaks=[100000], ranges=False)
        self.assertEqual(self.good("convert", server.url, "out.raw")["content_sha256"], self.want)
        self.assertEqual(len(server.asked), 2)

    def test_another_file_in_the_middle_is_refused(self):
        tags = iter(['"one"', '"two"', '"two"', '"two"', '"two"', '"two"'])
        server = self.serve("disk.vhd", breaks=[100000], ranges=False, etag=lambda: next(tags))
        self.assertIn("another file now", self.refused("convert", server.url, "out.raw"))
        self.assertNotIn("out.raw", self.names())

    def test_redirects_are_followed_but_not_for_ever(self):
        server = self.serve("disk.vhd", redirects=3)
        self.assertEqual(self.good("convert", server.url, "out.raw")["content_sha256"], self.want)
        self.assertEqual(server.asked[-1][0], "/moved/3")
        endless = self.serve("disk.vhd", redirects=1000)
        self.assertIn("more than 5 times", self.refused("convert", endless.url, "more.raw"))

    def test_a_break_before_the_first_byte_and_a_server_without_names_for_its_files(self):
        server = self.serve("disk.vhd", breaks=[0, 100000], etag=None)
        self.assertEqual(self.good("convert", server.url, "out.raw")["content_sha256"], self.want)
        self.assertEqual([asked for _, asked in server.asked], [None, None, "bytes=100000-"])

    def test_a_file_that_has_another_length_when_it_goes_on_is_another_file(self):
        server = self.serve("disk.vhd", breaks=[100000], etag=None, grown=512)
        self.assertIn("another file now", self.refused("convert", server.url, "out.raw"))
        self.assertNotIn("out.raw", self.names())

    def test_a_length_that_nobody_tells_is_refused_because_a_break_looks_like_the_end(self):
        server = self.serve("disk.raw", breaks=[MIB], length=False)
        self.assertIn("does not say how long the file is", self.refused("convert", server.url, "out.raw"))
        self.assertNotIn("out.raw", self.names())

    def test_what_is_only_looked_at_needs_no_folder_of_that_name(self):
        server = self.serve(self.pack("disk.vhd", "gz"))
        before = self.names()
        self.assertEqual(self.good("inspect", server.url)["subformat"], "dynamic")
        self.assertTrue(self.good("verify", "disk.raw", server.url)["equal"])
        self.assertEqual(self.names(), before)

    def test_a_missing_file_a_dead_server_and_a_password_are_told_apart(self):
        server = self.serve("disk.vhd")
        self.assertIn("404", self.refused("convert", server.url + "missing", "out.raw"))
        self.assertIn("check the address", self.refused("convert", "http://127.0.0.1:9/x", "out.raw"))
        self.assertIn("cannot find no-such-host.invalid", self.refused("convert", "http://no-such-host.invalid/x", "out.raw"))
        said = self.refused("convert", "http://joe:hidden@127.0.0.1/x", "out.raw", status=2)
        self.assertNotIn("hidden", said)


class OverTls(Packed):
    """Real TLS: an authority of our own, a certificate for 127.0.0.1, and one for somebody else."""

    def openssl(self, *words):
        subprocess.run(["openssl"] + list(words), cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def setUp(self):
        super().setUp()
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key",
                     "-out", "ca.pem")
        for name, who in (("right", "IP:127.0.0.1"), ("wrong", "DNS:images.example.org")):
            with open(self.path(name + ".ext"), "w") as out:
                out.write("subjectAltName=" + who)
            self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", name + ".key", "-out", name + ".csr")
            self.openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-extfile",
                         name + ".ext", "-out", name + ".pem")

    def server(self, name, **more):
        return self.serve("disk.vhd", tls=(self.path(name + ".pem"), self.path(name + ".key")), **more)

    def test_an_authority_that_is_given_is_believed_also_when_the_download_breaks(self):
        server = self.server("right", breaks=[100000])
        made = self.good("convert", server.url, "out.raw", "--ca-file", "ca.pem")
        self.assertEqual(made["content_sha256"], self.want)
        self.assertEqual(len(server.asked), 2)
        self.assertEqual(self.good("inspect", server.url, "--ca-file", "ca.pem")["format"], "vhd")

    def test_nobody_else_is(self):
        server = self.server("right")
        said = self.refused("convert", server.url, "out.raw")
        self.assertIn("is not believed: unable to get local issuer certificate; if it is the right server", said)
        other = self.server("wrong")
        self.assertIn("is not believed", self.refused("convert", other.url, "out.raw", "--ca-file", "ca.pem"))
        self.assertEqual(server.asked + other.asked, [])
        self.assertNotIn("out.raw", self.names())

    def test_a_file_of_authorities_that_is_none_is_named(self):
        server = self.server("right")
        for name in ("ca.key", "nothing.pem"):
            said = self.refused("convert", server.url, "out.raw", "--ca-file", name, status=2)
            self.assertIn("cannot read authorities from " + name, said)


if __name__ == "__main__":
    unittest.main()
