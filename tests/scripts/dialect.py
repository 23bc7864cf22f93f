# SPDX-License-Identifier: Apache-2.0
"""Finds what Python 2.4, or Python 3, does not take in a file that must run on both. Rules over lib2to3 trees.

`findings(source)` gives (line, rule, text) for each; RULES names every rule with a sample that breaks just this one.
usage: dialect.py FILE...   prints findings, exit 1 if there are any
"""
import re
import sys
import warnings

warnings.simplefilter("ignore")
from lib2to3 import pygram, pytree  # noqa: E402
from lib2to3.pgen2 import driver, parse, token, tokenize  # noqa: E402

# rule -> a sample that breaks it and no other
RULES = {
    "with": "with open(p) as f:\n    f.read()\n",
    "except-as": "try:\n    f()\nexcept ValueError as error:\n    g(error)\n",
    "except-comma": "try:\n    f()\nexcept ValueError, error:\n    g(error)\n",
    "conditional-expression": "x = 1 if y else 2\n",
    "bytes-literal": "x = b'data'\n",
    "string-prefix": "x = f'data'\n",
    "str-format": "x = '{0}'.format(1)\n",
    "set-literal": "x = {1, 2}\n",
    "comprehension": "x = {k: 1 for k in y}\n",
    "print-statement": "print x\n",
    "print-keywords": "print(x, file=f)\n",
    "exec-statement": "exec x in y\n",
    "try-except-finally": "try:\n    f()\nexcept ValueError:\n    g()\nfinally:\n    h()\n",
    "yield-in-try": "def f():\n    try:\n        yield 1\n    finally:\n        g()\n",
    "yield-expression": "def f():\n    x = yield 1\n",
    "class-decorator": "@f\nclass X:\n    y = 1\n",
    "empty-bases": "class X():\n    y = 1\n",
    "annotation": "def f(x: int):\n    return x\n",
    "keyword-only": "def f(x, *, y=1):\n    return y\n",
    "keyword-after-star": "f(*x, y=1)\n",
    "nonlocal": "def f():\n    nonlocal x\n    x = 1\n",
    "raise-comma": "raise ValueError, 'text'\n",
    "raise-from": "raise ValueError('text') from x\n",
    "backticks": "x = `y`\n",
    "angle-unequal": "x = y <> z\n",
    "number-form": "x = 0o700\n",
    "relative-import": "from . import x\n",
    "future": "from __future__ import with_statement\n",
    "newer-module": "import json\n",
    "newer-name": "x = any(y)\n",
    "python2-name": "x = unicode(y)\n",
    "newer-attribute": "x = y.partition('=')\n",
    "python2-attribute": "x = y.iteritems()\n",
    "newer-keyword": "x = max(y, key=z)\n",
    "newer-argument": "x = y.startswith(('a', 'b'))\n",
    "syntax": "x = = 1\n",
}
# Standard library of 2.4 that is still there in 3. Others only inside `try: import ... except ImportError`.
MODULES = set("errno fcntl glob inspect optparse os select signal socket stat string struct subprocess sys tempfile threading time "
              "traceback zlib agent introspect".split())
NEWER_NAMES = set("any all next bytes bytearray memoryview format BaseException FileNotFoundError FileExistsError PermissionError "
                  "TimeoutError ConnectionError ModuleNotFoundError breakpoint aiter anext".split())
PYTHON2_NAMES = set("unicode basestring xrange long unichr raw_input reduce cmp execfile apply "
                    "StandardError".split())
NEWER_ATTRIBUTES = set("partition rpartition check_output check_call terminate send_signal relpath monotonic total_seconds "
                       "isidentifier bit_length replace_file get_terminal_size removeprefix removesuffix casefold format_map "
                       "timeout_expired scandir setdefaulttimeout_ns defaultdict namedtuple viewitems NamedTuple".split())
PYTHON2_ATTRIBUTES = set("iteritems iterkeys itervalues has_key maxint getcwdu".split())
NEWER_KEYWORDS = {"max": {"key"}, "min": {"key"}, "open": {"encoding", "errors", "newline"}, "makedirs": {"exist_ok"},
                  "decode": {"errors", "encoding"}, "encode": {"errors", "encoding"}, "sum": {"start"},
                  "communicate": {"timeout"}, "wait": {"timeout"}, "NamedTemporaryFile": {"delete"},
                  "Popen": {"text", "encoding", "start_new_session", "pass_fds"}, "split": {"maxsplit"}}


def tree_of(source):
    """The tree, and whether `print` had to be a statement to get it."""
    error = None
    for grammar, statement in ((pygram.python_grammar_no_print_and_exec_statement, False), (pygram.python_grammar, True)):
        try:
            return driver.Driver(grammar, convert=pytree.convert).parse_string(source), statement
        except (parse.ParseError, tokenize.TokenError, IndentationError) as found:
            error = error or found
    raise error


def name_of(node):
    return SYMBOLS.get(node.type, token.tok_name.get(node.type, "?"))


SYMBOLS = {number: name for name, number in vars(pygram.python_symbols).items() if isinstance(number, int)}


def texts(node):
    return [str(child).strip() for child in node.children]


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def guarded(node):
    """Inside `try: ... except ImportError`."""
    for above in ancestors(node):
        if name_of(above) == "try_stmt" and any(c.startswith("except ImportError") for c in texts(above)):
            return True
    return False


def statement_rules(node, kind):
    words = texts(node)
    if kind == "with_stmt":
        yield "with"
    if kind == "except_clause":
        if "as" in words:
            yield "except-as"
        if "," in words:
            yield "except-comma"
    if kind == "try_stmt" and "finally" in words and any(w == "except" or w.startswith("except ") for w in words):
        yield "try-except-finally"
    if kind == "print_stmt":
        yield "print-statement"
    if kind == "exec_stmt":
        yield "exec-statement"
    if kind == "raise_stmt":
        if "," in words:
            yield "raise-comma"
        if "from" in words:
            yield "raise-from"
    if kind == "decorated" and words[-1].startswith("class"):
        yield "class-decorator"
    if kind == "classdef" and words[2:4] == ["(", ")"]:
        yield "empty-bases"
    if kind == "tname" or kind == "funcdef" and "->" in words:
        yield "annotation"
    if kind in ("typedargslist", "varargslist"):
        star = words.index("*") if "*" in words else None
        if star is not None and (star + 1 == len(words) or words[star + 1] == ","):
            yield "keyword-only"
    if kind == "arglist":
        seen = False
        for child in node.children:
            text = str(child).strip()
            seen = seen or text.startswith("*") and not text.startswith("**")
            if seen and name_of(child) == "argument" and not text.startswith("*"):
                yield "keyword-after-star"


def expression_rules(node, kind):
    words = texts(node)
    if kind == "test" and "if" in words:
        yield "conditional-expression"
    if kind == "atom" and words[0] == "{" and len(words) == 3:
        inside = node.children[1]
        if any(name_of(c) in ("comp_for", "old_comp_for") for c in inside.children):
            yield "comprehension"
        elif ":" not in texts(inside) and "**" not in texts(inside):
            yield "set-literal"
    if kind == "atom" and words[0] == "`":
        yield "backticks"
    if kind == "power":
        yield from call_rules(node, words)


def call_rules(node, words):
    """`name(...)` and `x.name(...)`."""
    for i, child in enumerate(node.children[1:], 1):
        if name_of(child) != "trailer" or str(child.children[0]) != "(":
            continue
        called = words[i - 1].lstrip(".").strip()
        arguments = child.children[1] if len(child.children) == 3 else None
        items = [] if arguments is None else (arguments.children if name_of(arguments) == "arglist" else [arguments])
        keywords = {str(a.children[0]).strip() for a in items if name_of(a) == "argument" and len(a.children) > 2
                    and str(a.children[1]).strip() == "="}
        if keywords & NEWER_KEYWORDS.get(called, set()):
            yield "newer-keyword"
        if called == "print" and keywords:
            yield "print-keywords"
        first = items[0] if items else None
        if called in ("startswith", "endswith") and first is not None and str(first).startswith("("):
            yield "newer-argument"
        if called == "enumerate" and len(items) > 1:
            yield "newer-argument"


def import_rules(node, kind):
    if kind not in ("import_name", "import_from"):
        return
    text = " ".join(str(node).split())
    if text.startswith("from ."):
        yield "relative-import"
    elif text.startswith("from __future__"):
        yield "future"
    else:
        names = [text.split()[1]] if kind == "import_from" else [n.split()[0] for n in text[len("import "):].split(",")]
        if [n for n in names if n.split(".")[0] not in MODULES] and not guarded(node):
            yield "newer-module"


def leaf_rules(leaf):
    text, before = leaf.value, leaf.prev_sibling
    if leaf.type == token.STRING:
        prefix = re.match(r"[A-Za-z]*", text).group(0).lower()
        if "b" in prefix:
            yield "bytes-literal"
        elif prefix not in ("", "r"):
            yield "string-prefix"
    if leaf.type == token.NUMBER and (re.match(r"0[0-9oObB]|.*[lL_]", text) and text not in ("0",)):
        yield "number-form"
    if leaf.type == token.NOTEQUAL and text == "<>":
        yield "angle-unequal"
    if leaf.type != token.NAME:
        return
    if before is not None and str(before).strip() == ".":
        if text in NEWER_ATTRIBUTES:
            yield "newer-attribute"
        if text in PYTHON2_ATTRIBUTES:
            yield "python2-attribute"
        if text == "format":
            yield "str-format"
    elif text == "nonlocal":
        yield "nonlocal"
    elif text == "yield":
        yield from yield_rules(leaf)
    elif not guarded(leaf) and not (leaf.parent is not None and name_of(leaf.parent) == "argument" and leaf.next_sibling is not None
                                    and str(leaf.next_sibling).strip() == "="):
        if text in NEWER_NAMES:
            yield "newer-name"
        if text in PYTHON2_NAMES:
            yield "python2-name"


def yield_rules(leaf):
    statement = leaf.parent if name_of(leaf.parent).startswith("yield") else leaf
    if name_of(statement.parent) not in ("simple_stmt",):
        yield "yield-expression"
    for above in ancestors(leaf):
        if name_of(above) in ("funcdef", "lambdef"):
            return
        if name_of(above) == "try_stmt" and "finally" in texts(above):
            yield "yield-in-try"


def line_of(node):
    while not isinstance(node, pytree.Leaf):
        node = node.children[0]
    return node.lineno


def findings(source):
    try:
        tree, statement = tree_of(source)
    except (parse.ParseError, tokenize.TokenError, IndentationError) as error:
        rule = "nonlocal" if re.search(r"^\s*nonlocal\s", source, re.MULTILINE) else "syntax"
        return [(getattr(error, "context", ("", (0, 0)))[1][0], rule, str(error))]
    found = []
    for node in tree.pre_order():
        kind = name_of(node)
        if isinstance(node, pytree.Leaf):
            rules = leaf_rules(node)
        else:
            rules = (rule for part in (statement_rules, expression_rules, import_rules) for rule in part(node, kind))
        found += [(line_of(node), rule, " ".join(str(node).split())[:60]) for rule in rules]
    return sorted(set(found))


def main(paths):
    bad = 0
    for path in paths:
        with open(path, encoding="utf-8") as handle:
            for line, rule, text in findings(handle.read()):
                print("%s:%d: %s: %s" % (path, line, rule, text))
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
