"""HTTP byte by byte, for what a library would not send."""

import socket
from urllib.parse import urlsplit


class Reply:
    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()


def raw(server, method, path, headers=(), body=b"", key="test", timeout=20):
    """One request on a connection of its own; `headers` are (name, value) pairs, all of them, in this order."""
    where = urlsplit(server.url)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {where.netloc}", "Connection: close"]
    if key:
        lines.append("Authorization: Bearer " + server.key(key))
    lines += [f"{name}: {value}" for name, value in headers]
    with socket.create_connection((where.hostname, where.port), timeout) as s:
        s.sendall("\r\n".join(lines + ["", ""]).encode("latin-1") + body)
        data = b""
        while chunk := s.recv(65536):
            data += chunk
    return Reply(data)
