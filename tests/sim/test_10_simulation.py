"""Thousands of histories of the server among faults, on a virtual clock; I1 to I10 hold after every step of each.

One counted test a family of faults. A history that goes wrong prints the line that replays it.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.server import ROOT

SIMULATE = ROOT / "build" / "tests" / "sim" / "simulate"
FAMILIES = {"kill": 1500, "pause": 1500, "lost": 1500, "disorder": 1500, "clock": 1500, "disk": 1500, "power": 1500,
            "old": 1500, "people": 1500, "all": 7000}


def simulate(family, seeds):
    return subprocess.run([SIMULATE, "--faults", family, "--seeds", f"1..{seeds}"], capture_output=True, text=True,
                          timeout=1800)


@pytest.fixture(scope="module")
def histories():
    """All families at once, a core each; {family: what became of it, later}."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {family: pool.submit(simulate, family, seeds)
               for family, seeds in sorted(FAMILIES.items(), key=lambda each: -each[1])}


def test_twenty_thousand_histories():
    assert sum(FAMILIES.values()) >= 20000


@pytest.mark.plain
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_must_hold_holds(histories, family):
    done = histories[family].result()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{FAMILIES[family]} histories ({family})" in done.stdout


@pytest.mark.plain
def test_the_same_seed_is_the_same_history():
    def told():
        return subprocess.run([SIMULATE, "--replay", "12"], capture_output=True, text=True, check=True).stdout
    first = told()
    assert "INVITE" in first
    assert first == told()
