#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the line coverage of a build of preset `coverage` after its tests ran, and fails below the floor of a folder.

usage: tests/coverage_gate.py BUILD_DIR
"""
import json
import os
import subprocess
import sys

# Folder -> least line coverage in percent. Templates and inlined code count where gcov sees lines.
FLOORS = {"objects/": 85.0, "helpers/": 85.0, "integration/": 85.0}
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def summary(build):
    filters = [word for folder in sorted(FLOORS) for word in ("--filter", os.path.join(ROOT, folder))]
    out = subprocess.run(["gcovr", "--root", ROOT, "--object-directory", build, "--json-summary-pretty",
                          "--gcov-ignore-parse-errors", "-j", "2"] + filters,
                         check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
    return json.loads(out)["files"]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    files = summary(sys.argv[1])
    failed = False
    for folder, floor in sorted(FLOORS.items()):
        inside = [f for f in files if f["filename"].startswith(folder)]
        total = sum(f["line_total"] for f in inside)
        covered = sum(f["line_covered"] for f in inside)
        percent = 100.0 * covered / total if total else 0.0
        for f in sorted(inside, key=lambda f: f["line_percent"] or 0)[:8]:
            print("  %6.1f %%  %s" % (f["line_percent"] or 0, f["filename"]))
        print("coverage: %s %.1f %% of %d lines (floor %.0f %%)" % (folder, percent, total, floor))
        failed = failed or percent < floor
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
