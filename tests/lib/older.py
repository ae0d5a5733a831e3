"""Databases as older versions have left them."""

import re
import sqlite3
from contextlib import closing

from lib.server import ROOT


def for_sqlite(text):
    """A migration in SQLite's words, as tools/sqlgen compiles it."""
    return re.sub(r"^\);$", ") STRICT, WITHOUT ROWID;", re.sub(r"\bBIGINT\b", "INTEGER", text), flags=re.M)


def as_of_schema(path, version, given={}):
    """The database as that migration would have left it, filled with what is in this one and `given` ({column: SQL}).
    Returns the version this one had."""
    new = path.rename(path.with_suffix(".new"))
    with closing(sqlite3.connect(path)) as db:
        for each in sorted((ROOT / "src/store/sql/migrations").glob("*.sql")):
            if int(each.name[:4]) <= version:
                db.executescript(for_sqlite(each.read_text()))
        db.execute("ATTACH ? AS new", [str(new)])
        for (table,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            columns = [r[1] for r in db.execute(f"PRAGMA main.table_info({table})")]
            values = ", ".join(given.get(c, c) for c in columns)
            db.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {values} FROM new.{table}")
        newest = db.execute("PRAGMA new.user_version").fetchone()[0]
        application = db.execute("PRAGMA new.application_id").fetchone()[0]
        db.executescript(f"PRAGMA user_version = {version}; PRAGMA application_id = {application};")
        db.commit()
    return newest
