"""callsheet leads: import, list, export; with a server and without."""

import csv
import json

import pytest

from lib.campaign import a_lead, add_leads, list_leads, make_campaign


@pytest.fixture(params=["server runs", "no server"])
def server(request, make_server):
    s = make_server()
    s.campaign = make_campaign(s)
    if request.param == "no server":
        s.stop()
    return s


def leads(server, verb, *words, check=True):
    return server.command("leads", verb, *words, "--campaign", str(server.campaign), check=check)


def rows_in(server):
    return json.loads(leads(server, "list", "--json", "--limit", "100").stdout)


def sheet(folder, name, rows, header="email,First Name,Mobile"):
    path = folder / name
    path.write_text(header + "\n" + "".join(",".join(r) + "\n" for r in rows), encoding="utf-8")
    return path


def test_a_file_goes_in_once(server, tmp_path):
    file = sheet(tmp_path, "people.csv", [[f"n{n}@import.example.com", f"Zoë {n}", f"+1312{6000000 + n}"] for n in range(1700)])
    said = json.loads(leads(server, "import", str(file), "--json").stdout)
    assert said == {"rows": 1700, "added": 1700, "skipped": 0, "rejected": 0, "dryRun": False, "rejectedFile": None,
                    "reasons": {"ON_CAMPAIGN": 0, "SAME_NUMBER": 0, "SUPPRESSED": 0, "INVALID": 0}}
    again = json.loads(leads(server, "import", str(file), "--json").stdout)
    assert (again["added"], again["reasons"]["ON_CAMPAIGN"]) == (0, 1700)
    listed = rows_in(server)
    assert listed["pagination"] == {"page": 1, "limit": 100, "total": 1700, "totalPages": 17}
    assert listed["leads"][3]["firstName"] == "Zoë 3"
    if server.process:
        assert list_leads(server, server.campaign) == listed["leads"]
    else:
        server.start()
        assert list_leads(server, server.campaign) == listed["leads"]


def test_rejects_are_kept_with_their_reason(server, tmp_path):
    file = sheet(tmp_path, "p.csv", [["ok@rej.example.com", "Ann", "+13125551001"], ["nonsense", "=Bob", "+13125551002"],
                                     ["cut@rej.example.com", "", "1.5E+10"], ["OK@rej.example.com", "", ""],
                                     ["twin@rej.example.com", "", "312-555-1001"]])
    run = leads(server, "import", str(file), check=False)
    assert run.returncode == 7
    assert run.stdout.splitlines() == [
        f"{file}: 5 rows", "        1 added", "        1 skipped: on the campaign already",
        "        1 skipped: somebody else there has the number", "        2 rejected",
        f"The rejected rows, each with its reason, are in {file}.rejected.csv"]
    with open(f"{file}.rejected.csv", encoding="utf-8", newline="") as f:
        rejected = list(csv.DictReader(f))
    assert [(r["row"], r["email"], r["firstName"], r["phoneNumber"]) for r in rejected] == [
        ("2", "nonsense", "'=Bob", "+13125551002"), ("3", "cut@rej.example.com", "", "1.5E+10")]
    assert rejected[0]["reason"] == '"email" must be a valid email' and "cut the number" in rejected[1]["reason"]
    mended = tmp_path / "mended.csv"
    mended.write_text(open(f"{file}.rejected.csv", encoding="utf-8").read().replace("nonsense", "bob@rej.example.com")
                      .replace("1.5E+10", "+13125551009"), encoding="utf-8")
    assert leads(server, "import", str(mended)).returncode == 0
    assert [(x["email"], x["firstName"]) for x in rows_in(server)["leads"]][1:] == [("bob@rej.example.com", "=Bob"),
                                                                                   ("cut@rej.example.com", "")]


def test_a_dry_run(server, tmp_path):
    rows = [[f"n{n % 900}@dry.example.com", "", f"+1312{6100000 + n % 900}"] for n in range(1800)]
    file = sheet(tmp_path, "dry.csv", [*rows, ["other@dry.example.com", "", "+13126100000"], ["bad", "", ""]])
    run = leads(server, "import", str(file), "--dry-run", "--json", check=False)
    assert run.returncode == 7
    said = json.loads(run.stdout)
    assert (said["added"], said["reasons"]["ON_CAMPAIGN"], said["reasons"]["SAME_NUMBER"], said["rejected"]) == (900, 900, 1, 1)
    assert (said["dryRun"], said["rejectedFile"]) == (True, None)
    assert 'row 1802: "email" must be a valid email' in run.stderr
    assert not (tmp_path / "dry.csv.rejected.csv").exists()
    assert rows_in(server)["pagination"]["total"] == 0
    assert "would be added" in leads(server, "import", str(file), "--dry-run", check=False).stdout


def test_lines(server, tmp_path):
    file = tmp_path / "people.ndjson"
    file.write_text("".join(json.dumps(a_lead()) + "\n" for _ in range(30)))
    assert json.loads(leads(server, "import", str(file), "--json").stdout)["added"] == 30


def test_out_and_in_again(server, tmp_path):
    file = sheet(tmp_path, "p.csv", [[f"n{n}@out.example.com", "=1+1" if n % 2 else "Zoë", f"+1 312 61{n:05}"] for n in range(700)])
    leads(server, "import", str(file))
    out = tmp_path / "out.csv"
    assert leads(server, "export", "--output", str(out)).stdout == ""
    assert leads(server, "export").stdout.replace("\r", "") == out.read_text(encoding="utf-8").replace("\r", "")
    lines = leads(server, "export", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(x) for x in lines[:100]] == rows_in(server)["leads"]
    assert len(lines) == 700
    assert leads(server, "export", "--json").stdout.splitlines() == lines
    assert leads(server, "export", "--format", "ndjson", "--status", "Interested").stdout == ""
    if server.process:
        there = make_campaign(server)
        before, server.campaign = server.campaign, there
        assert json.loads(leads(server, "import", str(out), "--json").stdout)["added"] == 700
        keys = ("firstName", "lastName", "email", "phone")
        assert [[x[k] for k in keys] for x in list_leads(server, before)] == [[x[k] for k in keys] for x in list_leads(server, there)]


def test_a_table_and_filters(server, tmp_path):
    leads(server, "import", str(sheet(tmp_path, "p.csv", [["ada@table.example.com", "Ada", ""], ["bob@table.example.com", "Bob", ""]])))
    run = leads(server, "list", "--search", "ADA")
    assert "ada@table.example.com" in run.stdout and "bob@" not in run.stdout
    assert run.stderr == "page 1 of 1, 1 in all\n"
    assert json.loads(leads(server, "list", "--status", "NoAnswer", "--json").stdout)["leads"] == []


@pytest.mark.parametrize("words, code, text", [
    (["import", "nowhere.csv", "--campaign", "1"], 4, "nowhere.csv"),
    (["import", "--campaign", "1"], 2, "needs a FILE"),
    (["import", "FILE"], 2, "needs a FILE"),
    (["import", "FILE", "--campaign", "99999"], 4, "there is no campaign 99999"),
    (["import", "BAD", "--campaign", "1"], 6, "must begin with a row that names the columns"),
    (["list"], 2, "needs --data DIR and --campaign"),
    (["list", "--campaign", "99999"], 4, "there is no campaign 99999"),
    (["list", "--campaign", "1", "--status", "pending"], 2, "--status must be"),
    (["export", "--campaign", "99999"], 4, "there is no campaign 99999"),
    (["export", "--campaign", "1", "--format", "xlsx"], 2, "--format must be"),
])
def test_what_will_not_do(shared_server, tmp_path, words, code, text):
    file, bad = sheet(tmp_path, "p.csv", [["ada@x.example.com", "", ""]]), tmp_path / "bad.csv"
    bad.write_text("Ada,Lovelace\n")
    run = shared_server.command("leads", *[{"FILE": str(file), "BAD": str(bad)}.get(w, w) for w in words], check=False)
    assert (run.returncode, text in run.stderr) == (code, True), run.stderr


def test_the_engine_is_told(make_server, tmp_path):
    from lib.wait import eventually
    server = make_server({"policy.calling_hours": "00:00-24:00"})
    server.campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00.000Z")
    add_leads(server, server.campaign, a_lead(phoneNumber="+13125550103"))
    leads(server, "import", str(sheet(tmp_path, "p.csv", [["told@example.com", "Ann", "+13125550900"]])))
    eventually(lambda: list_leads(server, server.campaign, search="told")[0]["status"] == "Interested", timeout=60)
