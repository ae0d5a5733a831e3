"""A provider of texts with Twilio's HTTP interface, which behaves by the last two digits of the number texted.

00 accepts · 01 hangs · 02 answers 500 · 03 accepts and answers garbage · 04 accepts and drops the connection · 05 refuses ·
06 is busy once (429), then accepts · 07 knows that the person wants no texts · 08 accepts and talks without end
"""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "a-secret-of-32-characters-or-so"


def sign(url, params, token=TOKEN):
    """X-Twilio-Signature of a form."""
    text = url + "".join(k + v for k, v in sorted(params.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Provider:
    def __init__(self, port=0):
        self.requests, self.stopping = [], threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True))
                provider.requests.append({"path": self.path, "form": form, "auth": self.headers["Authorization"]})
                provider.behave(self, form)

            def say(self, status, body, **headers):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": len(data), "Content-Type": "application/json", **headers}.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # clients that give up

        self.http = Quiet(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def to(self, number):
        return [r["form"] for r in self.requests if r["form"]["To"] == number]

    def behave(self, handler, form):
        sid = "SM" + f"{len(self.requests):032x}"
        match form["To"][-2:]:
            case "01":
                self.stopping.wait(30)
            case "02":
                handler.say(500, {"code": 20500, "message": "Internal Server Error"})
            case "03":
                handler.say(201, b"<html>accepted, I think</html>")
            case "04":
                handler.connection.shutdown(socket.SHUT_RDWR)
                handler.close_connection = True
            case "05":
                handler.say(400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400})
            case "06" if len(self.to(form["To"])) == 1:
                handler.say(429, {"code": 20429, "message": "Too Many Requests"}, Retry_After=1)
            case "07":
                handler.say(400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400})
            case "08":
                handler.send_response(201)
                handler.end_headers()
                while not self.stopping.is_set():
                    handler.wfile.write(b"x" * 65536)
                    time.sleep(0.001)
            case _:
                handler.say(201, {"sid": sid, "status": "queued", "to": form["To"], "error_code": None})

    def stop(self):
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()
