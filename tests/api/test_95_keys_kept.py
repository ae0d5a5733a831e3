"""Keys: forms that are none, and that a whole key is nowhere but in the one answer that shows it."""

import json
import re

import pytest

from lib.answers import refused
from lib.raw import raw
from lib.routes import Company

KEY = re.compile(rb"sk_(?:live|test)_[0-9A-Za-z]{22}(?![0-9A-Za-z])")


@pytest.mark.parametrize("value", [
    "Bearer\t{key}", "Bearer{key}", "Bearer: {key}", "Bearer \"{key}\"", "Bearer {key}, Bearer {key}", "Bearer {key},", "Bearer {key}\u00a0",
    "Bearer={key}", "Bearer {key} x", "Bearer x {key}", "Bearer {key} {key}", "Basic {key}", "bearer token {key}", "Bearer {lower}", "Bearer {upper}", "Bearer {key}%20", "Bearer {key}.", "\0Bearer {key}"])
def test_almost_a_key(shared_server, value):
    key = shared_server.key()
    value = value.format(key=key, lower="sk_test_" + key[8:].lower(), upper=key.upper())
    assert raw(shared_server, "GET", "/v1/partner/me", [("Authorization", value)], key=None).status == 401


@pytest.mark.parametrize("value", ["Bearer {key}\0x", "Bearer {key}\0 x", "Bearer \0{key}"])
def test_nul_and_line_ends(shared_server, value):
    """400, and the connection ends: two servers in a row might not read such a head alike."""
    headers = [("Authorization", value.format(key=shared_server.key())), ("X-After", "1")]
    assert raw(shared_server, "GET", "/v1/partner/me", headers, key=None).status == 400


@pytest.mark.parametrize("value", ["Bearer {key} ", "Bearer {key}\t ", "bEaReR {key}", "Bearer    {key}"])
def test_blanks_and_case_do_not_matter(shared_server, value):
    key = shared_server.key()
    assert raw(shared_server, "GET", "/v1/partner/me", [("Authorization", value.format(key=key))], key=None).status == 200


def test_two_headers_are_none_even_if_alike_or_one_is_wrong(shared_server):
    good, bad = "Bearer " + shared_server.key(), "Bearer nonsense"
    for pair in ((good, good), (good, bad), (bad, good), (good, "")):
        headers = [("Authorization", pair[0]), ("authorization", pair[1])]
        assert raw(shared_server, "GET", "/v1/partner/me", headers, key=None).status == 401


@pytest.mark.parametrize("place", ["?key={key}", "?api_key={key}", "?access_token={key}"])
def test_not_in_the_query(shared_server, place):
    assert raw(shared_server, "GET", "/v1/partner/me" + place.format(key=shared_server.key()), key=None).status == 401


@pytest.mark.parametrize("header", ["X-Api-Key", "Proxy-Authorization", "Cookie", "X-Authorization"])
def test_nor_in_other_headers(shared_server, header):
    assert raw(shared_server, "GET", "/v1/partner/me", [(header, "Bearer " + shared_server.key())], key=None).status == 401


def test_a_whole_key_is_kept_nowhere(make_server):
    """Grepped for in everything the server has written: log at its most talkative, standard output, data folder."""
    s = make_server({"log.level": "debug"})
    company = Company(s, s.ids)
    keys = {s.key(k) for k in ("test", "live", "admin", "adminLive")}

    def made(reply):
        assert reply.status_code == 201, reply.text
        keys.add(reply.json()["key"])
        return reply.json()

    def admin(path, body=None, **more):
        return s.api("POST", "/v1/admin" + path, body or {}, key="admin", **more)

    first = made(admin("/keys"))
    made(admin(f"/keys/{first['keyId']}/rotate"))
    once = {"Idempotency-Key": "please once"}
    again = made(admin("/keys", headers=once))
    n = len(company.ok("GET", "/v1/admin/keys")["keys"])
    reply = admin("/keys", headers=once)
    assert "was done" in refused(reply, 409)["message"] and reply.headers["Idempotent-Replayed"] == "true"
    assert len(company.ok("GET", "/v1/admin/keys")["keys"]) == n
    made(admin(f"/keys/{again['keyId']}/rotate", headers={"Idempotency-Key": "and that"}))
    keys.add(s.command("keys", "create", "--json").stdout.split('"key": "')[1].split('"')[0])
    more = json.loads(s.command("companies", "add", "Rival", "--json").stdout)
    keys |= {v for k, v in more.items() if k.endswith("Key")}
    for key in list(keys):
        wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
        for value in (key, wrong):
            s.api("GET", "/me", key=value)
            s.api("POST", "/campaigns", {"title": 1}, key=value)
            raw(s, "GET", "/v1/partner/nothing", [("Authorization", "Basic " + value)], key=None)
        keys.add(wrong)
    company.ok("GET", "/v1/admin/keys")
    s.stop()
    kept = {path: KEY.findall(path.read_bytes())
            for path in [s.log_path, s.out_path, *(p for p in s.data.rglob("*") if p.is_file())]}
    assert s.log_path in kept and any(path.suffix == ".db" for path in kept)
    assert not {path: found for path, found in kept.items() if found}
    assert not [k for k in keys for path in kept if k.encode() in path.read_bytes()]
