#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds tests/README.md and the tests together: every known defect in scope has a test that names it.

A test says `// known defect N` (or `# known defect N`; several numbers may follow) in the lines before it or inside it.
usage: tests/defects_test.py [--write]   --write puts the list into tests/README.md
"""
import os
import re
import sys

IN_SCOPE = list(range(1, 147))  # all that are known
HERE = os.path.dirname(os.path.abspath(__file__))
README = os.path.join(HERE, "README.md")
BEGIN, END = "<!-- defects: begin -->", "<!-- defects: end -->"
MENTION = re.compile(r"known defects? ((?:\d+(?:, | and |, and )?)+)")
CASE = re.compile(r"^\s*(?:TEST|TEST_F|TEST_P)\(\s*(\w+),\s*(\w+)\)|^\s*def (test_\w+)\(|^static_assert\(", re.MULTILINE)


def cases_of(path):
    with open(path, encoding="utf-8") as handle:
        text = handle.read()
    starts = [(m.start(), "%s.%s" % (m.group(1), m.group(2)) if m.group(1) else m.group(3) or "static_assert")
              for m in CASE.finditer(text)]
    for mention in MENTION.finditer(text):
        inside = [name for start, name in starts if start < mention.start()]
        after = [(start, name) for start, name in starts if start > mention.start()]
        # A comment straight above a case belongs to that case, one inside a body to the case around it.
        between = text[mention.end():after[0][0]] if after else "}"
        # Python has no braces: there a comment belongs to the case below only if nothing but its own line stands between.
        rest = re.sub(r"^[^\n]*\n", "", between).strip() if path.endswith(".py") else re.search(r"[{}]", between)
        above = after and not rest
        name = after[0][1] if above else (inside[-1] if inside else "the file")
        for number in re.findall(r"\d+", mention.group(1)):
            yield int(number), name


def collect():
    found = {}
    for folder, _, names in sorted(os.walk(HERE)):
        for file_name in sorted(names):
            path = os.path.join(folder, file_name)
            if file_name.endswith((".cc", ".py")) and path != os.path.abspath(__file__):
                for number, case in cases_of(path):
                    found.setdefault(number, []).append("`%s` (%s)" % (case, os.path.relpath(path, HERE)))
    return found


def listing(found):
    rows = ["| entry | tests |", "|---|---|"]
    for number in sorted(found):
        rows.append("| %d | %s |" % (number, ", ".join(sorted(set(found[number])))))
    return "\n".join(rows)


def main():
    found = collect()
    missing = [n for n in IN_SCOPE if n not in found]
    with open(README, encoding="utf-8") as handle:
        text = handle.read()
    head, _, rest = text.partition(BEGIN)
    written, _, tail = rest.partition(END)
    wanted = "\n" + listing(found) + "\n"
    if "--write" in sys.argv[1:]:
        with open(README, "w", encoding="utf-8") as handle:
            handle.write(head + BEGIN + wanted + END + tail)
        written = wanted
    for number in missing:
        print("known defect %d has no test that names it" % number)
    if written != wanted:
        print("tests/README.md is not up to date: run tests/defects_test.py --write")
    print("defects: %d of %d entries in scope have tests" % (len(IN_SCOPE) - len(missing), len(IN_SCOPE)))
    return 1 if missing or written != wanted else 0


if __name__ == "__main__":
    sys.exit(main())
