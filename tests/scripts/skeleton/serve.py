#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small agent over a planted tree (plant.py): loads the service classes that agent/target/api.py lists and serves them.

usage: serve.py --root DIR [--port P] [--cert FILE --key FILE] [--user oracle] [--password-file FILE] [--ready-file FILE]
       serve.py --root DIR --restart     tells the one that serves DIR to start again, as the vendor's service does

As the vendor's: XML-RPC by POST on any path, HTTP/1.0, a process for each request, basic auth with 403 and no challenge, TLS unless
the ini file says `ssl=disable`, nil allowed, faults `1` with `TYPE:TEXT`. The ready file gets "PORT PID" once it listens.
The password file holds one line; without it the password is `secret`. Runs on Python 2.7 and 3.
"""
import base64
import glob
import optparse
import os
import signal
import socket
import ssl
import sys

try:
    import socketserver
    from xmlrpc.server import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler
    from xmlrpc import client as xmlrpclib
except ImportError:
    import SocketServer as socketserver
    from SimpleXMLRPCServer import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler
    import xmlrpclib


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ()
    protocol_version = "HTTP/1.0"

    def setup(self):
        # This is the request's own process: while it held the listening socket too, a stopped agent would still be connected to.
        self.server.socket.close()
        # Here and not in the listening process: a client that connects and says nothing holds up nobody else.
        self.request.settimeout(60)
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        SimpleXMLRPCRequestHandler.setup(self)

    def do_POST(self):
        if self.headers.get("Authorization") != self.server.wanted:
            sys.stderr.write("Unauthorized access attempt from %r!\n" % (self.client_address,))
            self.send_error(403)
            return
        SimpleXMLRPCRequestHandler.do_POST(self)

    def log_message(self, *_):
        pass


class Server(socketserver.ForkingMixIn, socketserver.TCPServer, SimpleXMLRPCDispatcher):
    allow_reuse_address = True
    request_queue_size = 64
    max_children = 200
    logRequests = False

    def __init__(self, port, table, wanted, tls):
        SimpleXMLRPCDispatcher.__init__(self, allow_none=True, encoding=None)
        socketserver.TCPServer.__init__(self, ("127.0.0.1", port), Handler)
        self.table, self.wanted, self.tls = table, wanted, tls

    def _marshaled_dispatch(self, data, dispatch_method=None, path=None):
        try:
            arguments, name = xmlrpclib.loads(data)
            if name not in self.table:
                raise Exception('method "%s" is not supported' % name)
            answer = (self.table[name](*arguments),)
        except Exception:
            kind, error = sys.exc_info()[:2]
            module = kind.__module__.replace("builtins", "exceptions")
            answer = xmlrpclib.Fault(1, "%s.%s:%s" % (module, kind.__name__, error))
        text = xmlrpclib.dumps(answer, methodresponse=True, allow_none=True)
        # A lone surrogate has no UTF-8; it came in as a numeric reference and goes out as a question mark.
        return text if isinstance(text, bytes) else text.encode("utf-8", "replace")

    def handle_error(self, request, client_address):
        sys.stderr.write("request of %r ended: %s\n" % (client_address, sys.exc_info()[1]))


def load_tree(root):
    """The services of the tree, through its own agent/target/api.py."""
    found = glob.glob(os.path.join(root, "usr/lib64/python*/site-packages"))
    if len(found) != 1:
        raise SystemExit("%s: %d agent trees; plant one with plant.py" % (root, len(found)))
    sys.path.insert(0, found[0])
    from agent.target import api
    from agent.lib import settings
    return api.services(), settings


def tls_context(options, settings):
    if settings.get_setting("ssl") == "disable":
        return None
    if not options.cert or not options.key:
        raise SystemExit("agent.ini says ssl=enable: give --cert and --key")
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_SERVER", ssl.PROTOCOL_SSLv23))
    context.load_cert_chain(options.cert, options.key)
    return context


def password_of(options):
    if not options.password_file:
        return "secret"
    with open(options.password_file) as handle:
        return handle.readline().rstrip("\n")


def write_whole(path, text):
    with open(path + ".new", "w") as handle:
        handle.write(text)
    os.rename(path + ".new", path)


def serve(options, pid_file):
    table, settings = load_tree(options.root)
    pair = ("%s:%s" % (options.user, password_of(options))).encode()
    wanted = "Basic " + base64.b64encode(pair).decode()
    port = options.port
    if port is None:
        port = int(settings.get_setting("port"))
    server = Server(port, table, wanted, tls_context(options, settings))
    port = server.server_address[1]
    me = os.getpid()

    def start_again(*_):
        if os.getpid() == me:
            server.socket.close()
            arguments = [a for a in sys.argv if not a.startswith("--port")]
            if "--port" in sys.argv:
                del arguments[sys.argv.index("--port")]
            os.execv(sys.executable, [sys.executable] + arguments + ["--port=%d" % port])

    signal.signal(signal.SIGHUP, start_again)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    write_whole(pid_file, "%d\n" % me)
    if options.ready_file:
        write_whole(options.ready_file, "%d %d\n" % (port, me))
    server.serve_forever()


def main():
    parser = optparse.OptionParser(usage=__doc__.split("usage: ")[1])
    for name in ("--root", "--cert", "--key", "--password-file", "--ready-file"):
        parser.add_option(name)
    parser.add_option("--user", default="oracle")
    parser.add_option("--port", type="int")
    parser.add_option("--restart", action="store_true")
    options, rest = parser.parse_args()
    if not options.root or rest:
        parser.error("--root is needed")
    pid_file = os.path.join(options.root, "var/run/ovs-agent.pid")
    if options.restart:
        with open(pid_file) as handle:
            os.kill(int(handle.read()), signal.SIGHUP)
        return 0
    return serve(options, pid_file)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
