#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree to its own map: arrows between boxes, one door per foreign library, sizes, licence lines.

Run it from anywhere: `tests/layout_test.py [ROOT]`. Exit 0 if nothing is found. It first proves, on trees with one
planted mistake each, that it would find every kind of mistake it looks for.
"""
import os
import re
import subprocess
import sys
import tempfile

# Box -> boxes it may include. A box is the longest prefix that matches a path.
ARROWS = {
    "objects/core": [],
    "objects/wire": ["objects/core"],
    "objects/ovm3/api": ["objects/core", "objects/wire"],
    "objects/ovm3": ["objects/core", "objects/wire", "objects/ovm3/api"],
    "helpers": ["objects/core", "objects/wire", "objects/ovm3/api", "objects/ovm3"],
    "integration/contracts": ["objects/core"],
    "integration/schema": ["objects/core"],
    "integration/ovm3": ["objects/core", "objects/wire", "objects/ovm3/api", "objects/ovm3", "helpers",
                         "integration/contracts", "integration/schema", "systemvm"],
    "integration/doors": ["objects/core", "integration/contracts", "integration/schema", "integration/ovm3"],
    "integration/daemon": ["objects/core", "integration/contracts", "integration/schema", "integration/ovm3",
                           "integration/doors"],
    "systemvm": ["objects/core"],
    # The simulator must not share code with what it judges: never the handles.
    "tools/simulator": ["objects/core", "objects/wire", "objects/ovm3/api"],
    "tools/api": ["objects/core", "objects/wire", "objects/ovm3/api"],
    "tools/cli": ["objects/core", "objects/wire", "objects/ovm3/api", "objects/ovm3", "helpers", "systemvm",
                  "integration/contracts", "integration/schema", "integration/ovm3", "tools/api", "tools/simulator"],
}

# Foreign library -> (pattern of its includes, the only files outside tests that may include it).
DOORS = {
    "xmlrpc-c": (r"xmlrpc-c/", ["objects/wire/codec.cc", "objects/wire/codec_reference.cc",
                                "tools/simulator/call_reader.cc"]),
    "Boost": (r"boost/", ["objects/wire/http_message.cc", "objects/wire/io_loop.cc",
                          "tools/simulator/server.cc", "tools/simulator/control.cc", "systemvm/http_source.cc"]),
    "OpenSSL": (r"openssl/", ["objects/wire/tls_policy.cc", "objects/wire/tls_session.cc",
                              "objects/wire/tls_errors.cc", "helpers/ovm3/digest.cc", "helpers/ovm3/name_uuid.cc",
                              "tools/simulator/server.cc",
                              "tools/simulator/certificates.cc", "systemvm/digest.cc"]),
    "libssh": (r"libssh/", ["helpers/ovm3/ssh.cc", "helpers/ovm3/ssh_line.cc", "helpers/ovm3/ssh_trust.cc"]),
    "pugixml": (r"pugixml\.hpp", ["objects/ovm3/xml_document.cc"]),
    "c-ares": (r"ares\.h", ["integration/ovm3/host_address.cc"]),
    "nlohmann/json": (r"nlohmann/", "*.cc"),
    "CLI11": (r"CLI/", "*.cc"),
    "tl::expected": (r"tl/expected\.hpp", ["objects/core/result.h"]),
}

TOP_LEVEL = {"objects", "integration", "helpers", "hypervisor-scripts", "systemvm", "tests", "tools", "build",
             "CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE"}
SOURCE_LINES, HEADER_LINES, TABLE_LINES, SCRIPT_LINES = 600, 250, 700, 600
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)
CODE = (".h", ".cc", ".py", ".sh", ".cmake", ".thrift")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented yet", re.IGNORECASE)


def box_of(path):
    boxes = [box for box in ARROWS if path == box or path.startswith(box + "/")]
    return max(boxes, key=len) if boxes else None


def line_limit(path):
    if path.startswith("objects/ovm3/api/") and path.endswith(".h"):
        return TABLE_LINES
    if path.endswith(".h"):
        return HEADER_LINES
    return SCRIPT_LINES if path.endswith(".py") else SOURCE_LINES


def is_code(path, text):
    return path.endswith(CODE) or os.path.basename(path) == "CMakeLists.txt" or text.startswith("#!")


def door_findings(path, included):
    for library, (pattern, allowed) in DOORS.items():
        if not re.match(pattern, included):
            continue
        if allowed == "*.cc":
            if not path.endswith(".cc"):
                yield "%s: %s belongs in .cc files only" % (path, library)
        elif path not in allowed:
            yield "%s: includes %s, whose doors are %s" % (path, library, ", ".join(allowed))


def include_findings(path, text):
    box = box_of(path)
    for included in INCLUDE.findall(text):
        if not path.startswith("tests/"):
            yield from door_findings(path, included)
        if included.startswith("tests/") and not path.startswith("tests/"):
            yield "%s: includes %s: no product code may need a test" % (path, included)
        target = box_of(included)
        if box and target and target != box and target not in ARROWS[box]:
            yield "%s: includes %s: %s must not know %s" % (path, included, box, target)
        if included.startswith("."):
            yield "%s: includes %s: includes start at the root" % (path, included)


def file_findings(path, text):
    lines = text.count("\n")
    if "SPDX-License-Identifier: Apache-2.0" not in text[:400]:
        yield "%s: no SPDX line" % path
    if lines > line_limit(path):
        yield "%s: %d lines, the limit is %d" % (path, lines, line_limit(path))
    if path != "tests/layout_test.py" and UNFINISHED.search(text):
        yield "%s: has a mark of unfinished work (%s)" % (path, UNFINISHED.search(text).group(0))
    if path.endswith((".h", ".cc")):
        yield from include_findings(path, text)


def files_of(root):
    if os.path.exists(os.path.join(root, ".git")):  # a folder, or a file in a worktree
        out = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], check=True,
                             stdout=subprocess.PIPE, universal_newlines=True).stdout
        return sorted(p for p in out.splitlines() if os.path.exists(os.path.join(root, p)))
    return sorted(os.path.relpath(os.path.join(folder, name), root)
                  for folder, _, names in os.walk(root) for name in names)


def check(root):
    findings = []
    for path in files_of(root):
        top = path.split("/")[0]
        if top not in TOP_LEVEL and not top.startswith("."):
            findings.append("%s: '%s' is not a top-level entry of this project" % (path, top))
        if path.startswith(("tests/recordings/", "tests/golden/", "tests/fuzz/corpus/")):
            continue
        try:
            with open(os.path.join(root, path), encoding="utf-8") as handle:
                text = handle.read()
        except UnicodeDecodeError:
            continue
        if is_code(path, text):
            findings.extend(file_findings(path, text))
    return findings


SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
PLANTED = {
    "an upward include": ("objects/wire/a.h", SPDX + '#include "objects/ovm3/vm.h"\n', "must not know"),
    "the simulator using a handle": ("tools/simulator/a.cc", SPDX + '#include "objects/ovm3/vm.h"\n', "must not know"),
    "core knowing the wire": ("objects/core/a.cc", SPDX + '#include "objects/wire/value.h"\n', "must not know"),
    "a second door": ("objects/ovm3/a.cc", SPDX + "#include <pugixml.hpp>\n", "whose doors are"),
    "JSON in a header": ("tools/cli/a.h", SPDX + "#include <nlohmann/json.hpp>\n", ".cc files only"),
    "a missing licence line": ("objects/core/a.h", "int x;\n", "no SPDX line"),
    "an oversize header": ("objects/core/a.h", SPDX + "int x;\n" * 250, "the limit is 250"),
    "an oversize source": ("objects/core/a.cc", SPDX + "int x;\n" * 600, "the limit is 600"),
    "a stray top-level folder": ("docs/a.cc", SPDX, "not a top-level entry"),
    "a relative include": ("objects/core/a.cc", SPDX + '#include "../wire/value.h"\n', "start at the root"),
    "product code that needs a test": ("objects/core/a.cc", SPDX + '#include "tests/x.h"\n', "need a test"),
    "unfinished work": ("objects/core/a.cc", SPDX + "// TO" + "DO later\n", "unfinished work"),
}


def self_test():
    failures = []
    for name, (path, text, expected) in sorted(PLANTED.items()):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.dirname(os.path.join(root, path)))
            with open(os.path.join(root, path), "w") as handle:
                handle.write(text)
            findings = check(root)
        if len(findings) != 1 or expected not in findings[0]:
            failures.append("self-test: %s was not found: %s" % (name, findings))
    with tempfile.TemporaryDirectory() as root:
        os.makedirs(os.path.join(root, "objects/ovm3"))
        with open(os.path.join(root, "objects/ovm3/vm.cc"), "w") as handle:
            handle.write(SPDX + '#include "objects/core/error.h"\n#include "objects/ovm3/api/all.h"\n')
        if check(root):
            failures.append("self-test: a good tree is refused: %s" % check(root))
    return failures


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    findings = self_test() + check(root)
    for finding in findings:
        print(finding)
    print("layout: %d planted mistakes tried, %d findings" % (len(PLANTED) + 1, len(findings)))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
