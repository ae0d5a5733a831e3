"""/openapi.json, /openapi.yaml and /docs: what the build made of the files, to everybody, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "/openapi.yaml": ("openapi/openapi.yaml", "application/yaml"),
    "/docs": ("openapi/viewer/docs.html", "text/html; charset=utf-8"),
    "/docs/render.js": ("openapi/viewer/render.js", "text/javascript; charset=utf-8"),
    "/docs/viewer.js": ("openapi/viewer/viewer.js", "text/javascript; charset=utf-8"),
    "/docs/viewer.css": ("openapi/viewer/viewer.css", "text/css; charset=utf-8"),
}


def ask(server, method, path, **headers):
    return server.http.request(method, server.url + path, headers=headers, timeout=30)


@pytest.mark.parametrize("path", FILES)
def test_files_as_they_are(shared_server, path):
    name, media = FILES[path]
    reply = ask(shared_server, "GET", path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, media)
    assert reply.content == (ROOT / name).read_bytes()


def test_json_says_the_same_as_yaml(shared_server, document):
    reply = ask(shared_server, "GET", "/openapi.json")
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.json() == document and list(reply.json()) == list(document)


@pytest.mark.parametrize("path", ["/openapi.json", *FILES])
def test_unchanged_is_not_sent_again(shared_server, path):
    whole = ask(shared_server, "GET", path)
    tag = whole.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{16}"', tag)
    assert whole.headers["Cache-Control"] == "no-cache"
    again = ask(shared_server, "GET", path, **{"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert ask(shared_server, "GET", path, **{"If-None-Match": '"other"'}).content == whole.content


@pytest.mark.parametrize("path", ["/openapi.json", *FILES])
def test_head_options_and_other_methods(shared_server, path):
    whole, head = ask(shared_server, "GET", path), ask(shared_server, "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    same = ["Content-Type", "Content-Length", "ETag", "Cache-Control", "X-Content-Type-Options", "Content-Security-Policy"]
    assert [head.headers.get(h) for h in same] == [whole.headers.get(h) for h in same]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(shared_server, "OPTIONS", path).headers["Allow"] == "GET, HEAD, OPTIONS"
    assert ask(shared_server, "POST", path).status_code == 405


def test_a_key_does_not_matter(shared_server):
    for key in [shared_server.key(), "sk_test_0123456789abcdefghijkl", "x"]:
        assert ask(shared_server, "GET", "/docs", Authorization=f"Bearer {key}").status_code == 200


def test_the_page_may_load_its_own_files_and_nothing_else(shared_server):
    rules = dict(r.split(" ", 1) for r in ask(shared_server, "GET", "/docs").headers["Content-Security-Policy"].split("; "))
    assert rules.pop("img-src") == "data:"
    assert set(rules.values()) == {"'none'", "'self'"} and rules["default-src"] == "'none'" and rules["script-src"] == "'self'"
    page = ask(shared_server, "GET", "/docs").text
    linked = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert all(ask(shared_server, "GET", path).status_code == 200 for path in linked if path != "data:,")
    for path in ["/docs", "/docs/render.js", "/docs/viewer.js", "/docs/viewer.css"]:
        text = ask(shared_server, "GET", path).text
        assert not re.search(r"https?://(?!127\.0\.0\.1:8080)|\bstyle=|innerHTML|<script>| on\w+=", text), path
    imported = re.findall(r'from "\./([\w.]+)"', ask(shared_server, "GET", "/docs/viewer.js").text)
    assert [f"/docs/{name}" for name in imported] == ["/docs/render.js"]
