"""The live workspace over a trunk that a test controls, and what the database says about it.

    server = live_server(make_server)
    add_trunk(server, phones.address)
    campaign = call(server, ["+13125550100"])
    eventually(lambda: lead(server, campaign, "+13125550100")["status"] == "Interested")
"""

import hashlib
import shutil
import sqlite3
from pathlib import Path

from lib.campaign import a_campaign, a_lead

# As in core/attempt.h and core/carrier.h; what is stored is never renumbered.
DIALLING, RINGING, ANSWERED, ENDED, UNKNOWN = 3, 4, 5, 6, 7
CLAIMED = 2
ANSWERED_DIGIT, BUSY, NO_ANSWER, CARRIER_FAILURE, NO_RESPONSE, NEVER_SENT, CANCELLED = 1, 4, 6, 8, 9, 10, 11
OUTCOME_UNKNOWN = 12
ANSWERED_SILENT, NO_MEDIA = 2, 14
VOICEMAIL, SCREENED, ANNOUNCEMENT = 15, 16, 17

QUICK = {"policy.calling_hours": "00:00-24:00", "voice.answer_wait": 2, "voice.ring_timeout": 3, "log.format": "text"}


def live_server(make_server, settings=None, preamble=False, **more):
    """Without the preamble, which takes ten seconds of every call, unless the test is about it."""
    server = make_server(QUICK | (settings or {}), number="+13125550199", **more)
    if not preamble:
        server.command("workspaces", "set", "live", "preamble=off")
    return server


def add_trunk(server, address, *flags, name="carrier", channels=20, cps=20):
    return server.command("trunks", "add", "--name", name, "--address", address, "--channels", str(channels),
                          "--cps", str(cps), *flags)


def call(server, numbers, key="live", **changes):
    """A campaign with a lead a number; the campaign's id."""
    words = {"openingMessage": "Hello from Acme.", "closingMessage": "Goodbye."}
    campaign = server.ok("POST", "/campaigns", a_campaign(server, **(words | changes)), key=key)["campaign"]["id"]
    for i in range(0, len(numbers), 100):
        add_leads(server, campaign, numbers[i:i + 100], key)
    return campaign


def add_leads(server, campaign, numbers, key="live"):
    rows = [a_lead(phoneNumber=n) for n in numbers]
    return server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": rows}, key=key)


def leads(server, campaign, key="live"):
    """{number: lead} as the API shows them."""
    found, page = {}, 1
    while True:
        reply = server.ok("GET", f"/campaigns/{campaign}/leads?limit=100&page={page}", key=key)
        found |= {each["phone"]: each for each in reply["leads"]}
        if len(reply["leads"]) < 100:
            return found
        page += 1


def lead(server, campaign, number, key="live"):
    return leads(server, campaign, key)[number]


def statuses(server, campaign, key="live"):
    return {number: (each["status"], each["flowStatus"]) for number, each in leads(server, campaign, key).items()}


def all_completed(server, campaign, key="live"):
    return all(each["flowStatus"] == "Completed" for each in leads(server, campaign, key).values())


def rows(server, query, *values):
    """Of the database of a running server, read only."""
    db = sqlite3.connect(f"file:{server.data}/callsheet.db?mode=ro", uri=True, timeout=10)
    try:
        db.row_factory = sqlite3.Row
        return [dict(r) for r in db.execute(query, values)]
    finally:
        db.close()


def attempts(server, number=None):
    return rows(server, "SELECT * FROM attempt WHERE ?1 IS NULL OR number = ?1 ORDER BY attempt_id", number)


def reason(server, number):
    return rows(server, "SELECT reason FROM lead WHERE number = ?", number)[0]["reason"]


def check_integrity(server, folder):
    """Of the database as a kill left it: on a copy, so that the server itself meets what it left."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for part in server.data.glob("callsheet.db*"):
        shutil.copy(part, folder)
    db = sqlite3.connect(folder / "callsheet.db")
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()


def check_one_dial(server, call_ids):
    """What callees saw against the ledger: a Call-ID an attempt, the one the ledger has, and no call that it denies."""
    twice = {attempt: ids for attempt, ids in call_ids.items() if len(ids) > 1}
    assert not twice, f"dialled twice: {twice}"
    ledger = {str(a["attempt_id"]): a for a in attempts(server)}
    for attempt, ids in call_ids.items():
        assert attempt in ledger, f"attempt {attempt} was dialled and is not in the ledger"
        a = ledger[attempt]
        assert a["outcome"] != NEVER_SENT, f"attempt {attempt} was dialled, and the ledger says it never was: {a}"
        assert a["call_id"] in ids | {""}, f"attempt {attempt}: {a['call_id']} in the ledger, {ids} on the wire"


def check_settled(server):
    """Nothing is in flight, claimed or locked, and the totals are those of the leads."""
    assert not rows(server, "SELECT attempt_id, attempt_state FROM attempt WHERE attempt_state IN (3, 4, 5)")
    assert not rows(server, "SELECT * FROM due WHERE due_state = 2")
    assert not rows(server, "SELECT * FROM person_lock")
    counted = {(r["campaign_id"], r["bucket"]): r["n"] for r in rows(
        server, "SELECT campaign_id, bucket, count(*) n FROM lead WHERE removed = 0 GROUP BY campaign_id, bucket")}
    kept = {(r["campaign_id"], r["bucket"]): r["total"]
            for r in rows(server, "SELECT * FROM lead_total WHERE total <> 0")}
    assert counted == kept


def prompt_file(server, text):
    """Where the server keeps what its own voice has said: by the hash of format, voice and text."""
    return server.data / "prompts" / (hashlib.sha256(f"2 flite slt {text}".encode()).hexdigest() + ".prompt")
