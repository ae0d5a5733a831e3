"""/docs as people see it: a real browser opens it on a real server. Skipped where there is no Chromium."""

from urllib.parse import urlsplit

import pytest

from lib.browser import Browser
from lib.wait import eventually

METHODS = ("get", "post", "put", "patch", "delete")
SHOWN = "[...document.querySelectorAll('main article')].filter(a => a.offsetParent).map(a => a.id)"


@pytest.fixture(scope="module")
def page(shared_server, tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"))
    browser.open(shared_server.url + "/docs")
    eventually(lambda: browser.js("document.querySelectorAll('main article').length"), timeout=60)
    yield browser
    browser.close()


def test_every_operation_is_listed(page, document):
    described = {o["operationId"] for item in document["paths"].values() for m, o in item.items() if m in METHODS}
    assert set(page.js(SHOWN)) == described
    assert page.js("[...document.querySelectorAll('#nav li a')].map(a => a.hash.slice(1)).sort()") == sorted(described)
    assert document["info"]["version"] in page.js("document.title")


def test_styles_and_the_links_work(page):
    assert page.js("getComputedStyle(document.querySelector('aside')).position") == "sticky"
    last = page.js("[...document.querySelectorAll('#nav li a')].pop().hash.slice(1)")
    page.js("[...document.querySelectorAll('#nav li a')].pop().click()")
    eventually(lambda: page.js(f"scrollY > 0 && document.getElementById('{last}').getBoundingClientRect().top < innerHeight"))
    eventually(lambda: page.js("document.querySelectorAll('#nav a[aria-current]').length") == 1)


def test_the_filter_leaves_what_was_asked_for(page, document):
    page.press("/")
    assert page.js("document.activeElement.id") == "filter"
    page.type("delete leads")
    shown = eventually(lambda: (ids := page.js(SHOWN)) and len(ids) < 10 and ids)
    deletes = {item["delete"]["operationId"] for item in document["paths"].values() if "delete" in item}
    assert set(shown) <= deletes
    page.press("Escape")
    eventually(lambda: len(page.js(SHOWN)) > 20)


def test_a_sample_is_taken_away(page):
    page.js("document.querySelector('main article button.copy').click()")
    eventually(lambda: page.js("document.querySelector('main article button.copy').textContent") in ("Copied", "Selected"))


def test_nothing_complains_and_nothing_leaves(page, shared_server):
    """The last one: it looks back at all the others did."""
    assert page.said == []
    own = urlsplit(shared_server.url).netloc
    asked = [url for url in page.requests if not url.startswith(("data:", "about:"))]
    assert {"/docs", "/docs/viewer.js", "/docs/render.js", "/docs/viewer.css", "/openapi.json"} <= {urlsplit(u).path for u in asked}
    assert {urlsplit(url).netloc for url in asked} == {own}


def test_the_browser_would_have_noticed(page, shared_server):
    """What the test above relies on: a fault in a script and a request elsewhere are both heard of."""
    page.js("setTimeout(() => { throw new Error('loud') }); console.error('said'); fetch('https://elsewhere.example/').catch(() => 0)")
    eventually(lambda: page.js("1") and any("loud" in s for s in page.said) and any('"said"' in s for s in page.said))
    eventually(lambda: page.js("1") and any("elsewhere.example" in s for s in page.requests + page.said))
