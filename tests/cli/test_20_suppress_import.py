"""suppress import: lists and CSVs, verdicts, running it again."""

import json

import pytest


@pytest.fixture(params=["with a server", "without a server"])
def house(request, make_server):
    return make_server(start=request.param == "with a server")


def import_(s, text, *flags, code=0):
    done = s.command("suppress", "import", "-", *flags, input=text, check=False)
    assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done


def targets(s, *flags):
    listed = json.loads(s.command("suppress", "list", "--test", "--limit", "100", "--json", *flags).stdout)
    return [x["target"] for x in listed["suppressions"]]


def test_a_list(house, tmp_path):
    path = tmp_path / "list"
    path.write_text("\ufeff+1 312 555 0101\r\n\r\n312-555-0102\nAda@Example.com\n  b@example.com  \n+13125550101\n")
    done = house.command("suppress", "import", str(path))
    assert (done.stdout, done.stderr) == ("added 4, already there 1, invalid 0\n", "")
    assert targets(house) == ["ada@example.com", "b@example.com", "+13125550101", "+13125550102"]
    again = house.command("suppress", "import", str(path), "--json")
    assert json.loads(again.stdout) == {"added": 0, "alreadyThere": 5, "invalid": 0, "rejected": []}


def test_what_is_no_number_is_told_by_its_line(house):
    done = import_(house, "+13125550101\nnobody\n\n12\n", code=7)
    assert done.stdout == "added 1, already there 0, invalid 2\n"
    assert 'line 2: "nobody"' in done.stderr and 'line 4: "12"' in done.stderr
    said = json.loads(import_(house, "+13125550101\nnobody\n", "--json", code=7).stdout)
    assert said["rejected"] == [{"line": 2, "entry": "nobody"}]
    assert import_(house, "nobody\nno one\n", code=6).stdout == "added 0, already there 0, invalid 2\n"
    assert import_(house, "").stdout == "added 0, already there 0, invalid 0\n"


def test_a_csv_whose_header_names_the_columns(house):
    import_(house, 'id,Name,"Phone Number",E-mail\n3125550199,"Love, Ada",312-555-0101,ada@example.com\n'
                   '3125550198,Grace,,"grace@example.com"\n', "--reason", "list of May")
    assert targets(house) == ["ada@example.com", "grace@example.com", "+13125550101"]
    listed = json.loads(house.command("suppress", "list", "--json").stdout)["suppressions"]
    assert {x["reason"] for x in listed} == {"list of May"} and {x["mode"] for x in listed} == {"live", "test"}


def test_a_csv_without_a_header_and_one_workspace_only(house):
    import_(house, "+13125550101;a@example.com\n+13125550102\tb@example.com\n", "--live")
    assert targets(house) == []
    assert len(json.loads(house.command("suppress", "list", "--live", "--json").stdout)["suppressions"]) == 4


def test_a_long_list_goes_in_pieces(house):
    done = import_(house, "".join(f"+1312{n:07}\n" for n in range(2000000, 2005500)) + "x\n", code=7)
    assert done.stdout == "added 5500, already there 0, invalid 1\n"
    assert 'line 5501: "x"' in done.stderr


def test_files_that_are_not_there(house):
    assert house.command("suppress", "import", "/nowhere/list", check=False).returncode == 4
    assert house.command("suppress", "import", check=False).returncode == 2
    assert house.command("suppress", "import", "-", "--live", "--test", check=False, input="").returncode == 2
