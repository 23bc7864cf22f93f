#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks bash, and zsh where it is installed, what they would complete."""
import os
import shutil
import subprocess
import tempfile
import unittest

import bench

BASH = r"""
source "$1"
COMP_LINE="$2"
COMP_POINT=${#COMP_LINE}
# Bash's own split, as readline would hand it over.
read -ra COMP_WORDS <<< "$COMP_LINE"
case "$COMP_LINE" in *' ') COMP_WORDS+=('') ;; esac
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
complete -p trestle | grep -q -- '-F _trestle' || exit 9
_trestle trestle "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


class BashCompletion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="trestle-complete-")
        cls.script = os.path.join(cls.folder, "trestle.bash")
        with open(cls.script, "w", encoding="utf-8") as out:
            out.write(bench.run(["completion", "bash"]).out)
        for name in ("reply.xml", "space in name.xml", "other.json"):
            open(os.path.join(cls.folder, name), "w", encoding="utf-8").close()
        os.mkdir(os.path.join(cls.folder, "catalog"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def complete(self, line):
        # An empty PATH: completing must not start the program.
        done = subprocess.run(["/usr/bin/bash", "--norc", "-c", BASH.replace("grep -q -- '-F _trestle'",
                                                                             "/usr/bin/grep -q -- '-F _trestle'"),
                               "bash", self.script, line], cwd=self.folder, env={"PATH": "/nonexistent"},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, b"")
        return [word for word in done.stdout.decode().splitlines() if word]

    def test_nouns(self):
        self.assertEqual(self.complete("trestle v"), ["vm"])
        self.assertEqual(set(self.complete("trestle ")), set(bench.listed(bench.run(["--help"]).out, "Nouns")))

    def test_verbs(self):
        self.assertEqual(self.complete("trestle vm sta"), ["start", "stats"])
        self.assertEqual(set(self.complete("trestle vm ")), set(bench.listed(bench.run(["vm", "--help"]).out, "Verbs")))

    def test_options(self):
        self.assertEqual(self.complete("trestle vm stop --fo"), ["--force"])
        self.assertIn("--url", self.complete("trestle vm list --"))
        self.assertNotIn("--url", self.complete("trestle api list --"))
        self.assertNotIn("--password", self.complete("trestle vm list --"))

    def test_options_stand_before_nouns_and_verbs(self):
        self.assertEqual(self.complete("trestle --url https://ovm1:8899 --json vm sta"), ["start", "stats"])
        self.assertEqual(self.complete("trestle vm --url https://ovm1:8899 pau"), ["pause"])

    def test_values_of_closed_sets(self):
        self.assertEqual(self.complete("trestle vm create --type xen_hvm_"), ["xen_hvm_pv_drivers"])
        self.assertEqual(self.complete("trestle vm ha web1 o"), ["on", "off"])
        self.assertEqual(self.complete("trestle network local st"), ["start", "stop"])
        self.assertEqual(self.complete("trestle host roles xen u"), ["utility"])

    def test_files_and_folders(self):
        self.assertEqual(self.complete("trestle agent decode re"), ["reply.xml"])
        self.assertEqual(self.complete("trestle agent decode sp"), ["space in name.xml"])
        self.assertEqual(self.complete("trestle vm list --password-file oth"), ["other.json"])
        self.assertEqual(self.complete("trestle api check "), ["catalog"])

    def test_nothing_where_only_the_host_would_know(self):
        self.assertEqual(self.complete("trestle vm start "), [])
        self.assertEqual(self.complete("trestle vm list --url "), [])

    def test_hostile_words_are_not_run(self):
        marker = os.path.join(self.folder, "marker")
        self.complete("trestle $(touch %s) `touch %s` '" % (marker, marker))
        self.complete("trestle vm start ;touch %s " % marker)
        self.assertFalse(os.path.exists(marker))

    def test_every_command_completes_its_own_options(self):
        for words in bench.commands():
            line = "trestle " + " ".join(words) + " --"
            self.assertIn("--help", self.complete(line), line)


class ZshCompletion(unittest.TestCase):
    def test_script_names_every_command(self):
        script = bench.run(["completion", "zsh"]).out
        self.assertTrue(script.startswith("#compdef trestle\n"))
        for words in bench.commands():
            self.assertIn("'%s')" % " ".join(words), script)
        # In zsh `path` is the search path; a function that sets it loses all commands.
        for line in script.splitlines():
            self.assertNotRegex(line, r"\bpath\b")

    def test_zsh_finds_the_same_words(self):
        with tempfile.NamedTemporaryFile("w", suffix=".zsh") as out:
            out.write(bench.run(["completion", "zsh"]).out)
            out.flush()
            for words, last, expected in ((["trestle"], "v", "vm"), (["trestle", "vm"], "", "start"),
                                          (["trestle", "vm", "ha", "x"], "", "on")):
                program = ("compdef() { :; }; compadd() { shift; print -l -- $@; }; source %s; words=(%s '%s'); "
                           "CURRENT=%d; _trestle" % (out.name, " ".join(words), last, len(words) + 1))
                done = subprocess.run(["zsh", "-f", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                self.assertIn(expected, done.stdout.decode().split(), done.stderr)


if __name__ == "__main__":
    unittest.main()
