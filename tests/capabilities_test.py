#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the table of commands in README.md to what the tests of this build prove.

A test says `// proves XCommand, YCommand` or `// refuses XCommand: what` above it or inside it. A row stands in the table only
if a test that says so has just passed. Every command that the resource does, and every one that the project promises, must
have a row.
usage: tests/capabilities_test.py BIN_FOLDER [--write]   --write puts the table into README.md
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
README = os.path.join(ROOT, "README.md")
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"
NOTE = re.compile(r"// (proves|refuses) ([^\n]+)((?:\n\s*// (?!proves |refuses |known defect)[^\n]+)*)")
CASE = re.compile(r"^\s*TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
ROW = re.compile(r"\bschema::(\w+(?:Command|Cmd))\b")
# What the project promises beside the families: what a host sends by itself.
SENT = ["StartupRoutingCommand", "StartupStorageCommand", "PingRoutingCommand"]


def rows_done():
    """Commands that have a row in a family, or in the table of files for routers that one of them takes over."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, "integration/ovm3/commands/*/family.cc")) + \
            [os.path.join(ROOT, "integration/ovm3/router_files.cc")]:
        with open(path, encoding="utf-8") as handle:
            found.update(ROW.findall(handle.read()))
    return found


def case_at(text, note):
    """The case that a note belongs to: the one below it if nothing stands between, else the one around it."""
    before = [m for m in CASE.finditer(text) if m.start() < note.start()]
    after = [m for m in CASE.finditer(text) if m.start() > note.start()]
    if after and not re.search(r"[{}]", text[note.end():after[0].start()]):
        return after[0]
    return before[-1] if before else None


def notes():
    """(kind, command, what, suite, case) of every note in the tests of the commands."""
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/unit/commands/*.cc"))):
        with open(path, encoding="utf-8") as handle:
            text = handle.read()
        for note in NOTE.finditer(text):
            case = case_at(text, note)
            if case is None:
                sys.exit("capabilities: %s: a note belongs to no test: %s" % (path, note.group(0)))
            kind, said = note.group(1), note.group(2) + re.sub(r"\s*\n\s*// ", " ", note.group(3))
            names, _, what = said.partition(":") if kind == "refuses" else (said, "", "")
            for name in re.findall(r"\w+(?:Command|Cmd)\b", names):
                yield kind, name, what.strip().rstrip("."), case.group(1), case.group(2)


def passed_cases(folder):
    """Names of all cases that pass now, those with parameters without them."""
    passed, failed = set(), set()
    for program in sorted(glob.glob(os.path.join(folder, "*_commands_test"))):
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            subprocess.run([program, "--gtest_brief=1", "--gtest_output=json:" + report.name], stdout=subprocess.DEVNULL)
            with open(report.name, encoding="utf-8") as handle:
                suites = json.load(handle)["testsuites"]
        for suite in suites:
            for case in suite["testsuite"]:
                name = "%s.%s" % (suite["name"].split("/")[-1], case["name"].split("/")[0])
                good = not case.get("failures") and case["result"] == "COMPLETED"
                (passed if good else failed).add(name)
    return passed - failed


def table(folder):
    passed = passed_cases(folder)
    done, refused, problems = {}, {}, []
    for kind, name, what, suite, case in notes():
        proof = "%s.%s" % (suite, case)
        if proof not in passed:
            problems.append("%s rests on %s, which did not pass" % (name, proof))
        elif kind == "proves":
            done.setdefault(name, []).append(proof)
        else:
            refused.setdefault(name, []).append((what, proof))
    rows = rows_done()
    for name in sorted(rows | set(SENT)):
        if name not in done and name not in refused:
            problems.append("%s has no test that proves or refuses it" % name)
    for name in sorted((set(done) | set(refused)) - rows - set(SENT)):
        if name in done:
            problems.append("%s is proven, but no family has it" % name)
    lines = ["| command | state | proven by |", "|---|---|---|"]
    for name in sorted(set(done) | set(refused)):
        state = ["done"] if name in done else []
        state += ["refused: " + what for what, _ in refused.get(name, [])]
        proofs = done.get(name, []) + [proof for _, proof in refused.get(name, [])]
        lines.append("| `%s` | %s | %s |" % (re.sub(r"(Command|Cmd)$", "", name), "; ".join(state),
                                             ", ".join("`%s`" % proof for proof in sorted(set(proofs)))))
    return "\n".join(lines), problems


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    wanted, problems = table(sys.argv[1])
    with open(README, encoding="utf-8") as handle:
        text = handle.read()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    written = before + BEGIN + "\n" + wanted + "\n" + END + after
    if "--write" in sys.argv:
        with open(README, "w", encoding="utf-8") as handle:
            handle.write(written)
    elif written != text:
        problems.append("README.md is not what the tests prove: run tests/capabilities_test.py %s --write" % sys.argv[1])
    for problem in problems:
        print(problem)
    print("capabilities: %d commands, %d problems" % (wanted.count("\n") - 1, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
