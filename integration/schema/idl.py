# SPDX-License-Identifier: Apache-2.0
"""Reads the part of Thrift's IDL that integration/schema/*.thrift uses, and refuses the rest by file and line.

The stock compiler accepts the same files (tests/unit/schema runs it); it is not used here because its machine-readable
output loses the names of enums, which are what goes over the wire.
"""
import re

TOKEN = re.compile(r"""\s+|//[^\n]*|\#[^\n]*
  |(?P<doc>/\*\*.*?\*/)|/\*.*?\*/
  |(?P<string>"[^"\n]*")|(?P<word>[A-Za-z_][A-Za-z0-9_.]*)|(?P<number>-?\d+)|(?P<mark>[{}()<>=:,;])""",
                   re.VERBOSE | re.DOTALL)


class IdlError(Exception):
    """What is wrong, with file and line."""


class Type:
    """A type as written: a name and, for list and map, its arguments."""

    def __init__(self, name, args=()):
        self.name, self.args = name, list(args)


class Field:
    def __init__(self, key, optional, kind, name, notes):
        self.key, self.optional, self.type, self.name, self.notes = key, optional, kind, name, notes


class Entry:
    """One typedef, enum, struct or union. `items` are (name, value, notes) of an enum, Fields of the others."""

    def __init__(self, kind, name, doc, area):
        self.kind, self.name, self.doc, self.area = kind, name, doc, area
        self.items, self.notes, self.type = [], {}, None


class Parser:
    def __init__(self, path, area):
        self.path, self.area = path, area
        with open(path, encoding="utf-8") as handle:
            self.text = handle.read()
        self.tokens = list(self.split())
        self.at = 0
        self.includes, self.entries = [], []

    def split(self):
        pos = 0
        while pos < len(self.text):
            match = TOKEN.match(self.text, pos)
            if not match:
                self.at_error(pos, "cannot read %r" % self.text[pos:pos + 20])
            if match.lastgroup:
                yield match.lastgroup, match.group(match.lastgroup), pos
            pos = match.end()

    def at_error(self, pos, what):
        raise IdlError("%s:%d: %s" % (self.path, self.text.count("\n", 0, pos) + 1, what))

    def error(self, what):
        pos = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
        self.at_error(pos, what)

    def peek(self, ahead=0):
        place = self.at + ahead
        return self.tokens[place][:2] if place < len(self.tokens) else ("end", "")

    def take(self, kind, value=None):
        got = self.peek()
        if got[0] != kind or value not in (None, got[1]):
            self.error("expected %s, found %r" % (value or kind, got[1]))
        self.at += 1
        return got[1]

    def take_if(self, value):
        if self.peek()[1] == value:
            self.at += 1
            return True
        return False

    def notes(self):
        """(key = "value", ...) behind a definition."""
        found = {}
        if not self.take_if("("):
            return found
        while not self.take_if(")"):
            key = self.take("word")
            self.take("mark", "=")
            found[key] = self.take("string")[1:-1]
            self.take_if(",")
        return found

    def type(self):
        name = self.take("word")
        args = []
        if self.take_if("<"):
            args.append(self.type())
            while self.take_if(","):
                args.append(self.type())
            self.take("mark", ">")
        if len(args) != {"list": 1, "map": 2}.get(name, 0):
            self.error("%s takes another number of types" % name)
        return Type(name, args)

    def field(self):
        key = int(self.take("number"))
        self.take("mark", ":")
        optional = self.take_if("optional")
        kind = self.type()
        name = self.take("word")
        field = Field(key, optional, kind, name, self.notes())
        self.take_if(",")
        return field

    def constant(self):
        name = self.take("word")
        self.take("mark", "=")
        value = int(self.take("number"))
        notes = self.notes()
        self.take_if(",")
        return name, value, notes

    def body(self, entry):
        self.take("mark", "{")
        while not self.take_if("}"):
            if self.peek()[0] == "doc":
                self.at += 1
            entry.items.append(self.constant() if entry.kind == "enum" else self.field())
        entry.notes = self.notes()

    def definition(self, kind, doc):
        if kind == "typedef":
            target = self.type()
            entry = Entry(kind, self.take("word"), doc, self.area)
            entry.type, entry.notes = target, self.notes()
        else:
            entry = Entry(kind, self.take("word"), doc, self.area)
            self.body(entry)
        self.entries.append(entry)

    def parse(self):
        doc = ""
        while self.peek()[0] != "end":
            kind, value = self.peek()
            self.at += 1
            if kind == "doc":
                doc = " ".join(line.strip(" *") for line in value[3:-2].strip().splitlines())
                continue
            if value == "include":
                self.includes.append(self.take("string")[1:-1].replace(".thrift", ""))
            elif value == "namespace":
                self.take("word")
                self.take("word")
            elif value in ("typedef", "enum", "struct", "union"):
                self.definition(value, doc)
            else:
                self.at -= 1
                self.error("cannot read %r here" % value)
            doc = ""
        return self
