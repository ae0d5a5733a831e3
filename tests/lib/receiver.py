"""An endpoint for webhooks: a small HTTP server that keeps what it gets and answers as the test says."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Got:
    """One request."""

    def __init__(self, headers, body):
        self.headers = {k.lower(): v for k, v in headers.items()}
        self.body = body
        self.id = self.headers.get("webhook-id")
        self.mark = self.headers.get("x-callsheet-redelivery")

    @property
    def event(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.event["type"]

    def signed_by(self, secret):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        want = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return want in self.headers["webhook-signature"].split()


class Receiver:
    """`answer` is called with each Got; it returns a status, or (status, headers, body)."""

    def __init__(self, answer=lambda got: 204):
        self.got, self.answer, self.lock = [], answer, threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                got = Got(self.headers, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                with receiver.lock:
                    receiver.got.append(got)
                said = receiver.answer(got)
                status, headers, body = said if isinstance(said, tuple) else (said, {}, b"")
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    if status != 204:
                        self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def all(self):
        with self.lock:
            return list(self.got)

    def types(self):
        return [g.type for g in self.all()]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
