#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The three calls of xend that the module makes, on a Unix socket as the real one: XML-RPC over HTTP, answers out of a JSON file.

usage: fake_xend.py SOCKET FILE     FILE: {"node": {...}, "domains": {"NAME": [sxp pairs...]}}; it is read at every call
"""
import json
import os
import socketserver
import sys
from xmlrpc.server import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/RPC2",)
    disable_nagle_algorithm = False  # a Unix socket has none

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer, SimpleXMLRPCDispatcher):
    daemon_threads = True

    def __init__(self, path, source):
        SimpleXMLRPCDispatcher.__init__(self, allow_none=True)
        socketserver.UnixStreamServer.__init__(self, path, Handler)
        self.logRequests, self.source = False, source
        for name in ("domain", "domains"):
            self.register_function(getattr(self, name), "xend." + name)
        self.register_function(self.node, "xend.node.info")

    def load(self):
        with open(self.source, encoding="utf-8") as handle:
            return json.load(handle)

    def domain(self, name, full=0):
        found = self.load()["domains"]
        if name not in found:
            raise ValueError("Domain '%s' does not exist." % name)
        return ["domain", ["name", name]] + found[name]

    def domains(self, detail=1, full=0):
        return [["domain", ["name", name]] + pairs for name, pairs in self.load()["domains"].items()]

    def node(self):
        return ["node"] + [[key, value] for key, value in self.load()["node"].items()]


if __name__ == "__main__":
    if os.path.exists(sys.argv[1]):
        os.unlink(sys.argv[1])
    Server(sys.argv[1], sys.argv[2]).serve_forever()
