#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks the guide of systemvm/README.md: every command of it is run as it stands there, with a server, a folder and an id in the
place of those of a zone."""
import os
import re
import shlex
import subprocess
import unittest

import images
import stream_test
from images import MIB

README = os.path.join(images.ROOT, "systemvm", "README.md")


def commands(section):
    """The commands of a section; what a shell would do with a redirection is left out."""
    with open(README, encoding="utf-8") as text:
        block = re.search("## " + section + r"\n.*?```console\n(.*?)```", text.read(), re.S).group(1)
    lines = re.sub(r"\\\n\s*", "", block).splitlines()
    found = [shlex.split(line[2:], comments=True) for line in lines if line.startswith("$ ")]
    return [words[:words.index(">")] if ">" in words else words for words in found]


class Guide(images.Scene):
    def setUp(self):
        super().setUp()
        self.disk("disk.raw", 8 * MIB)
        self.qemu("convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", "disk.raw", "published.vhd")
        subprocess.run(["bzip2", self.path("published.vhd")], check=True)
        os.mkdir(self.path("secondary"))
        self.server = stream_test.Server(self.path("published.vhd.bz2"))
        self.addCleanup(self.server.close)

    def ours(self, word):
        if word.startswith("https://download.example.org/"):
            return self.server.url + word.rsplit("/", 1)[1]
        return (word.replace("HEX-FROM-THE-DOWNLOAD-PAGE", images.sha256(self.path("published.vhd.bz2")))
                .replace("/mnt/secondary", "secondary").replace("0.0.0.0:8080", "127.0.0.1:0"))

    def test_every_command_of_the_guide_works_in_its_order(self):
        ran = []
        for words in commands("From the published VHD to a seeded zone"):
            if words[0] != "trestle":
                self.assertIn(words[0], ("mount", "umount", "mysql"))
                continue
            self.assertEqual(words[1], "template")
            words = [self.ours(word) for word in words[2:]]
            if words[0] == "serve":
                words += ["--for", "500ms"]
            status, out, err = self.run_it(*words)
            self.assertEqual(status, 0, "%s: %s%s" % (words, out, err))
            ran.append(words[0])
            if words[0] == "install":
                self.assertRegex(out, r"^INSERT IGNORE INTO cloud.vm_template [^;]*;\nUPDATE cloud.configuration [^;]*;\n+$")
        self.assertEqual(ran, ["convert", "inspect", "verify", "install", "serve"])
        seeded = self.path("secondary/template/tmpl/1/12/systemvm-12.raw")
        self.assertEqual(images.content_of(seeded), images.content_of(self.path("disk.raw")))

    def test_every_command_for_the_patch_cd_works_in_its_order(self):
        os.makedirs(self.path("primary/ISOs"))
        for name in ("authorized_keys", "cloud-scripts.tgz", "agent.zip"):
            with open(self.path(name), "w", encoding="utf-8") as out:
                out.write("synthetic " + name)
        told = []
        for words in commands("Boot arguments and patch CD"):
            self.assertEqual(words[:2], ["trestle", "template"])
            told.append(self.good(*[word.replace("/mnt/primary", "primary") for word in words[2:]]))
        made, listed, put = told
        self.assertEqual(made["files"], listed["files"])
        self.assertEqual([one["name"] for one in listed["files"]], ["agent.zip", "authorized_keys", "cloud-scripts.tgz"])
        self.assertEqual(put["outcome"], "copied")
        self.assertEqual(images.content_of(self.path("primary/ISOs/" + put["name"])), images.content_of(self.path("systemvm.iso")))
        with open(README, encoding="utf-8") as text:
            self.assertIn("`trestle template compare-cd ONE OTHER`, exit 3 on a difference", text.read())
        with open(self.path("agent.zip"), "a", encoding="utf-8") as out:
            out.write(", changed")
        self.good("make-cd", "authorized_keys", "cloud-scripts.tgz", "agent.zip", "--out", "other.iso")
        self.assertEqual(self.run_it("compare-cd", "systemvm.iso", "other.iso")[0], 3)
        self.assertEqual(self.run_it("compare-cd", "systemvm.iso", "systemvm.iso")[0], 0)

    def test_what_the_text_says_of_list_and_remove_is_true(self):
        with open(README, encoding="utf-8") as text:
            said = re.findall(r"`trestle template (list|remove) ([^`]*)`", text.read())
        self.assertEqual([verb for verb, _ in said], ["list", "remove"])
        self.good("install", "disk.raw", "--secondary", "secondary", "--id", "12")
        for verb, rest in said:
            self.good(verb, *[self.ours(word) for word in shlex.split(rest)])
        self.assertEqual(self.good("list", "--secondary", "secondary"), [])


if __name__ == "__main__":
    unittest.main()
