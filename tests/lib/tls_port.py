"""A TLS port with a certificate of its own."""

import socket
import subprocess

from lib.sipp import free_port
from lib.wait import eventually


class TlsPort:
    """A TLS server that takes connections and says only what it is told to; `heard` is what came in."""

    def __init__(self, folder, subject):
        key, cert = folder / f"{subject}.key", folder / f"{subject}.pem"
        kind = "IP" if subject[0].isdigit() else "DNS"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={subject}",
                        "-addext", f"subjectAltName={kind}:{subject}", "-keyout", str(key), "-out", str(cert)],
                       check=True, capture_output=True)
        self.cert = cert
        self.port = free_port(socket.SOCK_STREAM)
        self.address = f"127.0.0.1:{self.port}"
        self.output = folder / f"{subject}.heard"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(["openssl", "s_server", "-accept", self.address, "-cert", str(cert), "-key", str(key),
                                             "-quiet"], stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL)

    def __enter__(self):
        def listens():
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        eventually(lambda: self.process.poll() is None and try_or_no(listens))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def say(self, text):
        """To whoever is connected."""
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    @property
    def heard(self):
        return self.output.read_bytes()


def try_or_no(fn):
    try:
        return fn()
    except OSError:
        return False
