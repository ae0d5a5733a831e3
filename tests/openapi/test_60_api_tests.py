"""The well-formed part of the tests of the API, once more, through Prism's validating proxy: no request the server takes, and
no answer, strays from the description.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lib import prism

ROOT = Path(__file__).resolve().parents[2]

# Left out: bytes the proxy does not pass on as they are, values that are read more generously than described, and long lists.
FILES = {
    "test_20_sites.py": [],
    "test_21_campaign_create.py": [
        "test_a_body_announced_and_refused_before_it_comes", "test_a_body_in_pieces", "test_a_body_over_the_limit",
        "test_a_string_of_a_megabyte", "test_a_thousand_unknown_keys", "test_booleans_may_be_text",
        "test_content_types_that_are_json", "test_content_types_that_are_not", "test_delays", "test_local_follow_ups",
        "test_moments", "test_no_such_body_makes_a_campaign", "test_one_fault", "test_the_ends_of_time",
        "test_values_that_are_taken"],
    "test_22_campaign_read.py": [
        "test_get_shows_what_create_showed", "test_ids_that_are_none_are_told_the_same",
        "test_it_matters_first_whether_the_campaign_is_there", "test_faults_of_paging", "test_numbers_as_joi_reads_them"],
    "test_23_campaign_patch.py": ["test_fields_and_aliases"],
    "test_30_leads.py": [
        "test_a_body_over_16_mib", "test_as_many_rows_as_allowed", "test_bodies_without_leads", "test_emails_that_are_taken",
        "test_many_faults", "test_more_rows_than_allowed"],
    "test_70_idempotency.py": ["test_many_at_once"],
    "test_71_etag.py": ["test_a_304_on_the_wire"],
    "test_72_links.py": ["test_an_absolute_target", "test_nothing_breaks_out_of_the_brackets"],
    "test_90_lead_detail.py": [],
    "test_91_lead_forms.py": [
        "test_a_dry_run_of_faulty_rows", "test_a_reader_that_goes_away_and_one_that_is_slow", "test_every_page_from_both_ends",
        "test_faults_and_404_are_json_whatever_is_accepted", "test_ten_thousand", "test_what_is_no_sheet", "test_windows_1252"],
}


def test_what_is_left_out_is_there():
    for name, left_out in FILES.items():
        there = re.findall(r"^def (test_\w+)", (ROOT / "tests/api" / name).read_text(), re.M)
        assert set(left_out) <= set(there), name
        assert len(there) > len(left_out), name


@pytest.mark.timeout(900)
def test_well_formed(tools):
    left_out = [f"--deselect=tests/api/{name}::{test}" for name, tests in FILES.items() for test in tests]
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--tb=short", *[f"tests/api/{name}" for name in FILES], *left_out],
                          cwd=ROOT, capture_output=True, text=True, timeout=840, env=os.environ | {prism.PROGRAM: str(tools / "prism")})
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 150
