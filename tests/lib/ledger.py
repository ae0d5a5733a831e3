"""What the database of a server says, read beside it."""

import sqlite3
from contextlib import closing

STATES = {1: "ready", 2: "claimed", 3: "dialling", 4: "ringing", 5: "answered", 6: "ended", 7: "unknown", 8: "skipped"}


def rows(server, sql, *args):
    with closing(sqlite3.connect(f"file:{server.data}/callsheet.db?mode=ro", uri=True, timeout=10)) as db:
        db.row_factory = sqlite3.Row
        return [dict(r) for r in db.execute(sql, args)]


def attempts(server, campaign, lead=None):
    """The attempts of a campaign, or of one lead of it, in their order; `state` as a word."""
    found = rows(server, "SELECT * FROM attempt WHERE campaign_id = ? AND coalesce(?2, talent_id) = talent_id"
                         " ORDER BY attempt_id", campaign, lead)
    return [r | {"state": STATES[r["attempt_state"]]} for r in found]
