"""numbers verify: a call to one of our own numbers speaks a code, which is then said back."""

import hashlib
import json

from lib.callee import Callee
from lib.live import NEVER_SENT, QUICK, add_trunk, live_server, prompt_file, rows
from lib.wait import eventually, never

NUMBER = "+13125550110"  # the telephone answers, and says and presses nothing
DIGITS = "zero one two three four five six seven eight nine".split()


def say(server, *words, code=0):
    done = server.command("numbers", *words, check=False)
    assert done.returncode == code, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
    return (done.stderr if code else done.stdout).strip()


def ask(server, *words):
    return json.loads(say(server, *words, "--json"))


def checks(server):
    return rows(server, "SELECT * FROM number_check ORDER BY attempt_id")


def code_of(check):
    """By trying all of them: whoever reads the database has every secret of it anyway."""
    for n in range(10 ** 6):
        if hashlib.sha256(f"number check {check['attempt_id']} {n:06}".encode()).hexdigest() == check["code_hash"]:
            return f"{n:06}"
    raise AssertionError("the hash is of no code")


def wrong(code):
    return f"{(int(code) + 1) % 10 ** 6:06}"


def heard_digits(server, heard):
    """The digits in what the telephone heard, by the samples of their prompts, in their order."""
    found = []
    for digit, word in enumerate(DIGITS):
        file = prompt_file(server, word)
        if file.exists():
            data = file.read_bytes().split(b"\n", 1)[1]
            ulaw = data[:len(data) // 2]
            piece, at = bytes(ulaw[2800:4000]), -1
            while (at := heard.find(piece, at + 1)) >= 0:
                found.append((at, str(digit)))
    return "".join(digit for _, digit in sorted(found))


def a_house(make_server, phones):
    server = live_server(make_server)
    add_trunk(server, phones.address)
    say(server, "add", NUMBER)
    return server


def test_a_code_is_spoken_and_said_back(make_server):
    with Callee() as phones:
        server = a_house(make_server, phones)
        assert "is being called" in say(server, "verify", NUMBER)
        phone = eventually(lambda: phones.to(NUMBER) and phones.to(NUMBER)[0])
        assert f"sip:{NUMBER}@" in phone.invite.get("from")
        eventually(lambda: phone.end == "bye", 40)
        code = code_of(checks(server)[0])
        assert heard_digits(server, bytes(phone.heard)) == code + code

        listed = {n["mode"]: n for n in ask(server, "list")["numbers"] if n["number"] == NUMBER}
        assert [n["verified"] for n in listed.values()] == [False, False]
        assert listed["live"]["codeCall"]["outcome"] == "answered_silent" and listed["test"]["codeCall"] is None
        assert "4 tries are left" in say(server, "verify", NUMBER, "--code", wrong(code), code=6)
        assert "six digits" in say(server, "verify", NUMBER, "--code", "12345", code=6)
        verified = ask(server, "verify", NUMBER, "--code", code)["numbers"]
        assert [(n["mode"], n["verified"], n["verifiedBy"]) for n in verified] == [
            (mode, True, "a code spoken by telephone") for mode in ("live", "test")]
        assert "no code is waited for" in say(server, "verify", NUMBER, "--code", code, code=8)
        assert "called a short while ago" in say(server, "verify", NUMBER, code=8)
        assert len(phones.invites()) == 1
        assert not rows(server, "SELECT * FROM person_lock")


def test_five_tries(make_server):
    with Callee(behaviour={"10": {"answer": False}}) as phones:
        server = a_house(make_server, phones)
        say(server, "verify", NUMBER)
        code = code_of(checks(server)[0])
        for left in (4, 3, 2, 1, 0):
            assert f"{left} tries are left" in say(server, "verify", NUMBER, "--code", wrong(code), code=6)
        assert "last try" in say(server, "verify", NUMBER, "--code", code, code=8)
        eventually(lambda: checks(server)[0]["ended_at"])
        assert not rows(server, "SELECT * FROM caller_number WHERE number = ? AND verified_at IS NOT NULL", NUMBER)


def test_what_is_needed_for_a_call(make_server):
    server = live_server(make_server, start=False)
    assert "add it first" in say(server, "verify", NUMBER, code=4)
    say(server, "add", NUMBER)
    assert "running server" in say(server, "verify", NUMBER, code=9)
    server.start()
    assert "no trunk" in say(server, "verify", NUMBER, code=8)
    assert not checks(server)
    server.command("suppress", "add", NUMBER)
    assert "must not be called" in say(server, "verify", NUMBER, "--test", code=8)


def test_a_crash_places_no_second_call(make_server):
    with Callee(behaviour={"10": {"answer": False}}) as phones:
        server = a_house(make_server, phones)
        say(server, "verify", NUMBER)
        eventually(lambda: phones.to(NUMBER))
        assert rows(server, "SELECT number FROM person_lock") == [{"number": NUMBER}]
        server.kill()
        server.start()
        assert [(c["outcome"], c["ended_at"] is not None) for c in checks(server)] == [(12, True)]
        assert not rows(server, "SELECT * FROM person_lock")
        never(lambda: len(phones.call_ids()) != 1 or len(phones.to(NUMBER)) != 1, 3)
        code = code_of(checks(server)[0])  # somebody may have heard it before the server fell
        assert "may be called from" in say(server, "verify", NUMBER, "--code", code)


def test_a_trunk_that_answers_nothing(make_server):
    with Callee() as phones:
        server = live_server(make_server, {"voice.response_timeout": 1})
        add_trunk(server, phones.address)
        phones.deaf = True
        say(server, "add", NUMBER)
        say(server, "verify", NUMBER)
        eventually(lambda: checks(server)[0]["ended_at"], 20)
        assert checks(server)[0]["outcome"] not in (0, NEVER_SENT)


def test_the_test_workspace_over_http(make_server):
    server = make_server(QUICK)
    mine = f"/v1/admin/numbers/{NUMBER}"
    assert server.api("POST", mine, key="admin").status_code == 404
    server.ok("POST", "/v1/admin/numbers", {"number": NUMBER}, key="admin")
    server.command("numbers", "add", NUMBER, "--live")
    said = server.ok("POST", mine, key="admin")
    assert server.api("POST", mine).status_code == 404          # a partner's key
    assert server.api("POST", mine, key="admin").status_code == 409
    code = said["code"]
    assert code_of(checks(server)[0]) == code
    refused = server.api("PATCH", mine, {"code": wrong(code)}, key="admin")
    assert refused.status_code == 400
    assert refused.json()["error"]["details"] == {"code": '"code" is not what was said; 4 tries are left'}
    both = server.api("PATCH", mine, {"code": code, "verifiedBy": "Zoe"}, key="admin").json()
    assert both["error"]["details"] == {"code": '"code" is not allowed with "verifiedBy"'}
    # What the farm was told proves nothing about a real telephone, whoever brings it.
    assert server.api("PATCH", mine, {"code": code}, key="adminLive").status_code == 409
    done = ask(server, "verify", NUMBER, "--code", code)["numbers"]
    assert [(n["mode"], n["verified"]) for n in done] == [("live", False), ("test", True)]
    eventually(lambda: checks(server)[0]["ended_at"], 30)
