"""A mail server and an HTTP server on this machine that keep what they get."""

import http.server
import socketserver
import threading
from contextlib import contextmanager


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Django's client speaks."""

    def handle(self):
        self.say("220 localhost")
        recipients = []
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word.startswith(b"RCPT"):
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                self.say("250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                self.server.kept.append((recipients, self.text()))
                recipients = []
                self.say("250 ok")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def text(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines).decode()

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class _Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.kept.append((dict(self.headers), self.rfile.read(length)))
        self.send_response(self.server.status)
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, *args):
        pass


@contextmanager
def _listening(handler):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.kept, server.status = [], 200
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def mail_server():
    """Yields a server with ``kept``: pairs of recipients and the message as text."""
    return _listening(_Mail)


def web_server():
    """Yields a server with ``kept``: pairs of headers and body; ``status`` is what it answers."""
    return _listening(_Hook)
